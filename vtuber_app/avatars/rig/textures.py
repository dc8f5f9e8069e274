"""Layers as the renderer wants them: premultiplied, at the render's scale, on one common pixel lattice."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.rig.format import Image

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]
Read = Callable[[str], Pixels]
"""Gives the picture of that name: (h, w, 4) RGBA, straight alpha."""
Box = tuple[int, int, int, int]
"""x0, y0, x1, y1 in texture px."""

STEPS = 64
"""Scales are in 64ths, so that every 64th canvas px lies on a corner of the lattice."""
CLEAR = 2
"""Transparent px left around a texture, so that its edge stays soft when it is sampled."""


@dataclass(frozen=True, slots=True, eq=False)
class Texture:
    """A cut-out.

    Attributes:
        pixels: (h, w, 4) RGBA, uint8, premultiplied.
        at: Of its top left corner on the lattice, px.
    """

    pixels: Pixels
    at: tuple[int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height, px."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def box(self) -> Box:
        """Where it lies on the lattice."""
        width, height = self.size
        return self.at[0], self.at[1], self.at[0] + width, self.at[1] + height

    def within(self, box: Box) -> Pixels:
        """A copy of what lies in `box`, clear where there is nothing."""
        x0, y0, x1, y1 = box
        mine = self.box
        left, top, right, bottom = max(x0, mine[0]), max(y0, mine[1]), min(x1, mine[2]), min(y1, mine[3])
        patch = np.zeros((y1 - y0, x1 - x0, 4), np.uint8)
        if left < right and top < bottom:
            piece = self.pixels[top - mine[1] : bottom - mine[1], left - mine[0] : right - mine[0]]
            patch[top - y0 : bottom - y0, left - x0 : right - x0] = piece
        return patch


def lattice_steps(scale: float) -> int:
    """The 64ths of the smallest lattice scale that is not below `scale`, and never above the artwork's own."""
    return int(np.clip(np.ceil(scale * STEPS - 1e-6), 1, STEPS))


def load(read: Read, image: Image, steps: int) -> Texture:
    """Premultiply a layer's picture and bring it to `steps` 64ths of its size."""
    pixels, at = read(image.file), image.at
    premultiplied = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA), np.uint8)
    x0, y0 = at[0] // STEPS, at[1] // STEPS
    height, width = pixels.shape[:2]
    x1, y1 = -(-(at[0] + width) // STEPS), -(-(at[1] + height) // STEPS)
    canvas = np.zeros(((y1 - y0) * STEPS, (x1 - x0) * STEPS, 4), np.uint8)
    top, left = at[1] - y0 * STEPS, at[0] - x0 * STEPS
    canvas[top : top + height, left : left + width] = premultiplied
    if steps != STEPS:
        size = ((x1 - x0) * steps, (y1 - y0) * steps)
        canvas = np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.uint8)
    return cropped(Texture(canvas, (x0 * steps, y0 * steps)))


def cropped(whole: Texture) -> Texture:
    """Cut away what is clear, but for a narrow border."""
    left, top, width, height = cv2.boundingRect(np.ascontiguousarray(whole.pixels[..., 3]))
    x0, y0 = whole.at[0] + left - CLEAR, whole.at[1] + top - CLEAR
    box = (x0, y0, x0 + width + 2 * CLEAR, y0 + height + 2 * CLEAR)
    return Texture(whole.within(box), (x0, y0))


def union(*boxes: Box) -> Box:
    """The smallest box around all of them."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)
