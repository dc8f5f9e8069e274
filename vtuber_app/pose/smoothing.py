"""The One-Euro filter: still when the signal rests, quick when it moves."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.types import BLENDSHAPES, FaceState

Array = NDArray[np.float32]

# Cutoff at rest, Hz, and how it grows with speed (values a second): lids must be quick, looks and brows may be calm.
CHANNELS = {"eyeBlink": (10.0, 10.0), "eyeLook": (4.0, 8.0), "brow": (4.0, 8.0), "": (7.0, 12.0)}
ROTATION = (4.0, 30.0)
TRANSLATION = (4.0, 150.0)


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


class FaceSmoothing:
    """Calms a face: One-Euro filters tuned for each kind of value.

    Args:
        amount: 0 leaves the face as it is, 0.5 is usual, 1 is very calm and a little late.
    """

    def __init__(self, amount: float) -> None:
        self.amount = amount
        ease = 6.0 ** (1 - 2 * amount)
        rows = [next(tuning for prefix, tuning in CHANNELS.items() if name.startswith(prefix)) for name in BLENDSHAPES]
        cutoff, beta = np.array([*rows, *[ROTATION] * 3, *[TRANSLATION] * 3], np.float32).T * np.float32(ease)
        self._filter = OneEuro(cutoff, beta)

    def reset(self) -> None:
        """Forget the past."""
        self._filter.reset()

    def __call__(self, face: FaceState, time: float) -> FaceState:
        """Smooth the face of that moment, s."""
        if self.amount == 0:
            return face
        values = self._filter(np.concatenate([face.blendshapes, face.rotation, face.translation]), time)
        return replace(face, blendshapes=values[:52], rotation=values[52:55], translation=values[55:])
