"""A number over many frames, in little memory."""

import math
from typing import NamedTuple

BINS = 1000
"""At most; beyond, two neighbours become one."""


class Bin(NamedTuple):
    """Neighbouring frames; those that had a number."""

    total: float
    frames: int
    low: float
    high: float

    def with_(self, other: "Bin") -> "Bin":
        """Both."""
        low, high = min(self.low, other.low), max(self.high, other.high)
        return Bin(self.total + other.total, self.frames + other.frames, low, high)


NOTHING = Bin(0.0, 0, math.inf, -math.inf)


class Curve:
    """Takes a number for each frame, None for none.

    Attributes:
        width: Frames a bin.
    """

    def __init__(self) -> None:
        self.width = 1
        self._bins: list[Bin] = []
        self._frames = 0

    def add(self, value: float | None) -> None:
        """The next frame's."""
        if self._frames == BINS * self.width:
            halves = zip(self._bins[::2], self._bins[1::2], strict=True)
            self._bins = [one.with_(other) for one, other in halves]
            self.width *= 2
        if self._frames % self.width == 0:
            self._bins.append(NOTHING)
        if value is not None:
            self._bins[-1] = self._bins[-1].with_(Bin(value, 1, value, value))
        self._frames += 1

    def points(self) -> list[tuple[float, float, float, float]]:
        """The middle frame of each bin, and the mean, smallest and largest number; NaN where there is none."""
        middle = (self.width - 1) / 2
        return [
            (place * self.width + middle, one.total / one.frames, one.low, one.high)
            if one.frames
            else (place * self.width + middle, math.nan, math.nan, math.nan)
            for place, one in enumerate(self._bins)
        ]
