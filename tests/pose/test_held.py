"""What is held by hand or by an expression, over what the face does."""

import numpy as np
import pytest
from faces import face, value
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vtuber_app.core.types import INDEX, Driving, FaceState, Held
from vtuber_app.pose import tha
from vtuber_app.pose.filters import Filters, PoseSettings
from vtuber_app.pose.held import EASE_S, ON_FACES, SHOWN, THA1, Holding, onto_face, over, value_range

PLAIN = PoseSettings(mirrored=False, smoothing=0, auto_calibrate=False, blink_hold_s=0, idle=False)


any_face = st.builds(
    FaceState,
    arrays(np.float32, 52, elements=st.floats(0, 1, width=32)),
    arrays(np.float32, 3, elements=st.floats(-1, 1, width=32)),
)


@given(any_face, st.sampled_from(tha.PARAMETERS), st.floats(0, 1, width=32))
def test_a_held_value_is_what_it_is_held_at(driving: FaceState, name: str, held: float) -> None:
    """Whatever the face does, but for its blinks and its speech."""
    shapes = driving.blendshapes.copy()
    shapes[[INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"], INDEX["jawOpen"]]] = 0
    driven = tha.pose45(FaceState(shapes, driving.rotation))
    pose = tha.bounded(over(driven, {name: Held(held)}))
    assert value(pose, name) == pytest.approx(held, abs=1e-5)


def test_what_the_face_does_elsewhere_stays() -> None:
    driven = tha.pose45(face((0.1, 0, 0), browDownLeft=0.2, browDownRight=0.2))
    pose = over(driven, {"eyebrow_happy_left": Held(1.0)})
    assert value(pose, "eyebrow_angry_left") == 0
    assert value(pose, "eyebrow_angry_right") == pytest.approx(0.5)
    assert value(pose, "head_x") == value(driven, "head_x") != 0
    assert value(driven, "eyebrow_angry_left") == pytest.approx(0.5), "what was given stays as it was"


def test_the_face_has_the_room_that_is_left() -> None:
    driven = tha.pose45(face(browDownLeft=0.4))
    pose = over(driven, {"eyebrow_happy_left": Held(0.6)})
    assert value(pose, "eyebrow_angry_left") == pytest.approx(0.4)
    barely = over(driven, {"eyebrow_happy_left": Held(1.0, share=0.25)})
    assert value(barely, "eyebrow_happy_left") == pytest.approx(0.25)
    assert value(barely, "eyebrow_angry_left") == pytest.approx(0.75)


def test_half_held_is_between_both() -> None:
    driven = tha.pose45(face((np.radians(7.5), 0, 0)))
    assert value(over(driven, {"head_x": Held(1.0, share=0.5)}), "head_x") == pytest.approx(0.25)


def test_an_expression_still_blinks_and_speaks() -> None:
    held = {name: Held(1.0) for name in ("eye_surprised_left", "mouth_raised_corner_left", "mouth_raised_corner_right")}
    speaking = tha.pose45(face(eyeBlinkLeft=0.8, jawOpen=0.4, mouthLowerDownLeft=0.5, mouthLowerDownRight=0.5))
    pose = tha.bounded(over(speaking, held))
    assert value(pose, "eye_wink_left") == pytest.approx(1)
    assert value(pose, "mouth_aaa") > 0.4
    assert value(pose, "mouth_raised_corner_left") > 0.4


def test_a_held_mouth_is_not_spoken_over() -> None:
    speaking = tha.pose45(face(jawOpen=0.4, mouthLowerDownLeft=0.5, mouthLowerDownRight=0.5, mouthSmileLeft=1))
    pose = tha.bounded(over(speaking, {"mouth_ooo": Held(1.0)}))
    assert value(pose, "mouth_ooo") == pytest.approx(1)
    assert pose[26:37].sum() == pytest.approx(1)


def test_an_eye_that_is_held_open_stays_open() -> None:
    pose = over(tha.pose45(face(eyeBlinkLeft=1)), {"eye_wink_left": Held(0.0)})
    assert not pose[12:24].any()


def test_shorter_poses_take_what_they_have() -> None:
    held = {"breathing": Held(1.0), "body_y": Held(0.5), "head_y": Held(-0.5)}
    pose = over(tha.pose42(face()), held)
    assert pose.shape == (42,)
    assert value(pose, "head_y") == -0.5
    assert np.count_nonzero(pose) == 1


def test_tha1_shows_eyes_mouth_and_head() -> None:
    driven = tha.pose6(face((0, 0, 0.1), jawOpen=0.1))
    held = {
        "eye_happy_wink_left": Held(1.0),
        "mouth_ooo": Held(0.5),
        "head_x": Held(-1.0),
        "eyebrow_angry_left": Held(1),
    }
    pose = over(driven, held)
    assert pose == pytest.approx([-1, 0, driven[2], 1, 0, 0.5])
    assert {name for names in THA1.values() for name in names} <= set(tha.PARAMETERS)


def test_nothing_held_changes_nothing() -> None:
    driven, given_face = tha.pose45(face(jawOpen=0.3)), face(jawOpen=0.3)
    assert over(driven, {}) is driven
    assert onto_face(given_face, {}) is given_face


def both(name: str) -> list[str]:
    return [name] if name in tha.PLACE else [f"{name}_left", f"{name}_right"]


INVERTIBLE = ["eye_wink", "eye_surprised", "mouth_raised_corner"]
NEARLY = [
    "eyebrow_raised", "eyebrow_angry", "eye_raised_lower_eyelid", "mouth_aaa", "mouth_iii", "mouth_uuu", "mouth_ooo",
    "mouth_lowered_corner",
]  # fmt: skip


@pytest.mark.parametrize("held", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("name", [*INVERTIBLE, "iris_rotation_x", "iris_rotation_y", "head_x", "head_y", "neck_z"])
def test_a_face_shows_what_is_held(name: str, held: float) -> None:
    busy = face((0.1, -0.1, 0.1), browDownLeft=0.2, eyeWideLeft=0.1, mouthFrownLeft=0.2, eyeLookUpLeft=0.3)
    shown = tha.pose45(onto_face(busy, {each: Held(held) for each in both(name)}))
    for each in both(name):
        assert value(shown, each) == pytest.approx(held, abs=1e-5)


@pytest.mark.parametrize("name", NEARLY)
def test_a_face_nearly_shows_what_is_held(name: str) -> None:
    shown = tha.pose45(onto_face(face(), {each: Held(1.0) for each in both(name)}))
    for each in both(name):
        assert value(shown, each) > 0.85


@pytest.mark.parametrize("name", sorted(ON_FACES))
def test_each_parameter_is_seen_on_a_face(name: str) -> None:
    shown = onto_face(face(), {name: Held(1.0)})
    change = np.abs(shown.blendshapes).sum() + np.abs(shown.rotation).sum()
    assert change > 0.1


def test_what_is_held_on_a_face_keeps_its_side_and_yields_to_blinks() -> None:
    shown = onto_face(
        face(eyeBlinkLeft=0.7, eyeBlinkRight=0.7), {"eye_wink_left": Held(0.0), "eye_surprised_right": Held(1)}
    )
    assert shown["eyeBlinkLeft"] == 0
    assert shown["eyeBlinkRight"] == pytest.approx(0.7)
    assert shown["eyeWideRight"] > 0.3
    assert shown["eyeWideLeft"] == 0


def test_a_face_half_shows_what_is_half_held() -> None:
    shown = onto_face(face((0, 0, 0.1), jawOpen=0.2), {"mouth_aaa": Held(1.0, 0.5), "neck_z": Held(0.0, 0.5)})
    assert shown["jawOpen"] == pytest.approx(0.5 * 0.2 + 0.5 * 0.4)
    assert shown.rotation[2] == pytest.approx(0.05)


def test_a_held_brow_of_a_face_clears_the_others_of_that_brow() -> None:
    shown = onto_face(face(browDownLeft=0.4, browDownRight=0.4), {"eyebrow_happy_left": Held(1.0)})
    assert shown["browDownLeft"] == 0
    assert shown["browDownRight"] == pytest.approx(0.4)


def test_the_table_of_faces_names_parameters() -> None:
    assert {each for name in SHOWN for each in both(name)} <= set(tha.PARAMETERS)


def test_holding_glides_and_lets_go() -> None:
    holding = Holding()
    assert holding({"head_x": 1.0}, 0.0) == {"head_x": Held(1.0)}, "at the start it is held at once"
    path = [holding({"head_y": 0.5}, 0.02 * step) for step in range(1, 20)]
    shares = [now["head_x"].share if "head_x" in now else 0.0 for now in path]
    assert shares == sorted(shares, reverse=True)
    assert 0.3 < shares[4] < 0.7
    assert path[-1] == {"head_y": Held(0.5)}
    assert np.abs(np.diff([now["head_y"].share for now in path])).max() < 0.2


def test_a_held_value_glides_to_another() -> None:
    holding = Holding()
    holding({"head_x": 0.0}, 0)
    values = [holding({"head_x": 0.5}, EASE_S * step / 10)["head_x"].value for step in range(1, 11)]
    assert values[0] == pytest.approx(0.1)
    assert values[-1] == pytest.approx(0.5)
    assert holding({"head_x": 0.5}, 0.0)["head_x"].value == 0.5, "time that doesn't grow changes nothing"


def test_filters_hold_the_characters_own_side_and_ease() -> None:
    filters = Filters(PLAIN.model_copy(update={"mirrored": True}))
    assert filters(Driving(0.0, face())).held == {}
    filters.update(PLAIN.model_copy(update={"mirrored": True, "held": {"eye_wink_left": 1.0}}))
    assert 0 < filters(Driving(0.05, face())).held["eye_wink_left"].share < 1
    assert filters(Driving(1.0, face())).held == {"eye_wink_left": Held(1.0)}


def test_a_face_that_is_not_followed_rests() -> None:
    filters = Filters(PLAIN)
    turned = face((0.2, 0.3, 0), jawOpen=0.5)
    filters(Driving(0, turned))
    filters.update(PLAIN.model_copy(update={"follows": False}))
    passed = [filters(Driving(0.02 * step, turned)).face for step in range(1, 20)]
    yaws = [found.rotation[1] for found in passed if found]
    assert yaws[0] > 0.25
    assert np.abs(np.diff(yaws)).max() < 0.06
    assert passed[-1]
    assert not passed[-1].blendshapes.any()
    assert not passed[-1].rotation.any()


def test_an_avatar_blinks_by_itself_where_asked() -> None:
    settings = PLAIN.model_copy(update={"blinks": True})

    def blinks(settings: PoseSettings, driving: FaceState | None) -> int:
        filters = Filters(settings)
        faces = [filters(Driving(step / 60, driving)).face for step in range(60 * 60)]
        lids = np.array([found["eyeBlinkLeft"] > 0.9 for found in faces if found])
        return int((lids[1:] & ~lids[:-1]).sum())

    assert 10 <= blinks(settings, face()) <= 35
    assert blinks(PLAIN, face()) == 0
    assert blinks(settings.model_copy(update={"idle": True}), None) <= 35, "not on top of the idle face's own"
    assert 10 <= blinks(settings.model_copy(update={"follows": False}), None) <= 35


def test_held_values_are_checked_and_not_kept() -> None:
    settings = PoseSettings(held={"head_x": -1.0}, follows=False)
    assert PoseSettings.model_validate_json(settings.model_dump_json()) == PoseSettings()
    with pytest.raises(ValueError, match="there is no parameter tail"):
        PoseSettings(held={"tail": 1.0})
    with pytest.raises(ValueError, match="eye_wink_left goes from 0 to 1"):
        PoseSettings(held={"eye_wink_left": -0.5})


def test_ranges() -> None:
    assert value_range("eye_wink_left") == (0, 1)
    assert value_range("breathing") == (0, 1)
    assert value_range("iris_rotation_x") == value_range("body_z") == (-1, 1)
