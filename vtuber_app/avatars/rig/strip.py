"""A picture on the face whose columns move up and down: a lash, a crease, a brow."""

import math

import numpy as np

from vtuber_app.avatars.rig.compose import over, shifted_columns
from vtuber_app.avatars.rig.textures import Pixels, Plane, Texture


class Strip:
    """One such picture within a feature's box."""

    def __init__(self, picture: Texture, corner: tuple[int, int]) -> None:
        """`corner` is the top left one of the feature's box, lattice px."""
        self._pixels = picture.pixels
        self._left, self._top = picture.at[0] - corner[0], picture.at[1] - corner[1]
        self.columns = slice(self._left, self._left + picture.pixels.shape[1])

    def draw(self, face: Pixels, down: Plane, across: float = 0.0, strength: float = 1.0) -> None:
        """Draw it.

        Args:
            face: (h, w, 4) premultiplied, the part of the face in the feature's box; changed in place.
            down: (w,) px that each of the box' columns is moved down.
            across: Px that all are moved to the right.
            strength: 0…1, its opacity.
        """
        height, width = self._pixels.shape[:2]
        aside = math.floor(across)
        left, right = max(self._left + aside, 0), min(self._left + width + aside + 1, face.shape[1])
        shift = down[left:right]
        top = max(self._top + math.floor(shift.min()), 0)
        bottom = min(self._top + height + math.ceil(shift.max()), face.shape[0])
        if left >= right or top >= bottom:
            return
        rows = np.arange(top - self._top, bottom - self._top, dtype=np.float32)[:, None] - shift
        columns = np.arange(left - self._left, right - self._left, dtype=np.float32) - np.float32(across)
        moved = shifted_columns(self._pixels, rows, columns)
        if strength < 1:
            moved = np.multiply(moved, strength).astype(np.uint8)
        over(face[top:bottom, left:right], moved)
