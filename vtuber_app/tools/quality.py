"""How near a picture comes to another."""

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

MOST = 255.0
# Wang, Bovik, Sheikh, Simoncelli: Image quality assessment, 2004.
WINDOW, SIGMA = 11, 1.5
C1, C2 = (0.01 * MOST) ** 2, (0.03 * MOST) ** 2


def psnr(a: Plane, b: Plane) -> float:
    """Peak signal-to-noise ratio, dB, of two pictures (H, W, 3), 0…255."""
    return float(10 * np.log10(MOST**2 / max(float(np.mean((a - b) ** 2)), 1e-6)))


def ssim(a: Plane, b: Plane) -> float:
    """Structural similarity, up to 1, mean over pixels and channels, of two pictures (H, W, 3), 0…255."""

    def blurred(x: Plane) -> Plane:
        return np.asarray(cv2.GaussianBlur(x, (WINDOW, WINDOW), SIGMA), np.float32)

    a, b = a.astype(np.float32), b.astype(np.float32)
    mean_a, mean_b = blurred(a), blurred(b)
    var_a, var_b = blurred(a * a) - mean_a**2, blurred(b * b) - mean_b**2
    both = blurred(a * b) - mean_a * mean_b
    alike = (2 * mean_a * mean_b + C1) * (2 * both + C2)
    return float(np.mean(alike / ((mean_a**2 + mean_b**2 + C1) * (var_a + var_b + C2))))
