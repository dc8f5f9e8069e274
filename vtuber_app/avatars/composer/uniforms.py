"""School clothes."""

from dataclasses import dataclass

import numpy as np

from vtuber_app.avatars.composer.brush import Sheet, ellipse
from vtuber_app.avatars.composer.clothes import (
    FLOOR,
    Build,
    Cloth,
    Outfit,
    bow,
    c,
    chest,
    plain_top,
    skirt,
    trimmed,
    trousers,
)
from vtuber_app.avatars.composer.lines import curve, run
from vtuber_app.avatars.composer.palette import Colour, Skin, mix, shade


@dataclass(frozen=True)
class Sailor:
    """A sailor blouse with a broad collar and a big bow."""

    cloth: Colour
    collar: Colour
    tie: Colour
    trim: Colour

    def paint(self, build: Build, skin: Skin) -> Outfit:
        """Blouse on the body, collar and bow in front."""
        n, s, y = build.neck, build.shoulder, build.shoulder_y
        body = Sheet()
        skirt(Cloth(body, self.collar), build, 1440)
        plain_top(Cloth(body, self.cloth), build, 8, hem=1474)
        back = Cloth(body, shade(self.collar))
        back.piece(
            run(
                c([(-n * 1.9, y - 44), (-n * 1.3, y - 96), (0, y - 112), (n * 1.3, y - 96), (n * 1.9, y - 44)]),
                c([(n * 1.9, y - 44), (0, y + 10), (-n * 1.9, y - 44)]),
            )
        )
        opening = run(
            c([(-n * 1.72, y - 72), (-n * 1.56, y - 20), (-n * 1.3, y + 40), (0, y + 150)]),
            c([(0, y + 150), (n * 1.3, y + 40), (n * 1.56, y - 20), (n * 1.72, y - 72)]),
            c([(n * 1.72, y - 72), (0, y - 90), (-n * 1.72, y - 72)]),
        )
        chest(body, skin, opening, build)
        vest = run(
            c([(-60, y + 58), (0, y + 70), (60, y + 58)]),
            c([(60, y + 58), (40, y + 130), (0, y + 170)]),
            c([(0, y + 170), (-40, y + 130), (-60, y + 58)]),
        )
        Cloth(body, self.cloth).piece(vest, 2.4)
        body.ink(c([(-54, y + 72), (0, y + 84), (54, y + 72)]), 4.0, self.collar, 0.03, 0.03)

        front = Sheet()
        flap = Cloth(front, self.collar)
        for side in (1, -1):
            inner = [(n * 1.02, y - 108), (n * 1.5, y - 66), (n * 1.34, y + 14), (4, y + 150)]
            lower = [(4, y + 150), (70, y + 122), (140, y + 96), (s - 22, y + 84)]
            outer = [
                (s - 22, y + 84), (s - 22, y + 30), (s - 40, y - 14), (s * 0.58, y - 44), (n * 1.5, y - 82),
                (n * 1.02, y - 108),
            ]  # fmt: skip
            shape = run(c(inner, side), c(lower, side), c(outer, side))
            with front.inside(build.torso(4)):
                front.fill(shape + np.array([0.0, 9.0]), shade(self.cloth), 1.0, blur=1.0)
            flap.piece(shape)
            flap.shadow(
                c(
                    [
                        (n * 0.9, y - 120), (n * 1.7, y - 76), (n * 1.62, y + 8), (50, y + 100), (2, y + 156),
                        (30, y + 90), (50, y - 20),
                    ],
                    side,
                ),
                shape,
            )  # fmt: skip
            flap.shadow(
                c([(s - 10, y + 90), (s - 52, y + 60), (s - 70, y - 6), (s - 90, y - 40), (s, y - 30)], side),
                shape,
                0.7,
                blur=2,
            )
            for gap in (13, 22):
                front.ink(
                    run(
                        c(
                            [
                                (20 + gap, y + 143 - gap * 1.3), (72, y + 121 - gap), (140, y + 96 - gap),
                                (s - 24 - gap, y + 84 - gap),
                            ],
                            side,
                        ),
                        c(
                            [
                                (s - 24 - gap, y + 84 - gap), (s - 23 - gap, y + 30), (s - 42 - gap, y - 12),
                                (s * 0.58, y - 44 + gap * 1.1),
                            ],
                            side,
                        ),
                    ),
                    3.4,
                    self.trim,
                    0.04,
                    0.1,
                )  # fmt: skip
        bow(front, self.tie, (1024, y + 150), 0.95)
        return Outfit(trimmed(body), front)


