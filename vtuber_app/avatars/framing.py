"""A square part of a picture, taken out for a network and put back."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.square import Square

Pixels = NDArray[np.uint8]

SEAM = 0.08
"""How wide the square's edges fade into the picture around, as a share of it."""


def middle(pixels: Pixels) -> Square:
    """The largest in the middle of a picture."""
    height, width = pixels.shape[:2]
    return Square(width / 2, height / 2, float(min(height, width)))


def taken(pixels: Pixels, square: Square, size: int) -> Pixels:
    """The part of a picture (H, W, C) as (size, size, C); beyond its edges it is clear, or goes on as they are."""
    border = cv2.BORDER_CONSTANT if pixels.shape[2] == 4 else cv2.BORDER_REPLICATE
    whole = max(size, round(square.side))
    part = cv2.warpAffine(pixels, _matrix(square, whole), (whole, whole), flags=cv2.INTER_LINEAR, borderMode=border)
    if whole > size:
        part = cv2.resize(part, (size, size), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(part, np.uint8)


class Setting:
    """A picture whose square part is replaced again and again.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha.
        square: The part.
    """

    def __init__(self, pixels: Pixels, square: Square) -> None:
        self._pixels: Any = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)
        height, width = pixels.shape[:2]
        half = square.side / 2
        left, top = max(int(square.x - half), 0), max(int(square.y - half), 0)
        right, bottom = min(int(np.ceil(square.x + half)), width), min(int(np.ceil(square.y + half)), height)
        self._part = slice(top, bottom), slice(left, right)
        self._square = Square(square.x - left, square.y - top, square.side)
        self._size = (right - left, bottom - top)
        across, down = (
            self._fading(*ends) for ends in ((left, right, square.x, width), (top, bottom, square.y, height))
        )
        self._share = (down[:, None] * across)[..., None]

    def with_part(self, part: Pixels) -> Pixels:
        """The picture with another part (S, S, 4); at the square's edges both are mixed."""
        size = part.shape[0]
        back = cv2.invertAffineTransform(_matrix(self._square, size))
        premultiplied: Any = cv2.cvtColor(part, cv2.COLOR_RGBA2mRGBA)
        way = cv2.INTER_LINEAR if self._square.side < 2 * size else cv2.INTER_CUBIC
        fitted = cv2.warpAffine(premultiplied, back, self._size, flags=way, borderMode=cv2.BORDER_REPLICATE)
        before = self._pixels[self._part].astype(np.float32)
        mixed = before + self._share * (fitted.astype(np.float32) - before)
        whole = self._pixels.copy()
        whole[self._part] = np.rint(mixed)
        return np.asarray(cv2.cvtColor(whole, cv2.COLOR_mRGBA2RGBA), np.uint8)

    def _fading(self, start: int, end: int, centre: float, length: int) -> NDArray[np.float32]:
        """How much of the new part each pixel of a line takes: none at the square's edge, except at the picture's."""
        places = np.arange(start, end) + 0.5
        seam = SEAM * self._square.side
        inside = [np.full(places.shape, seam)]
        if start > 0:
            inside.append(places - (centre - self._square.side / 2))
        if end < length:
            inside.append(centre + self._square.side / 2 - places)
        return np.asarray(np.clip(np.min(inside, axis=0) / seam, 0, 1), np.float32)


def _matrix(square: Square, size: int) -> NDArray[np.float64]:
    """Takes pixels' indices in a picture to those in its part."""
    scale = size / square.side
    shift = [scale * (0.5 - (centre - square.side / 2)) - 0.5 for centre in square[:2]]
    return np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
