"""How near a picture comes to another."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.floating[Any]]
Array = NDArray[np.float64]

MOST = 255.0
# Wang, Bovik, Sheikh, Simoncelli: Image quality assessment, 2004.
WINDOW, SIGMA = 11, 1.5
C1, C2 = (0.01 * MOST) ** 2, (0.03 * MOST) ** 2
UNIFORM = 7
"""Side of the window that scikit-image takes unless it is told otherwise."""
SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""What each size counts. Wang, Simoncelli, Bovik: Multi-scale structural similarity, 2003."""


def psnr(a: Plane, b: Plane) -> float:
    """Peak signal-to-noise ratio, dB, of two pictures (H, W, 3), 0…255; 108 for equal ones."""
    return float(10 * np.log10(MOST**2 / max(float(np.mean((a - b) ** 2)), 1e-6)))


def ssim(a: Plane, b: Plane, uniform: bool = False, inner: bool = False) -> float:
    """Structural similarity, up to 1, mean over pixels and channels, of two pictures (H, W, 3) or (H, W), 0…255.

    Args:
        a: One picture.
        b: The other.
        uniform: In windows of 7x7 px that count alike, with sample covariances; otherwise 11x11 and Gaussian.
        inner: Only windows that lie inside the picture count; otherwise it is continued by reflection.
    """
    whole = _similarity(a.astype(np.float64), b.astype(np.float64), uniform)[0]
    return float(_within(whole, UNIFORM if uniform else WINDOW).mean() if inner else whole.mean())


def ms_ssim(a: Plane, b: Plane) -> float:
    """Structural similarity at five sizes, up to 1, of two pictures (H, W, 3) of at least 161 px a side, 0…255."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    result = 1.0
    for place, share in enumerate(SCALES):
        whole, contrast = _similarity(a, b, uniform=False)
        last = place == len(SCALES) - 1
        result *= max(float(whole.mean() if last else _within(contrast, WINDOW).mean()), 0.0) ** share
        a, b = _halved(a), _halved(b)
    return result


def _similarity(a: Array, b: Array, uniform: bool) -> tuple[Array, Array]:
    """At each pixel: the whole, and what of it is contrast and structure."""

    def blurred(x: Array) -> Array:
        if uniform:
            return np.asarray(cv2.blur(x, (UNIFORM, UNIFORM)), np.float64)
        return np.asarray(cv2.GaussianBlur(x, (WINDOW, WINDOW), SIGMA), np.float64)

    sample = UNIFORM**2 / (UNIFORM**2 - 1) if uniform else 1.0
    mean_a, mean_b = blurred(a), blurred(b)
    var_a, var_b = sample * (blurred(a * a) - mean_a**2), sample * (blurred(b * b) - mean_b**2)
    both = sample * (blurred(a * b) - mean_a * mean_b)
    contrast = (2 * both + C2) / (var_a + var_b + C2)
    return contrast * (2 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1), contrast


def _within(plane: Array, window: int) -> Array:
    edge = window // 2
    return plane[edge:-edge, edge:-edge]


def _halved(x: Array) -> Array:
    height, width = x.shape[0] // 2 * 2, x.shape[1] // 2 * 2
    return np.asarray(x[:height, :width].reshape(height // 2, 2, width // 2, 2, -1).mean(axis=(1, 3)))
