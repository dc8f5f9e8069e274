"""The body's build, materials, and the plain garment that outfits are made of."""

from dataclasses import dataclass

import numpy as np

from vtuber_app.avatars.composer.brush import Gradient, Sheet
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

    neck: float = 46.0
    shoulder: float = 206.0
    shoulder_y: float = 902.0
    waist: float = 142.0
    hip: float = 192.0
    bust: float = 1.0

    def torso(self, loose: float = 0.0, hem: float = FLOOR) -> Points:
        """The trunk's outline, from the neck down the character's left to the hem and up the right."""
        n, s, y = self.neck, self.shoulder, self.shoulder_y
        half = [
            (n * 0.9, y - 104),
            (n * 1.12, y - 74),
            (n * 1.75, y - 48),
            (s * 0.68, y - 27),
            (s - 14, y - 8),
            (s + 2, y + 30),
            (s - 12, y + 90),
            (s - 32, y + 150),
            (s - 44 + loose, y + 250),
            (self.waist + loose, y + 390),
            (self.waist + 10 + loose, y + 460),
        ]
        end = (self.hip - 6 + loose * 0.7, hem)
        right = curve(c([*half, ((half[-1][0] + end[0]) / 2 + 6, (half[-1][1] + hem) / 2), end]))
        bottom = curve(c([end, (end[0] * 0.5, hem + 12), (0, hem + 15), (-end[0] * 0.5, hem + 12), (-end[0], hem)]))
        return np.concatenate([right, bottom[1:-1], mirrored(right)])

    def sleeve(self, side: int, loose: float = 0.0) -> Points:
        """An arm hanging down; the first half of the outline is its outer edge."""
        s, y = self.shoulder, self.shoulder_y
        w = loose
        outer = [
            (s - 44, y - 20),
            (s - 8, y - 8),
            (s + 22 + w * 0.3, y + 34),
            (s + 36 + w * 0.6, y + 120),
            (s + 50 + w, y + 270),
            (s + 68 + w * 1.2, y + 420),
            (s + 84 + w * 1.2, y + 580),
            (s + 88 + w * 1.2, FLOOR),
        ]
        inner = [
            (s - 2 - w * 0.6, FLOOR),
            (s - 4 - w * 0.6, y + 560),
            (s - 12 - w * 0.5, y + 400),
            (s - 24 - w * 0.4, y + 260),
            (s - 36, y + 140),
            (s - 40, y + 70),
            (s - 48, y + 10),
            (s - 44, y - 20),
        ]
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
    s, y = build.shoulder, build.shoulder_y
    torso = build.torso(loose * 0.5, hem)
    cloth.piece(torso)
    for side in (1, -1):
        k = 1.0 if side > 0 else 0.8
        cloth.shadow(
            c(
                [
                    (s - 4, y + 20),
                    (s - 46, y + 110),
                    (s - 60, y + 190),
                    (s - 84, y + 270),
                    (build.waist - 30, y + 380),
                    (build.waist - 34 * k, y + 500),
                    (s - 40, y + 660),
                    (s + 60, y + 640),
                    (s + 60, y + 60),
                ],
                side,
            ),
            torso,
        )
        if build.bust > 0:
            b = build.bust
            cloth.shadow(
                c(
                    [
                        (s - 50, y + 120),
                        (s - 76, y + 196),
                        (116, y + 226),
                        (66, y + 226),
                        (26, y + 196),
                        (40, y + 236),
                        (96, y + 252),
                        (s - 60, y + 230),
                        (s - 30, y + 160),
                    ],
                    side,
                ),
                torso,
                0.8 * b,
                blur=2,
            )
        cloth.crease(torso, c([(s - 34, y + 120), (s - 76, y + 140), (s - 120, y + 136)], side), 10)
        cloth.crease(torso, c([(s - 36, y + 96), (s - 70, y + 92), (s - 98, y + 76)], side), 7)
        cloth.crease(
            torso, c([(build.waist + loose * 0.5, y + 400), (build.waist - 50, y + 420), (40, y + 404)], side), 14
        )
        cloth.crease(torso, c([(build.waist + 6, y + 452), (build.waist - 40, y + 450), (60, y + 462)], side), 11)
        arm = build.sleeve(side, loose)
        cloth.piece(arm)
        cloth.shadow(
            c(
                [
                    (s - 60, y + 30),
                    (s - 18, y + 90),
                    (s - 8, y + 190),
                    (s + 8, y + 300),
                    (s + 12, y + 420),
                    (s + 30, y + 560),
                    (s + 34, FLOOR + 40),
                    (s - 60, FLOOR + 40),
                    (s - 80, y + 300),
                ],
                side,
            ),
            arm,
        )
        cloth.crease(arm, c([(s - 36, y + 138), (s - 4, y + 128), (s + 20, y + 104)], side), 12)
        cloth.crease(arm, c([(s - 30, y + 190), (s + 4, y + 190), (s + 30, y + 172)], side), 10)
        cloth.crease(arm, c([(s + 52 + loose, y + 268), (s + 24, y + 286), (s - 4, y + 282)], side), 14)
        cloth.crease(arm, c([(s - 22, y + 300), (s + 14, y + 322), (s + 40, y + 318)], side), 14)
        cloth.crease(arm, c([(s + 64 + loose, y + 350), (s + 34, y + 356), (s + 8, y + 344)], side), 12)
    return torso


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
    sheet.fill([(0, CUT), (sheet.size, CUT), (sheet.size, sheet.size), (0, sheet.size)], (0, 0, 0), mode="erase")
    return sheet


def chest(sheet: Sheet, skin: Skin, opening: Points, build: Build) -> None:
    """Skin below the throat, seen in a garment's opening."""
    n, y = build.neck, build.shoulder_y
    sheet.fill(opening, skin.base)
    with sheet.inside(opening):
        for side, strength in ((-1, 0.8), (1, 0.55)):
            sheet.fill(
                curve(
                    c(
                        [
                            (n * 3.4, y - 80),
                            (n * 1.5, y - 44),
                            (n * 1.22, y + 10),
                            (n * 0.9, y + 90),
                            (n * 0.3, y + 150),
                            (n * 3.4, y + 150),
                        ],
                        side,
                    ),
                    closed=True,
                ),
                skin.shade,
                strength,
                blur=1.0,
            )
            sheet.ink(
                c([(n * 0.26, y - 10), (n * 0.9, y - 24), (n * 1.9, y - 34)], side),
                2.8,
                mix(skin.line, skin.shade, 0.35),
                0.3,
                0.6,
            )
            sheet.ink(c([(n * 0.24, y - 12), (n * 0.2, y - 34), (n * 0.3, y - 70)], side), 2.2, skin.shade, 0.3, 0.7)
            sheet.ink(c([(n * 1.1, y - 74), (n * 1.26, y - 52), (n * 1.7, y - 34)], side), 3.0, skin.line, 0.4, 0.5)


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
