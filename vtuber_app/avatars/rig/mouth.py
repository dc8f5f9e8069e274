"""A mouth drawn from its pose: a tapered line that opens into a shape with tongue and teeth."""

import math
from dataclasses import dataclass

import numpy as np

from vtuber_app.avatars.rig import textures
from vtuber_app.avatars.rig.brush import Brush, mix
from vtuber_app.avatars.rig.compose import over, shifted_columns
from vtuber_app.avatars.rig.format import Mouth
from vtuber_app.avatars.rig.textures import Box, Pixels, Plane, Read

POINTS = 33

GONE = 0.12
"""How far open a mouth is when nothing of its picture at rest is left."""

T = np.sin(np.linspace(-math.pi / 2, math.pi / 2, POINTS)).astype(np.float32)
"""Along the mouth from the right corner to the left, denser where round shapes turn."""


@dataclass(frozen=True, slots=True)
class Contour:
    """The edges of a mouth, (POINTS, 2) px each, from the picture's left to its right."""

    upper: Plane
    lower: Plane


class MouthArt:
    """The mouth of one character."""

    def __init__(self, mouth: Mouth, steps: int, read: Read | None = None) -> None:
        """Prepare for a lattice of `steps` 64ths of the canvas; `read` gives its picture at rest, which it may have."""
        scale = steps / textures.STEPS
        self._mouth = mouth
        self._width, self._height = mouth.width * scale, mouth.height * scale
        self._line, self._smile = mouth.line_width * scale, mouth.smile * scale
        x, y = mouth.centre[0] * scale, mouth.centre[1] * scale
        self.box: Box = (
            math.floor(x - 1.05 * self._width), math.floor(y - 0.55 * self._height - 0.35 * self._width - 3),
            math.ceil(x + 1.05 * self._width), math.ceil(y + 1.15 * self._height + 0.4 * self._width + 3),
        )  # fmt: skip
        rest = textures.load(read, mouth.rest, steps) if read and mouth.rest else None
        if rest is not None:
            self.box = textures.union(self.box, rest.box)
        self._centre = x - self.box[0], y - self.box[1]
        self._rest = rest.within(self.box) if rest else None

    def contour(
        self, opening: float, wide: float, round_: float, left: float, right: float, raised: float, shift: float
    ) -> Contour:
        """The edges in `box`, for a pose as `draw` takes it."""
        half = self._width / 2 * ((1 + 0.42 * wide) if wide > 0 else (1 + 0.6 * wide))
        half *= 1 + 0.22 * opening * (1 - round_)
        tall = opening * self._height
        above = tall * (0.1 + 0.22 * raised * (1 - round_) + 0.34 * round_)
        below = tall - above
        rest, reach = 2 * half / self._width * self._smile, 0.5 * half
        corners = np.where(T > 0, rest + left * reach, rest + right * reach) * (1 - 0.7 * round_ * opening)
        middle = self._centre[1] + 0.35 * rest - corners * np.abs(T) ** np.float32(1.85)
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
        wide -= 0.25 * press
        gone = 1.0
        if self._rest is not None:
            gone = min(opening / GONE, 1.0)
            opening = self._mouth.opened + (1 - self._mouth.opened) * opening
            if gone < 1:
                over(face, self._resting(wide, left, right, shift, 1 - gone))
        if gone > 0:
            self._draw(
                face, self.contour(opening, wide, round_, left, right, raised, shift), opening, teeth, press, gone
            )

    def _resting(self, wide: float, left: float, right: float, shift: float, strength: float) -> Pixels:
        """The picture of the mouth at rest, bent as the drawn line is."""
        assert self._rest is not None
        still, moved = self.contour(0, 0, 0, 0, 0, 0, 0).upper, self.contour(0, wide, 0, left, right, 0, shift).upper
        height, width = self._rest.shape[:2]
        columns, rows = (
            np.arange(width, dtype=np.float32) + np.float32(0.5),
            np.arange(height, dtype=np.float32)[:, None],
        )
        scale = (moved[-1, 0] - moved[0, 0]) / max(still[-1, 0] - still[0, 0], 1)
        came = (columns - moved[POINTS // 2, 0]) / scale + still[POINTS // 2, 0]
        rise = np.interp(columns, moved[:, 0], moved[:, 1]) - np.interp(came, still[:, 0], still[:, 1])
        bent = shifted_columns(self._rest, rows - rise.astype(np.float32), came - np.float32(0.5))
        return np.multiply(bent, strength).astype(np.uint8) if strength < 1 else bent

    def _draw(
        self, face: Pixels, contour: Contour, opening: float, teeth: float, press: float, strength: float
    ) -> None:
        outline = _outline(contour, self._line * (1 - 0.35 * press), opening)
        shade_x, shade_y = float(contour.lower[POINTS // 2, 0]), float(contour.lower[POINTS // 2, 1])
        shade_y += 0.13 * self._width + self._line
        low, high = outline.min(0) - 2, outline.max(0) + 2
        box = (
            math.floor(min(low[0], shade_x - 0.55 * self._width)),
            math.floor(low[1]),
            math.ceil(max(high[0], shade_x + 0.55 * self._width)),
            math.ceil(max(high[1], shade_y + 0.12 * self._width)),
        )
        brush = Brush(face, box)
        u, v = (brush.columns - shade_x) / (0.26 * self._width), (brush.rows - shade_y) / (0.055 * self._width)
        shade = np.float32(0.75 * (1 - 0.5 * opening)) * np.exp(-v * v) * np.exp(-u * u)
        brush.paint(shade * np.float32(strength), self._mouth.lip_shade)
        brush.paint(brush.coverage(outline) * np.float32(strength), self._mouth.line)
        if opening > 0.004:
            inside = brush.coverage(np.concatenate([contour.upper, contour.lower[::-1]]))
            brush.paint(inside * np.float32(strength), self._cavity(brush, contour, opening, teeth))
        brush.finish()

    def _cavity(self, brush: Brush, contour: Contour, opening: float, teeth: float) -> Plane:
        """The colours (h, w, 3) of what is seen inside."""
        top, bottom = float(contour.upper[:, 1].min()), float(contour.lower[:, 1].max())
        height, half = bottom - top, float(contour.upper[-1, 0] - contour.upper[0, 0]) / 2
        middle = float(contour.upper[0, 0]) + half
        depth = np.clip((brush.rows - top) / max(height, 1) * 1.5, 0, 1)[..., None]
        shade, inside = (np.array(colour, np.float32) for colour in (self._mouth.inside_shade, self._mouth.inside))
        colours = np.repeat(shade + depth * (inside - shade), brush.columns.shape[1], axis=1)
        # The tongue: a mound at the bottom, with a soft edge of its own height's tenth.
        mound = (0.36 + 0.16 * opening) * height
        u = (brush.columns - middle) / max(0.72 * half, 1)
        edge = bottom - mound * np.sqrt(np.clip(1 - u * u, 0, 1)) + 0.12 * height
        tongue = np.clip((brush.rows - edge) / max(0.1 * height, 1) + 0.5, 0, 1) * (np.abs(u) < 1)
        mix(colours, tongue * np.float32(min(max(opening * 5 - 0.5, 0), 1)), self._mouth.tongue)
        if teeth > 0.01:
            band = teeth * min(0.34 * height, 0.26 * self._width)
            fall = band * np.clip(1.25 - np.abs(T) ** 3, 0, 1)
            edge = np.interp(brush.columns[0], contour.upper[:, 0], contour.upper[:, 1] + fall).astype(np.float32)
            mix(colours, np.clip(edge - brush.rows + 0.5, 0, 1), self._mouth.teeth)
        if self._mouth.fang and opening > 0.1:
            x, y = contour.upper[int(0.72 * POINTS)]
            size = 0.085 * self._width
            long = 2.2 * size * min(opening * 3, 1)
            fang = np.array([[x - size, y - size], [x + size, y - size], [x, y + long]], np.float32)
            mix(colours, brush.coverage(fang), self._mouth.teeth)
        return colours


def _outline(contour: Contour, width: float, opening: float) -> Plane:
    """The outer edge (2 POINTS, 2) of the line around a mouth: thick at the upper corners, tapered to the ends."""
    ends = np.clip(1 - np.abs(T) ** (3 + 3 * min(opening * 4, 1)), 0, 1)
    swell = 0.62 + 0.38 * min(opening * 4, 1) * T * T
    closed = 1 - min(opening * 4, 1)
    upper = width * ends * (swell + closed * 0.1 * (1 - np.abs(T))) + 0.1 * width
    lower = width * ends * (0.34 + 0.1 * T * T + 0.15 * closed) + 0.1 * width
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
