"""The square of a picture that networks take."""

import numpy as np
from numpy.typing import NDArray

REACH = 3
"""Half the width of the Lanczos window, in pixels of the smaller picture."""
OPAQUE = 255


def square(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The middle square of a picture (H, W, 4), by Lanczos (size, size, 4); colours are weighted by their alpha.

    In bytes after each direction, as the library does with which the published programs do this.
    """
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    if side == size:
        return np.ascontiguousarray(picture[top : top + side, left : left + side])
    values = picture.astype(np.float64)
    values[..., :3] = np.rint(values[..., :3] * values[..., 3:] / OPAQUE)
    across = np.clip(np.rint(lanczos(width, left, side, size) @ values), 0, OPAQUE)  # (H, size, 4)
    down = lanczos(height, top, side, size) @ across.reshape(height, -1)
    down = np.clip(np.rint(down), 0, OPAQUE).reshape(size, size, 4)
    alpha = down[..., 3:]
    down[..., :3] = np.where(alpha > 0, np.minimum(down[..., :3] * OPAQUE / np.maximum(alpha, 1), OPAQUE), 0)
    resized: NDArray[np.uint8] = down.astype(np.uint8)
    return resized


def lanczos(length: int, start: int, side: int, size: int) -> NDArray[np.float64]:
    """Weights (size, length) that resize `side` pixels of a line from `start` on; each line of them sums to 1."""
    scale = side / size
    centres = start + (np.arange(size) + 0.5) * scale
    distance = (np.arange(length) + 0.5 - centres[:, None]) / max(scale, 1.0)
    weights = window(distance, REACH)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def window(distance: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """Lanczos' window at these distances from its middle, 0 from `reach` on."""
    return np.where(np.abs(distance) < reach, np.sinc(distance) * np.sinc(distance / reach), 0.0)
