"""Filling in what a layer hid, and lifting out what lies on it."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.autorig.found import Flags, Pixels, Plane

NOISE, STRONG = 2.0, 72.0
"""What is lifted: less difference of colour than the first is none, and from there on opacity grows over the second."""

LEAST = 1e-6
"""Of what is known, as a share of a pixel: a single one may have to fill a large area."""


def filled(pixels: Pixels, known: Flags, where: Flags) -> Pixels:
    """The colours (H, W, 3), and `where` they aren't `known` a smooth continuation of those near, coarse to fine."""
    result = pixels[..., :3].copy()
    needed = where & ~known
    if not needed.any():
        return result
    box = _around(needed)
    if not known[box].any():
        box = (slice(None), slice(None))
    there = known[box]
    weight = there.astype(np.float32)
    smooth = _pulled(np.asarray(pixels[box][..., :3] * weight[..., None], np.float32), weight, there)
    result[needed] = np.clip(np.rint(smooth), 0, 255).astype(np.uint8)[needed[box]]
    return result


def _around(flags: Flags) -> tuple[slice, slice]:
    """The box of the flags and as much again around it."""
    x, y, width, height = cv2.boundingRect(flags.astype(np.uint8))
    return slice(max(y - height, 0), y + 2 * height), slice(max(x - width, 0), x + 2 * width)


def _pulled(weighted: Plane, weight: Plane, known: Flags) -> Plane:
    height, width = weight.shape
    here = weighted / np.maximum(weight, LEAST)[..., None]
    if known.all() or max(height, width) <= 2:
        mean = weighted.sum((0, 1)) / max(float(weight.sum()), LEAST)
        return np.where((weight > LEAST)[..., None], here, mean).astype(np.float32)
    half = ((width + 1) // 2, (height + 1) // 2)
    small = np.asarray(cv2.resize(weighted, half, interpolation=cv2.INTER_AREA), np.float32)
    less = np.asarray(cv2.resize(weight, half, interpolation=cv2.INTER_AREA), np.float32)
    coarse = _pulled(small, np.minimum(less, 1), less > 0.05)
    below = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    share = np.clip(weight, 0, 1)[..., None]
    return np.asarray(share * here + (1 - share) * below, np.float32)


def grown(flags: Flags, px: float) -> Flags:
    """The flags and all within `px` of them."""
    return np.asarray(distance(flags) <= px, np.bool_) if flags.any() else flags.copy()


def distance(flags: Flags) -> Plane:
    """(H, W) px to the nearest of them."""
    return np.asarray(cv2.distanceTransform((~flags).astype(np.uint8), cv2.DIST_L2, 3), np.float32)


def strongest(layers: Iterable[Plane]) -> NDArray[np.intp]:
    """(H, W) which of the layers is the strongest at each pixel, counted from 0; the first of equals."""
    best: Plane | None = None
    for number, layer in enumerate(layers):
        if best is None:
            best, which = layer.copy(), np.zeros(layer.shape, np.intp)
            continue
        better = layer > best
        best[better] = layer[better]
        which[better] = number
    return which


def area(outline: Plane, shape: tuple[int, ...]) -> Flags:
    """(H, W) inside the outline of (n, 2) px, which may lie far outside."""
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.rint(np.clip(outline, -1e5, 1e5)).astype(np.int32)], (1,))
    return mask > 0


def soft(flags: Flags, px: float = 0.8) -> Plane:
    """The flags as opacity, 0…1, with a soft edge."""
    return np.asarray(cv2.GaussianBlur(flags.astype(np.float32), (0, 0), px), np.float32)


def layer(colours: Pixels, alpha: Plane) -> Pixels:
    """(H, W, 4) RGBA of colours and opacity, 0…1."""
    opacity = np.clip(np.rint(alpha * 255), 0, 255).astype(np.uint8)
    return np.dstack([colours[..., :3], opacity])


def lifted(pixels: Pixels, below: Pixels, where: Flags) -> Pixels:
    """What lies on `below`, (H, W, 4) RGBA, where it differs: drawn over `below` (H, W, 3) it gives `pixels` again."""
    result = np.zeros((*where.shape, 4), np.uint8)
    x, y, width, height = cv2.boundingRect(where.astype(np.uint8))
    box = np.s_[y : y + height, x : x + width]
    under = below[box].astype(np.float32)
    change = pixels[box][..., :3].astype(np.float32) - under
    differs = np.clip((np.abs(change).max(axis=2) - NOISE) / STRONG, 0, 1)
    colours = np.clip(under + change / np.maximum(differs, 0.05)[..., None], 0, 255)
    result[box] = layer(np.rint(colours).astype(np.uint8), np.asarray(differs * where[box], np.float32))
    return result


def nearest(parts: Pixels) -> Pixels:
    """The parts (H, W), each pixel of none, 0, given to the one that is nearest."""
    known = parts > 0
    if not known.any():
        return parts
    void = (~known).astype(np.uint8)
    _, places = cv2.distanceTransformWithLabels(void, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    of = np.zeros(places.max() + 1, np.uint8)
    of[places[known]] = parts[known]
    return np.asarray(of[places], np.uint8)
