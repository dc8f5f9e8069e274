"""What the composer knows of its pictures."""

import pytest

pytest.importorskip("skia", reason="skia-python paints")

import numpy as np

from vtuber_app.avatars.autorig.fill import area
from vtuber_app.avatars.autorig.found import GROUPS, LANDMARKS, MASKS, SIDES, Found
from vtuber_app.avatars.composer import dna, truth
from vtuber_app.avatars.rig.bend import Motion
from vtuber_app.avatars.rig.face import REST

NAMES = list(MASKS)


@pytest.fixture(scope="module")
def model() -> truth.Model:
    plain = {"eyes": "plain round", "on the head": "none", "on the face": "none", "skin": "fair", "fang": "none"}
    return truth.Model(dna.draw(3, plain), 512)


def at(sample: truth.Sample, name: str) -> np.ndarray:
    return sample.landmarks[LANDMARKS.index(name)]


def seen_at(sample: truth.Sample, name: str) -> int:
    x, y = at(sample, name).astype(int)
    return int(sample.masks[y, x])


def test_masks_cover_the_figure_and_nothing_else(model: truth.Model) -> None:
    rest = model.sit(Motion(), REST)
    assert np.array_equal(rest.masks > 0, rest.picture[..., 3] > 127) or (
        ((rest.masks > 0) ^ (rest.picture[..., 3] > 127)).mean() < 0.001
    )
    kinds = {kind for of in GROUPS.values() for kind in of}
    everyone_has = {number for number, name in enumerate(NAMES, 1) if name not in kinds or name in ("cap", "bangs")}
    assert set(np.unique(rest.masks)) >= everyone_has


@pytest.mark.parametrize(("yaw", "roll"), [(0.0, 0.0), (0.4, 0.0), (-0.3, 0.3)])
def test_landmarks_lie_on_their_parts(model: truth.Model, yaw: float, roll: float) -> None:
    sample = model.sit(Motion(yaw=yaw, roll=roll), REST)
    for side in SIDES:
        assert seen_at(sample, f"{side} iris") == NAMES.index("iris") + 1
        assert at(sample, f"{side} upper 2")[1] < at(sample, f"{side} iris")[1] < at(sample, f"{side} lower 2")[1]
    assert seen_at(sample, "nose") == NAMES.index("skin") + 1
    x, y = at(sample, "mouth top")
    around = sample.masks[int(y) - 3 : int(y) + 4, int(x) - 3 : int(x) + 4]
    assert NAMES.index("mouth") + 1 in around


def test_an_open_mouth_is_seen_in_landmarks_and_mask(model: truth.Model) -> None:
    shut, open_ = (model.sit(Motion(), {**REST, "mouth": (opening, 0, 0, 0, 0, 0, 0, 0, 0)}) for opening in (0.0, 0.9))
    gap = [float(at(one, "mouth bottom")[1] - at(one, "mouth top")[1]) for one in (shut, open_)]
    assert gap[0] == pytest.approx(0, abs=0.5)
    assert gap[1] > 8
    area = [(one.masks == NAMES.index("mouth") + 1).sum() for one in (shut, open_)]
    assert area[1] > 3 * area[0]


def test_eyes_that_look_left_have_their_irises_there(model: truth.Model) -> None:
    ahead, left = (
        model.sit(Motion(), {**REST, "left eye": (1, 0, 0, way, 0), "right eye": (1, 0, 0, way, 0)}) for way in (0, 1)
    )
    for side in SIDES:
        assert at(left, f"{side} iris")[0] - at(ahead, f"{side} iris")[0] > 3
        assert seen_at(left, f"{side} iris") == NAMES.index("iris") + 1


def test_samples_pair_the_flat_picture_with_posed_ones() -> None:
    pairs = list(truth.samples(iter([dna.draw(5), dna.draw(6)]), 256, poses=2, seed=1))
    assert len(pairs) == 4
    assert pairs[0][0] is pairs[1][0]
    for rest, posed in pairs:
        assert rest.motion == Motion()
        assert posed.motion != Motion()
        assert np.abs(rest.landmarks - posed.landmarks).max() > 1
        assert np.abs(rest.picture.astype(int) - posed.picture).max() > 60


def test_the_outline_of_an_eye_encloses_what_is_seen_of_it(model: truth.Model) -> None:
    rest = model.sit(Motion(), REST)
    found = Found(rest.landmarks, rest.masks)
    enclosed = area(found.eye("right"), rest.masks.shape) | area(found.eye("left"), rest.masks.shape)
    seen = found.of("white", "iris")
    assert (enclosed & seen).sum() > 0.85 * (enclosed | seen).sum()
