"""Things worn on the head and neck."""

from dataclasses import dataclass

import numpy as np

from vtuber_app.avatars.composer.brush import Gradient, Sheet, ellipse
from vtuber_app.avatars.composer.character import Patch, Piece
from vtuber_app.avatars.composer.clothes import Cloth, bow, c
from vtuber_app.avatars.composer.hair import Comb, Lock, paint_lock
from vtuber_app.avatars.composer.kimono import blossom
from vtuber_app.avatars.composer.lines import Points, curve, run
from vtuber_app.avatars.composer.palette import WHITE, Colour, HairColour, line, mix, shade
from vtuber_app.avatars.rig.format import Sway


@dataclass(frozen=True)
class Ribbon:
    """A bow in the hair; `at` in canvas px."""

    colour: Colour
    at: tuple[float, float]
    size: float
    tilt: float

    def paint(self, hair: HairColour) -> tuple[Piece, ...]:
        """One springy piece."""
        sheet = Sheet()
        bow(sheet, self.colour, self.at, self.size, True, self.tilt)
        sway = Sway(root=self.at, length=180 * self.size, gain=0.6, frequency=2.0)
        return (Piece("ribbon", sheet, "head", 44.0, "top", 0.5, sway),)


@dataclass(frozen=True)
class HairTies:
    """Two short bows where tails are tied; `at` is that on the character's left."""

    colour: Colour
    at: tuple[float, float]
    size: float
    tilt: float

    def paint(self, hair: HairColour) -> tuple[Piece, ...]:
        """Both in one piece, as tight as they are."""
        sheet = Sheet()
        x, y = self.at
        bow(sheet, self.colour, (2048.0 - x, y), self.size, False, -self.tilt)
        bow(sheet, self.colour, (x, y), self.size, False, self.tilt)
        return (Piece("hair ties", sheet, "head", 44.0, "top", 0.5),)


@dataclass(frozen=True)
class CatEars:
    """Cat's ears in the colour of the hair."""

    inside: Colour

    def paint(self, hair: HairColour) -> tuple[Piece, ...]:
        """Left and right ear."""
        return tuple(self._ear(hair, side, name) for side, name in ((-1, "cat ear right"), (1, "cat ear left")))

    def _ear(self, hair: HairColour, side: int, name: str) -> Piece:
        sheet = Sheet()
        shape = run(
            c([(48, 306), (74, 240), (120, 180), (170, 146)], side),
            c([(170, 146), (196, 200), (210, 280), (208, 384)], side),
            c([(208, 384), (140, 400), (48, 306)], side),
        )
        sheet.fill(
            shape,
            Gradient(
                (0, 150), (0, 380), ((0, mix(hair.base, hair.tip, 0.5), 1), (0.4, hair.base, 1), (1, hair.shade, 1))
            ),
        )
        with sheet.inside(shape):
            hollow = run(
                c([(88, 318), (100, 256), (132, 210), (164, 182)], side),
                c([(164, 182), (180, 226), (188, 290), (186, 360)], side),
                c([(186, 360), (130, 360), (88, 318)], side),
            )
            sheet.fill(
                hollow, Gradient((0, 180), (0, 350), ((0, mix(self.inside, WHITE, 0.3), 1), (1, self.inside, 1)))
            )
            sheet.fill(
                run(
                    c([(164, 176), (186, 230), (196, 380)], side),
                    c([(196, 380), (160, 330), (154, 250), (164, 176)], side),
                ),
                shade(self.inside),
                0.8,
                blur=1.5,
            )
            sheet.ink(
                run(c([(88, 318), (100, 256), (132, 210), (164, 182)], side)), 2.4, line(self.inside), 0.3, 0.3, 0.7
            )
        for edge in (
            c([(52, 298), (74, 240), (120, 180), (170, 146)], side),
            c([(170, 146), (196, 200), (210, 280), (208, 380)], side),
        ):
            sheet.ink(edge, 3.4, hair.line, 0.15, 0.1)
        rng = np.random.default_rng(5)
        fur = [
            Lock(((70, 330), (92, 300), (112, 262), (134, 246)), 26, root=0.6, seen=0.3, strands=0),
            Lock(((94, 344), (114, 310), (136, 282), (150, 262)), 24, root=0.6, seen=0.3, strands=0),
            Lock(((60, 316), (78, 280), (96, 256), (110, 228)), 24, root=0.6, seen=0.3, strands=0),
        ]
        for lock in fur:
            paint_lock(sheet, lock if side > 0 else lock.mirrored(), hair, Comb(dip=0.2, drop=0.2), rng)
        root = (1024.0 + side * 128, 350.0)
        return Piece(
            name,
            sheet,
            "head",
            -4.0,
            "over dome",
            0.5,
            Sway(root=root, length=200, gain=0.5, frequency=2.8, damping=0.25, upward=True),
        )


