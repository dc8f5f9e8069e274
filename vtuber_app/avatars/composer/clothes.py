"""The body's build, materials, and the plain garment that outfits are made of."""

from dataclasses import dataclass

import numpy as np

from vtuber_app.avatars.composer.brush import CANVAS, Gradient, Sheet, ellipse
from vtuber_app.avatars.composer.lines import PointLike, Points, centred, curve, mirrored, run
from vtuber_app.avatars.composer.palette import Colour, Skin, line, mix, shade

FLOOR = 1700.0
"""How far down clothes are painted, px."""
CUT = 1650.0
"""Where the figure ends, px."""


def c(points: PointLike, side: int = 1) -> Points:
    """Points given from the middle line; side -1 mirrors them."""
    p = centred(points)
    if side < 0:
        p[:, 0] = 2 * 1024 - p[:, 0]
    return p


@dataclass(frozen=True)
class Build:
    """The body: half widths of neck, shoulders, waist and hips, and the height of the shoulders, px."""

    neck: float = 43.0
    shoulder: float = 206.0
    shoulder_y: float = 888.0
    waist: float = 142.0
    hip: float = 192.0
    bust: float = 1.0

    def torso(self, loose: float = 0.0, hem: float = FLOOR) -> Points:
        """The trunk's outline, from the neck down the character's left to the hem and up the right."""
        n, s, y = self.neck, self.shoulder, self.shoulder_y
        half = [
            (n * 0.9, y - 104), (n * 1.12, y - 74), (n * 1.75, y - 48), (s * 0.68, y - 27), (s - 14, y - 8),
            (s + 2, y + 30), (s - 12, y + 90), (s - 32, y + 150), (s - 44 + loose, y + 250),
            (self.waist + loose, y + 390), (self.waist + 10 + loose, y + 460),
        ]  # fmt: skip
        end = (self.hip - 6 + loose * 0.7, hem)
        right = curve(c([*half, ((half[-1][0] + end[0]) / 2 + 6, (half[-1][1] + hem) / 2), end]))
        bottom = curve(c([end, (end[0] * 0.5, hem + 12), (0, hem + 15), (-end[0] * 0.5, hem + 12), (-end[0], hem)]))
        return np.concatenate([right, bottom[1:-1], mirrored(right)])

    def sleeve(self, side: int, loose: float = 0.0) -> Points:
        """An arm hanging down; the first half of the outline is its outer edge."""
        s, y = self.shoulder, self.shoulder_y
        w = loose
        outer = [
            (s - 44, y - 20), (s - 8, y - 8), (s + 22 + w * 0.3, y + 34), (s + 36 + w * 0.6, y + 120),
            (s + 50 + w, y + 270), (s + 68 + w * 1.2, y + 420), (s + 84 + w * 1.2, y + 580),
            (s + 88 + w * 1.2, FLOOR),
        ]  # fmt: skip
        inner = [
            (s - 2 - w * 0.6, FLOOR), (s - 4 - w * 0.6, y + 560), (s - 12 - w * 0.5, y + 400),
            (s - 24 - w * 0.4, y + 260), (s - 36, y + 140), (s - 40, y + 70), (s - 48, y + 10),
            (s - 44, y - 20),
        ]  # fmt: skip
        shape = run(c(outer, side), c(inner, side))
        return shape


SLENDER = Build()


