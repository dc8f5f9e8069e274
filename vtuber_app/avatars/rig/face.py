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


@dataclass(slots=True, eq=False)
class _Feature:
    """A feature as it was drawn last, so that it need not be drawn again when a neighbour moves."""

    name: str
    art: _Art
    box: Box
    drawn: Values = ()
    pixels: Pixels = field(init=False)

    def __post_init__(self) -> None:
        x0, y0, x1, y1 = self.box
        self.pixels = np.zeros((y1 - y0, x1 - x0, 4), np.uint8)

    def draw(self, pose: Values) -> bool:
        """Draw it anew if it changed; tell whether it did."""
        now = tuple(round(value * FINEST) / FINEST for value in pose)
        if now == self.drawn:
            return False
        self.drawn = now
        self.pixels.fill(0)
        self.art.draw(self.pixels, *now)
        return True


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
                    arts.append(("mouth", MouthArt(part, steps, read)))
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
        """Draw the features that changed.

        Args:
            poses: What each feature's `draw` takes, by name: `left eye`, `right eye`, `left brow`, `right brow`,
                `mouth`; `skin` for the rest.

        Returns:
            Whether anything changed.
        """
        changed = [feature for feature in self._features if feature.draw(poses[feature.name])]
        for feature in changed:
            x0, y0, x1, y1 = feature.box
            self.texture.pixels[y0:y1, x0:x1] = self._plain[y0:y1, x0:x1]
            for other in self._features:
                left, top, right, bottom = _shared(feature.box, other.box)
                if left < right and top < bottom:
                    x, y = other.box[:2]
                    drawn = other.pixels[top - y : bottom - y, left - x : right - x]
                    over(self.texture.pixels[top:bottom, left:right], drawn)
        if any(feature in self._brows for feature in changed):
            self.front.pixels.fill(0)
            for feature in self._brows:
                if isinstance(feature.art, BrowArt):
                    x0, y0, x1, y1 = _moved(feature.art.box, self.front.box)
                    feature.art.draw_through(self.front.pixels[y0:y1, x0:x1], *feature.drawn)
        return bool(changed)


def _moved(box: Box, outer: Box) -> Box:
    return box[0] - outer[0], box[1] - outer[1], box[2] - outer[0], box[3] - outer[1]


def _shared(a: Box, b: Box) -> Box:
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def _overlap(a: Box, b: Box) -> bool:
    left, top, right, bottom = _shared(a, b)
    return left < right and top < bottom