@dataclass(frozen=True)
class Choker:
    """A band round the neck, with a bell or a charm."""

    colour: Colour
    charm: Colour
    y: float = 832.0
    width: float = 47.0

    def paint(self, hair: HairColour) -> tuple[Patch, ...]:
        """One piece on the neck."""
        sheet = Sheet()
        w, y = self.width, self.y
        band = run(
            c([(-w, y - 12), (-w * 0.5, y + 1), (0, y + 5), (w * 0.5, y + 1), (w, y - 12)]),
            c([(w + 1, y + 6), (w * 0.5, y + 19), (0, y + 23), (-w * 0.5, y + 19), (-w - 1, y + 6)]),
        )
        cloth = Cloth(sheet, self.colour)
        cloth.piece(band, 2.4)
        cloth.shadow(c([(-w - 4, y - 20), (w + 4, y - 20), (w * 0.5, y + 6), (0, y + 9), (-w * 0.6, y + 6)]), band, 0.8)
        metal = Cloth(sheet, self.charm)
        ball = ellipse(1024, y + 34, 17, 17)
        metal.piece(ball, 2.6)
        metal.shadow([(1000, y + 42), (1024, y + 40), (1048, y + 28), (1050, y + 60), (1000, y + 60)], ball)
        sheet.fill(ellipse(1018, y + 26, 5, 4, -30), WHITE, 0.95)
        metal.seam(curve([(1008, y + 34), (1024, y + 38), (1040, y + 34)]), 2.4)
        sheet.fill(ellipse(1024, y + 43, 3, 3), metal.line)
        sheet.ink([(1024, y + 44), (1024, y + 50)], 2.2, metal.line, 0, 0)
        return (Patch("neck", sheet),)


@dataclass(frozen=True)
class Pins:
    """Two crossed hairpins."""

    colour: Colour
    at: tuple[float, float]

    def paint(self, hair: HairColour) -> tuple[Patch, ...]:
        """One piece on the fringe."""
        sheet = Sheet()
        x, y = self.at
        for tilt in (28.0, -24.0):
            bar = _bar(x, y, 34, 6.5, tilt)
            sheet.fill(bar + np.array([1.0, 4.0]), hair.under, 0.5, blur=2)
            cloth = Cloth(sheet, self.colour)
            cloth.piece(bar, 2.4)
            sheet.fill(_bar(x - 3, y - 2, 20, 1.6, tilt), WHITE, 0.7)
        return (Patch("bangs", sheet),)


def _bar(x: float, y: float, length: float, thick: float, tilt: float) -> Points:
    """A rounded bar; `tilt` in degrees."""
    a = np.radians(tilt)
    t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    px = np.clip(np.cos(t) * (length + thick), -length, length) + thick * np.cos(t) * (np.abs(np.cos(t)) > 0.6)
    py = thick * np.clip(np.sin(t) * 1.8, -1, 1)
    return np.stack([x + px * np.cos(a) - py * np.sin(a), y + px * np.sin(a) + py * np.cos(a)], axis=1)


@dataclass(frozen=True)
class Headphones:
    """Big headphones worn round the neck."""

    colour: Colour
    accent: Colour
    width: float = 104.0
    y: float = 850.0

    def paint(self, hair: HairColour) -> tuple[Patch, ...]:
        """The cups in front of the collar; the band is hidden behind the neck."""
        sheet = Sheet()
        shell = Cloth(sheet, self.colour)
        w, y = self.width, self.y
        for side in (1, -1):
            arm = run(
                c([(w - 40, y - 62), (w - 6, y - 60), (w + 26, y - 26), (w + 34, y + 10)], side),
                c([(w + 18, y + 16), (w + 8, y - 18), (w - 14, y - 40), (w - 44, y - 44)], side),
            )
            shell.piece(arm, 2.8)
            pad = ellipse(1024 + side * (w - 18), y + 40, 30, 52, side * 24)
            Cloth(sheet, mix(self.colour, (30, 30, 44), 0.75)).piece(pad, 3.0)
            cup = ellipse(1024 + side * (w + 4), y + 42, 34, 56, side * 24)
            shell.piece(cup, 3.2)
            shell.shadow(
                c(
                    [
                        (w - 40, y + 60), (w + 6, y + 70), (w + 36, y + 30), (w + 60, y + 60),
                        (w + 20, y + 120), (w - 30, y + 110),
                    ],
                    side,
                ),
                cup,
            )  # fmt: skip
            Cloth(sheet, self.accent).piece(ellipse(1024 + side * (w + 12), y + 42, 18, 34, side * 24), 2.4)
            sheet.fill(ellipse(1024 + side * (w + 10) - 6, y + 26, 5, 11, side * 24), WHITE, 0.65, blur=1)
        return (Patch("collar", sheet),)


