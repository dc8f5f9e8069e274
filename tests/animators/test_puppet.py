"""The puppet's pictures, of a doll of plain shapes and of the avatars that ship."""

import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from doll import INSIDE, IRIS, WHITE, Doll
from numpy.typing import NDArray

from vtuber_app.animators.puppet import Puppet, PuppetSettings
from vtuber_app.avatars import gallery
from vtuber_app.avatars.rig import tiles
from vtuber_app.avatars.rig.bend import Bend
from vtuber_app.core.types import Avatar, Driving, FaceState
from vtuber_app.tools.contact_sheet import FACES, face, sides

GOLDEN = Path(__file__).parents[1] / "data" / "puppet"
EXPRESSIONS = {
    "rest": face({}),
    "turned": face({}, 12, 22, -14),
    "speaking": face({"jawOpen": 0.5, "browInnerUp": 0.8, **sides(eyeWide=0.5)}, -10, -15),
    "happy": face({"jawOpen": 0.3, **sides(mouthSmile=0.9, eyeBlink=0.6)}, 0, 5, 10),
    "aside": face({**sides(browDown=0.7), "eyeLookOutLeft": 0.8, "eyeLookInRight": 0.8, "mouthPucker": 0.8}),
}
Pixels = NDArray[np.uint8]


@pytest.fixture
def doll(tmp_path: Path) -> Avatar:
    Doll().write(tmp_path / "doll")
    return gallery.load(tmp_path / "doll")


@pytest.fixture
def puppet(doll: Avatar) -> Iterator[Puppet]:
    with Puppet(PuppetSettings(size=256)) as puppet:
        puppet.set_avatar(doll)
        yield puppet


def render(puppet: Puppet, state: FaceState | None, at: float = 0.0) -> Pixels:
    return puppet.render(Driving(at, state)).pixels


def count(pixels: Pixels, colour: tuple[int, ...], tolerance: int = 40) -> int:
    """How many opaque pixels have about that colour."""
    near = np.abs(pixels[..., :3].astype(int) - colour).max(-1) <= tolerance
    return int((near & (pixels[..., 3] == 255)).sum())


def walk(index: int) -> FaceState:
    """A face that moves all the time."""
    s = np.sin(index * np.array([0.31, 0.23, 0.17, 0.41]))
    return face({"jawOpen": abs(s[0]), **sides(eyeBlink=0.6 * abs(s[1]))}, 20 * s[0], 25 * s[1], 20 * s[2])


def test_is_deterministic(puppet: Puppet, doll: Avatar) -> None:
    with Puppet(PuppetSettings(size=256)) as again:
        again.set_avatar(doll)
        for index in range(12):
            np.testing.assert_array_equal(
                render(puppet, walk(index), index / 30), render(again, walk(index), index / 30)
            )


def test_what_was_drawn_before_leaves_no_trace(puppet: Puppet) -> None:
    first = render(puppet, EXPRESSIONS["speaking"], 0)
    for index in range(6):
        render(puppet, walk(index), 10 + index)
    np.testing.assert_array_equal(render(puppet, EXPRESSIONS["speaking"], 39), first)  # ten breaths later


def test_alpha_is_straight_and_nothing_shines_where_it_is_clear(puppet: Puppet) -> None:
    for index in range(6):
        pixels = render(puppet, walk(index), index / 10)
        assert pixels.shape == (256, 256, 4)
        assert not pixels[pixels[..., 3] == 0].any()
        # The doll's layers are plain colours: at half alpha they are as bright as inside.
        soft = pixels[(pixels[..., 3] > 100) & (pixels[..., 3] < 200), :3]
        assert len(soft)
        assert soft.max(-1).mean() > 50


def test_a_blink_hides_iris_and_white(puppet: Puppet) -> None:
    seen = [count(render(puppet, face(sides(eyeBlink=blink))), IRIS) for blink in (0, 0.2, 0.27, 0.34, 0.42, 0.5)]
    assert seen == sorted(seen, reverse=True)
    assert seen[0] > 150
    assert seen[-1] == 0
    assert count(render(puppet, face(sides(eyeBlink=0.6))), WHITE, 6) == 0


def test_the_irises_follow_the_gaze(puppet: Puppet) -> None:
    def place(state: FaceState) -> NDArray[np.float64]:
        pixels = render(puppet, state)
        blue = (np.abs(pixels[..., :3].astype(int) - IRIS).max(-1) < 60).nonzero()
        return np.array([blue[1].mean(), blue[0].mean()])

    ahead = place(face({}))
    left = place(face(FACES["gaze"]["left"]))
    up, down = place(face(FACES["gaze"]["up"])), place(face(FACES["gaze"]["down"]))
    assert left[0] > ahead[0] + 2  # the character's left is on the right
    assert up[1] < ahead[1] < down[1]


def test_a_mouth_opens_evenly(puppet: Puppet) -> None:
    areas = [count(render(puppet, face({"jawOpen": jaw / 20})), INSIDE) for jaw in range(21)]
    steps = np.diff(areas)
    assert areas[0] == 0
    assert areas[-1] > 150
    assert (steps >= -1).all()
    assert steps.max() < 0.2 * areas[-1]


