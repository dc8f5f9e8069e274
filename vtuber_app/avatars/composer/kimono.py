"""A kimono with scattered blossoms."""

from dataclasses import dataclass

import numpy as np

from vtuber_app.avatars.composer.brush import Sheet, ellipse
from vtuber_app.avatars.composer.clothes import FLOOR, Build, Cloth, Outfit, c, chest, plain_top, trimmed
from vtuber_app.avatars.composer.lines import Points, curve, run
from vtuber_app.avatars.composer.palette import WHITE, Colour, Skin, mix, shade


def blossom(sheet: Sheet, x: float, y: float, size: float, colour: Colour, heart: Colour, turn: float = 0.0) -> None:
    """A five-petalled cherry blossom."""
    for i in range(5):
        a = np.radians(turn + 72 * i)
        out, across = np.array([np.sin(a), -np.cos(a)]), np.array([np.cos(a), np.sin(a)])
        petal = [(0.0, 0.0), (-0.36, 0.5), (-0.26, 0.94), (0.0, 0.8), (0.26, 0.94), (0.36, 0.5)]
        points = [np.array([x, y]) + size * (v * out + u * across) for u, v in petal]
        sheet.fill(curve(np.stack(points), closed=True), colour)
    sheet.fill(ellipse(x, y, size * 0.2, size * 0.2), heart)


@dataclass(frozen=True)
class Kimono:
    """Crossed collars, wide sleeves and an obi."""

    cloth: Colour
    lining: Colour
    obi: Colour
    cord: Colour
    flower: Colour

    def paint(self, build: Build, skin: Skin) -> Outfit:
        """Robe and obi on the body; both collars in front of the neck's sides."""
        n, y = build.neck, build.shoulder_y
        body = Sheet()
        robe = Cloth(body, self.cloth)
        nape = run(
            c([(-n * 2.0, y - 40), (-n * 1.5, y - 92), (0, y - 106), (n * 1.5, y - 92), (n * 2.0, y - 40)]),
            c([(n * 2.0, y - 40), (0, y + 20), (-n * 2.0, y - 40)]),
        )
        Cloth(body, shade(self.lining)).piece(nape, 2.6)
        torso = plain_top(robe, build, 44)
        self._scatter(body, build, torso)
        opening = run(
            c([(-n * 1.6, y - 64), (-n * 1.2, y + 20), (0, y + 120)]),
            c([(0, y + 120), (n * 1.2, y + 20), (n * 1.6, y - 64)]),
            c([(n * 1.6, y - 64), (0, y - 92), (-n * 1.6, y - 64)]),
        )
        chest(body, skin, opening, build)
        with body.inside(torso):
            self._belt(body, build)

        front = Sheet()
        under = run(c(self._edge(build)), c([(-n * 1.9, y + 300), (-500, y + 300), (-500, y - 200), (n, y - 200)]))
        with front.inside(under):  # the left panel lies over the right one
            self._collar(front, build, -1)
        self._collar(front, build, 1)
        return Outfit(trimmed(body), front)

    def _edge(self, build: Build) -> list[tuple[float, float]]:
        """The inner edge of the left collar."""
        n, y = build.neck, build.shoulder_y
        return [(n * 1.02, y - 104), (n * 1.34, y - 66), (n * 1.06, y + 14), (0, y + 122), (-n * 1.9, y + 300)]

    def _scatter(self, sheet: Sheet, build: Build, torso: Points) -> None:
        """Blossoms on sleeves and trunk."""
        s, y = build.shoulder, build.shoulder_y
        pale = mix(self.flower, WHITE, 0.4)
        spots = [
            (-s + 4, 70, 26), (-s - 34, 176, 34), (-s + 30, 250, 22), (-s - 20, 330, 28), (-s - 60, 450, 34),
            (-s - 10, 560, 26), (s + 20, 96, 32), (s - 22, 190, 22), (s + 44, 250, 28), (s + 2, 350, 34),
            (s + 66, 470, 26), (s + 10, 590, 32), (-126, 150, 24), (132, 196, 30), (-96, 230, 18),
            (-110, 520, 30), (90, 560, 34), (-30, 640, 26), (150, 660, 24),
        ]  # fmt: skip
        for i, (x, down, size) in enumerate(spots):
            clip = torso if abs(x) < s - 40 else build.sleeve(1 if x > 0 else -1, 44)
            with sheet.inside(clip):
                blossom(sheet, 1024 + x, y + down, size, self.flower if i % 2 else pale, self.obi, 31.0 * i)

    def _belt(self, sheet: Sheet, build: Build) -> None:
        """The obi with its cord."""
        y, w = build.shoulder_y, build.waist + 90
        obi = Cloth(sheet, self.obi)
        band = run(c([(-w, y + 268), (0, y + 290), (w, y + 268)]), c([(w, y + 424), (0, y + 444), (-w, y + 424)]))
        obi.piece(band)
        obi.shadow(c([(-w, y + 380), (0, y + 408), (w, y + 380), (w, y + 440), (0, y + 460), (-w, y + 440)]), band)
        obi.shadow(c([(80, y + 260), (110, y + 350), (90, y + 440), (w, y + 440), (w, y + 250)]), band, 0.7)
        cord = Cloth(sheet, self.cord)
        cord.piece(
            run(c([(-w, y + 334), (0, y + 356), (w, y + 334)]), c([(w, y + 354), (0, y + 378), (-w, y + 354)])), 2.4
        )
        blossom(sheet, 1024, y + 366, 34, self.flower, self.cord, 0.0)
        robe = Cloth(sheet, self.cloth)
        robe.fold(c([(30, y + 446), (44, y + 560), (36, FLOOR)]), 3.2)

    def _collar(self, sheet: Sheet, build: Build, side: int) -> None:
        """The lining's white edge and the robe's collar over it, from the nape to the other side of the obi."""
        n, y = build.neck, build.shoulder_y
        with sheet.inside(
            run(
                c([(-400, y - 200), (400, y - 200)]),
                c([(400, y + 252), (232, y + 268), (0, y + 290), (-232, y + 268), (-400, y + 252)]),
            )
        ):
            white = [(n * 1.26, y - 108), (n * 1.66, y - 66), (n * 1.4, y + 24), (14, y + 148), (-n * 1.6, y + 320)]
            outer = [(n * 1.5, y - 104), (n * 2.5, y - 60), (n * 2.3, y + 50), (56, y + 196), (-n * 0.9, y + 340)]
            lining = Cloth(sheet, self.lining)
            band = run(c(self._edge(build), side), c(white[::-1], side))
            lining.piece(band, 2.6)
            collar = Cloth(sheet, self.cloth)
            broad = run(c(white, side), c(outer[::-1], side))
            sheet.fill(broad + np.array([0.0, 8.0]), shade(shade(self.cloth)), 0.6, blur=5, mode="atop")
            collar.piece(broad)
            dim = [
                (n * 1.2, y - 110), (n * 1.9, y - 60), (n * 1.7, y + 30), (30, y + 166), (-n * 1.4, y + 330),
                (-n * 2, y + 320),
            ]  # fmt: skip
            collar.shadow(c([*dim, (0, y + 140), (n * 1.3, y + 20), (n * 1.5, y - 66)], side), broad, 0.8)
