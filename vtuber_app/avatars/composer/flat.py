"""The flat picture of a puppet at rest, and cutting sheets into layers."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.composer.brush import CANVAS, Gradient, Sheet, ellipse
from vtuber_app.avatars.rig.format import Brow, Eye, Image, Layer, Mouth, Rig

Pixels = NDArray[np.uint8]
MARGIN = 3
"""Transparent pixels kept around a cut layer, so that it can be filtered at its edge."""


def cut(pixels: Pixels) -> tuple[Pixels, tuple[int, int]]:
    """Crop to what is painted; also fill the colour under clear pixels from their neighbours.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha.

    Returns:
        The cropped picture and its top left corner.
    """
    x, y, width, height = cv2.boundingRect(cv2.extractChannel(pixels, 3))
    y0, y1 = max(0, y - MARGIN), min(pixels.shape[0], y + height + MARGIN)
    x0, x1 = max(0, x - MARGIN), min(pixels.shape[1], x + width + MARGIN)
    part = pixels[y0:y1, x0:x1].copy()
    known = part[..., 3] > 12
    for _ in range(4):
        grown = cv2.dilate(known.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
        weight = cv2.blur(known.astype(np.float32), (3, 3), borderType=cv2.BORDER_CONSTANT)
        colour = cv2.blur(part[..., :3].astype(np.float32) * known[..., None], (3, 3), borderType=cv2.BORDER_CONSTANT)
        new = grown & ~known
        part[new, :3] = np.rint(colour[new] / weight[new][:, None])
        known = grown
    part[~known] = 0
    return part, (x0, y0)


class Canvas:
    """Premultiplied float picture that layers are laid on."""

    def __init__(self, size: int) -> None:
        self.pixels = np.zeros((size, size, 4), np.float32)

    def over(self, picture: Pixels, at: tuple[int, int], mask: NDArray[np.float32] | None = None) -> None:
        """Lay a straight-alpha picture down; `mask` (canvas sized) scales its alpha."""
        x, y = at
        h, w = picture.shape[:2]
        alpha = picture[..., 3:].astype(np.float32) / 255
        if mask is not None:
            alpha = alpha * mask[y : y + h, x : x + w, None]
        below = self.pixels[y : y + h, x : x + w]
        below *= 1 - alpha
        below[..., :3] += picture[..., :3] * (alpha / 255)
        below[..., 3:] += alpha

    def straight(self, size: int, crop: tuple[float, float, float] | None = None) -> Pixels:
        """(size, size, 4) RGBA, straight alpha, of the whole canvas or a square of it (x, y, side)."""
        source = self.pixels
        if crop:
            x, y, side = (round(v) for v in crop)
            source = source[y : y + side, x : x + side]
        small = cv2.resize(source, (size, size), interpolation=cv2.INTER_AREA)
        alpha = small[..., 3:]
        colour = np.where(alpha > 1 / 512, small[..., :3] / np.maximum(alpha, 1e-6), 0)
        result = np.rint(np.clip(np.concatenate([colour, alpha], axis=2), 0, 1) * 255).astype(np.uint8)
        result[result[..., 3] == 0] = 0
        return np.ascontiguousarray(result)


def opening(eye: Eye) -> NDArray[np.float32]:
    """(CANVAS, CANVAS) coverage of the open eye."""
    sheet = Sheet()
    sheet.fill(list(eye.upper) + list(eye.lower[::-1]), (255, 255, 255))
    return sheet.pixels()[..., 3].astype(np.float32) / 255


def mouth(part: Mouth) -> Pixels:
    """The closed mouth at rest."""
    sheet = Sheet()
    x, y = part.centre
    half = part.width / 2
    t = np.linspace(-1, 1, 33)
    line = np.stack([x + half * t, y + part.smile * (0.35 - np.abs(t) ** 1.7)], axis=1)
    shade = ellipse(x, y + 17, half * 0.42, 5)
    sheet.fill(
        shade, Gradient((0, y + 10), (0, y + 24), ((0, part.lip_shade, 0.85), (1, part.lip_shade, 0.3))), blur=2.5
    )
    sheet.ink(line, part.line_width, part.line, 0.35, 0.35)
    return sheet.pixels()


def flatten(rig: Rig, pictures: dict[str, Pixels]) -> Canvas:
    """The rest pose, from the rig's layers by file name."""
    canvas = Canvas(CANVAS)

    def lay(image: Image | None, mask: NDArray[np.float32] | None = None) -> None:
        if image:
            canvas.over(pictures[image.file], image.at, mask)

    for part in rig.parts:
        if isinstance(part, Layer | Brow):
            lay(part)
        elif isinstance(part, Eye):
            inside = opening(part)
            lay(part.white, inside)
            lay(part.iris, inside)
            lay(part.highlight, inside)
            lay(part.lower_lash)
            lay(part.crease)
            lay(part.lash)
        else:
            canvas.over(mouth(part), (0, 0))
    for part in rig.parts:
        if isinstance(part, Brow):
            faint = np.full((CANVAS, CANVAS), part.through, np.float32)
            lay(part, faint)
    return canvas
