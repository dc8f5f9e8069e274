"""Everything the composer knows about a picture it draws: landmarks, masks and the pose, exactly.

This is where networks of ours learn from. The papers took theirs from 3D models; a puppet knows as much.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from vtuber_app.avatars.autorig.found import BROW, EYE, LANDMARKS, MASKS
from vtuber_app.avatars.composer.brush import CANVAS, Manner
from vtuber_app.avatars.composer.dna import Dna
from vtuber_app.avatars.composer.flat import Pixels
from vtuber_app.avatars.composer.lines import CENTRE_X, Points, curve
from vtuber_app.avatars.composer.painting import paint
from vtuber_app.avatars.rig import brow, curves, textures
from vtuber_app.avatars.rig.bend import Motion
from vtuber_app.avatars.rig.eye import WIDE_LIFT
from vtuber_app.avatars.rig.face import REST, Values
from vtuber_app.avatars.rig.figure import Figure, View
from vtuber_app.avatars.rig.format import Brow, Colour, Eye, Layer, Mouth, Rig
from vtuber_app.avatars.rig.mouth import MouthArt
from vtuber_app.avatars.rig.textures import Plane

COLOURS: tuple[Colour, ...] = (
    (255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 255, 255), (255, 255, 0), (255, 0, 255), (255, 255, 255),
)  # fmt: skip
"""In which parts are painted, only to be told apart: first the `PLAIN` ones, then what lies at which depth."""
PLAIN = MASKS[: len(COLOURS)]
DEEP = MASKS[len(COLOURS) :]
FOREMOST, FRONT, BACK = 30.0, 16.0, -16.0
"""Depths before which hair hangs into the face, and beside it, and behind which it hangs behind; px of `CANVAS`."""
ROUND = 0.85
"""What is flatter than that stands off the head: tails, what stands up, what is worn."""

UNPAINTED = ("face shade", "glasses")
"""Layers through which what lies below is seen, and counts."""


@dataclass(frozen=True)
class Sample:
    """One picture and what is known of it.

    Attributes:
        picture: (size, size, 4) RGBA, straight alpha.
        landmarks: (len(LANDMARKS), 2) px, x right and y down.
        masks: (size, size) which of `MASKS` is seen, 0 for none.
        motion: Of head and body; `poses` of the features, as `Figure.draw` takes them.
    """

    picture: Pixels
    landmarks: Plane
    masks: Pixels
    motion: Motion
    poses: Mapping[str, Values]


class Model:
    """One character, painted once, that sits for any number of pictures."""

    def __init__(self, dna: Dna, size: int, manner: Manner | None = None) -> None:
        """`size` of the canvas and of the pictures, px; `manner` in which it is painted, instead of its own."""
        self._traits = dna.traits("model")
        self._scale = size / CANVAS
        self.rig, self._pictures = paint(self._traits, manner or dna.manner(size))
        self.view = View(0, 0, size, size)
        self.figure = Figure(self.rig, self._pictures.__getitem__, 1.0)
        self._layers = {part.name: part for part in self.rig.parts if isinstance(part, Layer)}
        flat = _told_apart(self.rig)
        self._masks, self._depths = (
            Figure(flat, partial(self._plain, dict(zip(names, COLOURS, strict=False))), 1.0) for names in (PLAIN, DEEP)
        )
        self._drawn = _points(self.rig, self._traits.face.outline() * self._scale)
        self._drawn["nose"] = (CENTRE_X * self._scale, self._traits.nose_y * self._scale)
        self._brow = curve(self._traits.brow.points)

    def sit(self, motion: Motion, poses: Mapping[str, Values]) -> Sample:
        """Draw it in a pose."""
        picture = self.figure.draw(self.view, motion, poses, hair=0, time=0)
        plain, deep = (
            _classes(figure.draw(self.view, motion, poses, hair=0, time=0)) for figure in (self._masks, self._depths)
        )
        divided = np.isin(plain, [MASKS.index(name) + 1 for name in ("skin", "cap")]) & (deep > 0) & (deep <= len(DEEP))
        masks = np.where(divided, deep + len(PLAIN), plain).astype(np.uint8)
        return Sample(picture, self.landmarks(motion, poses), masks, motion, poses)

    def landmarks(self, motion: Motion, poses: Mapping[str, Values]) -> Plane:
        """(len(LANDMARKS), 2) px."""
        points = dict(self._drawn)
        for one in self.rig.parts:
            match one:
                case Eye():
                    height, width = self._pictures[one.iris.file].shape[:2]
                    centre = one.iris.at[0] + width / 2, one.iris.at[1] + height / 2
                    points |= _eye(one, poses[f"{one.side} eye"], centre)
                case Mouth():
                    points |= _mouth(one, poses["mouth"])
                case Brow():
                    points |= self._brow_points(one, poses[f"{one.side} brow"])
        carried = {"neck": "neck", "crown": "dome"}
        moved = np.empty((len(LANDMARKS), 2), np.float32)
        for layer in ("face", "neck", "dome"):
            mine = [i for i, name in enumerate(LANDMARKS) if carried.get(name.split()[-1], "face") == layer]
            moved[mine] = self.figure.follow(np.array([points[LANDMARKS[i]] for i in mine], np.float32), layer, motion)
        return moved

    def _brow_points(self, one: Brow, pose: Values) -> dict[str, tuple[float, float]]:
        inner, outer, bend = pose[:3]
        side = 1 if one.side == "left" else -1
        t = np.array([0.05, 0.5, 0.95])
        at = np.stack([np.interp(t, np.linspace(0, 1, len(self._brow)), self._brow[:, i]) for i in (0, 1)], axis=1)
        rise = brow.STRENGTH * one.travel * (inner + (outer - inner) * t + bend * 4 * t * (1 - t))
        x, y = (CENTRE_X + side * at[:, 0]) * self._scale, at[:, 1] * self._scale - rise
        order = (0, 1, 2) if side > 0 else (2, 1, 0)
        return {f"{one.side} {name}": (float(x[i]), float(y[i])) for name, i in zip(BROW, order, strict=True)}

    def _plain(self, colours: Mapping[str, Colour], file: str) -> Pixels:
        """A picture in the colour of its part, or of its depth; black if that has none, clear if it isn't seen."""
        name, pixels = file.removeprefix("layers/").removesuffix(".png").replace("_", " "), self._pictures[file].copy()
        part, deep = self._part(name)
        if not part:
            pixels[..., 3] = 0
        pixels[..., :3] = colours.get(deep if deep in colours else part, (0, 0, 0))
        return pixels

    def _part(self, name: str) -> tuple[str, str]:
        """Which of `PLAIN` a picture shows, by its name, empty if none; and which of `DEEP`."""
        kind = name.rsplit(" ", 1)[0] if name.endswith((" left", " right")) else name
        fixed = {
            "white": "white", "iris": "iris", "highlight": "iris", "lash": "ink", "lower lash": "ink", "brow": "ink",
        }  # fmt: skip
        if kind in fixed:
            return fixed[kind], ""
        if name in UNPAINTED or kind == "crease":
            return "", ""
        if name in ("face", "ears", "nose"):
            return "skin", ""
        if name == "neck":
            return "skin", "neck"
        layer = self._layers[name]
        if layer.parent in ("body", "neck"):
            return "body", ""
        depth = layer.depth / self._scale
        flat = layer.curve < ROUND
        if depth > FRONT:
            return "cap", "worn" if flat else "bangs" if depth > FOREMOST else "sides"
        if depth < BACK:
            return "cap", "tails" if flat else "back"
        return "cap", "crest" if flat else ""


