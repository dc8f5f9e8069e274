"""The One-Euro filter: still when the signal rests, quick when it moves."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


class OneEuro:
    """Smooths an array of any shape, each element for itself.

    Args:
        min_cutoff: Cutoff frequency at rest, Hz: lower is stiller.
        beta: Cutoff gained per unit of speed, 1: higher is quicker.
        speed_cutoff: Cutoff of the speed's own smoothing, Hz.

    Source: Casiez, Roussel, Vogel, 1€ Filter, CHI 2012.
    """

    def __init__(self, min_cutoff: float | Array, beta: float | Array, speed_cutoff: float = 1.0) -> None:
        self.min_cutoff = min_cutoff
        self.beta = beta
        self.speed_cutoff = speed_cutoff
        self.reset()

    def reset(self) -> None:
        """Forget the past: the next values are given back as they are."""
        self._time: float | None = None

    def __call__(self, values: Array, time: float, scale: float = 1.0) -> Array:
        """Smooth one moment.

        Args:
            values: Any shape, the same each time.
            time: s; a moment not after the last one gives the last result.
            scale: What speeds are measured in, values' units: a face's size makes the filter independent of it.
        """
        if self._time is None:
            self._raw = self._smooth = values
            self._speed = np.zeros_like(values)
        elif time > self._time:
            elapsed = time - self._time
            speed = (values - self._raw) / np.float32(scale * elapsed)
            self._speed = self._speed + weight(self.speed_cutoff, elapsed) * (speed - self._speed)
            cutoff = self.min_cutoff + self.beta * np.abs(self._speed)
            self._smooth = self._smooth + weight(cutoff, elapsed) * (values - self._smooth)
            self._raw = values
        else:
            return self._smooth
        self._time = time
        return self._smooth


def weight(cutoff: float | Array, elapsed: float) -> Array:
    """The share a new value gets in a low-pass of that cutoff, Hz, after that time, s."""
    turn = np.float32(2 * np.pi * elapsed) * np.asarray(cutoff, np.float32)
    return np.asarray(turn / (turn + 1), np.float32)
