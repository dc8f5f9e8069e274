"""Filling in what a layer hid."""

import cv2
import numpy as np

from vtuber_app.avatars.autorig.found import Flags, Pixels, Plane


def filled(pixels: Pixels, known: Flags) -> Pixels:
    """The colours (H, W, 3) where `known`, and elsewhere a smooth continuation of them, coarse to fine."""
    colours, weight = pixels[..., :3].astype(np.float32), known.astype(np.float32)
    return np.clip(np.rint(_pulled(colours * weight[..., None], weight, known)), 0, 255).astype(np.uint8)


def _pulled(weighted: Plane, weight: Plane, known: Flags) -> Plane:
    height, width = weight.shape
    here = weighted / np.maximum(weight, 1e-3)[..., None]
    if known.all() or max(height, width) <= 2:
        mean = weighted.sum((0, 1)) / max(float(weight.sum()), 1e-3)
        return np.where((weight > 1e-3)[..., None], here, mean).astype(np.float32)
    half = ((width + 1) // 2, (height + 1) // 2)
    small = np.asarray(cv2.resize(weighted, half, interpolation=cv2.INTER_AREA), np.float32)
    less = np.asarray(cv2.resize(weight, half, interpolation=cv2.INTER_AREA), np.float32)
    coarse = _pulled(small, np.minimum(less, 1), less > 0.05)
    below = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    share = np.clip(weight, 0, 1)[..., None]
    return np.asarray(share * here + (1 - share) * below, np.float32)


def grown(flags: Flags, px: float) -> Flags:
    """The flags and all within `px` of them."""
    side = 2 * max(round(px), 0) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.dilate(flags.astype(np.uint8), kernel), np.bool_)


def area(outline: Plane, shape: tuple[int, int]) -> Flags:
    """(H, W) inside the outline of (n, 2) px."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(outline).astype(np.int32)], (1,))
    return mask > 0


def soft(flags: Flags, px: float = 0.8) -> Plane:
    """The flags as opacity, 0…1, with a soft edge."""
    return np.asarray(cv2.GaussianBlur(flags.astype(np.float32), (0, 0), px), np.float32)


def layer(colours: Pixels, alpha: Plane) -> Pixels:
    """(H, W, 4) RGBA of colours and opacity, 0…1."""
    opacity = np.clip(np.rint(alpha * 255), 0, 255).astype(np.uint8)
    return np.dstack([colours[..., :3], opacity])
