"""The idle face under what a tracker without a camera knows."""

from vtuber_app.core.types import FaceState
from vtuber_app.pose.idle import Idle, mix, smoothstep

CALM_S, WAKING_S = 2.5, 1.0
"""It rests while `Calibration` takes the first seconds as the performer's rest, lest that be a look aside."""


class Living:
    """A face that rests, then wakes and lives.

    Args:
        began: When the tracker began, s.
    """

    def __init__(self, began: float) -> None:
        self._began = began
        self._idle = Idle()

    def awake(self, time: float) -> float:
        """How far it has woken at that moment, s: 0…1."""
        return smoothstep((time - self._began - CALM_S) / WAKING_S)

    def __call__(self, time: float) -> FaceState:
        """The face at that moment, s; moments only grow."""
        return mix(FaceState(), self._idle(time), self.awake(time))
