"""Whether the mouth is in sight: lips are redder than the cheeks, a mask, a hand or a microphone before them isn't.

The mesh never says that it can't see the mouth; it guesses one.
"""

import numpy as np
from numpy.typing import NDArray

OUTER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
INNER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
CHEEKS = (50, 280, 101, 330, 205, 425, 118, 347)
"""Among the mesh's points: the lips' borders, pair by pair, and skin that lips are compared with."""

CLEAR = 3.0
"""Lips that differ by less, in CIELAB's a*, tell nothing: small pictures, dim light."""
FOREIGN = -6.0
"""No lips are as much greener than the cheeks."""
COVERED, SEEN = 0.35, 0.55
"""Shares of the usual difference below which the mouth is covered, and above which it is seen again."""
SMOOTH_S, USUAL_S = 0.3, 10.0
"""How long the difference takes to follow, and the usual one."""


class MouthSight:
    """Learns how red these lips are in this light, and tells when they are gone.

    Measured on four clips of people with and without covers drawn over their mouths: seen lips differ by 3 to 15 where
    light and size allow it, covered ones by less than 2.
    """

    def __init__(self) -> None:
        self.covered = False
        self._usual: float | None = None
        self._now = 0.0
        self._time: float | None = None

    def __call__(self, pixels: NDArray[np.uint8], points: NDArray[np.float32], time: float) -> bool:
        """Whether something is before the mouth.

        Args:
            pixels: (H, W, 3) RGB.
            points: (478, 2) px, the mesh.
            time: s.
        """
        red = redness(pixels, points)
        elapsed = 0.0 if self._time is None else max(time - self._time, 0.0)
        self._now = red if self._time is None else self._now + (1 - np.exp(-elapsed / SMOOTH_S)) * (red - self._now)
        self._time = time
        usual = self._usual
        if self._now < FOREIGN:
            self.covered = True
        elif usual is not None and usual >= CLEAR:
            self.covered = self._now < (SEEN if self.covered else COVERED) * usual
        else:
            self.covered = False
        if not self.covered:
            self._usual = self._now if usual is None else usual + (1 - np.exp(-elapsed / USUAL_S)) * (self._now - usual)
        return self.covered


def redness(pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> float:
    """How much redder the lips are than the cheeks, in CIELAB's a*."""
    lips = (points[list(OUTER)] + points[list(INNER)]) / 2
    return _green_to_red(pixels, lips) - _green_to_red(pixels, points[list(CHEEKS)])


def _green_to_red(pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> float:
    import cv2  # late: the parts are listed without it

    height, width = pixels.shape[:2]
    x, y = (
        np.clip(np.rint(values).astype(int), 0, end - 1) for values, end in zip(points.T, (width, height), strict=True)
    )
    return float(np.median(cv2.cvtColor(pixels[y, x][None], cv2.COLOR_RGB2LAB)[0, :, 1]))
