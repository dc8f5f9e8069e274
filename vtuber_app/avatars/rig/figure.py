"""A whole character at one render size: layers, face and hair, drawn for a moment's motion."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from vtuber_app.avatars.rig import textures, tiles
from vtuber_app.avatars.rig.bend import Bend, Motion
from vtuber_app.avatars.rig.compose import Bender
from vtuber_app.avatars.rig.face import REST, Face, Values
from vtuber_app.avatars.rig.format import Layer, Rig
from vtuber_app.avatars.rig.springs import Values as Swing
from vtuber_app.avatars.rig.sway import Sways
from vtuber_app.avatars.rig.textures import Box, Pixels, Plane, Read

SAMPLES = 7
"""Points each way that find the box a layer covers."""
MARGIN = 3
"""Px around that box, for what bulges out between the samples."""
OVERSAMPLED = 1.0
"""How much finer than the picture the textures are: 1.2 is hardly sharper, and takes 7 % more time."""


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
        if self.face is not None:
            face = next(layer for layer in self._layers if layer.name == "face")
            self._layers.append(face.model_copy(update={"name": "front"}))
            self._textures.append(self.face.front)
        boxes = np.array([texture.box for texture in self._textures], np.float32) / np.float32(self._lattice)
        self._bend = Bend(rig, self._layers, boxes[:, 1].tolist(), boxes[:, 3].tolist())
        self._sways = Sways(self._layers, self._bend)
        self._bender = Bender()
        self._at = np.array([texture.at for texture in self._textures], np.float32) + np.float32(0.5)
        alphas = [np.ascontiguousarray(texture.pixels[..., 3]) for texture in self._textures]
        drawn_on = {"face": self.face.boxes, "front": [(0, 0, *self.face.front.size)]} if self.face else {}
        self._cover = tiles.Cover(alphas, [drawn_on.get(layer.name, []) for layer in self._layers])
        along = np.linspace(0, 1, SAMPLES, dtype=np.float32)
        across, down = (axis.ravel()[:, None] for axis in np.meshgrid(along, along))
        x0, y0, x1, y1 = boxes.T
        self._sample_x, self._sample_y = x0 + (x1 - x0) * across, y0 + (y1 - y0) * down

    @property
    def scale(self) -> float:
        """Picture px per canvas px up to which it is sharp."""
        return self._lattice / OVERSAMPLED if self._steps < textures.STEPS else float("inf")

    def follow(self, points: Plane, layer: str, motion: Motion) -> Plane:
        """Where points (n, 2) of the layer of that name go, its hair hanging still; canvas px both."""
        index = next(i for i, one in enumerate(self._layers) if one.name == layer)
        bend = self._bend.of(np.full(len(points), index, np.intp))
        still = np.zeros((2, len(points), 2))
        x, y = bend.forward(points[:, 0].astype(np.float32), points[:, 1].astype(np.float32), motion, still)
        return np.stack([x, y], axis=1)

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
        tile = tiles.tile_size(view.size)
        nodes = tiles.Nodes(self._covered(view, motion, swing, tile))
        where = self._sampled(nodes, view, motion, swing, tile)
        picture = np.zeros((view.size, view.size, 4), np.uint8)
        needed, plain = self._cover.seen(nodes, where)
        for layer, rows in enumerate(tiles.bits(needed)):
            x0, y0, _, _ = nodes.boxes[layer]
            grid, pixels = nodes.of(layer, where), self._textures[layer].pixels
            for left, top, right, bottom in tiles.rectangles(rows, tile):
                target = picture[top * tile : bottom * tile, left * tile : right * tile]
                part = grid[top - y0 : bottom - y0 + 1, left - x0 : right - x0 + 1]
                self._bender.lay(target, pixels, part, tile, bool(plain[layer, top:bottom, left:right].all()))
        cv2.cvtColor(picture, cv2.COLOR_mRGBA2RGBA, picture)
        return picture

    def _covered(self, view: View, motion: Motion, swing: Swing, tile: int) -> list[Box]:
        """The tiles each layer may cover; x1 <= x0 where it is out of view."""
        x, y = self._bend.forward(self._sample_x, self._sample_y, motion, swing)
        x, y = (x - view.x) * (view.scale / tile), (y - view.y) * (view.scale / tile)
        margin, count = MARGIN / tile, -(-view.size // tile)
        low = np.floor(np.stack([x.min(0), y.min(0)]) - margin).astype(int)
        high = np.ceil(np.stack([x.max(0), y.max(0)]) + margin).astype(int)
        low, high = np.clip(low, 0, count), np.clip(high, 0, count)
        return list(zip(low[0].tolist(), low[1].tolist(), high[0].tolist(), high[1].tolist(), strict=True))

    def _sampled(self, nodes: tiles.Nodes, view: View, motion: Motion, swing: Swing, tile: int) -> Plane:
        """Where in its layer's texture each of n nodes comes from, (n, 2) px."""
        step = tile / view.scale
        x, y = (nodes.column * step + view.x).astype(np.float32), (nodes.row * step + view.y).astype(np.float32)
        from_x, from_y = self._bend.of(nodes.layer).inverse(x, y, motion, swing[:, nodes.layer])
        lattice = np.float32(self._lattice)
        where = np.empty((len(x), 2), np.float32)
        where[:, 0] = from_x * lattice - self._at[nodes.layer, 0]
        where[:, 1] = from_y * lattice - self._at[nodes.layer, 1]
        return where
