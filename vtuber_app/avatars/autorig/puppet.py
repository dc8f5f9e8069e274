"""The layers and the rig of a portrait in which landmarks and parts were found."""

import cv2
import numpy as np

from vtuber_app.avatars.autorig.fill import area, filled, grown, layer, soft
from vtuber_app.avatars.autorig.found import EYE, SIDES, Flags, Found, Pixels, Plane, Side
from vtuber_app.avatars.composer.palette import mix
from vtuber_app.avatars.rig.format import Body, Brow, Colour, Eye, Head, Image, Layer, Mouth, Part, Point, Rig, Sway

OPAQUE = 255


class Cutting:
    """A portrait while it is cut into layers; `pictures` by file name."""

    def __init__(self, pixels: Pixels, found: Found) -> None:
        self._pixels, self._found = pixels, found
        self._apart = found.apart
        self._shape = (pixels.shape[0], pixels.shape[1])
        self._alpha = pixels[..., 3].astype(np.float32) / OPAQUE
        self.pictures: dict[str, Pixels] = {}
        self._places: dict[str, tuple[int, int]] = {}

    def rig(self, name: str) -> Rig:
        """Cut, and give the rig of what was cut."""
        found, apart = self._found, self._apart
        chin, crown = found.at("chin", "crown")
        size = float(np.hypot(*(chin - crown)))
        necks = found.at("right neck", "left neck").mean(axis=0)
        middle = crown + (chin - crown) * np.float32(0.54)
        hang = (float(chin[1]) - 0.05 * size, float(necks[1]) + 0.3 * size)
        eyes = [self._eye_area(side) for side in SIDES]
        self._ink_seen = found.of("ink") | self._dark_around(eyes[0] | eyes[1])
        features = grown(eyes[0] | eyes[1] | self._ink_seen | found.of("mouth") | self._mouth_area(), 0.05 * apart)
        inside = self._face_area()
        front = self._fringe(inside)
        figure = self._image("figure", layer(self._pixels, self._alpha))
        skin = filled(self._pixels, found.of("skin") & ~features & ~front & (self._alpha > 0.9))
        own = inside & ~features & ~front & found.of("skin")
        colours = np.where(own[..., None], self._pixels[..., :3], skin)
        face = self._image("face", layer(colours, soft(inside, 0.01 * apart) * (self._alpha > 0)))
        root = (float(crown[0]), float(crown[1]) + 0.25 * size)
        parts: list[Part] = [
            Layer(**figure, name="figure", parent="head", hang=hang),
            Layer(**face, name="face", parent="face"),
            *(self._eye(side, opening) for side, opening in zip(SIDES, eyes, strict=True)),
            self._mouth(),
            *(self._brow(side) for side in SIDES),
        ]
        if front.any():
            hair = filled(self._pixels, found.of("hair") & ~found.of("ink"))
            fringe = self._image("fringe", layer(hair, soft(front, 0.01 * apart) * self._alpha))
            sway = Sway(root=root, length=0.9 * size, gain=0.5, frequency=1.8)
            parts.append(Layer(**fringe, name="fringe", parent="head", depth=0.05 * size, sway=sway))
        side = self._shape[0]
        return Rig(
            name=name,
            canvas=side,
            portrait=self._portrait(float(crown[0]), float(crown[1]) - 0.2 * size),
            head=Head(
                centre=(float(middle[0]), float(middle[1])),
                radius=(0.43 * size, 0.54 * size),
                pivot=(float(necks[0]), float(chin[1]) + 0.02 * size),
            ),
            body=Body(
                pivot=(float(necks[0]), float(side)), chest=(float(necks[0]), float(necks[1]) + 0.4 * size),
                breath=0.012 * size,
            ),
            parts=tuple(parts),
        )  # fmt: skip

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
        skin = found.of("skin", "white", "iris", "ink", "mouth") & (np.arange(self._shape[0])[:, None] < chin[1] + 3)
        near = grown(outline, 0.12 * self._apart)
        kernel = np.ones((2 * round(0.1 * self._apart) + 1,) * 2, np.uint8)
        closed = cv2.morphologyEx((outline | (skin & near)).astype(np.uint8), cv2.MORPH_OPEN, kernel)
        return np.asarray(grown(closed > 0, 0.02 * self._apart) & (self._alpha > 0), np.bool_)

    def _fringe(self, face: Flags) -> Flags:
        """Hair that hangs over the face."""
        chin, crown = self._found.at("chin", "crown")
        hair = grown(self._found.of("hair"), 0.01 * self._apart) & ~self._found.of("skin", "white", "iris", "mouth")
        rows = np.arange(self._shape[0])[:, None]
        return np.asarray(hair & grown(face, 0.1 * self._apart) & (rows < chin[1]) & (rows > crown[1]))

    def _lids(self, side: Side) -> tuple[Plane, Plane]:
        """The upper and the lower lid, (5, 2) px each, corner to corner."""
        points = self._found.at(*(f"{side} {name}" for name in EYE[:8]))
        return points[:5], np.concatenate([points[:1], points[5:8], points[4:5]])

    def _eye_area(self, side: Side) -> Flags:
        upper, lower = self._lids(side)
        near = grown(area(np.concatenate([upper, lower[::-1]]), self._shape), 0.12 * self._apart)
        return near & self._found.of("white", "iris")

    def _eye(self, side: Side, opening: Flags) -> Eye:
        found, apart = self._found, self._apart
        upper, lower = self._lids(side)
        ball = grown(opening, 0.14 * apart)
        white = found.of("white") & opening
        plain = filled(self._pixels, white) if white.any() else np.full((*self._shape, 3), 250, np.uint8)
        iris_area, iris = self._iris(side, opening)
        rows = np.arange(self._shape[0])[:, None]
        level = (upper + lower) / 2
        columns = np.arange(self._shape[1], dtype=np.float32)
        split = np.interp(columns, level[:, 0], level[:, 1])[None]
        ink = self._ink_seen & grown(opening, 0.16 * apart) & ~self._brow_area(side)
        over, under = (self._ink(ink & part) for part in (rows < split, rows >= split))
        closed = lower + (upper - lower) * np.float32(0.12)
        arch = upper + (lower - upper) * np.array([[0.75], [0.45], [0.35], [0.45], [0.75]], np.float32)
        radius = float(np.sqrt(max(float(iris_area.sum()), 1) / np.pi))
        return Eye(
            side=side,
            upper=_curve(upper), lower=_curve(lower), closed=_curve(closed), smile=_curve(arch),
            white=Image(**self._image(f"white {side}", layer(plain, soft(ball)))),
            iris=Image(**self._image(f"iris {side}", iris)),
            lash=Image(**self._image(f"lash {side}", over)),
            lower_lash=Image(**self._image(f"lower lash {side}", under)) if under[..., 3].any() else None,
            gaze=(0.5 * radius, 0.3 * radius),
        )  # fmt: skip

    def _iris(self, side: Side, opening: Flags) -> tuple[Flags, Pixels]:
        """Where the iris is, and the whole of it: what the lids hide is continued within an ellipse."""
        seen = self._found.of("iris") & opening
        rows, columns = np.nonzero(seen)
        if len(rows) == 0:
            x, y = self._found.at(f"{side} iris")[0]
            rows, columns = np.array([int(y)]), np.array([int(x)])
        x0, x1, y0, y1 = columns.min(), columns.max(), rows.min(), rows.max()
        half = (x1 - x0 + 1) / 2
        tall = max((y1 - y0 + 1) / 2, 1.15 * half)
        disc = np.zeros(self._shape, np.uint8)
        centre = ((x0 + x1) / 2, y1 - tall + 0.5)
        cv2.ellipse(disc, (centre, (2 * half, 2 * tall), 0), (1,), -1)
        whole = (disc > 0) | seen
        return whole, layer(filled(self._pixels, seen), soft(whole, 0.6))

    def _ink(self, where: Flags) -> Pixels:
        return layer(filled(self._pixels, where), soft(where, 0.7))

    def _brow_area(self, side: Side) -> Flags:
        points = self._found.at(*(f"{side} brow {i}" for i in (1, 2, 3)))
        line = np.zeros(self._shape, np.uint8)
        cv2.polylines(line, [np.rint(points).astype(np.int32)], False, (1,), max(round(0.16 * self._apart), 1))
        return (line > 0) & self._found.of("ink")

    def _dark_around(self, eyes: Flags) -> Flags:
        """What is much darker than the skin close around the eyes: lashes."""
        grey = self._pixels[..., :3].astype(np.float32) @ np.array([0.3, 0.59, 0.11], np.float32)
        skin = self._found.of("skin")
        light = float(np.median(grey[skin])) if skin.any() else 255.0
        ring = grown(eyes, 0.1 * self._apart) & ~eyes & ~self._found.of("hair")
        return np.asarray(ring & (grey < 0.62 * light), np.bool_)

    def _mouth_area(self) -> Flags:
        corners = self._found.at("mouth right", "mouth top", "mouth left", "mouth bottom")
        return grown(area(corners, self._shape), 0.04 * self._apart)

    def _brow(self, side: Side) -> Brow:
        image = self._image(f"brow {side}", self._ink(self._brow_area(side)))
        return Brow(**image, side=side, travel=0.15 * self._apart, through=1.0)

    def _mouth(self) -> Mouth:
        right, top, left = self._found.at("mouth right", "mouth top", "mouth left")
        width = max(float(left[0] - right[0]), 0.22 * self._apart)
        where = self._found.of("mouth")
        skin = self._colour(self._found.of("skin"), 50)
        line = self._colour(where, 10) if where.any() else mix(skin, (120, 50, 50), 0.7)
        return Mouth(
            centre=(float((right[0] + left[0]) / 2), float(top[1])),
            width=width,
            height=0.38 * self._apart,
            smile=float(np.clip(top[1] - (right[1] + left[1]) / 2, -0.1 * width, 0.2 * width)),
            line=line,
            line_width=0.022 * self._apart,
            inside=(150, 48, 62), inside_shade=(98, 26, 46), tongue=(236, 122, 124), teeth=(255, 252, 248),
            lip_shade=mix(skin, line, 0.15),
        )  # fmt: skip

    def _colour(self, where: Flags, percentile: float) -> Colour:
        """The colour there of that brightness among them."""
        colours = self._pixels[where][:, :3]
        if len(colours) == 0:
            return (255, 230, 220)
        order = np.argsort(colours.sum(axis=1))
        r, g, b = colours[order[int((len(order) - 1) * percentile / 100)]]
        return int(r), int(g), int(b)


def _curve(points: Plane) -> tuple[Point, ...]:
    x = np.maximum.accumulate(points[:, 0] + np.arange(len(points)) * 1e-3)
    return tuple((round(float(a), 2), round(float(b), 2)) for a, b in zip(x, points[:, 1], strict=True))
