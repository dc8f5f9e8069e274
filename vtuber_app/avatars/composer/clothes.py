"""Clothes and the body in them, down to the hips."""

from dataclasses import dataclass

import numpy as np

from vtuber_app.avatars.composer.brush import Gradient, Sheet
from vtuber_app.avatars.composer.lines import Points, PointLike, centred, curve, mirrored
from vtuber_app.avatars.composer.palette import Colour, Skin, line, mix, shade

FLOOR = 1640.0
"""Where pictures of the figure end, px."""


@dataclass(frozen=True)
class Build:
    """The body's half widths, px."""

    neck: float = 50.0
    shoulder: float = 218.0
    shoulder_y: float = 938.0
    arm: float = 92.0
    waist: float = 150.0
    hip: float = 200.0

    def sleeve(self, loose: float = 0.0) -> Points:
        """One arm's outline (character's left), hanging at the side."""
        s, y, a = self.shoulder, self.shoulder_y, self.arm
        outer = [(s - 62, y - 36), (s - 14, y - 18), (s + 18, y + 26), (s + 34 + loose * 0.4, y + 120), (s + 46 + loose * 0.8, y + 280), (s + 62 + loose, y + 430), (s + 72 + loose, y + 580), (s + 74 + loose, FLOOR + 20)]
        inner = [(s + 74 - a, FLOOR + 20), (s + 62 - a - loose * 0.3, y + 480), (s + 40 - a - loose * 0.3, y + 300), (s + 18 - a, y + 170), (s - 24 - a * 0.5, y + 60), (s - 90, y - 30)]
        return np.concatenate([curve(centred(outer)), curve(centred(inner))])

    def torso(self) -> Points:
        """The trunk's outline with sloping shoulders."""
        s, y = self.shoulder, self.shoulder_y
        half = [(self.neck * 1.1, y - 92), (self.neck * 1.6, y - 64), (s * 0.62, y - 44), (s - 22, y - 18), (s - 6, y + 34), (s - 22, y + 120), (s - 34, y + 220), (self.waist + 8, y + 360), (self.waist, y + 440), (self.hip * 0.9, y + 570), (self.hip, FLOOR + 20)]
        right = curve(centred(half))
        return np.concatenate([right, mirrored(right)])


class Cloth:
    """A material and the pen for it."""

    def __init__(self, sheet: Sheet, colour: Colour) -> None:
        self.sheet = sheet
        self.colour = colour
        self.shade = shade(colour)
        self.deep = shade(shade(colour), 0.8)
        self.line = line(colour)

    def piece(self, outline: Points, edges: tuple[PointLike, ...] = (), width: float = 3.4, closed: bool = True) -> None:
        """Fill an outline and ink its edges (all of it when none are named)."""
        top, bottom = float(outline[:, 1].min()), float(outline[:, 1].max())
        self.sheet.fill(outline, Gradient((0, top), (0, bottom), ((0, mix(self.colour, (255, 255, 255), 0.08), 1), (0.5, self.colour, 1), (1, mix(self.colour, self.shade, 0.4), 1))))
        if edges:
            for edge in edges:
                self.sheet.ink(edge, width, self.line, 0.12, 0.15)
        elif closed:
            self.sheet.ink(np.concatenate([outline, outline[:2]]), width, self.line, 0, 0)

    def shadow(self, outline: PointLike, clip: Points, opacity: float = 1.0, deep: bool = False, blur: float = 0.8) -> None:
        """A cel shadow inside the piece `clip`."""
        with self.sheet.inside(clip):
            shape = curve(outline, closed=True) if len(outline) < 16 else outline
            self.sheet.fill(shape, self.deep if deep else self.shade, opacity, blur=blur)

    def fold(self, points: PointLike, width: float = 3.0, opacity: float = 0.9) -> None:
        """A pen line where cloth folds."""
        self.sheet.ink(points, width, self.line, 0.15, 0.75, opacity)

    def crease(self, clip: Points, start: tuple[float, float], end: tuple[float, float], bow: float, width: float) -> None:
        """A folded shadow, a thin leaf from `start` to `end` bent by `bow` px."""
        a, b = np.asarray(start), np.asarray(end)
        d = (b - a) / max(1e-6, float(np.hypot(*(b - a))))
        n = np.array([-d[1], d[0]])
        m = (a + b) / 2
        leaf = np.concatenate([curve([a, m + n * (bow + width / 2), b]), curve([b, m + n * (bow - width / 2), a])])
        with self.sheet.inside(clip):
            self.sheet.fill(leaf, self.shade, 0.9, blur=0.8)
            self.sheet.ink(curve([a, m + n * (bow + width / 2), b]), 2.2, self.line, 0.1, 0.8, 0.7)


