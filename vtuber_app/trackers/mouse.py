"""Mouse and keyboard: eyes and head follow the pointer, keys turn and speak, and the rest lives by itself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, Self

import numpy as np
from pydantic import Field

from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError
from vtuber_app.core.keyboard.everywhere import open_states
from vtuber_app.core.parts import Rank, Tracker
from vtuber_app.core.pointer import Pointer, open_pointer
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import INDEX, Driving, FacePart, FaceState
from vtuber_app.pose.held import SHOWN
from vtuber_app.pose.idle import Idle, look
from vtuber_app.pose.looking import GAZE, Pursuit

STEP_S = 1 / 60
NOD = 0.6
"""Heads nod less than they turn."""
SWAY_KEPT = 0.5
SPEAKING_S = 0.05
"""How fast a mouth opens and shuts with its key."""
WAYS = ((0, 1), (-1, 0), (0, -1), (1, 0))
HEAD_KEYS = {
    "none": (),
    "arrows": ("Up", "Left", "Down", "Right"),
    "WASD": ("W", "A", "S", "D"),
    "number pad": ("Num+8", "Num+4", "Num+2", "Num+6"),
}
"""Up, left, down and right."""
MOUTH_KEYS = {
    "none": {},
    "space": {"Space": "mouth_aaa"},
    "A I U E O": {letter: f"mouth_{letter.lower() * 3}" for letter in "AIUEO"},
}
"""What each key says, by a name in `held.SHOWN`."""


class MouseSettings(Settings):
    """How far the head follows, and which keys do something.

    Attributes:
        pressed: Keys that are down in the program's own window; only it knows them, and none where they are heard
            everywhere.
    """

    kind: Literal["mouse"] = "mouse"
    turn: float = Field(
        22, ge=0, le=45, title="Head turns", description="At the edge of the screen, in degrees; 0: only the eyes move."
    )
    head_keys: Literal["none", "arrows", "WASD", "number pad"] = Field("none", title="Keys that turn the head")
    mouth_keys: Literal["none", "space", "A I U E O"] = Field("none", title="Keys that speak")
    everywhere: bool = Field(
        False, title="In games too", description="These keys are heard while other programs have the focus."
    )
    pressed: frozenset[str] = Field(frozenset(), exclude=True, json_schema_extra={"internal": True})

    @property
    def watched(self) -> frozenset[str]:
        """Those that do something."""
        return frozenset(HEAD_KEYS[self.head_keys]) | MOUTH_KEYS[self.mouth_keys].keys()


class Mouse(Tracker[MouseSettings]):
    """Looks at the pointer, wherever on the screen it is, and does what the chosen keys say."""

    title = "Mouse and keyboard"
    hot = frozenset({"turn", "pressed"})

    @classmethod
    def ranks(cls, settings: MouseSettings) -> Mapping[FacePart, Rank]:
        ranks: dict[FacePart, Rank] = {"gaze": Rank.INDIRECT, "head": Rank.INDIRECT}
        return ranks if settings.mouth_keys == "none" else {**ranks, "mouth": Rank.INDIRECT}

    def __enter__(self) -> Self:
        self._states = (
            open_states(self.settings.watched) if self.settings.everywhere and self.settings.watched else None
        )
        self._refusal = ""
        self._pointer: Pointer | None = None
        try:
            self._pointer = open_pointer()
        except DeviceError as error:
            if not self.settings.watched:
                raise
            self._refusal = str(error)  # keys alone move it then
        self._spoken: dict[str, float] = {}
        self._due = clock.now()
        self._idle = Idle()
        self._pursuit = Pursuit()
        return self

    def __exit__(self, *exc: object) -> None:
        for reader in ("_pointer", "_states"):
            if opened := getattr(self, reader, None):
                opened.close()
            setattr(self, reader, None)

    @property
    def notice(self) -> str | None:
        return getattr(self, "_refusal", "") or None

    def read(self, timeout: float) -> Driving | None:
        if not clock.wait_until(self._due, timeout):
            return None
        moment, self._due = self._due, max(self._due + STEP_S, clock.now())
        down = self._states.down() if self._states else self.settings.pressed
        at = np.array(self._pointer.place() if self._pointer else (0.0, 0.0))
        for key, way in zip(HEAD_KEYS[self.settings.head_keys], WAYS, strict=False):
            at += np.array(way) * (key in down)
        self._pursuit.go(tuple(at.clip(-1, 1)), moment)
        for key, vowel in MOUTH_KEYS[self.settings.mouth_keys].items():
            before = self._spoken.get(vowel, 0.0)
            self._spoken[vowel] = before + (1 - np.exp(-STEP_S / SPEAKING_S)) * ((key in down) - before)
        return Driving(moment, self._face(moment), from_rest=True)

    def _face(self, moment: float) -> FaceState:
        idle = self._idle(moment)
        right, up = GAZE * self._pursuit.eyes
        shape = idle.blendshapes.copy()
        look(shape, -right, up)
        for vowel, share in self._spoken.items():
            for name, full in SHOWN[vowel].items():
                shape[INDEX[name]] = max(shape[INDEX[name]], share * full)
        right, up = np.radians(self.settings.turn) * self._pursuit.head
        turned = np.array([-NOD * up, -right, 0], np.float32)  # down and to the performer's left are positive
        return replace(idle, blendshapes=shape, rotation=SWAY_KEPT * idle.rotation + turned, confidence=1.0)
