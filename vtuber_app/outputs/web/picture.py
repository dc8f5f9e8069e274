"""A picture as pages get it."""

import struct
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

HEADER = struct.Struct("<I6H")
"""Number, width and height of the whole, then left, top, width and height of the part that isn't fully transparent."""

Message = tuple[bytes, memoryview]
"""The header, and the visible part's straight RGBA, row by row."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture to be shown, made a message once for all who want it in the same size.

    It is sent raw: on loopback that costs less than any compression, and loses nothing.

    Attributes:
        number: Tells it from the others on their way, uint32.
        pixels: (H, W, 4) RGBA, straight alpha, contiguous.
        given: When it came from the animator, s on the program's clock.
    """

    number: int
    pixels: NDArray[np.uint8]
    given: float
    _messages: dict[int | None, Message] = field(default_factory=dict)

    def message(self, size: int | None = None) -> Message:
        """The picture with no side longer than `size` px; never larger than it is."""
        longest = max(self.pixels.shape)
        fits = None if size is None or longest <= size else size
        if fits not in self._messages:
            self._messages[fits] = self._made(self.pixels if fits is None else _smaller(self.pixels, fits / longest))
        return self._messages[fits]

    def _made(self, pixels: NDArray[np.uint8]) -> Message:
        import cv2

        height, width = pixels.shape[:2]
        left, top, wide, high = cv2.boundingRect(cv2.extractChannel(pixels, 3))
        visible = np.ascontiguousarray(pixels[top : top + high, left : left + wide]).reshape(-1)
        return HEADER.pack(self.number, width, height, left, top, wide, high), visible.data


def _smaller(pixels: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    import cv2

    to = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    layer = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)  # premultiplied, so that no colour under transparency bleeds in
    layer = cv2.resize(layer, to, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(layer, cv2.COLOR_mRGBA2RGBA), np.uint8)
