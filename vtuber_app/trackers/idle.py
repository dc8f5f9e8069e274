"""Nobody: for a stream without a camera, where the avatar only idles."""

from typing import Literal, Self

from vtuber_app.core import clock
from vtuber_app.core.parts import Tracker
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Driving

STEP_S = 1 / 60


class IdleSettings(Settings):
    """Nothing to choose."""

    kind: Literal["idle"] = "idle"


class Idle(Tracker[IdleSettings]):
    """Gives moments without a face, at 60 a second; the pose filters fill them with idle motion."""

    title = "No camera"

    def __enter__(self) -> Self:
        self._due = clock.now()
        return self

    def read(self, timeout: float) -> Driving | None:
        if not clock.wait_until(self._due, timeout):
            return None
        moment, self._due = self._due, max(self._due + STEP_S, clock.now())
        return Driving(moment)
