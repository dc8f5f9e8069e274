"""Painting of soft-edged shapes onto a small part of a picture."""

import cv2
import numpy as np

from vtuber_app.avatars.rig.format import Colour
from vtuber_app.avatars.rig.textures import Box, Pixels, Plane

FINE = 4
"""Shapes are filled on a grid this much finer, which softens their edges."""
SUBPIXEL_BITS = 4
OPAQUE = (255,)


class Brush:
    """Paints within a box of a picture, in floating point, until `finish` writes it back.

    Attributes:
        columns: (1, w) x of the pixels' middles; `rows` is (h, 1) their y.
    """

    def __init__(self, picture: Pixels, box: Box) -> None:
        """`picture` is (H, W, 4), premultiplied."""
        height, width = picture.shape[:2]
        x0, y0, x1, y1 = max(box[0], 0), max(box[1], 0), min(box[2], width), min(box[3], height)
        self._part = picture[y0:y1, x0:x1]
        self._corner = np.array([x0, y0], np.float32)
        self._painted = self._part.astype(np.float32)
        self._fine = np.empty(((y1 - y0) * FINE, (x1 - x0) * FINE), np.uint8)
        self.columns = np.arange(x0, x1, dtype=np.float32)[None, :] + np.float32(0.5)
        self.rows = np.arange(y0, y1, dtype=np.float32)[:, None] + np.float32(0.5)

    def coverage(self, outline: Plane) -> Plane:
        """How much of each pixel a polygon of (n, 2) px covers, (h, w), 0…1."""
        self._fine.fill(0)
        corners = np.rint(((outline - self._corner) * FINE - 0.5) * (1 << SUBPIXEL_BITS)).astype(np.int32)
        cv2.fillPoly(self._fine, [corners], (255,), cv2.LINE_8, SUBPIXEL_BITS)
        height, width = self._part.shape[:2]
        small = cv2.resize(self._fine, (width, height), interpolation=cv2.INTER_AREA)
        return np.multiply(small, 1 / 255, dtype=np.float32)

    def paint(self, coverage: Plane, colour: Colour | Plane) -> None:
        """Mix in a colour, or (h, w, 3) of them, by (h, w)."""
        mix(self._painted[..., :3], coverage, colour)
        mix(self._painted[..., 3:], coverage, OPAQUE)

    def finish(self) -> None:
        """Write what was painted into the picture."""
        self._part[...] = np.rint(self._painted)


def mix(colours: Plane, coverage: Plane, colour: tuple[int, ...] | Plane) -> None:
    """Mix a colour of n channels, or (h, w, n) of them, into (h, w, n) by (h, w), in place."""
    colours += coverage[..., None] * (np.asarray(colour, np.float32) - colours)
