import ctypes
import shutil
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from vtuber_app.core import clock, pointer
from vtuber_app.core.errors import DeviceError
from vtuber_app.core.pointer import placed
from vtuber_app.core.types import Driving, FaceState
from vtuber_app.pose.filters import Filters, PoseSettings
from vtuber_app.trackers import mouse
from vtuber_app.trackers.mouse import Mouse, MouseSettings


class Held:
    def __init__(self, right: float, up: float) -> None:
        self.at = right, up
        self.closed = False

    def place(self) -> tuple[float, float]:
        return self.at

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def faces(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The faces of some seconds with the pointer held there; time doesn't pass."""

    def look_at(right: float, up: float, seconds: float = 6, **settings: Any) -> list[FaceState]:
        now, held = [50.0], Held(right, up)

        def wait_until(moment: float, timeout: float) -> bool:
            now[0] = max(now[0], moment)
            return True

        monkeypatch.setattr(mouse, "open_pointer", lambda: held)
        monkeypatch.setattr(clock, "now", lambda: now[0])
        monkeypatch.setattr(clock, "wait_until", wait_until)
        found = []
        with Mouse(MouseSettings(**settings)) as tracker:
            for _ in range(int(seconds * 60)):
                moment = tracker.read(0.1)
                assert moment
                assert moment.face
                assert moment.from_rest
                found.append(moment.face)
        assert held.closed
        return found

    return look_at


def test_head_and_eyes_turn_to_the_pointer(faces: Any) -> None:
    right, left = faces(1, 0)[-1], faces(-1, 0)[-1]
    assert right.gaze[0] < -0.6  # to the performer's left is positive
    assert left.gaze[0] > 0.6
    assert np.degrees(left.rotation[1] - right.rotation[1]) == pytest.approx(44, abs=3)
    above, below = faces(0, 1)[-1], faces(0, -1)[-1]
    assert above.gaze[1] > 0.5
    assert below.gaze[1] < -0.5
    assert below.rotation[0] - above.rotation[0] > np.radians(20)  # down is positive


def test_eyes_alone_follow_when_the_head_is_told_not_to(faces: Any) -> None:
    right, left = faces(1, 0, turn=0)[-1], faces(-1, 0, turn=0)[-1]
    assert right.gaze[0] < -0.6
    assert right.rotation[1] == pytest.approx(left.rotation[1])


def test_a_look_aside_is_not_taken_for_rest_and_the_face_blinks(faces: Any) -> None:
    found = faces(1, 1, 12)
    filters = Filters(PoseSettings(mirrored=False))
    moved = [filters(Driving(50 + i / 60, face, from_rest=True)).face for i, face in enumerate(found)]
    assert moved[-1]
    assert np.degrees(moved[-1].rotation[1]) == pytest.approx(-22, abs=5)
    assert max(face["eyeBlinkLeft"] for face in found) > 0.9
    steps = np.abs(np.diff([face.rotation for face in found], axis=0))
    assert steps.max() < 0.05


def test_edges_and_the_middle_of_a_screen() -> None:
    assert placed(0, 0, 0, 0, 1920, 1080) == (-1, 1)
    assert placed(1919, 1079, 0, 0, 1920, 1080) == (1, -1)
    assert placed(-960, 100, -1921, 0, 1923, 201) == (0, 0)
    assert placed(9000, -50, 0, 0, 1920, 1080) == (1, 1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Wayland is Linux' own")
def test_wayland_says_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(DeviceError, match="Wayland tells no program"):
        pointer.open_pointer()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is Linux' own")
def test_no_screen_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    monkeypatch.setenv("DISPLAY", ":9999")
    with pytest.raises(DeviceError, match=r"no screen|libX11"):
        pointer.open_pointer()


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="there is no Xvfb to ask")
def test_x11_tells_where_the_pointer_is(monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "400x200x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout
            monkeypatch.setenv("DISPLAY", f":{server.stdout.readline().strip()}")
            x11 = pointer.X11()
            library: Any = ctypes.CDLL("libX11.so.6")
            for x, y in ((0, 0), (399, 199), (100, 150)):
                library.XWarpPointer.argtypes = (
                    *(ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong),
                    *(*[ctypes.c_int] * 2, *[ctypes.c_uint] * 2, *[ctypes.c_int] * 2),
                )
                library.XWarpPointer(x11.connection.display, 0, x11.connection.root, 0, 0, 0, 0, x, y)
                assert x11.place() == pytest.approx(placed(x, y, 0, 0, 400, 200))
            x11.close()
        finally:
            server.terminate()


def test_keys_turn_the_head_and_speak(faces: Any) -> None:
    keys = {"head_keys": "arrows", "mouth_keys": "A I U E O"}
    left = faces(0, 0, pressed=frozenset({"Left", "A"}), **keys)
    rest = faces(0, 0)[-1].rotation[1]
    assert np.degrees(left[-1].rotation[1] - rest) == pytest.approx(22, abs=0.5)
    assert left[-1]["jawOpen"] == pytest.approx(0.4, abs=0.01)
    assert np.diff([face["jawOpen"] for face in left]).max() < 0.2, "the mouth opens, it doesn't jump"
    assert faces(0, 0, pressed=frozenset({"U"}), **keys)[-1]["mouthPucker"] > 0.7
    assert faces(0, 0, pressed=frozenset({"Left", "A"}))[-1]["jawOpen"] == 0, "no key was chosen"


@pytest.mark.skipif(not shutil.which("Xvfb") or not shutil.which("xdotool"), reason="there is no Xvfb and xdotool")
def test_x11_tells_which_keys_are_down(monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "400x200x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout
            monkeypatch.setenv("DISPLAY", f":{server.stdout.readline().strip()}")
            monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
            monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
            settings = MouseSettings(head_keys="WASD", mouth_keys="space", everywhere=True)
            with Mouse(settings) as tracker:
                subprocess.run(["xdotool", "keydown", "a", "keydown", "space"], check=True, timeout=20)
                found = [tracker.read(0.1) for _ in range(60)][-1]
                subprocess.run(["xdotool", "keyup", "a", "keyup", "space"], check=True, timeout=20)
                again = [tracker.read(0.1) for _ in range(60)][-1]
            assert found
            assert found.face
            assert found.face.rotation[1] > 0.2
            assert found.face["jawOpen"] > 0.3
            assert again
            assert again.face
            assert again.face["jawOpen"] < 0.05
        finally:
            server.terminate()
