"""A brow on the face, bent by moving its columns."""

import math

import numpy as np

from vtuber_app.avatars.rig import textures
from vtuber_app.avatars.rig.format import Brow
from vtuber_app.avatars.rig.strip import Strip
from vtuber_app.avatars.rig.textures import Box, Pixels, Read

STRENGTH = 1.3
"""How far a brow goes at full raise, in its travel."""
REACH = 2.2
"""How far a brow can move either way, in its travel."""
KNIT = 0.25
"""How far an angry brow moves inward, in its travel."""


class BrowArt:
    """One brow's picture, ready to be drawn onto the face."""

    def __init__(self, brow: Brow, read: Read, steps: int) -> None:
        """Load for a lattice of `steps` 64ths of the canvas."""
        picture = textures.load(read, brow, steps)
        self._through = brow.through
        self._travel = brow.travel * steps / textures.STEPS
        x0, y0, x1, y1 = picture.box
        room = math.ceil(REACH * self._travel)
        self.box: Box = (x0 - room, y0 - room, x1 + room, y1 + room)
        self._strip = Strip(picture, (self.box[0], self.box[1]))
        columns = np.arange(self.box[0], self.box[2], dtype=np.float32) + np.float32(0.5)
        # 0 at the inner end, 1 at the outer: the character's left is on the right.
        along = np.clip((columns - x0 - textures.CLEAR) / max(x1 - x0 - 2 * textures.CLEAR, 1), -0.3, 1.3)
        self._outward = along if brow.side == "left" else 1 - along
        self._inward = -1.0 if brow.side == "left" else 1.0

    def draw(self, face: Pixels, inner: float, outer: float, bend: float, strength: float = 1.0) -> None:
        """Draw the brow.

        Args:
            face: (h, w, 4) premultiplied, the part of the face in `box`; changed in place.
            inner: How far the inner end is raised, -1…1.
            outer: How far the outer end is, -1…1.
            bend: How far the middle is raised above the line between them, -1…1.
            strength: Its opacity, 0…1.
        """
        t = self._outward
        rise = inner + (outer - inner) * t + bend * 4 * t * (1 - t)
        rise = np.clip(rise * np.float32(STRENGTH * self._travel), -REACH * self._travel, REACH * self._travel)
        knit = self._inward * KNIT * self._travel * max(-inner, 0.0)
        self._strip.draw(face, -rise.astype(np.float32), knit, strength)

    def draw_through(self, hair: Pixels, inner: float, outer: float, bend: float) -> None:
        """Draw what is seen of it through the hair, as `draw`."""
        self.draw(hair, inner, outer, bend, self._through)