@dataclass(frozen=True)
class Star:
    """A star-shaped clip."""

    colour: Colour
    at: tuple[float, float]
    radius: float = 24.0

    def paint(self, hair: HairColour) -> tuple[Patch, ...]:
        """One piece on the fringe."""
        sheet = Sheet()
        x, y = self.at
        a = np.radians(np.arange(10) * 36 - 90 + 12)
        r = np.where(np.arange(10) % 2 == 0, self.radius, self.radius * 0.52)
        corners = np.stack([x + r * np.cos(a), y + r * np.sin(a)], axis=1)
        shape = curve(
            np.concatenate(
                [
                    corners[i : i + 1] * (1 - k) + corners[(i + 1) % 10 : (i + 1) % 10 + 1] * k
                    for i in range(10)
                    for k in (0.12, 0.5, 0.88)
                ]
            ),
            closed=True,
        )
        sheet.fill(shape + np.array([1.0, 4.0]), hair.under, 0.55, blur=2.5)
        cloth = Cloth(sheet, self.colour)
        cloth.piece(shape, 2.6)
        cloth.shadow([(x - 30, y + 10), (x, y + 8), (x + 30, y - 6), (x + 30, y + 40), (x - 30, y + 40)], shape)
        sheet.fill(ellipse(x - 6, y - 7, 5, 3.5, -30), WHITE, 0.9)
        return (Patch("bangs", sheet),)


@dataclass(frozen=True)
class Blossoms:
    """A cluster of blossoms with hanging beads."""

    colour: Colour
    heart: Colour
    at: tuple[float, float]

    def paint(self, hair: HairColour) -> tuple[Piece, ...]:
        """The beads and, over them, the flowers."""
        x, y = self.at
        beads, flowers = Sheet(), Sheet()
        for i, (dx, length) in enumerate(((-14, 92), (6, 118), (26, 84))):
            beads.ink(
                [(x + dx, y + 10), (x + dx + 3, y + 10 + length / 2), (x + dx, y + 10 + length)],
                2.6,
                line(self.colour),
                0,
                0,
            )
            for k in range(3):
                at = (x + dx + 1, y + 36 + (length - 30) * k / 2)
                Cloth(beads, self.heart if (i + k) % 2 else self.colour).piece(ellipse(*at, 7, 8), 2.2)
                beads.fill(ellipse(at[0] - 2, at[1] - 2.5, 2, 2), WHITE, 0.9)
        for dx, dy, size, turn in ((26, 20, 30, 40.0), (-28, 14, 34, 10.0), (4, -16, 42, 0.0)):
            blossom(flowers, x + dx, y + dy + 3, size + 3.5, line(self.colour, 0.8), line(self.colour), turn)
            blossom(flowers, x + dx, y + dy, size, mix(self.colour, WHITE, 0.25), self.heart, turn)
            blossom(flowers, x + dx, y + dy, size * 0.55, self.colour, self.heart, turn)
        sway = Sway(root=self.at, length=120, gain=1.2, frequency=1.8, damping=0.2)
        return (
            Piece("beads", beads, "head", 40.0, "top", 0.8, sway),
            Piece("blossoms", flowers, "head", 42.0, "top", 0.8),
        )


@dataclass(frozen=True)
class Glasses:
    """Thin round-cornered glasses."""

    colour: Colour
    y: float = 587.0
    half: tuple[float, float] = (66.0, 55.0)
    apart: float = 86.0

    def paint(self, hair: HairColour) -> tuple[Piece, ...]:
        """One piece in front of the face, its temples going under the hair."""
        sheet = Sheet()
        (w, h), y = self.half, self.y
        t = np.linspace(0, 2 * np.pi, 120, endpoint=False)
        for side in (1, -1):
            x = 1024 + side * self.apart
            rim = np.stack(
                [
                    x + w * np.sign(np.cos(t)) * np.abs(np.cos(t)) ** 0.72,
                    y + h * np.sign(np.sin(t)) * np.abs(np.sin(t)) ** 0.72,
                ],
                axis=1,
            )
            sheet.fill(rim, (214, 236, 255), 0.10)
            with sheet.inside(rim):
                for dx, thick in ((-26, 13), (-4, 5)):
                    sheet.fill(
                        [(x + dx, y - h), (x + dx + thick, y - h), (x + dx + thick - 34, y + h), (x + dx - 34, y + h)],
                        WHITE,
                        0.17,
                    )
            ring = np.concatenate([rim, rim[:2]])
            sheet.ink(ring, 5.0, line(self.colour, 0.5), 0, 0)
            sheet.ink(ring - np.array([0.0, 0.8]), 2.6, self.colour, 0, 0)
            temple = [
                (x + side * (w - 2), y - h * 0.35),
                (x + side * (w + 16), y - h * 0.42),
                (x + side * (w + 50), y - h * 0.4),
            ]
            sheet.ink(temple, 5.0, line(self.colour, 0.5), 0, 0)
        bridge = [(1024 - self.apart + w - 1, y - 12), (1024, y - 22), (1024 + self.apart - w + 1, y - 12)]
        sheet.ink(bridge, 5.0, line(self.colour, 0.5), 0, 0)
        sheet.ink(bridge, 2.4, self.colour, 0, 0)
        return (Piece("glasses", sheet, "head", 26.0, "over dome"),)
