"""Pictures of any size, laid over a background of a fixed size."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtuber_app.finish import lanczos

HEX = r"^#[0-9a-fA-F]{6}$"
CALM = "#2b2d42"
STRIP = 48
"""Rows that are blended at once, so that what is between stays in the processor's cache."""


class Canvas:
    """What a camera or a video shows: an avatar in front of a background.

    Args:
        size: Width and height, px.
        background: (H, W, 3) RGB; None for a transparent canvas.
        premultiplied: A transparent canvas' colours are multiplied by their alpha.
    """

    def __init__(
        self, size: tuple[int, int], background: NDArray[np.uint8] | None, premultiplied: bool = False
    ) -> None:
        self.size = size
        self._background = background
        self._premultiplied = premultiplied
        width, height = size
        self._canvas = np.zeros((height, width, 4), np.uint8) if background is None else background.copy()
        self._part: tuple[slice, slice] | None = None

    def place(
        self,
        pixels: NDArray[np.uint8],
        scale: float = 1.0,
        right: float = 0.0,
        up: float = 0.0,
        mirrored: bool = False,
    ) -> NDArray[np.uint8]:
        """Fit a picture into the canvas, bottom aligned.

        Args:
            pixels: (H, W, 4) RGBA or (H, W, 3) RGB.
            scale: 1 is as large as fits whole.
            right: How far it is moved, as a share of the canvas' width.
            up: Likewise, of its height.
            mirrored: Exchange left and right of the picture, not of the background.

        Returns:
            The canvas, RGB or RGBA; it is used again by the next call.
        """
        import cv2

        width, height = self.size
        zoom = scale * min(width / pixels.shape[1], height / pixels.shape[0])
        wide, high = max(1, round(pixels.shape[1] * zoom)), max(1, round(pixels.shape[0] * zoom))
        left = round((width - wide) / 2 + right * width)
        top = round(height - high - up * height)
        x, y = max(left, 0), max(top, 0)
        x_end, y_end = min(left + wide, width), min(top + high, height)
        part = slice(y, max(y, y_end)), slice(x, max(x, x_end))
        if part != self._part:
            self._canvas[:] = 0 if self._background is None else self._background
            self._part = part
        if x >= x_end or y >= y_end:
            return self._canvas

        layer: Any = pixels if pixels.shape[2] == 4 else cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA)
        resized = (wide, high) != (layer.shape[1], layer.shape[0])
        multiplied = resized or self._premultiplied or self._background is not None
        if multiplied:
            layer = cv2.cvtColor(layer, cv2.COLOR_RGBA2mRGBA)  # so that no colour under transparency bleeds in
        if resized:
            if zoom > 1:
                layer = lanczos.scaled(layer, (wide, high), quick=True)
            else:
                how = cv2.INTER_AREA if zoom < 0.5 else cv2.INTER_LINEAR
                layer = cv2.resize(layer, (wide, high), interpolation=how)
        if mirrored:
            layer = cv2.flip(layer, 1)
        layer = layer[y - top : y_end - top, x - left : x_end - left]
        if self._background is None and multiplied and not self._premultiplied:
            cv2.cvtColor(layer, cv2.COLOR_mRGBA2RGBA, dst=self._canvas[part])
        elif self._background is None:
            self._canvas[part] = layer
        else:
            target, behind = self._canvas[part], self._background[part]
            for row in range(0, y_end - y, STRIP):
                rows = slice(row, row + STRIP)
                see_through = cv2.cvtColor(cv2.bitwise_not(cv2.extractChannel(layer[rows], 3)), cv2.COLOR_GRAY2RGB)
                dimmed = cv2.multiply(behind[rows], see_through, scale=1 / 255)
                cv2.add(dimmed, cv2.cvtColor(layer[rows], cv2.COLOR_RGBA2RGB), dst=target[rows])
        return self._canvas


def plain(size: tuple[int, int], colour: str) -> NDArray[np.uint8]:
    """A background of one colour, written as in HTML: #rrggbb."""
    width, height = size
    return np.full((height, width, 3), list(bytes.fromhex(colour.removeprefix("#"))), np.uint8)


def covered(size: tuple[int, int], path: Path, colour: str) -> NDArray[np.uint8]:
    """A background picture, cut so that it fills the canvas; the colour shows where it is transparent.

    Raises:
        SettingsError: The picture can't be read.
    """
    import cv2

    from vtuber_app.avatars import pictures

    width, height = size
    picture = pictures.read(path)
    zoom = max(width / picture.shape[1], height / picture.shape[0])
    wide, high = max(width, round(picture.shape[1] * zoom)), max(height, round(picture.shape[0] * zoom))
    layer = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_RGBA2mRGBA), (wide, high), interpolation=cv2.INTER_AREA)
    x, y = (wide - width) // 2, (high - height) // 2
    cut = cv2.cvtColor(layer[y : y + height, x : x + width], cv2.COLOR_mRGBA2RGBA)
    return Canvas(size, plain(size, colour)).place(np.asarray(cut, np.uint8))
