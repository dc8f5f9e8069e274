"""The avatar looks at the pointer and breathes, over what the performer does."""

import numpy as np
import pytest

from vtuber_app.core.errors import DeviceError
from vtuber_app.core.types import Driving, FaceState
from vtuber_app.pose.filters import Filters, PoseSettings
from vtuber_app.pose.idle import BREATH_S

PLAIN = PoseSettings(mirrored=False, smoothing=0, auto_calibrate=False, blink_hold_s=0, idle=False)


class Corner:
    """A pointer that is held in one place."""

    def __init__(self, right: float, up: float) -> None:
        self.at, self.closed = (right, up), False

    def place(self) -> tuple[float, float]:
        return self.at

    def close(self) -> None:
        self.closed = True


def after(filters: Filters, seconds: float, start: float = 0.0, face: FaceState | None = None) -> FaceState:
    shown = None
    for i in range(round(seconds * 60) + 1):
        shown = filters(Driving(start + i / 60, face or FaceState())).face
    assert shown
    return shown


@pytest.mark.parametrize("mirrored", [False, True])
def test_eyes_and_a_little_of_the_head_follow_the_pointer(mirrored: bool) -> None:
    pointer = Corner(1, 1)
    filters = Filters(PLAIN.model_copy(update={"looks": True, "mirrored": mirrored}), lambda: pointer)
    turned = FaceState(rotation=np.array([0, 0.2 if mirrored else -0.2, 0], np.float32))
    face = after(filters, 2, face=turned)
    assert face.gaze == pytest.approx((0.7, 0.6), abs=0.01), "to the right of the screen, however it is mirrored"
    assert np.degrees(face.rotation) == pytest.approx([-6, 9 + np.degrees(-0.2), 0], abs=0.1)
    filters.update(PLAIN)
    back = after(filters, 1, start=2.1)
    assert back.gaze == pytest.approx((0, 0), abs=1e-6)
    assert pointer.closed


def test_looking_starts_without_a_jump() -> None:
    filters = Filters(PLAIN, lambda: Corner(1, 0))
    after(filters, 0.5)
    filters.update(PLAIN.model_copy(update={"looks": True}))
    gazes = [filters(Driving(0.6 + i / 60, FaceState())).face for i in range(60)]
    steps = np.abs(np.diff([face.gaze[0] for face in gazes if face]))
    assert steps.max() < 0.2


def test_where_the_pointer_is_not_told_it_is_said() -> None:
    def refused() -> Corner:
        raise DeviceError("Wayland tells no program.")

    filters = Filters(PLAIN.model_copy(update={"looks": True}), refused)
    assert after(filters, 0.5).gaze == (0, 0)
    assert filters.notice == "Wayland tells no program."
    filters.update(PLAIN)
    after(filters, 0.1, start=1)
    assert filters.notice is None


def test_a_tracked_face_breathes() -> None:
    filters = Filters(PLAIN.model_copy(update={"breathes": True}))
    heights = [filters(Driving(i / 30, FaceState())).face for i in range(round(30 * 2 * BREATH_S))]
    pitch = np.array([face.rotation[0] for face in heights if face])
    assert 0.03 < np.ptp(pitch) < 0.05
    assert np.abs(np.diff(pitch)).max() < 0.003
    assert not after(Filters(PLAIN), 2).rotation.any()
