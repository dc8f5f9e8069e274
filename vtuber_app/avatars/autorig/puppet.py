"""The layers and the rig of a portrait in which landmarks and parts were found.

Each layer shows the picture's own pixels wherever it is seen at rest and a little beyond, so that the layers together
are the picture; what they hide is filled in, and comes to light when they move.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import cv2
import numpy as np

from vtuber_app.avatars.autorig import hair
from vtuber_app.avatars.autorig.features import Features
from vtuber_app.avatars.autorig.fill import area, filled, grown, layer, nearest, soft, strongest
from vtuber_app.avatars.autorig.found import GROUPS, MASKS, Flags, Found, Pixels
from vtuber_app.avatars.rig.format import Body, Head, Layer, Part, Rig, Sway

OPAQUE = 255
RIM = 0.03
"""How far a layer reaches over what lies behind it, in distances of the eyes, and takes their line with it."""
EARS = -0.052
"""Their depth, in head heights."""
OUTLINE = 0.03
"""In so many head heights from the outline nothing is filled in behind the hair: it would come out at its side."""
EDGE = 0.008
"""So much of the hair at the head's outline lies on the skull, in head heights: the fringe slides below its line."""
NECK = (-0.24, 0.4)
"""Between these heights below the chin, in head heights, the neck goes over from head to body."""
FIGURE = (-0.15, 0.24)
"""Likewise what is filled in behind all."""

Parent = Literal["head", "body", "neck", "face"]


