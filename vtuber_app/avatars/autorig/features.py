"""Eyes, brows and mouth of a portrait, lifted from its face so that at rest they are the picture's own."""

from collections.abc import Callable

import cv2
import numpy as np

from vtuber_app.avatars.autorig.fill import area, distance, filled, grown, layer, lifted, nearest, soft
from vtuber_app.avatars.autorig.found import BROW, SIDES, Flags, Found, Pixels, Plane, Side
from vtuber_app.avatars.composer.palette import mix
from vtuber_app.avatars.rig import curves
from vtuber_app.avatars.rig.brush import Brush
from vtuber_app.avatars.rig.eye import between, within
from vtuber_app.avatars.rig.format import Brow, Colour, Eye, Image, Layer, Mouth, Point

# The proportions below are the composer's own.
ROUND = 2.6
"""Exponent of the line of a closed eye."""
COLUMNS = 11
"""Points of a lid."""
CLOSED, SMILING = 0.93, 0.3
"""How far down the lids meet in the middle, of the eye's height, and in a smiling eye."""
NOSE, NOSE_DEPTH = 0.14, 0.128
"""How far around its tip a nose reaches, and how far it stands out of the face, in distances of the eyes."""
WIDEST = 0.55
"""What a mouth's width is taken to be at most, in distances of the eyes: a grin would grow beyond the face."""
OPEN_AT_REST = 0.5
"""A mouth that is open farther in the picture gets a closed one for its rest."""

OPAQUE = 255

BRIGHT, BRIGHTER, MOSTLY = 190, 60, 0.4
"""Light on an iris has all channels above the first, and so far above the iris' median; an iris has less of it."""

LONGEST = 0.15
"""How far lashes reach from the eye, in distances of the eyes; other ink stays where it is."""
NEARER = 0.75
"""Ink is a brow's where that is nearer than this share of the way to the eye."""

Keep = Callable[[str, Pixels], dict[str, object]]
"""Keeps a picture of the canvas' size under a name, and gives what `Image` takes."""


