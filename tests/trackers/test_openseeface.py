from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from wire import PACKETS, free_port, raw, send

from vtuber_app.core import clock
from vtuber_app.core.errors import PacketError
from vtuber_app.core.types import FaceState
from vtuber_app.pose.head import euler
from vtuber_app.trackers.openseeface import FACE, JAW_M, OpenSeeFace, OpenSeeFaceSettings, split, state

REST = FaceState()


@pytest.fixture
def tracker() -> Iterator[OpenSeeFace]:
    with OpenSeeFace(OpenSeeFaceSettings(port=free_port())) as part:
        yield part


def one(**fields: Any) -> NDArray[Any]:
    """An upright face at rest, with these fields."""
    face = np.zeros(1, FACE)
    face["left_open"] = face["right_open"] = face["fitted"] = face["confidence"] = 1
    face["euler"], face["translation"] = (180, 0, 90), (0, 0, -4)
    face["solid"][0, 66:] = (0.2, -0.3, 0.2), (-0.2, -0.3, 0.2), (0.2, -0.3, 0.3), (-0.2, -0.3, 0.3)
    for name, value in fields.items():
        face[name] = value
    return face


def test_the_published_packet() -> None:
    expected = PACKETS["osf_one_face"]["expect"]
    assert list(split(raw("osf_one_face"))) == [0]
    (read,) = np.frombuffer(raw("osf_one_face"), FACE)
    fields = {
        "time": "time", "id": "id", "size": "size", "right_eye_open": "right_open", "left_eye_open": "left_open",
        "got3d": "fitted", "pnp_error": "error", "quat": "quaternion", "euler_raw": "euler",
        "translation": "translation", "features_eye_left": "eye_left", "features_eye_right": "eye_right",
        "mouth_open": "mouth_open", "mouth_wide": "mouth_wide",
    }  # fmt: skip
    for theirs, ours in fields.items():
        assert np.asarray(read[ours], float) == pytest.approx(np.asarray(expected[theirs], float)), theirs
    assert read["points"][:2].tolist() == expected["points_first"]
    assert read["solid"][1] == pytest.approx(expected["points3d_second"])
    face = state(raw("osf_one_face"), 0, REST)
    assert np.degrees(face.rotation) == pytest.approx([-10, 5, 0], abs=1e-4)
    assert face.translation == pytest.approx(JAW_M * np.array([-0.2, 0.1, -0.9]))
    assert face["jawOpen"] == pytest.approx(0.4)
    assert (face["eyeBlinkRight"], face["eyeBlinkLeft"]) == pytest.approx((0.1, 0.2))
    assert face.confidence == pytest.approx(0.5)


def test_an_upright_face_rests() -> None:
    face = state(one().tobytes(), 0, REST)
    assert not face.blendshapes.any()
    assert not face.rotation.any()
    assert face.confidence == 1


def turned(pitch: float, yaw: float, roll: float) -> NDArray[np.float64]:
    """(3, 3) Rz(roll) Ry(yaw) Rx(pitch), rad."""
    x, y, z = (cv2.Rodrigues(np.array(axis))[0] for axis in ((pitch, 0, 0), (0, yaw, 0), (0, 0, roll)))
    matrix: NDArray[np.float64] = z @ y @ x
    return matrix


@given(*[st.floats(-0.6, 0.6)] * 3)
def test_its_angles_are_ours_whatever_way_the_head_turns(pitch: float, yaw: float, roll: float) -> None:
    """OpenSeeFace's own sum: its model, x to the performer's right, seen as rows and columns, behind the camera."""
    rows_and_columns = np.array([[0, -1, 0], [1, 0, 0], [0, 0, -1]])
    behind, model = np.diag([-1, -1, 1]), np.diag([-1, 1, 1])
    matrix = turned(pitch, yaw, roll)
    assert euler(matrix) == pytest.approx([pitch, yaw, roll], abs=1e-9)
    theirs = cv2.RQDecomp3x3((behind @ rows_and_columns @ matrix @ model).astype(np.float64))[0]
    if theirs[2] < 0 or abs(theirs[0]) < 90:  # the other way to write the same turn, which its filter never follows
        return
    face = state(one(euler=theirs).tobytes(), 0, REST)
    assert face.rotation == pytest.approx([pitch, yaw, roll], abs=1e-4)


