"""The rig's pure parts: curves, springs, bending and tiles."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from vtuber_app.avatars.rig import curves, textures, tiles
from vtuber_app.avatars.rig.bend import Bend, Motion
from vtuber_app.avatars.rig.compose import BLOCK
from vtuber_app.avatars.rig.format import Body, Head, Image, Layer, Rig, Sway
from vtuber_app.avatars.rig.life import lungs
from vtuber_app.avatars.rig.springs import Springs


def rig(*layers: Layer) -> Rig:
    return Rig(
        name="test",
        canvas=1024,
        portrait=(0, 0, 1024),
        head=Head(centre=(512, 400), radius=(180, 220), pivot=(512, 600)),
        body=Body(pivot=(512, 1000), chest=(512, 800)),
        parts=layers,
    )


def test_curves_pass_their_points_and_are_held_beyond() -> None:
    points = ((0.0, 5.0), (10.0, 1.0), (20.0, 3.0), (30.0, 3.0))
    x = np.array([-5, 0, 10, 15, 20, 25, 30, 40], np.float32)
    y = curves.heights(points, x)
    np.testing.assert_allclose(y[[0, 1, 2, 4, 6, 7]], [5, 5, 1, 3, 3, 3], atol=1e-5)
    assert 1 < y[3] < 3  # monotone between its points
    assert y[5] == 3


def test_springs_do_not_mind_the_frame_rate() -> None:
    ends = []
    for rate in (24, 60, 240):
        springs = Springs(np.array([1.3, 0.8]), np.array([0.3, 1.4]))
        for step in range(rate * 2 + 1):
            target = min(step / rate / 0.5, 1.0) * np.array([10.0, -4.0])
            end = springs.follow(target, step / rate)
        ends.append(end)
    np.testing.assert_allclose(ends[0], ends[2], atol=1e-6)
    np.testing.assert_allclose(ends[1], ends[2], atol=1e-6)


def test_springs_overshoot_settle_and_rest_after_a_gap() -> None:
    springs = Springs(np.array([2.0]), np.array([0.2]))
    springs.follow(np.array([0.0]), 0)
    way = [springs.follow(np.array([1.0]), step / 60)[0] for step in range(1, 600)]
    assert max(way) > 1.2
    assert abs(way[-1] - 1) < 1e-3
    assert springs.follow(np.array([5.0]), 600 / 60 + 0.6)[0] == 5
    assert springs.follow(np.array([7.0]), 3)[0] == 7


def test_lungs_fill_and_empty() -> None:
    breath = [lungs(time) for time in np.linspace(0, 7.8, 500)]
    assert min(breath) == 0
    assert max(breath) > 0.999
    assert np.abs(np.diff(breath)).max() < 0.05


LONG, SHORT = Sway(root=(512, 300), length=600), Sway(root=(512, 250), length=250)
LAYERS = (
    Layer(name="hair", file="", at=(0, 0), parent="head", depth=-60, hang=(450, 900), sway=LONG),
    Layer(name="bangs", file="", at=(0, 0), parent="head", depth=30, sway=SHORT),
    Layer(name="neck", file="", at=(0, 0), parent="neck"),
    Layer(name="body", file="", at=(0, 0), parent="body"),
)
angles = st.floats(-0.45, 0.45)


@settings(max_examples=60)
@given(angles, angles, angles, st.floats(-60, 60), st.floats(0.9, 1.1))
def test_bending_can_be_undone(yaw: float, pitch: float, roll: float, swing: float, zoom: float) -> None:
    bend = Bend(rig(*LAYERS), LAYERS, [250.0] * 4, [900.0] * 4)
    motion = Motion(yaw, pitch, roll, (8, -5), zoom, yaw / 3, roll / 5, (20, 10), 0.7)
    across, down = np.meshgrid(np.linspace(330, 690, 9), np.linspace(260, 900, 9))
    x = np.repeat(across.reshape(-1, 1), 4, axis=1).astype(np.float32)
    y = np.repeat(down.reshape(-1, 1), 4, axis=1).astype(np.float32)
    tips = np.full((2, 4, 2), swing) * [[[1.0, 0.2]], [[0.6, 0.1]]]
    back_x, back_y = bend.inverse(*bend.forward(x, y, motion, tips), motion, tips)
    again_x, again_y = bend.forward(back_x, back_y, motion, tips)
    to_x, to_y = bend.forward(x, y, motion, tips)
    assert np.hypot(again_x - to_x, again_y - to_y).mean() < 1
    assert np.hypot(again_x - to_x, again_y - to_y).max() < 15


def test_at_rest_nothing_moves() -> None:
    bend = Bend(rig(*LAYERS), LAYERS, [250.0] * 4, [900.0] * 4)
    x, y = np.full((1, 4), 430, np.float32), np.full((1, 4), 510, np.float32)
    to_x, to_y = bend.forward(x, y, Motion(), np.zeros((2, 4, 2)))
    np.testing.assert_allclose(to_x, x, atol=1e-3)
    np.testing.assert_allclose(to_y, y, atol=1e-3)


def test_a_turn_moves_what_is_nearer_farther() -> None:
    bend = Bend(rig(*LAYERS), LAYERS, [250.0] * 4, [900.0] * 4)
    x, y = np.full((1, 4), 512, np.float32), np.full((1, 4), 400, np.float32)
    to_x, _ = bend.forward(x, y, Motion(yaw=0.4), np.zeros((2, 4, 2)))
    hair, bangs, _, body = to_x[0] - 512
    assert bangs > hair + 20
    assert body == 0


@given(arrays.arrays(np.bool_, (tiles.MOST, tiles.MOST)), st.sampled_from([8, 22, 44, 86]))
def test_rectangles_hold_every_tile_once(needed: tiles.Flags, tile: int) -> None:
    drawn = np.zeros((tiles.MOST, tiles.MOST), int)
    [rows] = tiles.bits(needed[None])
    for x0, y0, x1, y1 in tiles.rectangles(rows, tile):
        drawn[y0:y1, x0:x1] += 1
        assert (x1 - x0) * (y1 - y0) * tile * tile <= max(BLOCK, tile * tile)
    assert drawn.max() <= 1
    assert (drawn[needed] == 1).all()


def test_textures_keep_their_place_and_colour_at_any_scale() -> None:
    pixels = np.zeros((300, 200, 4), np.uint8)
    pixels[:] = (200, 100, 50, 255)
    for steps in (64, 40, 17):
        texture = textures.load(lambda _: pixels, Image(file="", at=(130, 70)), steps)
        scale = steps / textures.STEPS
        weight = texture.pixels[..., 3].astype(float)
        rows, columns = np.mgrid[: weight.shape[0], : weight.shape[1]] + 0.5
        middle = (
            (columns * weight).sum() / weight.sum() + texture.at[0],
            (rows * weight).sum() / weight.sum() + texture.at[1],
        )
        np.testing.assert_allclose(middle, (230 * scale, 220 * scale), atol=0.05)
        inside = texture.pixels[weight == 255]
        assert (np.abs(inside.astype(int) - (200, 100, 50, 255)) <= 1).all()
        assert not texture.pixels[0].any()
