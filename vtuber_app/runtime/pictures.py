"""Finished pictures, remembered by what they depend on."""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


class Pictures:
    """Keeps the pictures that were asked for last.

    Args:
        limit: Bytes that they may take in all.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[bytes, Pixels] = OrderedDict()

    def get(self, key: bytes) -> Pixels | None:
        """The picture that was kept under the key."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, key: bytes, pixels: Pixels) -> None:
        """Keep a new picture, and forget those that nobody asked for the longest."""
        self._kept[key] = pixels
        self._size += pixels.nbytes
        while self._size > self._limit:
            _, oldest = self._kept.popitem(last=False)
            self._size -= oldest.nbytes
