"""A gamepad: the left stick turns the head, the right one the eyes, triggers speak and smile, buttons make faces."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, Self

import numpy as np
from pydantic import Field

from vtuber_app.core import clock
from vtuber_app.core.parts import Rank, Tracker
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import INDEX, Driving, FacePart, FaceState
from vtuber_app.pose.idle import Idle, look
from vtuber_app.trackers.sdl_pads import Pad, Pads

STEP_S = 1 / 60
NOD = 0.7
"""Heads nod less than they turn."""
GAZE = 0.8
SWAY_KEPT = 0.4
TALKING = {"jawOpen": 0.7, "mouthLowerDownLeft": 0.5, "mouthLowerDownRight": 0.5}
SMILING = {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0, "cheekSquintLeft": 0.3, "cheekSquintRight": 0.3}
FACES: dict[str, dict[str, float]] = {
    "south": {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0},
    "west": {"eyeBlinkRight": 1.0},  # on the performer's right, which a mirror shows on the left
    "east": {"eyeBlinkLeft": 1.0},
    "north": {
        "eyeWideLeft": 0.7, "eyeWideRight": 0.7, "browInnerUp": 0.8, "browOuterUpLeft": 0.8, "browOuterUpRight": 0.8,
    },
    "left": {"browDownLeft": 0.9, "browDownRight": 0.9},
    "right": {"mouthPucker": 0.8, "mouthFunnel": 0.3, "jawOpen": 0.2},
}  # fmt: skip
"""What each button makes: shut eyes, winks, surprise, anger, and lips that whistle."""
NONE = "No gamepad is there. Plug one in, or pair it; it is taken at once."


class GamepadSettings(Settings):
    """How the sticks are read."""

    kind: Literal["gamepad"] = "gamepad"
    turn: float = Field(28, ge=0, le=45, title="Head turns", description="With the stick at its edge, in degrees.")
    dead: float = Field(0.12, ge=0, le=0.5, title="Dead zone", description="How far a stick moves before it counts.")
    curve: float = Field(1.6, ge=1, le=3, title="Curve", description="1: even; more: finer near the middle.")


class Gamepad(Tracker[GamepadSettings]):
    """Follows whichever pad is used."""

    title = "Gamepad"
    requires = ("sdl2dll",)
    hot = frozenset({"turn", "dead", "curve"})

    @classmethod
    def ranks(cls, settings: GamepadSettings) -> Mapping[FacePart, Rank]:
        return dict.fromkeys(("gaze", "head", "mouth", "smile"), Rank.INDIRECT)

    def __enter__(self) -> Self:
        self._pads = Pads()
        self._due = clock.now()
        self._idle = Idle()
        self._last: dict[str, Pad] = {}
        self._used = ""
        return self

    def __exit__(self, *exc: object) -> None:
        if hasattr(self, "_pads"):
            self._pads.close()
            del self._pads

    @property
    def notice(self) -> str | None:
        return NONE if hasattr(self, "_pads") and not self._last else None

    def read(self, timeout: float) -> Driving | None:
        if not clock.wait_until(self._due, timeout):
            return None
        moment, self._due = self._due, max(self._due + STEP_S, clock.now())
        pads = self._pads.read()
        moved = [name for name, pad in pads.items() if pad != self._last.get(name, pad)]
        self._last = pads
        if self._used not in pads or (moved and self._used not in moved):
            self._used = next(iter(moved or pads), "")
        pad = pads.get(self._used)
        return Driving(moment, face_of(pad, self._idle(moment), self.settings), from_rest=True) if pad else None


def face_of(pad: Pad, idle: FaceState, settings: GamepadSettings) -> FaceState:
    """The face that a pad makes, over one that lives by itself; sticks to the right turn to the performer's right."""
    shape = idle.blendshapes.copy()
    right, up = shaped(*pad.right, settings.dead, settings.curve)
    look(shape, -GAZE * right, GAZE * up)
    faces = [(SMILING, pad.triggers[0]), (TALKING, pad.triggers[1])]
    faces += [(FACES[button], 1.0) for button in pad.buttons if button in FACES]
    for face, share in faces:
        for name, full in face.items():
            shape[INDEX[name]] = max(shape[INDEX[name]], share * full)
    right, up = shaped(*pad.left, settings.dead, settings.curve)
    most = np.radians(settings.turn)
    turned = np.array([-NOD * most * up, -most * right, 0], np.float32)
    return replace(idle, blendshapes=shape, rotation=SWAY_KEPT * idle.rotation + turned, confidence=1.0)


def shaped(x: float, y: float, dead: float, curve: float) -> tuple[float, float]:
    """A stick's place, -1…1 each: nothing within the dead zone, then gently; its direction stays."""
    far = float(np.hypot(x, y))
    if far <= dead:
        return 0.0, 0.0
    new = min((far - dead) / (1 - dead), 1.0) ** curve
    return x / far * new, y / far * new