def test_eyes_that_look_to_the_performers_left_and_up() -> None:
    solid = one()["solid"][0]
    solid[66:68] = solid[68:70] + np.float32([-0.03, -0.02, -0.1])
    face = state(one(solid=solid).tobytes(), 0, REST)
    left, up = face.gaze
    assert left == pytest.approx(np.degrees(np.arctan2(0.03, 0.1)) / 35.5, abs=1e-3)
    assert up == pytest.approx(np.degrees(np.arctan2(0.02, np.hypot(0.03, 0.1))) / 35.5, abs=1e-3)


@pytest.mark.parametrize(
    ("field", "value", "name", "weight"),
    [
        ("right_open", 0.25, "eyeBlinkRight", 0.75),
        ("eye_left", 0.5, "eyeWideLeft", 0.5),
        ("brow_up_left", -0.4, "browDownLeft", 0.4),
        ("brow_up_right", 0.4, "browOuterUpRight", 0.4),
        ("corner_down_left", -0.3, "mouthSmileLeft", 0.3),
        ("corner_down_right", 0.3, "mouthFrownRight", 0.3),
        ("mouth_wide", -0.5, "mouthPucker", 0.5),
        ("mouth_wide", 0.5, "mouthStretchLeft", 0.5),
        ("mouth_open", 3, "jawOpen", 1),
    ],
)
def test_features_become_blendshapes(field: str, value: float, name: str, weight: float) -> None:
    assert state(one(**{field: value}).tobytes(), 0, REST)[name] == pytest.approx(weight)


def test_a_fit_that_failed_keeps_the_head() -> None:
    last = state(one(euler=(-170, 20, 95)).tobytes(), 0, REST)
    face = state(one(fitted=0, euler=(0, 0, 0), mouth_open=0.5).tobytes(), 0, last)
    assert face.rotation.tolist() == last.rotation.tolist()
    assert face.rotation.any()
    assert face["jawOpen"] == 0.5


def test_half_a_face_is_refused() -> None:
    with pytest.raises(PacketError):
        split(raw("osf_bad_length"))
    with pytest.raises(PacketError):
        split(b"")


def test_one_of_several_faces_is_followed_until_it_is_gone(
    tracker: OpenSeeFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 100.0
    monkeypatch.setattr(clock, "now", lambda: moment)
    small, large = one(id=0, mouth_open=0.1), one(id=1, mouth_open=0.9)
    small["points"] = np.random.default_rng(1).uniform(100, 150, (68, 2))
    large["points"] = np.random.default_rng(1).uniform(100, 400, (68, 2))

    def jaw(*faces: NDArray[Any]) -> float | None:
        face, _ = tracker.parse(b"".join(face.tobytes() for face in faces))
        return None if face is None else round(face["jawOpen"], 3)

    assert jaw(small, large) == 0.9
    large["points"], small["points"] = small["points"].copy(), large["points"].copy()
    assert jaw(small, large) == jaw(large, small) == 0.9
    moment = 100.5
    assert jaw(small) is None
    moment = 101.2
    assert jaw(small) == 0.1
    assert jaw(small, large) == 0.1


@given(st.binary(min_size=1785, max_size=1785))
def test_any_bytes_of_the_right_size_give_a_sane_face(packet: bytes) -> None:
    face = state(packet, split(packet)[0], REST)
    assert ((face.blendshapes >= 0) & (face.blendshapes <= 1)).all()
    assert np.isfinite(face.rotation).all()
    assert np.isfinite(face.translation).all()
    assert 0 <= face.confidence <= 1


def test_packets_with_two_faces_come_through(tracker: OpenSeeFace) -> None:
    send(one(id=4, mouth_open=0.5).tobytes() + one(id=7).tobytes(), tracker.settings.port)
    driving = tracker.read(1)
    assert driving
    assert driving.face
    assert driving.face["jawOpen"] == 0.5