class Features:
    """The features of one portrait.

    Attributes:
        where: (H, W) 0…1, what of the face they take: there the face shows plain skin.
        taken: (H, W) what surely is a feature, and its edge.
        veiled: (H, W) where brows lie over hair, or beside it.
        below: (H, W) the parts without ink, each pixel of which is as what is nearest.
    """

    def __init__(self, pixels: Pixels, found: Found) -> None:
        self._pixels, self._found, self._apart = pixels, found, found.apart
        self._shape = pixels.shape[0], pixels.shape[1]
        self._rows = np.arange(self._shape[0], dtype=np.float32)[:, None]
        self._columns = np.arange(self._shape[1], dtype=np.float32)
        self.taken = grown(found.of("white", "iris", "ink", "mouth"), 1.5)
        self._hair = found.of("hair")
        self._lids = {side: _lids(self._seen(side)) for side in SIDES}
        self._shown = {side: self._between(*self._lids[side]) for side in SIDES}
        self._openings = {side: shown > 0.5 for side, shown in self._shown.items()}
        either = self._openings["right"] | self._openings["left"]
        from_lids = distance(either)
        self._brows = {side: self._brow_zone(side, from_lids) for side in SIDES}
        ink = grown(found.of("ink") & (from_lids < LONGEST * self._apart), 0.03 * self._apart)
        both = self._brows["right"] | self._brows["left"]
        self.below = nearest(np.where(found.of("ink"), 0, found.masks).astype(np.uint8))
        brows = grown(both & found.of("ink"), max(0.03 * self._apart, 1.5))
        self.veiled = Found(found.landmarks, self.below).of("hair") & brows
        self._lashes = ((from_lids < 0.1 * self._apart) | ink) & ~both
        self._mouth_zone = self._mouth_area()
        nose = np.hypot(self._columns - found.at("nose")[0, 0], self._rows - found.at("nose")[0, 1])
        self._nose_zone = (nose < NOSE * self._apart) & found.of("skin") & ~(self._lashes | both | self._mouth_zone)
        zones = self._lashes | both | self._mouth_zone | self._nose_zone
        self.where = np.clip(1 - distance(zones) / np.float32(0.08 * self._apart), 0, 1)

    def cut(self, face: Pixels, keep: Keep) -> list[Layer | Eye | Mouth | Brow]:
        """Lift all of them from the plain face, (H, W, 3)."""
        nose = lifted(self._pixels, face, self._nose_zone)
        tip = Layer(**keep("nose", nose), name="nose", parent="face", depth=NOSE_DEPTH * self._apart)
        return [
            *([tip] if nose[..., 3].any() else []),
            *(self._eye(side, face, keep) for side in SIDES),
            self._mouth(face, keep),
            *(self._brow(side, keep) for side in SIDES),
        ]

    def _seen(self, side: Side) -> Flags:
        """About where the eye is open, strands of hair before it or not."""
        drawn = area(self._found.eye(side), self._shape)
        seen = self._found.of("white", "iris") & grown(drawn, 0.12 * self._apart)
        seen = np.asarray(cv2.morphologyEx(seen.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0)
        if seen.sum() < 0.3 * drawn.sum():
            return drawn
        ys, xs = np.nonzero(seen)
        hull = cv2.convexHull(np.stack([xs, ys], axis=1).astype(np.int32))[:, 0]
        return area(hull.astype(np.float32), self._shape)

    def _between(self, upper: Plane, lower: Plane) -> Plane:
        """(H, W) how much of each pixel the renderer shows between these lids, 0…1."""
        columns = self._columns + np.float32(0.5)
        above, below = _curve(upper), _curve(lower)
        top, bottom = (curves.heights(line, columns).astype(np.float32) for line in (above, below))
        shown, _ = between(self._rows + np.float32(0.5), top, bottom)
        return np.asarray(shown * within(columns, above, below, 1.0), np.float32)

    def _eye(self, side: Side, face: Pixels, keep: Keep) -> Eye:
        opening, apart = self._openings[side], self._apart
        upper, lower = self._lids[side]
        iris_area = self._found.of("iris") & opening
        near = grown(iris_area, 1.5)
        whole = grown(opening, 0.14 * apart)
        white = self._found.of("white") & opening & ~near
        plain = filled(self._pixels, white, whole) if white.any() else np.full((*self._shape, 3), 250, np.uint8)
        own = opening & ~near & ~self._hair
        ball = layer(np.where(own[..., None], self._pixels[..., :3], plain), soft(whole))
        iris, shine = self._iris(side, ball)
        level = (upper + lower) / 2
        split = np.interp(self._columns, level[:, 0], level[:, 1]).astype(np.float32)[None]
        middle = self._found.at("right iris", "left iris")[:, 0].mean()
        ring = self._lashes & (self._shown[side] < 1) & ((self._columns < middle) == (side == "right"))
        uncovered = filled(self._pixels, ~self._hair, ring)
        share = self._shown[side][..., None]
        below = np.rint(ball[..., :3] * share + face * (1 - share)).astype(np.uint8)
        over, under = (lifted(uncovered, below, ring & half) for half in (self._rows < split, self._rows >= split))
        closed, arch = (_arc(upper, lower, deep) for deep in (CLOSED, SMILING))
        radius = float(np.sqrt(max(float(iris_area.sum()), 1) / np.pi))
        return Eye(
            side=side,
            upper=_curve(upper), lower=_curve(lower), closed=_curve(closed), smile=_curve(arch),
            white=Image(**keep(f"white {side}", ball)),
            iris=Image(**keep(f"iris {side}", iris)),
            highlight=Image(**keep(f"highlight {side}", shine)) if shine[..., 3].any() else None,
            lash=Image(**keep(f"lash {side}", over)),
            lower_lash=Image(**keep(f"lower lash {side}", under)) if under[..., 3].any() else None,
            shut=Image(**keep(f"shut {side}", self._shut(closed, over, side))),
            gaze=(0.48 * radius, 0.37 * radius),
        )  # fmt: skip

    def _shut(self, closed: Plane, lash: Pixels, side: Side) -> Pixels:
        """The closed eye's line, as strong and dark as its lash."""
        dark = lash[..., 3] > 0.5 * OPAQUE
        thick = dark[:, dark.any(axis=0)].sum(axis=0)
        width = float(np.clip(np.median(thick) if len(thick) else 0, 0.035 * self._apart, 0.08 * self._apart))
        t = np.linspace(0, 1, 4 * COLUMNS, dtype=np.float32)
        outward = t if side == "left" else 1 - t
        line = np.stack([np.interp(t, np.linspace(0, 1, COLUMNS), closed[:, i]) for i in (0, 1)], axis=1)
        half = (0.5 * width * np.sin(np.pi * (0.06 + 0.84 * outward)) ** 0.7)[:, None] * np.array([[0, 1]])
        outline = np.concatenate([line - half, (line + half)[::-1]]).astype(np.float32)
        (x0, y0), (x1, y1) = np.floor(outline.min(axis=0)).astype(int) - 2, np.ceil(outline.max(axis=0)).astype(int) + 2
        brush = Brush(np.zeros((*self._shape, 4), np.uint8), (int(x0), int(y0), int(x1), int(y1)))
        drawn = np.zeros((*self._shape, 4), np.uint8)
        drawn[..., :3] = _line_colour(lash)
        y0, x0 = max(y0, 0), max(x0, 0)
        cover = brush.coverage(outline)
        drawn[y0 : y0 + cover.shape[0], x0 : x0 + cover.shape[1], 3] = np.rint(cover * OPAQUE)
        return drawn

    def _iris(self, side: Side, ball: Pixels) -> tuple[Pixels, Pixels]:
        """The whole iris: what lids and hair hide is continued within an ellipse; and the light on it."""
        opening = self._openings[side]
        seen = self._found.of("iris") & opening
        rows, columns = np.nonzero(seen)
        if len(rows) == 0:
            x, y = self._found.at(f"{side} iris")[0]
            rows, columns = np.array([int(y)]), np.array([int(x)])
        x0, x1, y0, y1 = columns.min(), columns.max(), rows.min(), rows.max()
        half = (x1 - x0 + 1) / 2
        tall = max((y1 - y0 + 1) / 2, 1.15 * half)
        disc = np.zeros(opening.shape, np.uint8)
        cv2.ellipse(disc, (((x0 + x1) / 2, y1 - tall + 0.5), (2 * half, 2 * tall), 0), (1,), -1)
        white = opening & self._found.of("white")
        whole = ((disc > 0) & ~white) | seen
        lit = self._lit(seen)
        iris = layer(filled(self._pixels, seen & ~grown(lit, 2), grown(whole, 3)), soft(grown(whole, 1), 0.7))
        edge = grown(seen, 3) & grown(white, 3) & opening & ~grown(lit, 2)
        iris[edge] = lifted(self._pixels, ball[..., :3], edge)[edge]
        return iris, lifted(self._pixels, iris[..., :3], grown(lit, 2) & seen) if lit.any() else np.zeros_like(iris)

    def _lit(self, seen: Flags) -> Flags:
        """Where light is mirrored in an iris: much brighter than the rest of it."""
        if not seen.any():
            return seen
        darkest = self._pixels[..., :3].min(axis=2)
        bright = seen & (darkest > BRIGHT) & (darkest > np.median(darkest[seen]) + BRIGHTER)
        bright = np.asarray(cv2.morphologyEx(bright.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)) > 0)
        return bright if bright.sum() < MOSTLY * seen.sum() else np.zeros_like(seen)

    def _brow_zone(self, side: Side, from_lids: Plane) -> Flags:
        """Ink that is nearer to the brow's landmarks than to an eye."""
        points = self._found.at(*(f"{side} {name}" for name in BROW))
        line = np.zeros(self._shape, np.uint8)
        cv2.polylines(line, [np.rint(points).astype(np.int32)], False, (1,))
        far = distance(line > 0)
        near = (far < 0.15 * self._apart) & (far < NEARER * from_lids)
        return grown(self._found.of("ink") & near, 0.03 * self._apart) & near

    def _brow(self, side: Side, keep: Keep) -> Brow:
        ink = self._brows[side] & self._found.of("ink")
        image = keep(f"brow {side}", layer(filled(self._pixels, ink, grown(ink, 3)), soft(ink, 0.7)))
        return Brow(**image, side=side, travel=0.16 * self._apart, through=float((ink & self.veiled).any()))

    def _mouth_area(self) -> Flags:
        corners = area(self._found.mouth, self._shape)
        seen = self._found.of("mouth") & grown(corners, 0.3 * self._apart)
        return grown(corners | seen, 0.07 * self._apart) & ~self._hair

    def _mouth(self, face: Pixels, keep: Keep) -> Mouth:
        right, top, left, bottom = self._found.mouth
        width = float(np.clip(left[0] - right[0], 0.22 * self._apart, WIDEST * self._apart))
        height = 0.345 * self._apart
        rest = lifted(self._pixels, face, self._mouth_zone)
        line = _line_colour(rest)
        opened = float(np.clip((bottom[1] - top[1]) / height - 0.12, 0, 1))
        corners = (right[1] + left[1]) / 2
        return Mouth(
            centre=(float((right[0] + left[0]) / 2), float(top[1])),
            width=(1 - 0.3 * opened) * width, height=height,
            smile=float(np.clip(top[1] - corners, -0.1 * width, 0.2 * width)),
            line=line,
            line_width=0.027 * self._apart,
            inside=(150, 48, 62), inside_shade=(98, 26, 46), tongue=(236, 122, 124), teeth=(255, 252, 248),
            lip_shade=mix(self._skin(), line, 0.15),
            rest=Image(**keep("mouth", rest)) if opened < OPEN_AT_REST and rest[..., 3].any() else None,
            opened=opened if opened < OPEN_AT_REST else 0.0,
        )  # fmt: skip

    def _skin(self) -> Colour:
        colours = self._pixels[self._found.of("skin")][:, :3]
        r, g, b = np.median(colours, axis=0) if len(colours) else (255, 230, 220)
        return int(r), int(g), int(b)


