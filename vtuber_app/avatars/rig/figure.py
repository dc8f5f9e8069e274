"""A whole character at one render size: layers, face and hair, drawn for a moment's motion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from vtuber_app.avatars.rig import textures
from vtuber_app.avatars.rig.bend import Bend, Motion
from vtuber_app.avatars.rig.compose import over, remapped
from vtuber_app.avatars.rig.face import REST, Face, Values
from vtuber_app.avatars.rig.format import Layer, Rig
from vtuber_app.avatars.rig.springs import Values as Swing
from vtuber_app.avatars.rig.sway import Sways
from vtuber_app.avatars.rig.textures import Box, Pixels, Plane, Read, Texture

NODES = 18
"""Of the inverse map, each way: between them it is interpolated linearly."""
SAMPLES = 7
"""Points each way that find the box a layer covers."""
MARGIN = 3
"""Px around that box, for what bulges out between the samples."""
OVERSAMPLED = 1.2
"""How much finer than the picture the textures are: sharp after bending, and not yet coarse to sample."""


@dataclass(frozen=True, slots=True)
class View:
    """The square of the canvas that is shown.

    Attributes:
        x: Of its left edge, canvas px; `y` of its top edge.
        side: Its length, canvas px.
        size: Of the picture, px.
    """

    x: float
    y: float
    side: float
    size: int

    @property
    def scale(self) -> float:
        """Picture px per canvas px."""
        return self.size / self.side


class Figure:
    """A rig's pictures, loaded for views up to one scale."""

    def __init__(self, rig: Rig, read: Read, scale: float) -> None:
        """Load textures for `scale` picture px per canvas px; `read` gives the pictures."""
        self._steps = textures.lattice_steps(scale * OVERSAMPLED)
        self._lattice = self._steps / textures.STEPS
        has_face = any(isinstance(part, Layer) and part.name == "face" for part in rig.parts)
        self.face = Face(rig, read, self._steps) if has_face else None
        self._layers = [
            part for part in rig.parts if isinstance(part, Layer) and (part.parent != "face" or part.name == "face")
        ]
        self._textures = [
            self.face.texture if self.face and layer.name == "face" else textures.load(read, layer, self._steps)
            for layer in self._layers
        ]
        boxes = np.array([texture.box for texture in self._textures], np.float32) / np.float32(self._lattice)
        self._bend = Bend(rig, self._layers, boxes[:, 1].tolist(), boxes[:, 3].tolist())
        self._sways = Sways(self._layers, self._bend)
        along = np.linspace(0, 1, SAMPLES, dtype=np.float32)
        x0, y0, x1, y1 = (boxes[:, side, None, None] for side in range(4))
        self._sample_x = np.broadcast_to(x0 + (x1 - x0) * along[None, None, :], (len(boxes), SAMPLES, SAMPLES))
        self._sample_y = np.broadcast_to(y0 + (y1 - y0) * along[None, :, None], (len(boxes), SAMPLES, SAMPLES))

    @property
    def scale(self) -> float:
        """Picture px per canvas px up to which it is sharp."""
        return self._lattice / OVERSAMPLED if self._steps < textures.STEPS else float("inf")

    def draw(self, view: View, motion: Motion, poses: Mapping[str, Values] | None, hair: float, time: float) -> Pixels:
        """Draw the character.

        Args:
            view: What part of the canvas is shown.
            motion: Of head and body.
            poses: Of the features, as `Face.pose` takes them; None at rest.
            hair: Strength of the hair's swing, 1 being natural.
            time: s; the hair swings on from the last time, and comes to rest after a gap.

        Returns:
            (size, size, 4) RGBA, straight alpha, colour 0 where alpha is 0.
        """
        if self.face is not None:
            self.face.pose(REST if poses is None else poses)
        swing = self._sways.swing(motion, hair, time)
        boxes = self._covered(view, motion, swing)
        maps = self._maps(boxes, view, motion, swing)
        picture = np.zeros((view.size, view.size, 4), np.uint8)
        for texture, box, grid in zip(self._textures, boxes, maps, strict=True):
            _lay_bent(picture, texture, box, grid)
        cv2.cvtColor(picture, cv2.COLOR_mRGBA2RGBA, picture)
        return picture

    def _covered(self, view: View, motion: Motion, swing: Swing) -> list[Box]:
        """The picture px each layer may cover; x1 <= x0 where it is out of view."""
        x, y = self._bend.forward(self._sample_x, self._sample_y, motion, swing)
        x, y = (x - view.x) * view.scale, (y - view.y) * view.scale
        low = np.floor(np.stack([x.min((1, 2)), y.min((1, 2))])).astype(int) - MARGIN
        high = np.ceil(np.stack([x.max((1, 2)), y.max((1, 2))])).astype(int) + MARGIN
        low, high = np.clip(low, 0, view.size), np.clip(high, 0, view.size)
        return list(zip(low[0].tolist(), low[1].tolist(), high[0].tolist(), high[1].tolist(), strict=True))

    def _maps(self, boxes: Sequence[Box], view: View, motion: Motion, swing: Swing) -> Plane:
        """Where in its texture each layer's nodes come from, (layers, NODES, NODES, 2) px."""
        corners = np.array(boxes, np.float32)
        cells = np.array([_cells(box) for box in boxes], np.float32)
        steps = np.arange(NODES, dtype=np.float32)
        first = corners[:, :2] + cells % 2 / 2  # an odd cell has a pixel in its middle, an even one a corner
        x = (first[:, 0, None, None] + cells[:, 0, None, None] * steps[None, None, :]) / view.scale + view.x
        y = (first[:, 1, None, None] + cells[:, 1, None, None] * steps[None, :, None]) / view.scale + view.y
        grid_x, grid_y = np.broadcast_arrays(x.astype(np.float32), y.astype(np.float32))
        from_x, from_y = self._bend.inverse(grid_x, grid_y, motion, swing)
        at = np.array([texture.at for texture in self._textures], np.float32)[:, None, None, :] + np.float32(0.5)
        return np.stack([from_x, from_y], -1) * np.float32(self._lattice) - at


def _cells(box: Box) -> tuple[int, int]:
    """Px between two nodes, so that they span the box."""
    return max(-(-(box[2] - box[0]) // (NODES - 1)), 1), max(-(-(box[3] - box[1]) // (NODES - 1)), 1)


def _lay_bent(picture: Pixels, texture: Texture, box: Box, nodes: Plane) -> None:
    """Sample a texture through its nodes and lay it over the picture, in `box`."""
    x0, y0, x1, y1 = box
    if x0 >= x1 or y0 >= y1:
        return
    wide, tall = _cells(box)
    # cv2.resize puts node n at the middle of the n-th cell: half a cell before the box is cut off.
    full = np.asarray(cv2.resize(nodes, (NODES * wide, NODES * tall)), np.float32)
    top, left = tall // 2, wide // 2
    where = full[top : top + y1 - y0, left : left + x1 - x0]
    over(picture[y0:y1, x0:x1], remapped(texture.pixels, where))
