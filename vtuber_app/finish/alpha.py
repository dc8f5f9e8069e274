"""Pictures for networks that know nothing of transparency."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

COARSE = 4
"""The colours beside a figure are found in a picture so many times smaller."""
SURE = 64
"""From this alpha on a pixel's own colour counts in full; below it is rounded too roughly."""


def filled(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Continue a figure's colours into what is transparent around it, so that no other colour touches its outline.

    Args:
        pixels: (H, W, 4) RGBA with straight alpha, or (H, W, 3) RGB, which stays as it is.

    Returns:
        (H, W, 3) RGB.
    """
    import cv2

    if pixels.shape[2] == 3:
        return pixels
    rgb, alpha = cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB), cv2.extractChannel(pixels, 3)
    if cv2.minMaxLoc(alpha)[0] == 255:
        return np.asarray(rgb, np.uint8)
    height, width = alpha.shape
    small = (max(1, width // COARSE), max(1, height // COARSE))
    layer: Any = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA), small, interpolation=cv2.INTER_AREA)
    beside = np.clip(_spread(layer.astype(np.float32)), 0, 255).astype(np.uint8)
    beside = np.asarray(cv2.resize(beside, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    share = cv2.cvtColor(cv2.LUT(alpha, _SHARES), cv2.COLOR_GRAY2RGB)
    own = cv2.multiply(rgb, share, scale=1 / 255)
    return np.asarray(cv2.add(own, cv2.multiply(beside, cv2.bitwise_not(share), scale=1 / 255)), np.uint8)


_SHARES = np.minimum(np.arange(256) * 255 // SURE, 255).astype(np.uint8)


def _spread(layer: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fill (H, W, 4) premultiplied pixels, 0…255, with the colours of ever wider surroundings; gives (H, W, 3)."""
    import cv2

    height, width = layer.shape[:2]
    alpha = layer[..., 3:]
    own = layer[..., :3] * (255 / np.maximum(alpha, 1))
    if height == width == 1:
        return own
    half = (max(1, width // 2), max(1, height // 2))
    coarser = _spread(
        np.asarray(cv2.resize(layer, half, interpolation=cv2.INTER_AREA), np.float32).reshape(*half[::-1], 4)
    )
    around = cv2.resize(coarser, (width, height), interpolation=cv2.INTER_LINEAR).reshape(height, width, 3)
    share = np.minimum(alpha / SURE, 1)
    return np.asarray(share * own + (1 - share) * around, np.float32)