@dataclass(frozen=True)
class Outfit:
    """Painted clothes: `body` behind the neck and `front` over it."""

    body: Sheet
    front: Sheet | None


def c(points: PointLike, side: int = 1) -> Points:
    """Points from the middle line; side -1 mirrors them."""
    p = centred(points)
    if side < 0:
        p[:, 0] = 2 * 1024 - p[:, 0]
    return p


@dataclass(frozen=True)
class Sailor:
    """A sailor blouse with a broad collar and a big bow."""

    cloth: Colour
    collar: Colour
    tie: Colour
    trim: Colour

    def paint(self, build: Build, skin: Skin) -> Outfit:
        """Blouse on the body, collar and bow in front."""
        body = Sheet()
        y = build.shoulder_y
        blouse = Cloth(body, self.cloth)
        torso = build.torso()
        body.fill(curve(c([(-130, 850), (0, 830), (130, 850), (150, 960), (60, 1090), (0, 1110), (-60, 1090), (-150, 960)]), closed=True), skin.base)
        for side in (1, -1):
            sleeve = build.sleeve(16)
            if side < 0:
                sleeve = mirrored(sleeve)
            blouse.piece(sleeve)
            s = build.shoulder
            blouse.shadow(c([(s - 50, y + 60), (s - 20, y + 200), (s + 10, y + 420), (s + 30, FLOOR + 30), (s - 60, FLOOR + 30), (s - 90, y + 300), (s - 110, y + 120)], side), sleeve)
            blouse.crease(sleeve, *map(tuple, c([(s - 30, y + 160), (s + 40, y + 120)], side)), 8 * side, 14)
            blouse.crease(sleeve, *map(tuple, c([(s - 16, y + 260), (s + 56, y + 210)], side)), 10 * side, 16)
            blouse.crease(sleeve, *map(tuple, c([(s + 84, y + 400), (s + 2, y + 350)], side)), -10 * side, 18)
        blouse.piece(torso)
        for side in (1, -1):
            s = build.shoulder
            blouse.shadow(c([(s - 10, y + 40), (s - 60, y + 150), (s - 52, y + 260), (s - 90, y + 330), (s - 76, y + 460), (s - 20, y + 640), (s + 40, y + 600), (s + 20, y + 100)], side), torso)
            blouse.shadow(c([(150, y + 130), (118, y + 210), (40, y + 236), (70, y + 250), (150, y + 240), (176, y + 170)], side), torso, 0.75, blur=3)
            blouse.crease(torso, *map(tuple, c([(s - 26, y + 90), (s - 110, y + 150)], side)), -10 * side, 16)
            blouse.crease(torso, *map(tuple, c([(s - 40, y + 270), (60, y + 330)], side)), -14 * side, 20)
            blouse.fold(c([(s - 18, y + 30), (s - 34, y + 90), (s - 32, y + 150)], side), 3.4)
        opening = np.concatenate([curve(c([(-104, y - 72), (-70, y), (0, y + 138)])), curve(c([(0, y + 138), (70, y), (104, y - 72)]))[1:]])
        body.fill(opening, skin.base)
        with body.inside(opening):
            body.fill(curve(c([(-130, y - 60), (-60, y + 10), (0, y + 110), (-20, y + 150), (-130, y + 80)]), closed=True), skin.shade, 0.7, blur=3)
            body.fill(curve(c([(130, y - 60), (72, y + 10), (4, y + 130), (30, y + 160), (130, y + 80)]), closed=True), skin.shade, 0.45, blur=3)
            for side in (1, -1):
                body.ink(c([(20, y - 12), (52, y - 22), (86, y - 26)], side), 2.6, mix(skin.line, skin.shade, 0.45), 0.3, 0.6)
        vest = np.concatenate([curve(c([(-48, y + 40), (0, y + 52), (48, y + 40)])), curve(c([(48, y + 40), (0, y + 145), (-48, y + 40)]))])
        Cloth(body, self.cloth).piece(vest, edges=(c([(-48, y + 40), (0, y + 52), (48, y + 40)]),), width=2.6)
        body.ink(c([(-42, y + 56), (0, y + 67), (42, y + 56)]), 4.0, self.collar, 0.05, 0.05)

        front = Sheet()
        flap = Cloth(front, self.collar)
        for side in (1, -1):
            s = build.shoulder
            shape = np.concatenate(
                [
                    curve(c([(62, y - 110), (96, y - 66), (72, y + 4), (6, y + 134)], side)),
                    curve(c([(6, y + 134), (66, y + 112), (150, y + 86), (s - 14, y + 66)], side)),
                    curve(c([(s - 14, y + 66), (s - 24, y + 8), (s - 58, y - 40), (110, y - 92), (62, y - 110)], side)),
                ]
            )
            front.fill(shape + np.array([0, 9]), blouse.shade, 0.9, blur=3)
            flap.piece(shape)
            flap.shadow(c([(58, y - 116), (100, y - 66), (84, y + 6), (6, y + 140), (50, y + 40), (70, y - 40)], side), shape, 0.9)
            flap.shadow(c([(s - 10, y + 70), (s - 70, y + 20), (s - 90, y - 40), (s - 20, y - 50)], side), shape, 0.6, blur=3)
            for gap in (13, 21):
                front.ink(c([(12 + gap, y + 132 - gap * 1.25), (70, y + 113 - gap), (148, y + 86 - gap), (s - 14 - gap * 0.9, y + 68 - gap * 0.8), (s - 24 - gap, y + 10), (s - 60 - gap, y - 34)], side), 3.2, self.trim, 0.05, 0.12)
        bow(front, self.tie, (1024, y + 128), 1.0)
        return Outfit(body, front)