def posed(rng: np.random.Generator, strength: float = 1.0) -> tuple[Motion, dict[str, Values]]:
    """A pose such as portraits are drawn in: eyes open, any mouth, the head a little turned."""
    turn = rng.normal(0, 1, 3) * np.array([0.16, 0.1, 0.09]) * strength
    look = rng.normal(0, 0.3, 2) * strength
    lids = float(np.clip(rng.normal(1, 0.12), 0.75, 1.4))
    frown = rng.normal(0, 0.35, 3) * strength
    speaking = rng.random() < 0.5
    opening = float(rng.uniform(0.1, 0.9)) if speaking else 0.0
    mood = float(rng.normal(0.1, 0.35))
    mouth = (
        opening, float(rng.uniform(-0.5, 0.6)), float(rng.random() * opening), mood, mood + float(rng.normal(0, 0.1)),
        float(rng.random() * 0.7), float(rng.random() * speaking), float(rng.normal(0, 0.1)), 0.0,
    )  # fmt: skip
    eye = (lids, 0.0, 0.0, float(look[0]), float(look[1]))
    frowning = tuple(np.clip(frown, -0.8, 0.8).tolist())
    poses: dict[str, Values] = {
        "left eye": eye, "right eye": eye, "left brow": frowning, "right brow": frowning, "mouth": mouth,
        "skin": (float(np.sin(turn[0])), float(np.sin(turn[1]))),
    }  # fmt: skip
    return Motion(yaw=float(turn[0]), pitch=float(turn[1]), roll=float(turn[2])), poses


