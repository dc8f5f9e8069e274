"""Moments of the performer, as the animator reads them."""

from collections.abc import Sequence
from dataclasses import replace

from vtuber_app.core import clock
from vtuber_app.core.types import Driving, Frame, Reader
from vtuber_app.pose.fusion import Pulse

IDLE_PERIOD = 1 / 30
RECENT = 1.0
"""For how long a frame is still the one that others' moments belong to, s."""


class Living:
    """A reader that is not silent for long, so that the avatar idles instead of freezing."""

    def __init__(self, inner: Reader[Driving]) -> None:
        self._inner = inner
        self._pulse = Pulse(clock.now())

    def read(self, timeout: float) -> Driving | None:
        """What the trackers give; when all are silent for much longer than usual, moments without a face."""
        silent = self._pulse.silent(clock.now())
        driving = self._inner.read(min(timeout, IDLE_PERIOD) if silent else timeout)
        if driving is not None:
            self._pulse.beat(clock.now())
            return driving
        return Driving(clock.now()) if silent else None


class Joined:
    """Makes one moment of what several trackers gave.

    Its times only grow, though a camera's moments are older when they come than a microphone's; and it has the newest
    frame, whoever woke the animator.
    """

    def __init__(self) -> None:
        self._time = float("-inf")
        self._frame: Frame | None = None

    def __call__(self, moments: Sequence[Driving]) -> Driving:
        """One moment of these, at least one; of a single one itself, where that can be."""
        newest = max(moment.time for moment in moments)
        frames = [moment.frame for moment in moments if moment.frame]
        self._frame = max(frames, key=lambda frame: frame.time) if frames else self._frame
        late, self._time = newest < self._time, max(newest, self._time)
        recent = self._frame if self._frame and self._time - self._frame.time < RECENT else None
        if len(moments) > 1 or late:
            return Driving(self._time, frame=recent, given=tuple(moments))
        return moments[0] if moments[0].frame is recent else replace(moments[0], frame=recent)