def bow(sheet: Sheet, colour: Colour, at: tuple[float, float], size: float, tails: bool = True) -> None:
    """A soft ribbon bow with two loops, a knot and tails."""
    x, y = at
    cloth = Cloth(sheet, colour)

    def p(points: PointLike, side: int) -> Points:
        q = np.asarray(points, dtype=np.float64) * size
        return np.stack([x + side * q[:, 0], y + q[:, 1]], axis=1)

    if tails:
        for side in (1, -1):
            tail = np.concatenate([curve(p([(2, 4), (26, 50), (38, 104), (44, 150)], side)), curve(p([(44, 150), (30, 138), (10, 156)], side)), curve(p([(10, 156), (6, 100), (-4, 50), (-6, 6)], side))])
            cloth.piece(tail)
            cloth.shadow(p([(-8, 0), (30, 20), (30, 60), (14, 44), (6, 90), (-10, 60)], side), tail)
            cloth.fold(p([(8, 16), (20, 60), (26, 120)], side), 2.4, 0.7)
    for side in (1, -1):
        loop = np.concatenate([curve(p([(4, -10), (40, -42), (84, -46), (98, -22), (98, 18), (80, 38), (40, 26), (4, 10)], side))])
        cloth.piece(loop)
        cloth.shadow(p([(0, 6), (40, 8), (70, 20), (104, 10), (100, 50), (40, 44), (0, 20)], side), loop)
        cloth.shadow(p([(2, -8), (30, -18), (54, -14), (34, -4), (50, 6), (28, 6), (2, 8)], side), loop, 0.9, deep=True)
        cloth.fold(p([(10, -6), (34, -16), (58, -18)], side), 2.8)
        cloth.fold(p([(10, 4), (32, 6), (56, 14)], side), 2.6)
        with sheet.inside(loop):
            sheet.fill(curve(p([(40, -34), (80, -38), (90, -24), (60, -30)], side), closed=True), (255, 255, 255), 0.28, blur=2)
    knot = curve(p([(-17, -15), (0, -19), (17, -15), (20, 0), (16, 17), (0, 20), (-16, 17), (-20, 0)], 1), closed=True)
    cloth.piece(knot)
    cloth.shadow(p([(-22, 4), (0, 10), (22, 2), (20, 24), (-20, 24)], 1), knot)
    cloth.fold(p([(-6, -14), (-8, 0), (-4, 12)], 1), 2.2, 0.7)
