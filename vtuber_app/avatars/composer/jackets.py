"""Street clothes."""

from dataclasses import dataclass

import numpy as np

from vtuber_app.avatars.composer.brush import Sheet, ellipse
from vtuber_app.avatars.composer.clothes import (
    FLOOR,
    Build,
    Cloth,
    Outfit,
    c,
    chest,
    plain_top,
    skirt,
    trimmed,
    trousers,
)
from vtuber_app.avatars.composer.lines import curve, run
from vtuber_app.avatars.composer.palette import Colour, Skin, line, mix, shade


@dataclass(frozen=True)
class Hoodie:
    """An open hoodie over a shirt, its hood lying on the shoulders."""

    cloth: Colour
    lining: Colour
    shirt: Colour
    cord: Colour

    def paint(self, build: Build, skin: Skin) -> Outfit:
        """Hood behind the neck and jacket on the body; hood's edge and cords in front."""
        n, s, y = build.neck, build.shoulder, build.shoulder_y
        body = Sheet()
        hood = Cloth(body, self.cloth)
        behind = run(
            c(
                [
                    (-s * 0.78, y - 10), (-s * 0.66, y - 84), (-n * 1.2, y - 128), (0, y - 138),
                    (n * 1.2, y - 128), (s * 0.66, y - 84), (s * 0.78, y - 10),
                ]
            ),
            c([(s * 0.78, y - 10), (0, y + 30), (-s * 0.78, y - 10)]),
        )  # fmt: skip
        hood.piece(behind)
        hood.shadow(
            c([(-n * 2, y - 60), (-n * 1.1, y - 118), (0, y - 126), (n * 1.1, y - 118), (n * 2, y - 60), (0, y + 20)]),
            behind,
            deep=True,
        )
        jacket = Cloth(body, self.cloth)
        trousers(Cloth(body, mix(self.shirt, (60, 64, 84), 0.5)), build, 1500)
        torso = plain_top(jacket, build, 22, hem=1560)
        shirt = run(
            c([(-n * 1.9, y - 60), (-n * 1.7, y + 60), (-62, y + 260), (-56, FLOOR)]),
            c([(56, FLOOR), (62, y + 260), (n * 1.7, y + 60), (n * 1.9, y - 60)]),
        )
        with body.inside(torso):
            tee = Cloth(body, self.shirt)
            tee.piece(shirt)
            tee.shadow(
                c(
                    [
                        (-n * 2.2, y - 80), (-n * 1.4, y + 40), (-44, y + 200), (-38, y + 420), (-36, FLOOR),
                        (-90, FLOOR), (-110, y + 100),
                    ]
                ),
                shirt,
            )  # fmt: skip
            tee.shadow(
                c(
                    [
                        (n * 2.2, y - 80), (n * 1.55, y + 40), (54, y + 200), (48, y + 420), (46, FLOOR),
                        (90, FLOOR), (110, y + 100),
                    ]
                ),
                shirt,
                0.7,
            )  # fmt: skip
            tee.crease(shirt, c([(-40, y + 120), (-8, y + 150), (24, y + 150)]), 9)
            tee.crease(shirt, c([(50, y + 210), (20, y + 240), (-16, y + 244)]), 9)
        throat = run(
            c([(-n * 1.5, y - 70), (-n * 0.9, y + 6), (0, y + 34), (n * 0.9, y + 6), (n * 1.5, y - 70)]),
            c([(n * 1.5, y - 70), (0, y - 90), (-n * 1.5, y - 70)]),
        )
        chest(body, skin, throat, build)
        body.ink(
            c([(-n * 1.42, y - 50), (-n * 0.9, y + 6), (0, y + 34), (n * 0.9, y + 6), (n * 1.42, y - 50)]),
            3.0,
            Cloth(body, self.shirt).line,
            0.1,
            0.1,
        )
        body.ink(
            c([(-n * 1.34, y - 18), (-n * 0.86, y + 18), (0, y + 46), (n * 0.86, y + 18), (n * 1.34, y - 18)]),
            2.2,
            Cloth(body, self.shirt).line,
            0.2,
            0.2,
            0.6,
        )
        for side in (1, -1):
            zipper = c([(n * 1.7, y + 70), (62, y + 260), (56, FLOOR)], side)
            jacket.seam(zipper, 4.0)
            jacket.seam(zipper + np.array([side * 14.0, 0.0]), 2.0)

        front = Sheet()
        edge = Cloth(front, self.cloth)
        inner = Cloth(front, self.lining)
        for side in (1, -1):
            roll = run(
                c([(n * 1.0, y - 118), (n * 1.42, y - 70), (n * 1.3, y + 6), (40, y + 112)], side),
                c([(40, y + 112), (66, y + 124), (86, y + 110)], side),
                c(
                    [
                        (86, y + 110), (136, y + 62), (s * 0.72, y + 8), (s * 0.76, y - 40),
                        (s * 0.62, y - 92), (n * 1.6, y - 132), (n * 1.0, y - 118),
                    ],
                    side,
                ),
            )  # fmt: skip
            with front.inside(build.torso(11)):
                front.fill(roll + np.array([2.0 * side, 12.0]), shade(self.cloth), 1.0, blur=1.5)
            edge.piece(roll)
            lining = run(
                c([(n * 0.96, y - 120), (n * 1.46, y - 66), (n * 1.34, y + 8), (36, y + 116)], side),
                c([(36, y + 116), (74, y + 50), (n * 1.78, y - 20), (n * 1.7, y - 86), (n * 1.1, y - 126)], side),
            )
            with front.inside(roll):
                inner.piece(lining, 2.6)
                inner.shadow(
                    c(
                        [
                            (n * 0.9, y - 126), (n * 1.56, y - 70), (n * 1.5, y), (44, y + 104), (30, y + 120),
                            (n * 1.1, y),
                        ],
                        side,
                    ),
                    lining,
                )  # fmt: skip
            edge.shadow(
                c(
                    [
                        (s * 0.8, y - 50), (s * 0.62, y - 20), (120, y + 46), (70, y + 100), (60, y + 130),
                        (110, y + 110), (s * 0.8, y + 20),
                    ],
                    side,
                ),
                roll,
            )  # fmt: skip
            edge.crease(roll, c([(s * 0.66, y - 78), (s * 0.56, y - 46), (n * 1.9, y - 20)], side), 9)
            edge.seam(roll, 3.2)
            cord = c([(72, y + 92), (76, y + 140), (70, y + 196), (74, y + 232)], side)
            front.ink(cord, 9.5, line(self.cord), 0.02, 0.02)
            front.ink(cord, 6.0, self.cord, 0.02, 0.02)
            tip = c([(74, y + 226), (75, y + 246)], side)
            front.ink(curve([tip[0], tip.mean(axis=0), tip[1]]), 11, line(self.cord), 0, 0)
            front.fill(ellipse(1024 + side * 72, y + 92, 6.5, 6.5), line(self.cord))
            front.fill(ellipse(1024 + side * 72, y + 92, 3.6, 3.6), self.cord)
        return Outfit(trimmed(body), front)