def test_mirrored_poses_give_mirrored_pictures(puppet: Puppet) -> None:
    for weights, pitch, yaw, roll in [({}, 0, 25, 0), ({}, 15, -20, 18), (sides(mouthSmile=0.8), -10, 12, -25)]:
        one = render(puppet, face(weights, pitch, yaw, roll)).astype(int)
        other = render(puppet, face(weights, pitch, -yaw, -roll), 39)[:, ::-1].astype(int)
        assert np.abs(one - other).mean() < 0.5


@pytest.mark.parametrize("avatar", [*gallery.names()])
def test_no_pose_tears_a_hole_into_the_head(avatar: str) -> None:
    with Puppet(PuppetSettings(size=256)) as puppet:
        puppet.set_avatar(gallery.load(avatar))
        head, view = puppet._rig.head, puppet._view
        angle, part = np.meshgrid(np.linspace(0, 2 * np.pi, 60), np.linspace(0, 0.7, 12))
        x = head.centre[0] + head.radius[0] * part * np.cos(angle)
        y = head.centre[1] + head.radius[1] * part * np.sin(angle)
        layers = [layer.name for layer in puppet._figure._layers]
        bend: Bend = puppet._figure._bend.of(np.full(x.size, layers.index("face")))
        at = 0.0
        for pitch in (-30, 0, 30):
            for yaw in (-40, -20, 0, 20, 40):
                for roll in (-30, 0, 30):
                    at += 3.9
                    state = face({}, pitch, yaw, roll)
                    alpha = render(puppet, state, at)[..., 3]
                    pose = figure_motion(puppet, state, at)
                    to_x, to_y = bend.forward(
                        x.ravel().astype(np.float32), y.ravel().astype(np.float32), pose, np.zeros((2, x.size, 2))
                    )
                    column = ((to_x - view.x) * view.scale).astype(int)
                    row = ((to_y - view.y) * view.scale).astype(int)
                    inside = (column >= 0) & (row >= 0) & (column < 256) & (row < 256)
                    assert (alpha[row[inside], column[inside]] > 128).all(), (pitch, yaw, roll)


def figure_motion(puppet: Puppet, state: FaceState, at: float):  # type: ignore[no-untyped-def]
    """The motion that was just rendered."""
    from vtuber_app.pose.puppet import puppet_pose

    return puppet._life.motion(puppet_pose(state)[:6], 1, 1, True, at)


def test_skipping_hidden_tiles_changes_nothing(puppet: Puppet, monkeypatch: pytest.MonkeyPatch) -> None:
    states = [walk(index) for index in range(8)]
    quick = [render(puppet, state, 39 * index) for index, state in enumerate(states)]

    def everything(cover: tiles.Cover, nodes: tiles.Nodes, where: object) -> tuple[tiles.Flags, tiles.Flags]:
        needed = np.zeros((len(nodes.boxes), tiles.MOST, tiles.MOST), np.bool_)
        for flags, (x0, y0, x1, y1) in zip(needed, nodes.boxes, strict=True):
            flags[y0:y1, x0:x1] = True
        return needed, np.zeros_like(needed)

    monkeypatch.setattr(tiles.Cover, "seen", everything)
    for index, state in enumerate(states):
        # Sampling places are rounded to 1/32 px; what is skipped may tip that, which is no step anyone sees.
        whole = cv2.cvtColor(render(puppet, state, 39 * index), cv2.COLOR_RGBA2mRGBA).astype(int)
        assert np.abs(whole - cv2.cvtColor(quick[index], cv2.COLOR_RGBA2mRGBA)).max() < 12


def test_hair_swings_on_and_comes_to_rest(puppet: Puppet) -> None:
    puppet.update(puppet.settings.model_copy(update={"breathing": False}))
    rest = render(puppet, face({}), 0)
    for index in range(8):
        render(puppet, face({}, 0, 30, 0), 39 + index / 60)
    swinging = render(puppet, face({}), 39 + 8 / 60)
    for index in range(1, 16):
        calm = render(puppet, face({}), 39 + 8 / 60 + index * 0.3)
    later = render(puppet, face({}), 39 + 39)
    assert np.abs(swinging.astype(int) - rest).mean() > 0.5
    assert np.abs(calm.astype(int) - rest).mean() < 0.4
    np.testing.assert_array_equal(later, rest)


def test_random_faces_give_whole_pictures(puppet: Puppet) -> None:
    random = np.random.default_rng(1)
    for index in range(20):
        state = FaceState(
            random.random(52).astype(np.float32),
            random.uniform(-3, 3, 3).astype(np.float32),
            random.uniform(-2, 2, 3).astype(np.float32),
        )
        pixels = render(puppet, state, float(random.uniform(0, 100)))
        assert 0.15 < (pixels[..., 3] == 255).mean() < 0.95
        assert not pixels[pixels[..., 3] == 0].any(), index


