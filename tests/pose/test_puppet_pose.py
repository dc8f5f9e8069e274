"""What a puppet makes of a face."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from vtuber_app.core.types import BLENDSHAPES, INDEX, FaceState
from vtuber_app.pose.puppet import PITCH, REST, ROLL, YAW, puppet_pose


def face(**weights: float) -> FaceState:
    blendshapes = np.zeros(52, np.float32)
    for name, weight in weights.items():
        blendshapes[INDEX[name]] = weight
    return FaceState(blendshapes)


def mirrored(state: FaceState) -> FaceState:
    """The face as a mirror shows it."""

    def other(name: str) -> str:
        return name.replace("Left", "?").replace("Right", "Left").replace("?", "Right")

    blendshapes = np.array([state[other(name)] for name in BLENDSHAPES], np.float32)
    return FaceState(blendshapes, state.rotation * [1, -1, -1], state.translation * [-1, 1, 1])


any_face = st.builds(
    FaceState,
    arrays.arrays(np.float32, 52, elements=st.floats(0, 1, width=32)),
    arrays.arrays(np.float32, 3, elements=st.floats(-4, 4, width=32)),
    arrays.arrays(np.float32, 3, elements=st.floats(-5, 5, width=32)),
)


@given(any_face)
def test_every_face_gives_a_bounded_pose(state: FaceState) -> None:
    pose = puppet_pose(state)
    assert abs(pose.pitch) <= PITCH
    assert abs(pose.yaw) <= YAW
    assert abs(pose.roll) <= ROLL
    assert all(abs(value) <= 1 for value in (pose.x, pose.y, pose.z))
    for eye in (pose.left_eye, pose.right_eye):
        assert 0 <= eye.opening <= 2
        assert 0 <= eye.smile <= 1
        assert 0 <= eye.squint <= 1
        assert abs(eye.left) <= 1
        assert abs(eye.up) <= 1
    assert all(abs(value) <= 1 for value in (*pose.left_brow, *pose.right_brow))
    assert all(abs(value) <= 1 for value in pose.mouth)
    assert min(pose.mouth.opening, pose.mouth.round, pose.mouth.raised, pose.mouth.teeth, pose.mouth.press) >= 0


@given(any_face)
def test_a_mirrored_face_gives_a_mirrored_pose(state: FaceState) -> None:
    pose, other = puppet_pose(state), puppet_pose(mirrored(state))
    assert math.isclose(pose.yaw, -other.yaw, abs_tol=1e-5)
    assert math.isclose(pose.x, -other.x, abs_tol=1e-5)
    turned = other.right_eye._replace(left=-other.right_eye.left)
    np.testing.assert_allclose(pose.left_eye, turned, atol=1e-5)
    np.testing.assert_allclose(pose.left_brow, other.right_brow, atol=1e-5)
    lips = other.mouth._replace(left=other.mouth.right, right=other.mouth.left, shift=-other.mouth.shift)
    np.testing.assert_allclose(pose.mouth, lips, atol=1e-5)


def test_without_a_face_it_rests() -> None:
    assert puppet_pose(None) == REST


def test_a_neutral_face_rests() -> None:
    np.testing.assert_allclose(puppet_pose(FaceState()).left_eye, REST.left_eye, atol=1e-6)
    np.testing.assert_allclose(puppet_pose(FaceState()).mouth, REST.mouth, atol=1e-6)


def test_a_webcams_blink_closes_both_eyes() -> None:
    pose = puppet_pose(face(eyeBlinkLeft=0.58, eyeBlinkRight=0.5))
    assert pose.left_eye.opening == pose.right_eye.opening == 0


def test_lids_that_differ_a_little_move_together() -> None:
    pose = puppet_pose(face(eyeBlinkLeft=0.35, eyeBlinkRight=0.2))
    assert pose.left_eye.opening == pose.right_eye.opening


def test_a_wink_closes_one_eye() -> None:
    pose = puppet_pose(face(eyeBlinkLeft=0.8, eyeBlinkRight=0.15))
    assert pose.left_eye.opening == 0
    assert pose.right_eye.opening > 0.9


def test_the_far_eye_of_a_turned_head_follows_the_near_one() -> None:
    lids = face(eyeBlinkLeft=0.9, eyeBlinkRight=0.0)
    pose = puppet_pose(FaceState(lids.blendshapes, np.array([0, 0.7, 0], np.float32)))
    assert pose.left_eye.opening == pose.right_eye.opening == 1


def test_looking_down_is_no_blink() -> None:
    looking = {"eyeLookDownLeft": 0.8, "eyeLookDownRight": 0.8}
    assert puppet_pose(face(eyeBlinkLeft=0.25, eyeBlinkRight=0.25, **looking)).left_eye.opening > 0.7


def test_noise_around_closed_lips_does_not_part_them() -> None:
    assert puppet_pose(face(jawOpen=0.03)).mouth.opening < 0.01


def test_closed_lips_on_an_open_jaw_stay_closed() -> None:
    assert puppet_pose(face(jawOpen=0.4, mouthClose=0.4)).mouth.opening < 0.01


def test_vowels_differ() -> None:
    a, i = (
        puppet_pose(face(jawOpen=0.6)).mouth,
        puppet_pose(face(mouthStretchLeft=0.6, mouthStretchRight=0.6, jawOpen=0.1)).mouth,
    )
    u, o = puppet_pose(face(mouthPucker=0.8, jawOpen=0.1)).mouth, puppet_pose(face(mouthFunnel=0.6, jawOpen=0.4)).mouth
    assert a.opening > o.opening > max(i.opening, u.opening) > 0
    assert i.wide > a.wide > o.wide > u.wide
    assert min(u.round, o.round) > 0.5 > max(a.round, i.round)
