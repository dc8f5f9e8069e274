"""A mouth drawn from its pose: a tapered line that opens into a shape with tongue and teeth."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from vtuber_app.avatars.rig import textures
from vtuber_app.avatars.rig.format import Mouth
from vtuber_app.avatars.rig.textures import Box, Pixels, Plane

FINE = 4
"""Shapes are filled on a grid this much finer, which softens their edges."""
SUBPIXEL_BITS = 4
POINTS = 33

T = np.sin(np.linspace(-math.pi / 2, math.pi / 2, POINTS)).astype(np.float32)
"""Along the mouth from the right corner to the left, denser where round shapes turn."""


@dataclass(frozen=True, slots=True)
class Contour:
    """The edges of a mouth, (POINTS, 2) px each, from the picture's left to its right."""

    upper: Plane
    lower: Plane


class MouthArt:
    """The mouth of one character."""

    def __init__(self, mouth: Mouth, steps: int) -> None:
        """Prepare for a lattice of `steps` 64ths of the canvas."""
        scale = steps / textures.STEPS
        self._mouth = mouth
        self._width, self._height = mouth.width * scale, mouth.height * scale
        self._line, self._smile = mouth.line_width * scale, mouth.smile * scale
        x, y = mouth.centre[0] * scale, mouth.centre[1] * scale
        self.box: Box = (
            math.floor(x - 1.05 * self._width), math.floor(y - 0.55 * self._height - 0.35 * self._width - 3),
            math.ceil(x + 1.05 * self._width), math.ceil(y + 1.15 * self._height + 0.4 * self._width + 3),
        )  # fmt: skip
        x0, y0, x1, y1 = self.box
        self._centre = x - x0, y - y0
        self._columns = np.arange(x1 - x0, dtype=np.float32)[None, :] + np.float32(0.5)
        self._rows = np.arange(y1 - y0, dtype=np.float32)[:, None] + np.float32(0.5)
        self._fine = np.zeros(((y1 - y0) * FINE, (x1 - x0) * FINE), np.uint8)

    def contour(
        self, opening: float, wide: float, round_: float, left: float, right: float, raised: float, shift: float
    ) -> Contour:
        """The edges in `box`, for a pose as `draw` takes it."""
        half = self._width / 2 * ((1 + 0.42 * wide) if wide > 0 else (1 + 0.6 * wide))
        half *= 1 + 0.22 * opening * (1 - round_)
        tall = opening * self._height
        above = tall * (0.1 + 0.22 * raised + 0.28 * round_)
        below = tall - above
        reach = 0.3 * self._width
        corners = np.where(T > 0, self._smile + left * reach, self._smile + right * reach) * (
            1 - 0.7 * round_ * opening
        )
        middle = self._centre[1] + 0.35 * self._smile - corners * np.abs(T) ** np.float32(1.7)
        # From a lens with pointed corners to an ellipse.
        square = 1 - T * T
        x = self._centre[0] + half * T + shift * 0.25 * self._width
        upper = middle - above * square ** np.float32(1 - 0.5 * round_)
        lower = middle + below * square ** np.float32(0.68 - 0.18 * round_)
        return Contour(np.stack([x, upper], 1), np.stack([x, lower], 1))

    def draw(
        self,
        face: Pixels,
        opening: float,
        wide: float,
        round_: float,
        left: float,
        right: float,
        raised: float,
        teeth: float,
        shift: float,
        press: float,
    ) -> None:
        """Draw the mouth.

        Args:
            face: (h, w, 4) premultiplied, the part of the face in `box`; changed in place.
            opening: 0 closed … 1.
            wide: -1 puckered … 0 at rest … 1 stretched.
            round_: 0…1, from a lens to an ellipse.
            left: How far the left corner rises, -1…1.
            right: How far the right corner rises, -1…1.
            raised: 0…1, how much the upper lip is lifted.
            teeth: 0…1, how much of the upper teeth shows.
            shift: To the character's left, -1…1.
            press: 0…1, lips pressed or rolled in: a thinner, shorter line.
        """
        wide = wide - 0.25 * press
        contour = self.contour(opening, wide, round_, left, right, raised, shift)
        target = face[..., :3].astype(np.float32)
        self._shade_lip(target, contour, opening)
        alpha = face[..., 3:].astype(np.float32) * np.float32(1 / 255)
        line = self._coverage(_outline(contour, self._line * (1 - 0.35 * press), opening))
        _paint(target, line * alpha, self._mouth.line)
        if opening > 0.004:
            inside = self._coverage(np.concatenate([contour.upper, contour.lower[::-1]]))
            _paint(target, inside * alpha, self._cavity(contour, opening, teeth, round_))
        np.rint(target, out=target)
        face[..., :3] = target

    def _coverage(self, outline: Plane) -> Plane:
        """How much of each pixel (h, w, 1) a polygon of (n, 2) px covers, 0…1."""
        self._fine.fill(0)
        corners = np.rint((outline * FINE - 0.5) * (1 << SUBPIXEL_BITS)).astype(np.int32)
        cv2.fillPoly(self._fine, [corners], (255,), cv2.LINE_8, SUBPIXEL_BITS)
        height, width = self._fine.shape
        small = cv2.resize(self._fine, (width // FINE, height // FINE), interpolation=cv2.INTER_AREA)
        return np.multiply(small, 1 / 255, dtype=np.float32)[..., None]

    def _cavity(self, contour: Contour, opening: float, teeth: float, round_: float) -> Plane:
        """The colours (h, w, 3) of what is seen inside."""
        top, bottom = float(contour.upper[:, 1].min()), float(contour.lower[:, 1].max())
        height, half = bottom - top, float(contour.upper[-1, 0] - contour.upper[0, 0]) / 2
        middle = float(contour.upper[0, 0]) + half
        depth = np.clip((self._rows - top) / max(height, 1) * 1.5, 0, 1)[..., None]
        shade, inside = (np.array(colour, np.float32) for colour in (self._mouth.inside_shade, self._mouth.inside))
        colours = np.repeat(shade + depth * (inside - shade), self._columns.shape[1], axis=1)
        # The tongue: a mound at the bottom, with a soft edge of its own height's tenth.
        mound = (0.36 + 0.16 * opening) * height
        u = (self._columns - middle) / max(0.72 * half, 1)
        edge = bottom - mound * np.sqrt(np.clip(1 - u * u, 0, 1)) + 0.12 * height
        tongue = np.clip((self._rows - edge) / max(0.1 * height, 1) + 0.5, 0, 1) * (np.abs(u) < 1)
        tongue *= np.clip(opening * 5 - 0.5, 0, 1)
        _paint(colours, tongue[..., None], self._mouth.tongue)
        if teeth > 0.01:
            band = teeth * min(0.34 * height, 0.26 * self._width)
            fall = band * np.clip(1.25 - np.abs(T) ** 3, 0, 1)
            edge = np.interp(self._columns[0], contour.upper[:, 0], contour.upper[:, 1] + fall).astype(np.float32)
            _paint(colours, np.clip(edge - self._rows + 0.5, 0, 1)[..., None], self._mouth.teeth)
        if self._mouth.fang and opening > 0.1:
            self._paint_fang(colours, contour, opening)
        return colours

    def _paint_fang(self, colours: Plane, contour: Contour, opening: float) -> None:
        """A small canine that hangs from the upper lip on the character's left."""
        x, y = contour.upper[int(0.72 * POINTS)]
        size = 0.085 * self._width
        long = 2.2 * size * min(opening * 3, 1)
        fang = np.array([[x - size, y - size], [x + size, y - size], [x, y + long]], np.float32)
        _paint(colours, self._coverage(fang), self._mouth.teeth)

    def _shade_lip(self, target: Plane, contour: Contour, opening: float) -> None:
        """The soft shadow under the lower lip."""
        x, y = contour.lower[POINTS // 2]
        u = (self._columns - x) / (0.26 * self._width)
        v = (self._rows - y - 0.13 * self._width - self._line) / (0.055 * self._width)
        _paint(target, (0.75 * (1 - 0.5 * opening) * np.exp(-v * v) * np.exp(-u * u))[..., None], self._mouth.lip_shade)


def _outline(contour: Contour, width: float, opening: float) -> Plane:
    """The outer edge (2 POINTS, 2) of the line around a mouth: thick at the upper corners, tapered to the ends."""
    ends = np.clip(1 - np.abs(T) ** 6, 0, 1)
    swell = 0.62 + 0.38 * min(opening * 4, 1) * T * T
    closed = 1 - min(opening * 4, 1)
    upper = width * ends * (swell + closed * 0.1 * (1 - np.abs(T))) + 0.12 * width
    lower = width * ends * (0.34 + 0.1 * T * T + 0.15 * closed) + 0.12 * width
    return np.concatenate([
        contour.upper + _normals(contour.upper) * upper[:, None] * np.float32(0.75),
        (contour.lower - _normals(contour.lower) * lower[:, None] * np.float32(0.75))[::-1],
    ])  # fmt: skip


def _normals(curve: Plane) -> Plane:
    """Unit normals (n, 2) that point up from a curve running right."""
    along = np.gradient(curve, axis=0)
    normals = np.stack([along[:, 1], -along[:, 0]], 1)
    lengths = np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-6)
    return np.asarray(normals / lengths, np.float32)


def _paint(target: Plane, coverage: Plane, colour: tuple[int, int, int] | Plane) -> None:
    """Mix a colour, or a picture of them, into (h, w, 3) by (h, w, 1)."""
    target += coverage * (np.asarray(colour, np.float32) - target)
