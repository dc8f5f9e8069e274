"""Gamepads: what their sticks and buttons make of a face, and one of SDL's own that is plugged in and pulled out."""

import ctypes
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtuber_app.core.types import Driving, FaceState
from vtuber_app.trackers.gamepad import NONE, Gamepad, GamepadSettings, face_of, shaped
from vtuber_app.trackers.sdl_pads import Pad

PLAIN = GamepadSettings(turn=30, dead=0.1, curve=1.0)
axis = st.floats(-1, 1)


def made(**pad: Any) -> FaceState:
    return face_of(Pad(**pad), FaceState(), PLAIN)


def test_sticks_turn_head_and_eyes() -> None:
    head = made(left=(1.0, 0.0))
    assert np.degrees(head.rotation) == pytest.approx([0, -30, 0], abs=1e-3), "to the performer's right"
    assert made(left=(0.0, 1.0)).rotation[0] < -0.3, "up is negative"
    assert made(right=(1.0, 0.0)).gaze[0] == pytest.approx(-0.8)
    assert made(right=(0.0, 1.0)).gaze[1] == pytest.approx(0.8)


def test_triggers_and_buttons() -> None:
    assert made(triggers=(0.0, 1.0))["jawOpen"] == pytest.approx(0.7)
    assert made(triggers=(0.5, 0.0))["mouthSmileLeft"] == pytest.approx(0.5)
    wink = made(buttons=frozenset({"east", "guide"}))
    assert (wink["eyeBlinkLeft"], wink["eyeBlinkRight"]) == (1, 0)


@given(axis, axis, st.floats(0, 0.5), st.floats(1, 3))
def test_sticks_are_quiet_in_the_middle_and_full_at_the_edge(x: float, y: float, dead: float, curve: float) -> None:
    right, up = shaped(x, y, dead, curve)
    assert np.hypot(right, up) <= 1 + 1e-6
    if np.hypot(x, y) <= dead:
        assert (right, up) == (0, 0)
    assert right * y == pytest.approx(up * x, abs=1e-6), "its direction stays"
    assert shaped(1, 0, dead, curve) == pytest.approx((1, 0))


@given(axis, axis, axis, axis, st.floats(0, 1), st.floats(0, 1))
def test_any_pad_gives_a_face(a: float, b: float, c: float, d: float, e: float, f: float) -> None:
    face = made(left=(a, b), right=(c, d), triggers=(e, f))
    assert face.blendshapes.min() >= 0
    assert face.blendshapes.max() <= 1
    assert np.isfinite(face.rotation).all()


@pytest.fixture
def tracker() -> Iterator[Gamepad]:
    pytest.importorskip("sdl2dll")
    with Gamepad(GamepadSettings(turn=30, curve=1.0)) as opened:
        yield opened


def moment(tracker: Gamepad) -> Driving | None:
    found = None
    for _ in range(3):  # one to notice it, one to read it
        found = tracker.read(0.1)
    return found


class Virtual:
    """A gamepad of SDL's own, which it shows as it would a real one."""

    def __init__(self, sdl: Any) -> None:
        self.sdl = sdl
        sdl.SDL_JoystickOpen.restype = ctypes.c_void_p
        sdl.SDL_JoystickSetVirtualAxis.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_int16)
        sdl.SDL_JoystickSetVirtualButton.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_uint8)
        self.place = sdl.SDL_JoystickAttachVirtual(1, 6, 15, 0)
        assert self.place >= 0
        self.stick = sdl.SDL_JoystickOpen(self.place)
        for trigger in (4, 5):
            self.axis(trigger, -1)

    def axis(self, number: int, value: float) -> None:
        self.sdl.SDL_JoystickSetVirtualAxis(self.stick, number, round(32767 * value))


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS wants the main thread for pads that are attached")
def test_a_pad_is_plugged_in_used_and_pulled_out(tracker: Gamepad) -> None:
    assert moment(tracker) is None or tracker.notice is None, "a real pad may be there"
    pads = len(tracker._last)
    if not pads:
        assert tracker.notice == NONE
    pad = Virtual(tracker._pads.sdl)
    assert moment(tracker)
    assert len(tracker._last) == pads + 1
    assert tracker.notice is None
    pad.axis(0, 1)
    pad.axis(5, 1)
    pad.sdl.SDL_JoystickSetVirtualButton(pad.stick, 2, 1)
    found = moment(tracker)
    assert found
    assert found.from_rest
    assert found.face
    assert np.degrees(found.face.rotation[1]) == pytest.approx(-30, abs=3)
    assert found.face["jawOpen"] > 0.6
    assert found.face["eyeBlinkRight"] == 1
    pad.sdl.SDL_JoystickDetachVirtual(pad.place)
    moment(tracker)
    assert len(tracker._last) == pads