class Cloth:
    """A material on a sheet, with the pen for it."""

    def __init__(self, sheet: Sheet, colour: Colour, ink: Colour | None = None) -> None:
        self.sheet = sheet
        self.colour = colour
        self.shade = shade(colour)
        self.deep = shade(shade(colour), 0.8)
        self.line = ink or line(colour)

    def piece(self, outline: Points, width: float = 3.2, inked: bool = True) -> None:
        """Fill an outline, and ink it."""
        top, bottom = float(outline[:, 1].min()), float(outline[:, 1].max())
        light = mix(self.colour, (255, 255, 255), 0.10)
        self.sheet.fill(
            outline,
            Gradient(
                (0, top),
                (0, bottom),
                ((0, light, 1), (0.5, self.colour, 1), (1, mix(self.colour, self.shade, 0.35), 1)),
            ),
        )
        if inked:
            self.sheet.ink(np.concatenate([outline, outline[:2]]), width, self.line, 0, 0)

    def shadow(
        self, outline: PointLike, clip: Points, opacity: float = 1.0, deep: bool = False, blur: float = 0.8
    ) -> None:
        """A cel shadow inside the piece `clip`."""
        with self.sheet.inside(clip):
            shape = curve(outline, closed=True) if len(outline) < 20 else outline
            self.sheet.fill(shape, self.deep if deep else self.shade, opacity, blur=blur)

    def fold(self, points: PointLike, width: float = 3.0, opacity: float = 0.9) -> None:
        """A pen line where cloth folds."""
        self.sheet.ink(points, width, self.line, 0.1, 0.85, opacity)

    def seam(self, points: PointLike, width: float = 2.4) -> None:
        """A line of sewing, the same from end to end."""
        self.sheet.ink(points, width, mix(self.line, self.shade, 0.25), 0.06, 0.06)

    def crease(self, clip: Points, spine: PointLike, width: float = 12.0) -> None:
        """A fold: a pen line from a seam inward with a leaf of shade along it."""
        middle = curve(spine)
        t = np.linspace(0, 1, len(middle))
        leaf = np.stack([np.zeros_like(t), width * np.sin(np.pi * np.clip(t * 0.9 + 0.1, 0, 1)) ** 0.8], axis=1)
        with self.sheet.inside(clip):
            self.sheet.fill(np.concatenate([middle, (middle + leaf)[::-1]]), self.shade, 0.95, blur=0.8)
            self.sheet.ink(middle, 2.6, self.line, 0.05, 0.9, 0.85)


@dataclass(frozen=True)
class Outfit:
    """Painted clothes: `body` behind the neck and `front` over it."""

    body: Sheet
    front: Sheet | None


def plain_top(cloth: Cloth, build: Build, loose: float = 0.0, hem: float = FLOOR) -> Points:
    """Trunk and sleeves of one material with their folds; returns the trunk's outline."""
    torso = build.torso(loose * 0.5, hem)
    cloth.piece(torso)
    for side in (1, -1):
        _trunk_shade(cloth, build, torso, side, loose)
    n, y = build.neck, build.shoulder_y
    with cloth.sheet.inside(torso):
        cloth.sheet.fill(ellipse(1024, y - 30, n * 3.3, 74), cloth.deep, 0.5, blur=26)
    for side in (1, -1):
        arm = build.sleeve(side, loose)
        cloth.piece(arm)
        _sleeve_shade(cloth, build, arm, side, loose)
    return torso


def _trunk_shade(cloth: Cloth, build: Build, torso: Points, side: int, loose: float) -> None:
    """Shade and folds on one half of the trunk; not quite the same on both."""
    s, y, w = build.shoulder, build.shoulder_y, build.waist + loose * 0.5
    k, d = (1.0, 0.0) if side > 0 else (0.8, 12.0)
    flank = [
        (s + 20, y + 30), (s - 34, y + 84), (s - 78 * k, y + 96), (s - 48, y + 118), (s - 96 * k, y + 142 + d),
        (s - 54, y + 166), (s - 62, y + 206), (s - 104 * k, y + 232 + d), (s - 76, y + 268), (w - 26, y + 350),
        (w - 74 * k, y + 396 + d), (w - 32, y + 408), (w - 80 * k, y + 452), (w - 30, y + 470), (w - 22, y + 560),
        (s - 30, y + 700), (s + 80, y + 700),
    ]  # fmt: skip
    cloth.shadow(curve(c(flank, side), closed=True), torso)
    if build.bust > 0:
        under = [
            (s - 84, y + 196), (116, y + 222), (66, y + 226), (26, y + 200),
            (40, y + 236), (96, y + 248), (s - 78, y + 226),
        ]  # fmt: skip
        cloth.shadow(c(under, side), torso, build.bust, blur=1.5)
    cloth.crease(torso, c([(s - 34, y + 120), (s - 76, y + 141 + d), (s - 124, y + 134 + d)], side), 8)
    cloth.crease(torso, c([(s - 36, y + 92), (s - 66, y + 93), (s - 96, y + 80 + d)], side), 6)
    cloth.crease(torso, c([(w, y + 396), (w - 52, y + 418 + d), (44, y + 402 + d)], side), 12)
    cloth.crease(torso, c([(w + 6, y + 446), (w - 40, y + 450), (64 + d, y + 464)], side), 10)