@dataclass(frozen=True)
class Parka:
    """A wide jacket with piping, worn open over a light top."""

    cloth: Colour
    trim: Colour
    top: Colour
    skirt: Colour

    def paint(self, build: Build, skin: Skin) -> Outfit:
        """Top and jacket on the body, the collar in front."""
        n, s, y = build.neck, build.shoulder, build.shoulder_y
        body = Sheet()
        behind = Cloth(body, shade(self.cloth))
        behind.piece(
            run(
                c([(-n * 2.6, y - 10), (-n * 2.2, y - 88), (0, y - 118), (n * 2.2, y - 88), (n * 2.6, y - 10)]),
                c([(n * 2.6, y - 10), (0, y + 40), (-n * 2.6, y - 10)]),
            )
        )
        skirt(Cloth(body, self.skirt), build, 1450)
        jacket = Cloth(body, self.cloth)
        torso = plain_top(jacket, build, 34, hem=1540)
        bare = run(
            c([(-n * 1.5, y - 62), (-n * 2.3, y + 10), (-n * 2.4, y + 110)]),
            c([(n * 2.4, y + 110), (n * 2.3, y + 10), (n * 1.5, y - 62)]),
            c([(n * 1.5, y - 62), (0, y - 90), (-n * 1.5, y - 62)]),
        )
        chest(body, skin, bare, build)
        top = Cloth(body, self.top)
        with body.inside(torso):
            bodice = run(
                c([(-n * 2.7, y + 46), (-60, y + 72), (0, y + 80), (60, y + 72), (n * 2.7, y + 46)]),
                c([(n * 2.7, y + 46), (112, y + 300), (120, 1490)]),
                c([(120, 1490), (0, 1502), (-120, 1490)]),
                c([(-120, 1490), (-112, y + 300), (-n * 2.7, y + 46)]),
            )
            top.piece(bodice)
            top.shadow(
                c([(-140, y + 40), (-84, y + 110), (-70, y + 260), (-76, 1500), (-150, 1500), (-160, y + 100)]), bodice
            )
            top.shadow(
                c([(140, y + 40), (92, y + 110), (80, y + 260), (84, 1500), (150, 1500), (160, y + 100)]), bodice, 0.8
            )
            for side in (1, -1):
                top.shadow(
                    c([(8, y + 214), (40, y + 236), (84, y + 226), (100, y + 206), (96, y + 246), (44, y + 256)], side),
                    bodice,
                    0.7,
                    blur=2,
                )
            body.ink(
                c([(-n * 2.7, y + 58), (-60, y + 85), (0, y + 93), (60, y + 85), (n * 2.7, y + 58)]),
                3.4,
                self.trim,
                0.02,
                0.02,
            )
            top.crease(bodice, c([(70, y + 330), (20, y + 350), (-30, y + 340)]), 10)
            for side in (1, -1):
                strap = run(
                    c([(64, y + 74), (74, y + 10), (80, y - 50)], side),
                    c([(96, y - 46), (90, y + 10), (82, y + 72)], side),
                )
                top.piece(strap, 2.4)
                panel = run(
                    c([(n * 2.2, y - 60), (n * 2.25, y + 60), (104, y + 280), (112, 1580)], side),
                    c([(s, 1580), (s, y)], side),
                )
                with body.inside(panel):
                    jacket.seam(c([(n * 2.2, y - 60), (n * 2.25, y + 60), (104, y + 280), (112, 1580)], side), 6.5)
                body.ink(c([(n * 2.25 + 18, y + 40), (122, y + 280), (130, 1580)], side), 6.0, self.trim, 0.03, 0.0)
        for side in (1, -1):
            arm = build.sleeve(side, 34)
            with body.inside(arm):
                for gap in (0.0, 16.0):
                    body.ink(
                        c(
                            [
                                (s - 34 + gap, y - 6), (s + 4 + gap, y + 60), (s + 32 + gap, y + 200),
                                (s + 58 + gap, y + 420), (s + 84 + gap, FLOOR),
                            ],
                            side,
                        ),
                        6.0,
                        self.trim,
                        0.03,
                        0.0,
                    )  # fmt: skip
                cloth_line = c([(s - 36, y + 138), (s - 4, y + 128), (s + 20, y + 104)], side)
                jacket.fold(cloth_line, 2.6)

        front = Sheet()
        fold = Cloth(front, self.cloth)
        for side in (1, -1):
            shape = run(
                c([(n * 1.1, y - 112), (n * 1.75, y - 62), (n * 2.05, y + 10), (n * 1.9, y + 104)], side),
                c([(n * 1.9, y + 104), (n * 2.6, y + 74), (n * 3.5, y + 16)], side),
                c(
                    [(n * 3.5, y + 16), (n * 3.2, y - 44), (n * 2.6, y - 92), (n * 1.8, y - 124), (n * 1.1, y - 112)],
                    side,
                ),
            )
            with front.inside(build.torso(17)):
                front.fill(shape + np.array([2.0 * side, 12.0]), shade(self.cloth), 1.0, blur=1.5)
            fold.piece(shape)
            fold.shadow(
                c(
                    [
                        (n * 1.0, y - 120), (n * 1.95, y - 66), (n * 2.3, y + 14), (n * 2.05, y + 108),
                        (n * 1.8, y + 90), (n * 1.9, y - 10),
                    ],
                    side,
                ),
                shape,
            )  # fmt: skip
            fold.crease(shape, c([(n * 3.0, y - 60), (n * 2.6, y - 40), (n * 2.2, y - 40)], side), 9)
            front.ink(
                run(
                    c([(n * 2.06, y + 78), (n * 2.62, y + 52), (n * 3.26, y + 8)], side),
                    c([(n * 3.26, y + 8), (n * 3.0, y - 42), (n * 2.5, y - 78), (n * 1.8, y - 106)], side),
                ),
                5.0,
                self.trim,
                0.04,
                0.1,
            )
        return Outfit(trimmed(body), front)
