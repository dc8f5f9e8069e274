"""Blending of premultiplied pictures."""

import cv2
import numpy as np

from vtuber_app.avatars.rig.textures import Pixels, Plane

NOTHING = np.empty(0, np.float32)
"""Stands for the second map, when the first holds both coordinates."""


def over(target: Pixels, source: Pixels) -> None:
    """Lay `source` over `target`, in place; both (h, w, 4), premultiplied."""
    clear = cv2.bitwise_not(cv2.extractChannel(source, 3))
    cv2.multiply(target, cv2.merge((clear, clear, clear, clear)), target, 1 / 255)
    cv2.add(target, source, target)


def remapped(source: Pixels, where: Plane) -> Pixels:
    """Sample `source` at (h, w, 2) px; clear outside of it."""
    return np.asarray(cv2.remap(source, where, NOTHING, cv2.INTER_LINEAR), np.uint8)


def shifted_columns(source: Pixels, shift: Plane, across: float = 0.0) -> Pixels:
    """Move each column of `source` down by its own shift, (w,) px, and all of them `across` to the right."""
    height, width = source.shape[:2]
    where = np.empty((height, width, 2), np.float32)
    where[..., 0] = np.arange(width, dtype=np.float32) - np.float32(across)
    np.subtract(np.arange(height, dtype=np.float32)[:, None], shift, where[..., 1])
    return remapped(source, where)


def placed(source: Pixels, matrix: Plane) -> Pixels:
    """Move `source` by a (2, 3) affine matrix, into a picture of its own size."""
    height, width = source.shape[:2]
    return np.asarray(cv2.warpAffine(source, matrix, (width, height)), np.uint8)


def shifted(source: Pixels, right: float, down: float) -> Pixels:
    """Move the whole of `source` by a fraction of px."""
    return placed(source, np.array([[1, 0, right], [0, 1, down]], np.float32))
