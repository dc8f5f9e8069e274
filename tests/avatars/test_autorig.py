"""A flat picture of the composer becomes a puppet again, and moves as the composer's own."""

import pytest

pytest.importorskip("skia", reason="skia-python paints the pictures")

import numpy as np

from vtuber_app.avatars.autorig.fill import filled
from vtuber_app.avatars.autorig.found import LANDMARKS, SIDES, Found
from vtuber_app.avatars.autorig.puppet import Cutting
from vtuber_app.avatars.composer import dna, truth
from vtuber_app.avatars.rig.bend import Motion
from vtuber_app.avatars.rig.face import REST, Values
from vtuber_app.avatars.rig.figure import Figure

CLOSED: dict[str, Values] = {"left eye": (0, 0, 0, 0, 0), "right eye": (0, 0, 0, 0, 0)}
SPEAKING: dict[str, Values] = {"mouth": (0.8, 0, 0.2, 0.3, 0.3, 0.3, 0.5, 0, 0)}


@pytest.fixture(scope="module")
def pair() -> tuple[truth.Model, Figure]:
    """A composed character, and the puppet made of its flat picture."""
    model = truth.Model(dna.draw(3, {"on the face": "none"}), 1024)
    rest = model.sit(Motion(), REST)
    cutting = Cutting(rest.picture, Found(rest.landmarks, rest.masks))
    rig = cutting.rig("flat")
    return model, Figure(rig, cutting.pictures.__getitem__, 1.0)


def shown(pair: tuple[truth.Model, Figure], motion: Motion, poses: dict[str, Values]) -> list[np.ndarray]:
    """The head as the composer draws it, and as the puppet does, over grey."""
    model, figure = pair
    pictures = []
    for one in (model.figure, figure):
        drawn = one.draw(model.view, motion, {**REST, **poses}, hair=0, time=0)[130:400, 390:640].astype(np.float32)
        alpha = drawn[..., 3:] / 255
        pictures.append(drawn[..., :3] * alpha + 128 * (1 - alpha))
    return pictures


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((a - b) ** 2)))


def test_at_rest_it_is_the_picture(pair: tuple[truth.Model, Figure]) -> None:
    assert psnr(*shown(pair, Motion(), {})) > 30


@pytest.mark.parametrize(
    ("motion", "poses"),
    [(Motion(), CLOSED), (Motion(), SPEAKING), (Motion(yaw=0.25), {}), (Motion(pitch=0.15, roll=0.1), CLOSED)],
    ids=["eyes closed", "speaking", "turned", "nodding with closed eyes"],
)
def test_posed_it_is_nearer_to_the_truth_than_the_picture_moved_as_a_whole(
    pair: tuple[truth.Model, Figure], motion: Motion, poses: dict[str, Values]
) -> None:
    wanted, rigged = shown(pair, motion, poses)
    still = shown(pair, Motion(), {})[0]
    assert psnr(wanted, rigged) > psnr(wanted, still) + 2


def test_eyes_close_fully(pair: tuple[truth.Model, Figure]) -> None:
    """Above the lashes of closed eyes there is skin where the iris was."""
    model, figure = pair
    rest = model.sit(Motion(), REST)
    skin = np.median(rest.picture[rest.masks == 1][:, :3], axis=0)
    closed = figure.draw(model.view, Motion(), {**REST, **CLOSED}, hair=0, time=0)
    for side in SIDES:
        x, y = rest.landmarks[LANDMARKS.index(f"{side} iris")].astype(int)
        around = np.s_[y - 6 : y + 3, x - 6 : x + 6, :3]
        assert np.abs(np.median(closed[around], axis=(0, 1)) - skin).max() < 30
        assert np.abs(np.median(rest.picture[around], axis=(0, 1)) - skin).max() > 60


def test_filling_keeps_what_is_known_and_goes_on_smoothly() -> None:
    x = np.linspace(0, 200, 64)
    picture = np.repeat(np.tile(x, (64, 1))[..., None], 3, axis=2).astype(np.uint8)
    known = np.ones((64, 64), np.bool_)
    known[20:44, 20:44] = False
    holed = picture.copy()
    holed[~known] = 0
    result = filled(holed, known, ~known)
    assert np.array_equal(result[known], picture[known])
    assert np.abs(result.astype(int) - picture)[~known].max() < 60


def test_a_mouth_that_is_open_in_the_picture_stays_so_until_it_opens_farther(pair: tuple[truth.Model, Figure]) -> None:
    model, _ = pair
    open_: dict[str, Values] = {**REST, "mouth": (0.3, 0, 0.2, 0.3, 0.3, 0.3, 0.5, 0, 0)}
    flat = model.sit(Motion(), open_)
    cutting = Cutting(flat.picture, Found(flat.landmarks, flat.masks))
    figure = Figure(cutting.rig("open"), cutting.pictures.__getitem__, 1.0)
    x, y = flat.landmarks[LANDMARKS.index("mouth bottom")].astype(int)
    around = np.s_[y - 20 : y + 14, x - 20 : x + 20, :3]
    kept, wide = (
        figure.draw(model.view, Motion(), {**REST, "mouth": mouth}, hair=0, time=0)[around].astype(np.float32)
        for mouth in (REST["mouth"], (1.0, *REST["mouth"][1:]))
    )
    assert psnr(kept, flat.picture[around].astype(np.float32)) > 28
    assert psnr(wide, kept) < 22


def test_a_puppet_is_cut_however_wrong_the_findings() -> None:
    model = truth.Model(dna.draw(3), 256)
    rest = model.sit(Motion(), REST)
    rng = np.random.default_rng(0)
    for gone in ((), (1,), (3, 4, 5), (2, 9, 10), (6, 7, 8), tuple(range(1, 11))):
        landmarks = rest.landmarks + rng.normal(0, 8, rest.landmarks.shape).astype(np.float32)
        masks = np.where(np.isin(rest.masks, gone), 0, rest.masks).astype(np.uint8)
        cutting = Cutting(rest.picture, Found(landmarks, masks))
        figure = Figure(cutting.rig("wrong"), cutting.pictures.__getitem__, 1.0)
        assert figure.draw(model.view, Motion(yaw=0.3), {**REST, **CLOSED}, hair=0, time=0)[..., 3].any()