def samples(drawn: Iterator[Dna], size: int, poses: int, seed: int) -> Iterator[tuple[Sample, Sample]]:
    """Of each character its flat picture at rest, and `poses` others beside it."""
    rng = np.random.default_rng(seed)
    for dna in drawn:
        model = Model(dna, size)
        rest = model.sit(Motion(), REST)
        for _ in range(poses):
            yield rest, model.sit(*posed(rng))


def _told_apart(rig: Rig) -> Rig:
    """The rig with its mouth in one colour."""
    painted = dict(zip(PLAIN, COLOURS, strict=True))
    tone = painted["mouth"]
    colours = ("line", "inside", "inside_shade", "tongue", "teeth")
    return rig.model_copy(
        update={
            "parts": tuple(
                one.model_copy(update=dict.fromkeys(colours, tone) | {"lip_shade": painted["skin"]})
                if isinstance(one, Mouth)
                else one
                for one in rig.parts
            )
        }
    )


def _classes(coloured: Pixels) -> Pixels:
    codes = np.zeros(8, np.uint8)
    for number, colour in enumerate(COLOURS, 1):
        codes[sum((channel > 0) << bit for bit, channel in enumerate(colour))] = number
    bits = (coloured[..., :3] > 127) @ np.array([1, 2, 4], np.uint8)
    return np.where(coloured[..., 3] > 127, codes[bits], 0).astype(np.uint8)


def _points(rig: Rig, outline: Points) -> dict[str, tuple[float, float]]:
    """The landmarks that no pose of a feature moves."""
    chin = outline[np.argmax(outline[:, 1])]
    middle = float(chin[0])
    eyes = [one for one in rig.parts if isinstance(one, Eye)]
    level = float(np.mean([point[1] for eye in eyes for point in (*eye.upper, *eye.lower)]))
    points = {"chin": (middle, float(chin[1]))}
    down = float(chin[1]) - level
    for side, sign in (("right", -1), ("left", 1)):
        half = outline[(outline[:, 0] - middle) * sign > 0]
        for name, y in (("temple", level), ("cheek", level + 0.4 * down), ("jaw", level + 0.75 * down)):
            points[f"{side} {name}"] = _nearest(half, y)
    layers = {one.name: one for one in rig.parts if isinstance(one, Layer)}
    points["crown"] = (middle, float(layers["dome"].at[1]) + 2)
    head = rig.head
    points["left neck"] = (middle + 0.21 * head.radius[0], head.pivot[1] + 0.22 * head.radius[1])
    points["right neck"] = (middle - 0.21 * head.radius[0], points["left neck"][1])
    return points


def _nearest(line: Points, y: float) -> tuple[float, float]:
    x, y = line[np.argmin(np.abs(line[:, 1] - y))]
    return float(x), float(y)


def _eye(eye: Eye, pose: Values, centre: tuple[float, float]) -> dict[str, tuple[float, float]]:
    """Corners, lids and iris as `EyeArt` draws them; `centre` of the iris that looks ahead."""
    opening, _, _, left, up = pose
    start, end = max(eye.upper[0][0], eye.lower[0][0]), min(eye.upper[-1][0], eye.lower[-1][0])
    x = np.linspace(start, end, 5).astype(np.float32)
    upper, lower, closed = (curves.heights(line, x) for line in (eye.upper, eye.lower, eye.closed))
    wide, opening = max(opening - 1, 0.0), min(opening, 1.0)
    top = closed + (opening + wide * WIDE_LIFT) * (upper - closed)
    shut = 1 - opening * opening * (3 - 2 * opening)
    bottom = np.maximum(lower + shut * (closed - lower), top)
    place = {f"{eye.side} {name}": (float(x[i]), float(top[i])) for i, name in enumerate(EYE[:5])}
    place |= {f"{eye.side} {name}": (float(x[i]), float(bottom[i])) for i, name in enumerate(EYE[5:8], 1)}
    place[f"{eye.side} iris"] = centre[0] + left * eye.gaze[0], centre[1] - up * eye.gaze[1]
    return place


def _mouth(mouth: Mouth, pose: Values) -> dict[str, tuple[float, float]]:
    art = MouthArt(mouth, textures.STEPS)
    opening, wide, round_, left, right, raised, _, shift, press = pose
    contour = art.contour(opening, wide - 0.25 * press, round_, left, right, raised, shift)
    corner = np.array(art.box[:2], np.float32)
    upper, lower = contour.upper + corner, contour.lower + corner
    middle = len(upper) // 2
    points: Sequence[tuple[str, Plane]] = (
        ("right", upper[0]), ("top", upper[middle]), ("left", upper[-1]), ("bottom", lower[middle]),
    )  # fmt: skip
    return {f"mouth {name}": (float(at[0]), float(at[1])) for name, at in points}
