"""A square around the performer's face that follows it smoothly, as a camera operator does."""

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.square import Square

SHARE, LOW = 0.56, 0.054
"""In the clips that networks were trained on: a face from forehead to chin, and how far below the middle it lies, both
as shares of the square. Measured on clips that their authors cut."""
SETTLED_S, LEAVING_S = 2.0, 0.2
"""How long the square takes to follow a face: one that moves within it, and one that leaves it."""
MARGIN = 0.04
"""A face as near to an edge as that share of the square leaves it."""


def around(landmarks: NDArray[np.float32]) -> Square:
    """The square that the networks expect around a face.

    Args:
        landmarks: (N, 2) px, from the forehead to the chin.
    """
    low, high = landmarks.min(axis=0), landmarks.max(axis=0)
    side = float(max(high - low)) / SHARE
    x, y = (low + high) / 2
    return Square(float(x), float(y) - LOW * side, side)


class Following:
    """Gives the square of each moment. Small movements stay in the picture: they are what the avatar shall do."""

    def __init__(self) -> None:
        self._square: Square | None = None
        self._time = 0.0

    def __call__(self, landmarks: NDArray[np.float32] | None, time: float) -> Square | None:
        """The square at that time, s; without landmarks it stays, and is None before the first face."""
        if landmarks is None:
            return self._square
        wanted = around(landmarks)
        if self._square is None:
            self._square = wanted
        else:
            lasting = LEAVING_S if _leaves(landmarks, self._square) else SETTLED_S
            share = 1 - np.exp(-max(time - self._time, 0) / lasting)
            self._square = Square(*(was + share * (new - was) for was, new in zip(self._square, wanted, strict=True)))
        self._time = time
        return self._square


def _leaves(landmarks: NDArray[np.float32], square: Square) -> bool:
    within = square.side * (0.5 - MARGIN)
    centre = np.array([square.x, square.y])
    return bool((np.abs(np.stack([landmarks.min(axis=0), landmarks.max(axis=0)]) - centre) > within).any())
