"""Faces to poses, beyond what the recorded numbers show."""

from pathlib import Path

import numpy as np
import pytest
from faces import face, value
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vtuber_app.core.types import INDEX, Driving
from vtuber_app.pose import tha
from vtuber_app.pose.filters import Filters, PoseSettings

floats = st.floats(-2, 2, width=32)
GROUPS = {
    "left brow": [0, 2, 4, 6, 8, 10],
    "right brow": [1, 3, 5, 7, 9, 11],
    "left eye": [12, 14, 16, 18, 20, 22],
    "right eye": [13, 15, 17, 19, 21, 23],
    "left of the mouth": [26, 27, 28, 29, 30, 31, 32, 34, 36],
    "right of the mouth": [26, 27, 28, 29, 30, 31, 33, 35, 36],
}


def test_the_parameters_are_the_published_ones() -> None:
    assert len(tha.PARAMETERS) == len(set(tha.PARAMETERS)) == 45
    assert tha.PARAMETERS[0] == "eyebrow_troubled_left"
    assert tha.PARAMETERS[13] == "eye_wink_right"
    assert tha.PARAMETERS[26] == "mouth_aaa"
    assert tha.PARAMETERS[37:] == (
        "iris_rotation_x", "iris_rotation_y", "head_x", "head_y", "neck_z", "body_y", "body_z", "breathing",
    )  # fmt: skip


def test_a_resting_face_is_a_resting_pose() -> None:
    assert not tha.pose45(face()).any()
    assert not tha.pose42(face()).any()
    assert not tha.pose6(face()).any()


def test_the_sides_are_the_performers_own() -> None:
    pose = tha.pose45(face(eyeBlinkLeft=0.8, browOuterUpRight=1, eyeWideRight=1))
    assert value(pose, "eye_wink_left") == pytest.approx(1)
    assert value(pose, "eye_wink_right") == 0
    assert value(pose, "eyebrow_raised_right") == 1
    assert value(pose, "eyebrow_raised_left") == 0
    assert value(pose, "eye_surprised_right") == 1


def test_signs_of_head_and_eyes() -> None:
    up, left, lean = -0.1, 0.1, 0.1  # pitch, yaw, roll: up, to the own left, toward the own right shoulder
    pose = tha.pose45(face((up, left, lean), eyeLookUpLeft=0.3, eyeLookUpRight=0.3, eyeLookOutLeft=0.3))
    assert value(pose, "head_x") > 0  # up
    assert value(pose, "head_y") < 0  # plus is the character's right
    assert value(pose, "neck_z") > 0  # plus is the viewer's left, the character's right
    assert value(pose, "iris_rotation_x") > 0
    assert value(pose, "iris_rotation_y") < 0


def test_the_head_turns_less_in_tha2() -> None:
    turned = face((0, np.radians(10), 0))
    assert value(tha.pose45(turned), "head_y") == pytest.approx(-1, abs=1e-5)
    assert value(tha.pose45(turned), "body_y") == pytest.approx(-1, abs=1e-5)
    assert value(tha.pose42(turned), "head_y") == pytest.approx(-2 / 3, abs=1e-5)
    assert tha.pose6(turned)[1] == pytest.approx(-2 / 3, abs=1e-5)


@pytest.mark.parametrize("brows", ["troubled", "angry", "lowered", "serious"])
def test_lowered_brows_look_as_chosen(brows: tha.Brows) -> None:
    pose = tha.pose45(face(browDownLeft=0.4), tha.Style(brows=brows))
    assert value(pose, f"eyebrow_{brows}_left") == pytest.approx(1)
    assert pose.sum() == pytest.approx(1)


def test_eyes_close_as_chosen_or_smiling() -> None:
    relaxed = tha.pose45(face(eyeBlinkLeft=1), tha.Style(wink="relaxed"))
    assert value(relaxed, "eye_relaxed_left") == 1
    smiling = tha.pose45(face(eyeBlinkLeft=1, mouthSmileLeft=0.8, mouthSmileRight=0.8))
    assert value(smiling, "eye_happy_wink_left") == 1
    assert value(smiling, "eye_wink_left") == 0


def test_open_eyes_stay_open_where_a_rest_is_named() -> None:
    style = tha.Style(rest=tha.OPEN)
    lids = [tha.closed(blink, tha.OPEN) for blink in np.linspace(0, 1, 101)]
    assert lids == sorted(lids)
    assert np.abs(np.diff(lids)).max() < 0.04, "a lid glides"
    assert value(tha.pose45(face(eyeBlinkLeft=0.25), style), "eye_wink_left") == 0
    assert value(tha.pose45(face(eyeBlinkLeft=0.4), style), "eye_wink_left") < 0.15
    assert value(tha.pose45(face(eyeBlinkLeft=0.7), style), "eye_wink_left") > 0.85
    assert value(tha.pose45(face(eyeBlinkLeft=0.8), style), "eye_wink_left") == 1
    assert tha.pose6(face(eyeBlinkRight=0.25), style)[4] == 0
    assert value(tha.pose45(face(eyeBlinkLeft=0.2)), "eye_wink_left") == pytest.approx(0.25), "as published"