def _sleeve_shade(cloth: Cloth, build: Build, arm: Points, side: int, loose: float) -> None:
    """Shade, folds and a rim of light on one sleeve."""
    s, y = build.shoulder, build.shoulder_y
    d = 0.0 if side > 0 else 16.0
    inner = [
        (s - 60, y + 24), (s - 30, y + 70), (s - 22, y + 112), (s + 14, y + 116 + d), (s - 12, y + 142),
        (s - 10, y + 176), (s + 22, y + 186 + d), (s - 6, y + 212), (s + 2, y + 262), (s + 40, y + 284 + d),
        (s + 8, y + 306), (s + 36, y + 332 + d), (s + 10, y + 348), (s + 16, y + 430), (s + 34, y + 560),
        (s + 36, FLOOR + 40), (s - 70, FLOOR + 40), (s - 80, y + 300),
    ]  # fmt: skip
    cloth.shadow(curve(c(inner, side), closed=True), arm)
    if side < 0:
        edge = [(s + 22 + loose * 0.3, y + 30), (s + 36 + loose * 0.6, y + 120), (s + 50 + loose, y + 270)]
        with cloth.sheet.inside(arm):
            cloth.sheet.ink(c([(s - 8, y - 6), *edge], side), 26, (255, 255, 255), 0.3, 0.5, 0.16)
    cloth.crease(arm, c([(s - 36, y + 136), (s - 6, y + 128 + d * 0.6), (s + 22, y + 102 + d)], side), 8)
    cloth.crease(arm, c([(s - 30, y + 192), (s + 4, y + 192 + d * 0.6), (s + 32, y + 170 + d)], side), 8)
    cloth.crease(arm, c([(s + 52 + loose, y + 264), (s + 24, y + 284 + d), (s - 2, y + 278 + d)], side), 11)
    cloth.crease(arm, c([(s - 22, y + 298), (s + 14, y + 322 + d), (s + 42, y + 318 + d)], side), 11)
    cloth.crease(arm, c([(s + 64 + loose, y + 346), (s + 34, y + 356 + d), (s + 6, y + 346 + d)], side), 10)


def skirt(cloth: Cloth, build: Build, waist: float, pleats: int = 9) -> None:
    """A pleated skirt from the waist down."""
    w, h = build.waist + 16, build.hip + 62
    outline = run(
        c([(-w, waist), (0, waist - 10), (w, waist)]),
        c([(w, waist), (build.hip + 22, waist + 130), (h, FLOOR)]),
        c([(h, FLOOR), (0, FLOOR + 10), (-h, FLOOR)]),
        c([(-h, FLOOR), (-build.hip - 22, waist + 130), (-w, waist)]),
    )
    cloth.piece(outline)
    with cloth.sheet.inside(outline):
        for i in range(pleats):
            u = (i + 0.5) / pleats * 2 - 1
            top, low = (1024 + u * w, waist), (1024 + u * (h + 10), FLOOR + 10)
            mid = (1024 + u * (build.hip + 30), waist + 110)
            side = 26 if u < 0.05 else -26
            leaf = np.concatenate(
                [curve([top, mid, low]), curve([(low[0] + side, low[1]), (mid[0] + side * 0.5, mid[1]), top])]
            )
            cloth.sheet.fill(leaf, cloth.shade, 0.9)
            cloth.sheet.ink([top, mid, low], 2.6, cloth.line, 0.2, 0.0, 0.9)


def trousers(cloth: Cloth, build: Build, waist: float) -> None:
    """Trousers from the waist down."""
    h = build.hip
    outline = run(
        c([(-h, waist), (0, waist - 10), (h, waist)]),
        c([(h, waist), (h + 10, FLOOR)]),
        c([(-h - 10, FLOOR), (-h, waist)]),
    )
    cloth.piece(outline)
    cloth.shadow(c([(20, waist), (60, waist + 60), (40, FLOOR), (-14, FLOOR), (-10, waist + 60)]), outline)
    cloth.fold(c([(0, waist), (4, waist + 80), (0, FLOOR)]), 3.0)


def trimmed(sheet: Sheet) -> Sheet:
    """The sheet without what lies below the figure's end."""
    sheet.fill([(0, CUT), (CANVAS, CUT), (CANVAS, CANVAS), (0, CANVAS)], (0, 0, 0), mode="erase")
    return sheet


