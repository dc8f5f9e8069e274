"""Only a mouse: eyes and head follow its pointer, and the rest of the face lives by itself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, Self

import numpy as np
from pydantic import Field

from vtuber_app.core import clock
from vtuber_app.core.parts import Rank, Tracker
from vtuber_app.core.pointer import Pointer, open_pointer
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Driving, FacePart, FaceState
from vtuber_app.pose.idle import Idle, look
from vtuber_app.pose.looking import GAZE, Pursuit

STEP_S = 1 / 60
NOD = 0.6
"""Heads nod less than they turn."""
SWAY_KEPT = 0.5


class MouseSettings(Settings):
    """How far the head follows."""

    kind: Literal["mouse"] = "mouse"
    turn: float = Field(
        22, ge=0, le=45, title="Head turns", description="At the edge of the screen, in degrees; 0: only the eyes move."
    )


class Mouse(Tracker[MouseSettings]):
    """Looks at the pointer, wherever on the screen it is."""

    title = "Mouse"
    hot = frozenset({"turn"})

    @classmethod
    def ranks(cls, settings: MouseSettings) -> Mapping[FacePart, Rank]:
        return {"gaze": Rank.INDIRECT, "head": Rank.INDIRECT}

    def __enter__(self) -> Self:
        self._pointer: Pointer = open_pointer()
        self._due = clock.now()
        self._idle = Idle()
        self._pursuit = Pursuit()
        return self

    def __exit__(self, *exc: object) -> None:
        if hasattr(self, "_pointer"):
            self._pointer.close()
            del self._pointer

    def read(self, timeout: float) -> Driving | None:
        if not clock.wait_until(self._due, timeout):
            return None
        moment, self._due = self._due, max(self._due + STEP_S, clock.now())
        self._pursuit.go(self._pointer.place(), moment)
        return Driving(moment, self._face(moment), from_rest=True)

    def _face(self, moment: float) -> FaceState:
        idle = self._idle(moment)
        right, up = GAZE * self._pursuit.eyes
        shape = idle.blendshapes.copy()
        look(shape, -right, up)
        right, up = np.radians(self.settings.turn) * self._pursuit.head
        turned = np.array([-NOD * up, -right, 0], np.float32)  # down and to the performer's left are positive
        return replace(idle, blendshapes=shape, rotation=SWAY_KEPT * idle.rotation + turned, confidence=1.0)