def _lids(opening: Flags) -> tuple[Plane, Plane]:
    """The upper and the lower lid around it, (COLUMNS, 2) px each, corner to corner."""
    xs = np.nonzero(opening.any(axis=0))[0]
    top = opening[:, xs].argmax(axis=0).astype(np.float32)
    bottom = np.float32(len(opening)) - opening[::-1, xs].argmax(axis=0).astype(np.float32)
    x = np.linspace(xs[0], xs[-1] + 1, COLUMNS, dtype=np.float32)
    width = 1 + 2 * (len(xs) // 24)
    upper, lower = (
        np.interp(x, xs + 0.5, cv2.blur(line[None], (width, 1), borderType=cv2.BORDER_REPLICATE)[0])
        for line in (top, bottom)
    )
    upper[[0, -1]] = lower[[0, -1]] = (upper[[0, -1]] + lower[[0, -1]]) / 2
    return np.stack([x, upper], axis=1).astype(np.float32), np.stack([x, lower], axis=1).astype(np.float32)


def _arc(upper: Plane, lower: Plane, deep: float) -> Plane:
    """(COLUMNS, 2) px, from corner to corner through that depth of the eye's middle."""
    ends, middle = upper[[0, -1], 1], len(upper) // 2
    t = np.linspace(0, 1, len(upper), dtype=np.float32)
    along = ends[0] + (ends[1] - ends[0]) * t
    sag = upper[middle, 1] + deep * (lower[middle, 1] - upper[middle, 1]) - along[middle]
    return np.stack([upper[:, 0], along + (1 - np.abs(2 * t - 1) ** ROUND) * sag], axis=1)


def _line_colour(lifted: Pixels) -> Colour:
    """The colour of the darkest of what was lifted: that of the line."""
    colours = lifted[lifted[..., 3] > 0.6 * max(int(lifted[..., 3].max()), 1)][:, :3]
    if len(colours) == 0:
        return (120, 60, 60)
    order = np.argsort(colours.sum(axis=1))
    r, g, b = np.median(colours[order[: max(len(order) // 5, 1)]], axis=0)
    return int(r), int(g), int(b)


def _curve(points: Plane) -> tuple[Point, ...]:
    x = np.maximum.accumulate(points[:, 0] + np.arange(len(points)) * 1e-3)
    return tuple((round(float(a), 2), round(float(b), 2)) for a, b in zip(x, points[:, 1], strict=True))
