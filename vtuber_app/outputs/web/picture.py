"""A picture as pages get it."""

import struct
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

HEADER = struct.Struct("<I6H")
"""Number, width and height of the whole, then left, top, width and height of the part that isn't fully transparent."""

Message = tuple[bytes, memoryview]
"""The header, and the visible part's straight RGBA, row by row."""


def rgba(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A rendered picture, (H, W, 3 or 4), as RGBA, contiguous."""
    if pixels.shape[2] == 3:
        pixels = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    return np.ascontiguousarray(pixels)


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
    _jpegs: dict[tuple[int, tuple[int, int, int], int], bytes] = field(default_factory=dict)

    def message(self, size: int | None = None) -> Message:
        """The picture with no side longer than `size` px; never larger than it is."""
        longest = max(self.pixels.shape)
        fits = None if size is None or longest <= size else size
        if fits not in self._messages:
            self._messages[fits] = self._made(self.pixels if fits is None else _smaller(self.pixels, fits / longest))
        return self._messages[fits]

    def jpeg(self, size: int, ground: tuple[int, int, int], quality: int) -> bytes:
        """The picture on a ground (RGB), no side longer than `size` px: for the air, where raw pixels are too many."""
        import cv2

        made = size, ground, quality
        if made not in self._jpegs:
            pixels = self.pixels
            if (longest := max(pixels.shape)) > size:
                pixels = _smaller(pixels, size / longest)
            layer = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)
            behind = (255 - layer[..., 3:]).astype(np.uint16) * np.array(ground, np.uint16) // 255
            flat = cv2.cvtColor(layer[..., :3] + behind.astype(np.uint8), cv2.COLOR_RGB2BGR)
            self._jpegs[made] = cv2.imencode(".jpg", flat, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        return self._jpegs[made]

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