class Cutting:
    """A portrait while it is cut into layers; `pictures` by file name."""

    def __init__(self, pixels: Pixels, found: Found) -> None:
        self._pixels = pixels
        self._apart = found.apart
        masks = _settled(nearest(_plausible(found)), 0.05 * found.apart)
        self._found = replace(found, masks=np.where(pixels[..., 3] > 0, masks, 0).astype(np.uint8))
        self._shape = (pixels.shape[0], pixels.shape[1])
        self._alpha = pixels[..., 3].astype(np.float32) / OPAQUE
        self._rim = max(RIM * found.apart, 2.5)
        self._rows = np.arange(self._shape[0])[:, None]
        self.pictures: dict[str, Pixels] = {}

    def rig(self, name: str) -> Rig:
        """Cut, and give the rig of what was cut."""
        found, canvas = self._found, self._shape[0]
        chin, crown = found.at("chin", "crown")
        temples = found.at("right temple", "left temple").mean(axis=0)
        necks = found.at("right neck", "left neck").mean(axis=0)
        size = float(np.hypot(*(chin - crown)))
        head = self._head(size)
        return Rig(
            name=name,
            canvas=canvas,
            portrait=self._portrait(float(temples[0]), float(crown[1]) - 0.2 * size),
            head=head,
            body=Body(
                pivot=(float(necks[0]), float(canvas)), chest=(float(necks[0]), float(necks[1]) + 0.4 * size),
                breath=0.012 * size,
            ),
            parts=tuple(self._parts(head, size)),
        )  # fmt: skip

    def _parts(self, head: Head, size: float) -> list[Part]:
        """The layers and features from back to front; `size` of the head, px."""
        found = self._found
        chin = float(found.at("chin")[0, 1])
        hang, neck_hang = ((chin + start * size, chin + end * size) for start, end in (FIGURE, NECK))
        features = Features(self._pixels, found)
        inside = self._face_area()
        plain = self._plain_hair(features)
        face = self._plain_face(inside, features)
        neck, body = self._part("neck"), self._part("body")
        behind = found.of("behind")
        seen = self._alpha > 0
        before = [seen & ~behind, seen & ~(behind | neck), seen & ~(behind | neck | body)]
        inner = ~grown(~seen, OUTLINE * size)
        cheeks = found.at("right cheek", "left cheek")[:, 1].mean()
        under_chin = inside & (self._rows > cheeks)
        under_chin |= _lower(neck, 0.1 * size) & before[1]
        parts = hair.whole(np.where(features.veiled, features.below, found.masks).astype(np.uint8))
        front = found.of("hair") & ~behind | features.veiled
        unseen = (inside & (self._rows >= hang[0])) | (front & ~inner)
        figure = np.where(front[..., None], plain, self._pixels[..., :3])
        ears = found.of("skin") & ~inside & grown(inside, 0.4 * self._apart) & (self._rows < cheeks)
        own = np.where(features.veiled[..., None], plain, self._pixels[..., :3])
        edge = found.of("bangs", "sides") & grown(~seen, EDGE * size) & (self._rows < head.centre[1])
        skull = hair.skull(head, self._shape) & front
        dome = self._front(np.where((skull & ~edge)[..., None], plain, own), skull | edge, features.taken | ~front)
        spared = features.taken | edge
        sway = Sway(
            root=(head.centre[0], head.centre[1] - 0.29 * size), length=0.9 * size, gain=0.5, frequency=1.8
        )  # fmt: skip

        def strands(kinds: dict[str, hair.Kind], cut: Callable[[Flags], Pixels]) -> list[Part]:
            return [
                part
                for one in hair.strands(kinds, parts, chin, size)
                for part in self._layer(
                    one.name, cut(one.seen), "head",
                    depth=one.depth * size, curve=one.curve, sway=sway if one.sways else None, hang=one.hang,
                )
            ]  # fmt: skip

        return [
            *strands(hair.BEHIND, lambda part: self._back(part, before[0], inner, 0.08 * size)),
            *self._layer("neck", self._back(neck, before[1], inner, 0, under_chin), "neck", hang=neck_hang),
            *self._layer("body", self._back(body, before[2], inner & ~inside, 0.04 * size), "body"),
            *self._layer("figure", self._front(figure, before[2] & ~unseen & ~ears, unseen), "head", hang=hang),
            *self._layer("ears", self._back(ears, seen & ~ears, inner, 0.03 * size), "head", depth=EARS * size),
            *self._layer("face", layer(face, soft(grown(inside, self._rim)) * self._alpha), "face"),
            *features.cut(face, self._image),
            *self._layer("dome", dome, "head", depth=hair.SKULL * size),
            *strands(hair.FRONT, lambda part: self._front(own, part & ~edge, spared)),
        ]

    def _layer(self, name: str, pixels: Pixels, parent: Parent, **more: Any) -> list[Part]:
        """A layer of the canvas' size; none if nothing of it is seen."""
        return [Layer(**self._image(name, pixels), name=name, parent=parent, **more)] if pixels[..., 3].any() else []

    def _head(self, size: float) -> Head:
        """The head's ellipsoid: the mean of what face and eyes tell by the composer's proportions."""
        found, apart = self._found, self._apart
        temples, eyes, necks = (
            found.at(f"right {name}", f"left {name}") for name in ("temple", "iris", "neck")
        )  # fmt: skip
        wide = (0.428 * size + 1.272 * apart + 0.674 * float(temples[1, 0] - temples[0, 0])) / 3
        crown, nose = found.at("crown", "nose")[:, 1]
        level = crown + 0.54 * size, eyes[:, 1].mean() - 0.102 * size, nose - 0.26 * size
        middle = float(np.concatenate([temples, eyes])[:, 0].mean())
        return Head(
            centre=(middle, float(np.mean(level))),
            radius=(wide, 1.256 * wide),
            pivot=(float(necks[:, 0].mean()), float(necks[:, 1].mean() - 0.118 * size + nose + 0.217 * size) / 2),
        )

    def _portrait(self, middle: float, top: float) -> tuple[float, float, float]:
        """The square that is shown: the figure's lower edge lies on or below its own."""
        rows = np.nonzero(self._alpha.any(axis=1))[0]
        side = float(np.clip(rows[-1] + 1 - top, 0.3 * self._shape[0], 0.53 * self._shape[0]))
        return middle - side / 2, top, side

    def _image(self, name: str, pixels: Pixels) -> dict[str, object]:
        """Keep a picture of the canvas' size, cropped."""
        x, y, width, height = cv2.boundingRect(np.ascontiguousarray(pixels[..., 3]))
        file = f"layers/{name.replace(' ', '_')}.png"
        self.pictures[file] = pixels[y : y + max(height, 1), x : x + max(width, 1)].copy()
        return {"file": file, "at": (x, y)}

    def _plain_face(self, inside: Flags, features: Features) -> Pixels:
        """(H, W, 3) the face without features, continued below the hair."""
        found = self._found
        drawn = grown(features.taken, 0.03 * self._apart) | grown(found.of("hair"), self._rim)
        known = found.of("skin") & inside & ~drawn & (self._alpha > 0.9)
        plain = filled(self._pixels, known, grown(inside, self._rim) | (features.where > 0))
        share = np.where(found.of("white", "iris", "mouth") & inside, 1, features.where)[..., None]
        bare = np.rint(self._pixels[..., :3] * (1 - share) + plain * share).astype(np.uint8)
        below_hair = grown(found.of("fringe", "top"), self._rim) & inside
        return filled(bare, inside & ~below_hair, below_hair)

    def _plain_hair(self, features: Features) -> Pixels:
        """(H, W, 3) the hair without brows over it and without its lines, a little beyond its edges too."""
        known = self._found.of("hair") & ~features.veiled
        inner = (known & ~grown(~known, self._rim)).astype(np.float32)
        blur = 0.06 * self._apart
        colours = cv2.GaussianBlur(self._pixels[..., :3] * inner[..., None], (0, 0), blur)
        weight = cv2.GaussianBlur(inner, (0, 0), blur)
        blurred = np.clip(colours / np.maximum(weight, 1e-3)[..., None], 0, 255).astype(np.uint8)
        return filled(blurred, weight > 0.05, self._found.of("hair", "ink"))

    def _part(self, name: str) -> Flags:
        """Where a part is, without specks, which may be mistakes."""
        seen = self._found.of(name)
        if name == "body":
            seen = seen & (self._rows > self._found.at("right jaw", "left jaw")[:, 1].mean())
        _, labels, stats, _ = cv2.connectedComponentsWithStats(seen.astype(np.uint8))
        large = stats[:, cv2.CC_STAT_AREA] > (0.1 * self._apart) ** 2
        return np.asarray(large[labels] & seen)

    def _front(self, colours: Pixels, part: Flags, spared: Flags) -> Pixels:
        """A part with the line around it, but nothing of what is `spared`."""
        seen = part | (grown(part, self._rim) & ~spared)
        return layer(colours, soft(seen, max(0.012 * self._apart, 0.8)) * self._alpha)

    def _back(self, part: Flags, before: Flags, inner: Flags, far: float, also: Flags | None = None) -> Pixels:
        """A part with its line around it, that goes on below what lies `before` it, where that is `inner`.

        It goes on for `far` px, and all over what is there `also`.
        """
        reach = (grown(part, far) & before & inner) if part.any() else np.zeros_like(part)
        if also is not None:
            reach |= also
        own = grown(part, self._rim) & ~grown(before, self._rim + 1)
        known = own & part if (own & part).any() else self._found.of("skin")
        colours = np.where(own[..., None], self._pixels[..., :3], filled(self._pixels, known, part | reach))
        return layer(colours, soft(own | part | reach) * self._alpha)

    def _face_area(self) -> Flags:
        """The face, below the hair too, from its contour and the skull above it."""
        found = self._found
        right = found.at("right temple", "right cheek", "right jaw")
        left = found.at("left jaw", "left cheek", "left temple")
        chin, crown = found.at("chin", "crown")
        low = np.concatenate([right, chin[None], left])
        middle = (right[0] + left[2]) / 2
        half = (left[2] - right[0]) / 2
        up = (crown - middle) * np.float32(0.75)
        turn = np.linspace(0, np.pi, 24, dtype=np.float32)[1:-1, None]
        skull = middle + np.cos(turn) * half + np.sin(turn) * up
        outline = area(np.concatenate([low, skull]).astype(np.float32), self._shape)
        # The skin's own edge is truer than a polygon between seven points.
        skin = found.of("skin", "white", "iris", "ink", "mouth") & (self._rows < chin[1] + 3)
        near = grown(outline, 0.12 * self._apart)
        kernel = np.ones((2 * round(0.1 * self._apart) + 1,) * 2, np.uint8)
        closed = cv2.morphologyEx((outline | (skin & near)).astype(np.uint8), cv2.MORPH_OPEN, kernel)
        return np.asarray((closed > 0) & ~found.of("neck", "body", "behind") & (self._alpha > 0), np.bool_)