@dataclass(frozen=True)
class Cardigan:
    """A knitted cardigan over a white collar with a bow."""

    cloth: Colour
    shirt: Colour
    tie: Colour
    skirt: Colour
    boyish: bool = False

    def paint(self, build: Build, skin: Skin) -> Outfit:
        """Cardigan and shirt on the body, collar and bow in front."""
        n, y = build.neck, build.shoulder_y
        body = Sheet()
        knit = Cloth(body, self.cloth)
        below = Cloth(body, self.skirt)
        if self.boyish:
            trousers(below, build, 1480)
        else:
            skirt(below, build, 1470)
        torso = plain_top(knit, build, 14, hem=1520)
        with body.inside(torso):
            knit.seam(c([(-240, 1486), (0, 1500), (240, 1486)]), 2.6)
            for i in range(41):
                body.ink(
                    [(824 + i * 10, 1490 + 10 * (1 - abs(i - 20) / 20)), (824 + i * 10, 1512), (824 + i * 10, 1540)],
                    1.8,
                    knit.shade,
                    0,
                    0,
                )
        shirt = Cloth(body, self.shirt)
        stand = run(
            c([(-n * 1.7, y - 40), (-n * 1.24, y - 104), (0, y - 112), (n * 1.24, y - 104), (n * 1.7, y - 40)]),
            c([(n * 1.7, y - 40), (0, y + 10), (-n * 1.7, y - 40)]),
        )
        Cloth(body, shade(self.shirt)).piece(stand, 2.6)
        opening = run(
            c([(-n * 2.1, y - 56), (-n * 1.7, y + 70), (0, y + 290)]),
            c([(0, y + 290), (n * 1.7, y + 70), (n * 2.1, y - 56)]),
        )
        with body.inside(torso):
            shirt.piece(opening)
            shirt.shadow(
                c(
                    [
                        (-n * 2.4, y - 60), (-n * 1.5, y + 60), (-30, y + 200), (0, y + 300), (-80, y + 240),
                        (-130, y + 40),
                    ]
                ),
                opening,
            )  # fmt: skip
            shirt.shadow(
                c([(n * 2.4, y - 60), (n * 1.6, y + 60), (40, y + 200), (0, y + 300), (80, y + 240), (130, y + 40)]),
                opening,
                0.7,
            )
            shirt.seam(c([(0, y + 60), (0, y + 280)]), 2.2)
            throat = run(
                c([(-n * 1.4, y - 76), (-n * 0.96, y - 20), (0, y + 46)]),
                c([(0, y + 46), (n * 0.96, y - 20), (n * 1.4, y - 76)]),
                c([(n * 1.4, y - 76), (0, y - 96), (-n * 1.4, y - 76)]),
            )
            chest(body, skin, throat, build)
        for side in (1, -1):
            band = run(
                c([(n * 2.0, y - 58), (n * 1.7, y + 70), (0, y + 286)], side),
                c([(0, y + 330), (n * 2.05, y + 84), (n * 2.5, y - 50)], side),
            )
            with body.inside(torso):
                knit.piece(band, 2.8)
                for k in np.linspace(0.05, 0.95, 22):
                    a = curve(c([(n * 2.0, y - 58), (n * 1.7, y + 70), (0, y + 286)], side))
                    b = curve(c([(n * 2.5, y - 50), (n * 2.05, y + 84), (0, y + 330)], side))
                    body.ink(
                        curve(
                            [
                                a[int(k * (len(a) - 1))],
                                (a[int(k * (len(a) - 1))] + b[int(k * (len(b) - 1))]) / 2,
                                b[int(k * (len(b) - 1))],
                            ]
                        ),
                        1.8,
                        knit.shade,
                        0.1,
                        0.1,
                    )
        with body.inside(torso):
            knit.seam(c([(-14, y + 322), (-14, FLOOR)]), 2.4)
            knit.seam(c([(14, y + 322), (14, FLOOR)]), 3.0)
            for i in range(4):
                button = ellipse(1024, y + 350 + 92 * i, 9, 9)
                Cloth(body, mix(self.shirt, self.cloth, 0.2)).piece(button, 2.4)

        front = Sheet()
        leaf = Cloth(front, self.shirt)
        for side in (1, -1):
            shape = run(
                c([(n * 1.04, y - 98), (n * 1.2, y - 70), (30, y + 2), (4, y + 32)], side),
                c([(4, y + 32), (40, y + 72), (86, y + 92)], side),
                c(
                    [
                        (86, y + 92), (112, y + 30), (n * 2.2, y - 34), (n * 1.75, y - 82), (n * 1.3, y - 108),
                        (n * 1.04, y - 98),
                    ],
                    side,
                ),
            )  # fmt: skip
            with front.inside(build.torso(7)):
                front.fill(shape + np.array([2.0 * side, 10.0]), shade(shade(self.shirt)), 0.8, blur=1.5)
            leaf.piece(shape)
            leaf.shadow(
                c(
                    [
                        (n * 0.9, y - 120), (n * 1.36, y - 76), (40, y + 10), (2, y + 40), (10, y + 44),
                        (60, y + 6), (n * 1.7, y - 60), (n * 1.4, y - 116),
                    ],
                    side,
                ),
                shape,
                0.9,
            )  # fmt: skip
            leaf.seam(c([(14, y + 28), (44, y + 58), (78, y + 76), (100, y + 26), (n * 2.0, y - 30)], side), 1.8)
        if self.boyish:
            self._necktie(front, y)
        else:
            bow(front, self.tie, (1024, y + 52), 0.74)
        return Outfit(trimmed(body), front)

    def _necktie(self, sheet: Sheet, y: float) -> None:
        """A tie that goes under the cardigan."""
        tie = Cloth(sheet, self.tie)
        blade = run(c([(-15, y + 66), (-30, y + 200), (0, y + 272)]), c([(0, y + 272), (30, y + 200), (15, y + 66)]))
        tie.piece(blade)
        tie.shadow(c([(4, y + 60), (14, y + 140), (4, y + 280), (50, y + 240), (40, y + 60)]), blade)
        for down in (120, 150, 196):
            stripe = [(994, y + down + 22), (1024, y + down), (1056, y + down - 22)]
            with sheet.inside(blade):
                sheet.ink(stripe, 7.0, mix(self.tie, self.shirt, 0.75), 0, 0)
        knot = run(c([(-25, y + 30), (0, y + 26), (25, y + 30)]), c([(25, y + 30), (14, y + 72), (-14, y + 72)]))
        tie.piece(knot)
        tie.shadow(c([(2, y + 24), (30, y + 26), (20, y + 80), (0, y + 80)]), knot)
