"""An eye on the face: white and iris seen through the opening between two lids that move along curves."""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from vtuber_app.avatars.rig import curves, textures
from vtuber_app.avatars.rig.compose import over, placed
from vtuber_app.avatars.rig.format import Eye, Point
from vtuber_app.avatars.rig.strip import Strip
from vtuber_app.avatars.rig.textures import Box, Pixels, Plane, Read

HIGHLIGHT_MOVES = 0.45
"""How much of the iris' way its highlight goes: it is a mirror of the room."""
WIDE_LIFT = 0.17
"""How far beyond open a wide eye's upper lid rises, of the way from closed to open."""
WIDE_IRIS = 0.1
"""By how much a wide eye's iris shrinks."""
SQUINT_LIFT = 0.26
"""How far a squinting eye's lower lid rises, of the open eye's height."""
CREASE_MOVES = 0.35
SHUTS = 0.4
"""From where on a lash that was drawn for the open eye gives way to that of the closed one."""
SHADOW = 0.34
"""The darkest of the shadow under a lowered lid."""
SHADOW_REACH = 0.3
"""How far down it reaches, of the open eye's height."""


class EyeArt:
    """One eye's pictures, ready to be drawn onto the face."""

    def __init__(self, eye: Eye, read: Read, steps: int) -> None:
        """Load for a lattice of `steps` 64ths of the canvas."""
        scale = steps / textures.STEPS
        white = textures.load(read, eye.white, steps)
        iris = textures.load(read, eye.iris, steps)
        highlight = textures.load(read, eye.highlight, steps) if eye.highlight else None
        lash = textures.load(read, eye.lash, steps)
        lower_lash = textures.load(read, eye.lower_lash, steps) if eye.lower_lash else None
        crease = textures.load(read, eye.crease, steps) if eye.crease else None
        shut = textures.load(read, eye.shut, steps) if eye.shut else None
        parts = [part for part in (white, lash, lower_lash, crease, shut) if part]
        x0, y0, x1, y1 = textures.union(*(part.box for part in parts))
        columns = (np.arange(x0, x1, dtype=np.float32) + np.float32(0.5)) / np.float32(scale)
        upper, lower, closed, smile = (
            curves.heights(curve, columns) * np.float32(scale)
            for curve in (eye.upper, eye.lower, eye.closed, eye.smile)
        )
        # Room for the lash to travel with the lid, to the lowest and the highest place it can go.
        down = float(np.max(np.maximum(closed, smile) - upper))
        up = WIDE_LIFT * float(np.max(closed - upper)) + 2
        y0, y1 = y0 - math.ceil(max(up, 0)), max(y1, math.ceil(lash.box[3] + max(down, 0))) + 2
        self.box: Box = (x0, y0, x1, y1)
        self._upper, self._lower = upper - np.float32(y0), lower - np.float32(y0)
        self._closed, self._smile = closed - np.float32(y0), smile - np.float32(y0)
        self._rows = np.arange(y1 - y0, dtype=np.float32)[:, None] + np.float32(0.5)
        self._visible = within(columns * np.float32(scale), eye.upper, eye.lower, scale)
        self._height = float(np.max(self._lower - self._upper))
        self._white, self._iris = white.within(self.box), iris.within(self.box)
        self._highlight = highlight.within(self.box) if highlight else None
        self._centre = (iris.box[0] + iris.box[2]) / 2 - x0, (iris.box[1] + iris.box[3]) / 2 - y0
        self._smoothing = 1 + 2 * ((x1 - x0) // 10)
        self._gaze = eye.gaze[0] * scale, eye.gaze[1] * scale
        self._lash = Strip(lash, (x0, y0))
        self._lower_lash = Strip(lower_lash, (x0, y0)) if lower_lash else None
        self._crease = Strip(crease, (x0, y0)) if crease else None
        self._shut = Strip(shut, (x0, y0)) if shut else None

    def draw(self, face: Pixels, opening: float, smile: float, squint: float, left: float, up: float) -> None:
        """Draw the eye.

        Args:
            face: (h, w, 4) premultiplied, the part of the face in `box`; changed in place.
            opening: 0 closed, 1 at rest, 2 as wide as can be.
            smile: 0…1, whether it closes to an arch.
            squint: 0…1, how far the lower lid is raised.
            left: Where it looks, -1…1, to the character's left.
            up: Likewise.
        """
        wide, opening = max(opening - 1, 0.0), min(opening, 1.0)
        meeting = self._closed + np.float32(smile) * (self._smile - self._closed)
        upper = meeting + np.float32(opening + wide * WIDE_LIFT) * (self._upper - meeting)
        raised = self._lower - np.float32(squint * SQUINT_LIFT) * (self._lower - self._upper)
        lower = np.maximum(raised + np.float32(1 - _eased(opening)) * (meeting - raised), upper)
        self._draw_ball(face, upper, lower, (left, up), wide)
        lid = upper - self._upper
        shut = float(np.clip(1.3 - opening / SHUTS, 0, 1)) if self._shut else 0.0
        if self._crease is not None and opening > 0.02:
            self._crease.draw(face, lid * np.float32(CREASE_MOVES), strength=min(opening * 1.6, 1))
        if self._lower_lash is not None:
            faint = max(0.8 * smile * (1 - _eased(opening)), 0.6 * shut)
            self._lower_lash.draw(face, self._smoothed(lower - self._lower), strength=1 - faint)
        if self._shut is None:
            self._lash.draw(face, lid)
            return
        if shut < 1:
            self._lash.draw(face, self._smoothed(lid), strength=min(2 - 2 * shut, 1))
        if shut > 0:
            self._shut.draw(face, upper - self._closed, strength=min(2 * shut, 1))

    def _smoothed(self, shift: Plane) -> Plane:
        """Or hairs would be torn where a lid's shift changes steeply, in the corners."""
        return np.asarray(cv2.blur(shift[None], (self._smoothing, 1))[0], np.float32)

    def _draw_ball(self, face: Pixels, upper: Plane, lower: Plane, gaze: Point, wide: float) -> None:
        """Draw white, iris and highlight where the lids are open."""
        if float(np.max(lower - upper)) < 0.02:
            return
        top, bottom = max(math.floor(upper.min()) - 1, 0), min(math.ceil(lower.max()) + 1, len(face))
        rows = self._rows[top:bottom]
        seen, below = between(rows, upper, lower)
        seen *= self._visible
        right, down = gaze[0] * self._gaze[0], -gaze[1] * self._gaze[1]
        size = 1 - WIDE_IRIS * wide
        x, y = self._centre
        ball = self._white[top:bottom].copy()
        size_matrix = np.array([[size, 0, x * (1 - size) + right], [0, size, y * (1 - size) + down - top]], np.float32)
        over(ball, placed(self._iris, size_matrix, len(ball)))
        if self._highlight is not None:
            right, down = right * HIGHLIGHT_MOVES, down * HIGHLIGHT_MOVES - top
            over(ball, placed(self._highlight, np.array([[1, 0, right], [0, 1, down]], np.float32), len(ball)))
        lowered = np.clip((upper - self._upper) * np.float32(2 / self._height), 0, 1) * np.float32(SHADOW)
        depth = np.clip(1 - below * np.float32(1 / (SHADOW_REACH * self._height)), 0, 1)
        seen *= 255
        opaque = np.rint(seen).astype(np.uint8)
        lit = np.rint(seen * (1 - lowered * depth * depth)).astype(np.uint8)
        cv2.multiply(ball, cv2.merge((lit, lit, lit, opaque)), ball, 1 / 255)
        over(face[top:bottom], ball)


def _eased(t: float) -> float:
    return t * t * (3 - 2 * t)


def between(rows: Plane, upper: Plane, lower: Plane) -> tuple[Plane, Plane]:
    """How much of each pixel lies between the lids, 0…1, and how far below the upper one it lies, px; (h, w) both.

    Args:
        rows: (h, 1) y of the pixels' middles.
        upper: (w,) y of the upper lid.
        lower: (w,) y of the lower lid.
    """
    # A slanting edge is softened across itself, not downward.
    slant = 1 / np.sqrt(1 + np.gradient((upper + lower) / 2) ** 2)
    below = (rows - upper) * slant
    return np.clip(below + 0.5, 0, 1) - np.clip((rows - lower) * slant + 0.5, 0, 1), below


def within(columns: Plane, upper: Sequence[Point], lower: Sequence[Point], scale: float) -> Plane:
    """How much of each column lies where there is an opening at all."""
    start, end = min(upper[0][0], lower[0][0]) * scale, max(upper[-1][0], lower[-1][0]) * scale
    return np.clip(np.minimum(columns - start, end - columns) + 0.5, 0, 1).astype(np.float32)
