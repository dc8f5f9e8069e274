"""A recorded motion, played again."""

from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import Field

from vtuber_app.core import clock, motion
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import Tracker
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Driving, StreamEnded


class ReplaySettings(Settings):
    """A motion file."""

    kind: Literal["replay"] = "replay"
    path: Path | None = Field(None, title="Motion file")
    paced: bool = Field(True, title="At its own speed")
    loop: bool = Field(True, title="Start again at the end")


class Replay(Tracker[ReplaySettings]):
    """Plays what `vtuber-app track` wrote. Paced, it skips what came due while nobody read."""

    title = "Recorded motion"

    def __enter__(self) -> Self:
        if self.settings.path is None:
            raise SettingsError("No motion file is chosen. Make one with: vtuber-app track VIDEO --out FILE.npz")
        self._motion = motion.load(self.settings.path)
        steps = np.diff(self._motion.time)
        self._step = float(np.median(steps)) if len(steps) else 1 / 30
        self._start = clock.now()
        self._next = 0
        return self

    def read(self, timeout: float) -> Driving | None:
        if self._next >= len(self._motion):
            if not self.settings.loop:
                raise StreamEnded
            self._start += self._offset(-1) + self._step
            self._next = 0
        if self.settings.paced:
            if not clock.wait_until(self._start + self._offset(self._next), timeout):
                return None
            due = np.searchsorted(self._motion.time, self._motion.time[0] + clock.now() - self._start, side="right")
            self._next = max(self._next, int(due) - 1)
        index = self._next
        self._next += 1
        return Driving(self._start + self._offset(index), self._motion[index])

    def _offset(self, index: int) -> float:
        return float(self._motion.time[index] - self._motion.time[0])