def _plausible(found: Found) -> Pixels:
    """The parts, 0 where an eye, ink or the mouth was seen far from where the landmarks have it."""
    masks = found.masks.copy()
    eyes = area(found.eye("right"), masks.shape) | area(found.eye("left"), masks.shape)
    mouth = area(found.mouth, masks.shape)
    for place, names, far in ((eyes, ("white", "iris"), 0.25), (eyes, ("ink",), 0.7), (mouth, ("mouth",), 0.35)):
        masks[found.of(*names) & ~grown(place, far * found.apart)] = 0
    return masks


def _lower(flags: Flags, px: float) -> Flags:
    """The flags and all within `px` below them."""
    kernel = np.ones((max(round(px), 1), 1), np.uint8)
    return np.asarray(cv2.dilate(flags.astype(np.uint8), kernel, anchor=(0, len(kernel) - 1)), np.bool_)


def _settled(masks: Pixels, px: float) -> Pixels:
    """The parts, with hair's depths as most of the hair around within `px` has them."""
    hair = [MASKS.index(name) + 1 for name in GROUPS["hair"]]
    votes = (cv2.GaussianBlur((masks == part).astype(np.float32), (0, 0), px) for part in hair)
    most = np.array(hair)[strongest(np.asarray(vote, np.float32) for vote in votes)]
    return np.where(np.isin(masks, hair), most, masks).astype(np.uint8)