def test_without_a_face_it_breathes_at_rest(puppet: Puppet) -> None:
    np.testing.assert_array_equal(render(puppet, None, 0), render(puppet, face({}), 39))
    exhaled, inhaled = render(puppet, None, 78), render(puppet, None, 78 + 1.56)
    assert (exhaled != inhaled).any()
    puppet.update(puppet.settings.model_copy(update={"breathing": False}))
    np.testing.assert_array_equal(render(puppet, None, 117), render(puppet, None, 117 + 1.56))


def test_settings_take_effect_while_it_runs(puppet: Puppet) -> None:
    still = render(puppet, face({}), 0)
    for change in ({"framing": "half_body"}, {"zoom": 2.0}, {"right": 0.2}, {"down": -0.2}):
        puppet.update(PuppetSettings(size=256, **change))
        assert (render(puppet, face({}), 39) != still).any(), change
    puppet.update(PuppetSettings(size=256, head=0, body=0, hair=0))
    held = render(puppet, face({}, 20, 20, 20), 78).astype(int)
    assert np.abs(held - still).mean() < 1
    puppet.update(PuppetSettings(size=256, mouth=0))
    assert count(render(puppet, face({"jawOpen": 1.0}), 117), INSIDE) == 0


def test_avatar_can_change(puppet: Puppet) -> None:
    doll = render(puppet, face({}), 0)
    picture = np.zeros((200, 120, 4), np.uint8)
    picture[20:, 10:110] = (200, 50, 50, 255)
    puppet.set_avatar(Avatar("card", picture, Path("card.png")))
    card = render(puppet, face({}), 0)
    assert card.shape == doll.shape
    assert count(card, (200, 50, 50), 3) > 5000
    assert puppet.notice is not None
    assert "moves only as a whole" in puppet.notice
    assert (render(puppet, face({}, 0, 0, 20), 39) != card).any()


def test_a_flat_picture_blinks_and_speaks(puppet: Puppet) -> None:
    """The picture of a character that ships, given without its layers."""
    flat = gallery.load(gallery.find("hina") / "picture_1024.png")
    puppet.set_avatar(flat)
    assert puppet.notice is None
    rest = render(puppet, face({}), 0).astype(int)
    changed = []
    for shapes in ({"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}, {"jawOpen": 1.0}):
        rows = np.nonzero((np.abs(render(puppet, face(shapes), 0).astype(int) - rest).max(axis=2) > 60).any(axis=1))[0]
        changed.append(rows.mean())
    eyes, mouth = changed
    assert eyes + 8 < mouth


@pytest.mark.parametrize("size", [256, 300, 511, 2048])
def test_any_size(doll: Avatar, size: int) -> None:
    with Puppet(PuppetSettings(size=size)) as puppet:
        puppet.set_avatar(doll)
        pixels = render(puppet, EXPRESSIONS["turned"])
    small = cv2.resize(pixels, (64, 64), interpolation=cv2.INTER_AREA).astype(int)
    with Puppet(PuppetSettings(size=512)) as puppet:
        puppet.set_avatar(doll)
        expected = cv2.resize(render(puppet, EXPRESSIONS["turned"]), (64, 64), interpolation=cv2.INTER_AREA)
    assert np.abs(small - expected).mean() < 2


@pytest.mark.parametrize("name", list(EXPRESSIONS))
def test_golden_pictures(puppet: Puppet, name: str) -> None:
    pixels = render(puppet, EXPRESSIONS[name])
    golden = cv2.cvtColor(cv2.imread(str(GOLDEN / f"{name}.png"), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA)
    difference = np.abs(pixels.astype(int) - golden)
    assert difference.mean() < 0.3
    assert (difference.max(-1) > 40).mean() < 0.002


@pytest.mark.slow
def test_a_picture_costs_no_more_than_some_plain_remaps(doll: Avatar) -> None:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        texture = np.zeros((375, 375, 4), np.uint8)
        where = np.dstack(np.meshgrid(np.linspace(0, 370, 300), np.linspace(0, 370, 300))).astype(np.float32)
        with Puppet(PuppetSettings(size=512)) as puppet:
            puppet.set_avatar(doll)
            pictures, remaps = [], []
            for index in range(60):
                started = time.thread_time()
                render(puppet, walk(index), index / 60)
                between = time.thread_time()
                cv2.remap(texture, where, np.empty(0), cv2.INTER_LINEAR)
                pictures.append(between - started)
                remaps.append(time.thread_time() - between)
    finally:
        cv2.setNumThreads(threads)
    assert np.median(pictures) < 30 * np.median(remaps)


def main(folder: Path) -> None:
    """Draw the golden pictures anew: look at them before they are committed."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    Doll().write(folder)
    with Puppet(PuppetSettings(size=256)) as puppet:
        for name, state in EXPRESSIONS.items():
            puppet.set_avatar(gallery.load(folder))
            cv2.imwrite(str(GOLDEN / f"{name}.png"), cv2.cvtColor(render(puppet, state), cv2.COLOR_RGBA2BGRA))


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        main(Path(folder))