@pytest.mark.parametrize("clip", ["d0", "d10"])
def test_eyes_of_a_real_clip_are_open_but_for_blinks(shared: Path, clip: str) -> None:
    path = shared / "data" / "driving" / f"{clip}.npz"
    if not path.is_file():
        pytest.skip(f"no {path.name} in shared/")
    with np.load(path) as arrays:
        names = [str(name) for name in arrays["names"]]
        shapes = arrays["blendshapes"]
    filters = Filters(PoseSettings())
    lids: list[float] = []
    published: list[float] = []
    for index, row in enumerate(shapes):
        known = {name: float(value) for name, value in zip(names, row, strict=True) if name in INDEX}
        seen = filters(Driving(index / 25, face(**known))).face
        assert seen
        for found, style in ((lids, tha.Style(rest=tha.OPEN)), (published, tha.DEFAULT)):
            pose = tha.pose45(seen, style)
            found.append(value(pose, "eye_wink_left") + value(pose, "eye_happy_wink_left"))
    assert max(lids) > 0.95
    assert np.quantile(lids, 0.9) < 0.05
    assert np.quantile(published, 0.9) > 0.15


def test_open_mouths() -> None:
    aaa = tha.pose45(face(jawOpen=1, mouthLowerDownLeft=0.5, mouthLowerDownRight=0.5))
    assert value(aaa, "mouth_aaa") > 0.95
    ooo = tha.pose45(face(jawOpen=1, mouthLowerDownLeft=0.25, mouthLowerDownRight=0.25, mouthFunnel=0.6))
    assert value(ooo, "mouth_ooo") > 0.7
    assert value(ooo, "mouth_uuu") == 0


@given(arrays(np.float64, 4, elements=st.floats(0, 1)))
def test_no_other_vowels_show_the_mouth_better(mouth: np.ndarray) -> None:
    def loss(weights: np.ndarray) -> np.ndarray:
        return np.linalg.norm(weights @ tha.VOWELS - mouth, axis=-1) + tha.THRIFT * weights.sum(-1)

    best = tha.vowels(mouth)
    assert ((best >= 0) & (best <= 1)).all()
    rng = np.random.default_rng(1)
    far = rng.uniform(0, 1, (2000, 4))
    near = np.clip(best + rng.normal(0, 0.01, (2000, 4)), 0, 1)
    assert loss(best) <= loss(np.concatenate([far, near])).min() + 1e-9


@given(arrays(np.float32, 45, elements=floats))
def test_bounded_poses_are_of_the_trained_kind(pose: tha.Pose) -> None:
    before = pose.copy()
    bounded = tha.bounded(pose)
    assert (pose == before).all()
    assert ((bounded >= tha.LOWEST) & (bounded <= 1)).all()
    for name, places in GROUPS.items():
        assert bounded[places].sum() <= 1 + 1e-5, name
    assert np.allclose(tha.bounded(bounded), bounded, atol=1e-5)


def test_what_is_of_the_trained_kind_stays() -> None:
    pose = np.zeros((2, 45), np.float32)
    pose[0, [0, 9, 12, 16, 26, 34, 40]] = (0.5, 1, 0.4, 0.6, 0.7, 0.3, -1)
    pose[1, [32, 33, 37]] = (1, 1, -0.5)
    assert np.allclose(tha.bounded(pose), pose, atol=1e-6)


def test_a_blink_shuts_a_wide_eye() -> None:
    pose = tha.bounded(tha.pose45(face(eyeBlinkLeft=1, eyeWideLeft=1, cheekSquintLeft=1)))
    assert value(pose, "eye_wink_left") == 1
    assert value(pose, "eye_surprised_left") == 0


def test_a_smiling_mouth_speaks() -> None:
    lips = {"mouthLowerDownLeft": 0.5, "mouthLowerDownRight": 0.5}
    speaking = face(jawOpen=0.4, mouthSmileLeft=1, mouthSmileRight=1, **lips)
    pose = tha.bounded(tha.pose45(speaking))
    assert value(pose, "mouth_aaa") > 0.5
    assert value(pose, "mouth_raised_corner_left") == pytest.approx(tha.CORNERS)


def test_parted_lips_show_teeth_as_chosen() -> None:
    grin = face(mouthUpperUpLeft=0.8, mouthUpperUpRight=0.8, mouthSmileLeft=0.5, mouthSmileRight=0.5)
    assert not tha.pose45(grin)[26:32].any()
    parted = tha.pose45(grin, tha.Style(lips=tha.PARTED))
    assert value(parted, "mouth_iii") == pytest.approx(0.96)
    assert value(parted, "mouth_aaa") == 0


def test_a_jaw_takes_the_lip_with_it_as_chosen() -> None:
    jaw = face(jawOpen=0.4)
    assert value(tha.pose45(jaw), "mouth_aaa") < 0.6
    assert value(tha.pose45(jaw, tha.Style(lips=tha.PARTED)), "mouth_aaa") > 0.95
    rounded = tha.pose45(face(jawOpen=0.4, mouthFunnel=0.6, mouthPucker=0.3), tha.Style(lips=tha.PARTED))
    assert value(rounded, "mouth_ooo") > 0.5 > value(rounded, "mouth_aaa")


def test_no_number_moves_nothing() -> None:
    assert not tha.bounded(np.full(45, np.nan, np.float32)).any()


def test_breathing() -> None:
    assert tha.breath(0, 20) == 0
    assert tha.breath(1.5, 20) == pytest.approx(1)
    assert tha.breath(3, 20) == pytest.approx(0, abs=1e-9)
    assert tha.breath(9.3, 0) == 0
