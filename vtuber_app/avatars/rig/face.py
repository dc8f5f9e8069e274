"""The face: its layer with nose, blush, eyes, brows and mouth drawn on, before it is bent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from vtuber_app.avatars.rig import textures
from vtuber_app.avatars.rig.brow import BrowArt
from vtuber_app.avatars.rig.compose import over, shifted
from vtuber_app.avatars.rig.eye import EyeArt
from vtuber_app.avatars.rig.format import Brow, Eye, Layer, Mouth, Rig
from vtuber_app.avatars.rig.mouth import MouthArt
from vtuber_app.avatars.rig.textures import Box, Pixels, Read, Texture

Values = tuple[float, ...]
Draw = Callable[..., None]

REST: dict[str, Values] = {
    "left eye": (1, 0, 0, 0, 0),
    "right eye": (1, 0, 0, 0, 0),
    "left brow": (0, 0, 0),
    "right brow": (0, 0, 0),
    "mouth": (0,) * 9,
    "skin": (0, 0),
}
"""The features' poses of a face at rest."""

FINEST = 1024
"""A feature is drawn anew when its pose changed by more than a step of this size: far below what can be seen."""


class _Art(Protocol):
    box: Box

    @property
    def draw(self) -> Draw: ...


@dataclass(slots=True)
class _Feature:
    name: str
    art: _Art
    box: Box
    drawn: Values = field(default=())


class _Static:
    """A feature without a pose of its own (nose, blush), shifted by how far it stands out."""

    def __init__(self, picture: Texture, depth: float) -> None:
        self.depth = depth
        room = 1 + int(abs(depth))
        x0, y0, x1, y1 = picture.box
        self.box: Box = (x0 - room, y0 - room, x1 + room, y1 + room) if depth else picture.box
        self._picture = picture.within(self.box)

    def draw(self, face: Pixels, right: float, down: float) -> None:
        """Draw it, moved by its depth times the sines of yaw and pitch."""
        over(face, shifted(self._picture, right * self.depth, down * self.depth) if self.depth else self._picture)


class Face:
    """The face layer's texture, kept up to date with the features' poses.

    Attributes:
        texture: The face as it looks now.
        front: What shines through the hair that hangs over it: the brows.
    """

    def __init__(self, rig: Rig, read: Read, steps: int) -> None:
        """Load the layer named `face` and all features, for a lattice of `steps` 64ths of the canvas."""
        scale = steps / textures.STEPS
        layer = next(part for part in rig.parts if isinstance(part, Layer) and part.name == "face")
        plain = textures.load(read, layer, steps)
        arts: list[tuple[str, _Art]] = []
        for part in rig.parts:
            match part:
                case Eye():
                    arts.append((f"{part.side} eye", EyeArt(part, read, steps)))
                case Brow():
                    arts.append((f"{part.side} brow", BrowArt(part, read, steps)))
                case Mouth():
                    arts.append(("mouth", MouthArt(part, steps)))
                case Layer(parent="face") if part is not layer:
                    arts.append(("skin", _Static(textures.load(read, part, steps), part.depth * scale)))
        box = textures.union(plain.box, *(art.box for _, art in arts))
        self._plain = plain.within(box)
        self._features: list[_Feature] = []
        for name, art in arts:
            feature = _Feature(name, art, _moved(art.box, box))
            covers = any(_overlap(feature.box, other.box) for other in self._features)
            if isinstance(art, _Static) and not art.depth and not covers:
                x0, y0, x1, y1 = feature.box  # it never changes: it becomes a part of the face
                art.draw(self._plain[y0:y1, x0:x1], 0, 0)
            else:
                self._features.append(feature)
        self.texture = Texture(self._plain.copy(), (box[0], box[1]))
        self._brows = [feature for feature in self._features if isinstance(feature.art, BrowArt)]
        front = textures.union(*(feature.art.box for feature in self._brows)) if self._brows else (0, 0, 1, 1)
        self.front = Texture(np.zeros((front[3] - front[1], front[2] - front[0], 4), np.uint8), (front[0], front[1]))

    @property
    def boxes(self) -> list[Box]:
        """Where in the texture features are drawn, px."""
        return [feature.box for feature in self._features]

    def pose(self, poses: Mapping[str, Values]) -> bool:
        """Redraw the features that changed, and those that overlap them.

        Args:
            poses: What each feature's `draw` takes, by name: `left eye`, `right eye`, `left brow`, `right brow`,
                `mouth`; `skin` for the rest.

        Returns:
            Whether anything changed.
        """
        dirty: list[Box] = []
        for feature in self._features:
            now = tuple(round(value * FINEST) / FINEST for value in poses[feature.name])
            if now != feature.drawn:
                feature.drawn = now
                dirty.append(feature.box)
        if not dirty:
            return False
        while extra := [
            feature.box
            for feature in self._features
            if feature.box not in dirty and any(_overlap(feature.box, box) for box in dirty)
        ]:
            dirty += extra
        pixels = self.texture.pixels
        for x0, y0, x1, y1 in dirty:
            pixels[y0:y1, x0:x1] = self._plain[y0:y1, x0:x1]
        for feature in self._features:
            if feature.box in dirty:
                x0, y0, x1, y1 = feature.box
                feature.art.draw(pixels[y0:y1, x0:x1], *feature.drawn)
        if any(feature.box in dirty for feature in self._brows):
            self.front.pixels.fill(0)
            for feature in self._brows:
                if isinstance(feature.art, BrowArt):
                    x0, y0, x1, y1 = _moved(feature.art.box, self.front.box)
                    feature.art.draw_through(self.front.pixels[y0:y1, x0:x1], *feature.drawn)
        return True


def _moved(box: Box, outer: Box) -> Box:
    return box[0] - outer[0], box[1] - outer[1], box[2] - outer[0], box[3] - outer[1]


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
