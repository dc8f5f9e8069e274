"""Keeps blinks visible: a lid that closed stays closed for a moment; and shuts lids."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.types import INDEX, FaceState

LIDS = np.array([INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]])
CLOSED = 0.6
OPENING = 12.0
"""How fast a held lid may open, closures a second."""


class BlinkHold:
    """A blink of one or two camera frames is easily lost between two pictures of the avatar; this prevents it.

    Args:
        hold: How long a closed lid stays as closed as it was, s; 0 leaves lids alone.
    """

    def __init__(self, hold: float) -> None:
        self.hold = hold
        self.reset()

    def reset(self) -> None:
        """Forget the past."""
        self._lids: NDArray[np.float32] = np.zeros(2, np.float32)
        self._closed_at: NDArray[np.float64] = np.full(2, -np.inf)
        self._time = -np.inf

    def __call__(self, face: FaceState, time: float) -> FaceState:
        """Hold the lids of the face of that moment, s."""
        if self.hold == 0:
            return face
        lids = face.blendshapes[LIDS]
        elapsed = min(time - self._time, 1.0) if time > self._time else 0.0
        self._closed_at[(lids >= CLOSED) & (lids >= self._lids)] = time
        held = time - self._closed_at <= self.hold
        floor = np.where(held, self._lids, self._lids - np.float32(OPENING * elapsed))
        floor[np.isinf(self._closed_at)] = 0
        self._lids, self._time = np.maximum(lids, floor).astype(np.float32), time
        blendshapes = face.blendshapes.copy()
        blendshapes[LIDS] = self._lids
        return replace(face, blendshapes=blendshapes)


def shut(face: FaceState, closed: float) -> FaceState:
    """The face with both lids at least that closed, 0…1."""
    blendshapes = face.blendshapes.copy()
    blendshapes[LIDS] = np.maximum(blendshapes[LIDS], np.float32(closed))
    return replace(face, blendshapes=blendshapes)