def chest(sheet: Sheet, skin: Skin, opening: Points, build: Build) -> None:
    """Skin below the throat, seen in a garment's opening."""
    n, y = build.neck, build.shoulder_y
    sheet.fill(opening, skin.base)
    with sheet.inside(opening):
        for side, strength in ((-1, 0.8), (1, 0.55)):
            flank = [(n * 3.4, y - 80), (n * 1.5, y - 44), (n * 1.22, y + 10), (n * 0.9, y + 90), (n * 0.3, y + 150)]
            sheet.fill(curve(c([*flank, (n * 3.4, y + 150)], side), closed=True), skin.shade, strength, blur=1.0)
            ridge = [(n * 1.06, y - 88), (n * 1.15, y - 63), (n * 1.34, y - 44), (n * 1.75, y - 32)]
            behind = run(c([(n * 0.8, y - 120), *ridge, (n * 2.4, y - 26)], side), c([(n * 2.4, y - 130)], side))
            sheet.fill(behind, mix(skin.deep, skin.line, 0.12))
            sheet.ink(c(ridge, side), 3.0, skin.line, 0.2, 0.5)
            bone = c([(n * 0.26, y - 10), (n * 0.9, y - 24), (n * 1.9, y - 34)], side)
            sheet.ink(bone, 2.8, mix(skin.line, skin.shade, 0.35), 0.3, 0.6)
            sheet.ink(c([(n * 0.24, y - 12), (n * 0.2, y - 34), (n * 0.3, y - 70)], side), 2.2, skin.shade, 0.3, 0.7)


def bow(
    sheet: Sheet, colour: Colour, at: tuple[float, float], size: float, tails: bool = True, tilt: float = 0.0
) -> None:
    """A soft ribbon bow with two loops, a knot and tails; `tilt` in degrees, clockwise."""
    turn = np.array(
        [[np.cos(np.radians(tilt)), np.sin(np.radians(tilt))], [-np.sin(np.radians(tilt)), np.cos(np.radians(tilt))]]
    )
    x, y = at
    cloth = Cloth(sheet, colour)

    def p(points: PointLike, side: int) -> Points:
        q = np.asarray(points, dtype=np.float64) * size
        return np.asarray(np.stack([side * q[:, 0], q[:, 1]], axis=1) @ turn + np.array([x, y]))

    if tails:
        for side in (1, -1):
            tail = np.concatenate(
                [
                    curve(p([(2, 4), (26, 50), (38, 104), (44, 150)], side)),
                    curve(p([(44, 150), (30, 138), (10, 156)], side)),
                    curve(p([(10, 156), (6, 100), (-4, 50), (-6, 6)], side)),
                ]
            )
            cloth.piece(tail)
            cloth.shadow(p([(-8, 0), (30, 20), (30, 60), (14, 44), (6, 90), (-10, 60)], side), tail)
            cloth.fold(p([(8, 16), (20, 60), (26, 120)], side), 2.4, 0.7)
    for side in (1, -1):
        loop = np.concatenate(
            [curve(p([(4, -10), (40, -42), (84, -46), (98, -22), (98, 18), (80, 38), (40, 26), (4, 10)], side))]
        )
        cloth.piece(loop)
        cloth.shadow(p([(0, 6), (40, 8), (70, 20), (104, 10), (100, 50), (40, 44), (0, 20)], side), loop)
        cloth.shadow(p([(2, -8), (30, -18), (54, -14), (34, -4), (50, 6), (28, 6), (2, 8)], side), loop, 0.9, deep=True)
        cloth.fold(p([(10, -6), (34, -16), (58, -18)], side), 2.8)
        cloth.fold(p([(10, 4), (32, 6), (56, 14)], side), 2.6)
        with sheet.inside(loop):
            sheet.fill(
                curve(p([(40, -34), (80, -38), (90, -24), (60, -30)], side), closed=True), (255, 255, 255), 0.28, blur=2
            )
    knot = curve(p([(-17, -15), (0, -19), (17, -15), (20, 0), (16, 17), (0, 20), (-16, 17), (-20, 0)], 1), closed=True)
    cloth.piece(knot)
    cloth.shadow(p([(-22, 4), (0, 10), (22, 2), (20, 24), (-20, 24)], 1), knot)
    cloth.fold(p([(-6, -14), (-8, 0), (-4, 12)], 1), 2.2, 0.7)
