"""Face, ears, neck, nose, blush and brows."""

from dataclasses import dataclass

import numpy as np

from vtuber_app.avatars.composer.brush import Glow, Gradient, Sheet, ellipse, fade
from vtuber_app.avatars.composer.lines import PointLike, Points, both, centred, curve, mirrored, part
from vtuber_app.avatars.composer.palette import Colour, Skin, mix

NECK = (640.0, 960.0)
"""Above the first height the neck goes with the head, below the second with the body, px."""


@dataclass(frozen=True)
class FaceShape:
    """The face's outline: half widths at the cheeks and the jaw's corner, px, and the height of the chin."""

    cheek: float = 164.0
    jaw: float = 118.0
    point: float = 34.0
    chin: float = 759.0

    def outline(self) -> Points:
        """From the chin up the character's right, over the skull and down again."""
        c, j, p, y = self.cheek, self.jaw, self.point, self.chin
        right = [
            (0.0, 296.0), (c * 0.52, 308), (c * 0.86, 352), (c * 0.985, 430), (c * 1.005, 510),
            (c * 0.99, 572), (c * 0.93, 622), (j * 1.12, y - 92), (j * 0.86, y - 56), (p * 1.75, y - 22),
            (p * 0.72, y - 5), (0.0, y),
        ]  # fmt: skip
        half = centred(right)
        return curve(np.concatenate([half, mirrored(half)[1:-1]]), closed=True)

    def jawline(self) -> Points:
        """The open line from temple to temple below the chin."""
        whole = self.outline()
        return whole[whole[:, 1] > 452]


@dataclass(frozen=True)
class BrowShape:
    """A brow from its inner to its outer end, px from the face's middle, for the character's left."""

    points: tuple[tuple[float, float], ...] = ((44, 505), (71, 496), (102, 496), (134, 510))
    width: float = 9.0


SOFT_FACE = FaceShape()
FINE_BROW = BrowShape()


def face(shape: FaceShape, skin: Skin) -> Sheet:
    """Skin of the face without any feature."""
    sheet = Sheet()
    outline = shape.outline()
    glow = Glow(
        (1024, 560),
        (215, 250),
        (
            (0.0, mix(skin.base, (255, 255, 255), 0.25), 1),
            (0.6, skin.base, 1),
            (1.0, mix(skin.base, skin.shade, 0.55), 1),
        ),
    )
    sheet.fill(outline, glow)
    c, y = shape.cheek, shape.chin
    with sheet.inside(outline):
        for side in (1, -1):
            band = _side(
                [
                    (c + 20, 440), (c - 9, 520), (c - 15, 590), (c - 38, 650), (shape.jaw - 28, y - 66),
                    (shape.jaw * 0.42, y - 20), (20, y + 6), (c + 60, y + 20),
                ],
                side,
            )  # fmt: skip
            sheet.fill(curve(band, closed=True), skin.shade, 0.55 if side > 0 else 0.35, blur=5)
        sheet.fill(ellipse(1024, y - 26, 30, 9), (255, 255, 255), 0.35, blur=7)
    jaw = shape.jawline()
    sheet.ink(
        jaw,
        3.0,
        Gradient((1024, 450), (1024, y), ((0, mix(skin.line, skin.shade, 0.25), 1), (1, skin.line, 1))),
        0.2,
        0.2,
    )
    sheet.ink(part(jaw, 0.36, 0.64), 1.4, skin.line, 0.5, 0.5)
    return sheet


def _side(points: PointLike, side: int) -> Points:
    return np.array([(1024 + side * x, y) for x, y in points], dtype=np.float64)


def ears(skin: Skin, shape: FaceShape) -> Sheet:
    """Both ears, to lie behind the face."""
    sheet = Sheet()
    c = shape.cheek
    for side in (1, -1):
        rim = [
            (c - 22, 548), (c + 2, 536), (c + 24, 540), (c + 31, 562), (c + 26, 596), (c + 12, 628),
            (c - 2, 646), (c - 14, 648), (c - 30, 620),
        ]  # fmt: skip
        outline = curve(_side(rim, side), closed=True)
        sheet.fill(outline, skin.base)
        with sheet.inside(outline):
            inner = [
                (c + 2, 560), (c + 16, 556), (c + 20, 576), (c + 12, 606), (c - 2, 622), (c - 20, 610),
                (c - 20, 560),
            ]  # fmt: skip
            sheet.fill(curve(_side(inner, side), closed=True), skin.shade, 0.95, blur=2)
            sheet.fill(
                curve(
                    _side([(c - 24, 540), (c + 1, 560), (c - 4, 612), (c - 12, 650), (c - 40, 640)], side), closed=True
                ),
                skin.deep,
                0.5,
                blur=5,
            )
        sheet.ink(curve(_side(rim[:-1], side)), 3.0, skin.line, 0.2, 0.3)
        sheet.ink(
            _side([(c + 3, 560), (c + 15, 557), (c + 19, 576), (c + 13, 602)], side), 2.0, skin.line, 0.4, 0.6, 0.8
        )
        sheet.ink(_side([(c + 7, 590), (c - 1, 580), (c + 1, 604)], side), 1.6, skin.line, 0.4, 0.6, 0.6)
    return sheet


def neck(skin: Skin, width: float, chin: float, shoulder: float) -> Sheet:
    """The neck, from under the hair down to where it melts into the chest, with the head's shadow on it."""
    sheet = Sheet()
    w, y = width, shoulder
    half = [
        (w * 0.98, 610), (w, 680), (w, y - 150), (w * 1.03, y - 100), (w * 1.16, y - 62), (w * 1.42, y - 32),
        (w * 1.42, y + 20), (0, y + 30),
    ]  # fmt: skip
    outline = both(curve(centred(half)))
    sheet.fill(
        outline, Gradient((0, y - 150), (0, y - 20), ((0, mix(skin.base, skin.shade, 0.35), 1), (1, skin.base, 1)))
    )
    with sheet.inside(outline):
        cast = [
            (-w * 2, 560), (w * 2, 560), (w * 1.3, chin + 30), (w * 0.55, chin + 58), (-4, chin + 74),
            (-w * 0.7, chin + 50), (-w * 1.3, chin + 20),
        ]  # fmt: skip
        sheet.fill(
            curve(centred(cast), closed=True),
            Gradient((0, chin - 20), (0, chin + 76), ((0, skin.deep, 1), (1, mix(skin.deep, skin.shade, 0.55), 1))),
        )
        for side in (1, -1):
            sheet.fill(
                curve(
                    _side([(w * 1.3, y - 170), (w * 0.8, y - 110), (w * 0.88, y - 64), (w * 1.5, y - 10)], side),
                    closed=True,
                ),
                skin.shade,
                0.7,
                blur=4,
            )
    for side in (1, -1):
        edge = [(w, 690), (w, y - 150), (w * 1.03, y - 100), (w * 1.15, y - 63), (w * 1.24, y - 52)]
        sheet.ink(_side(edge, side), 3.2, skin.line, 0.1, 0.15)
    sheet.fill(
        [(0, y - 64), (2048, y - 64), (2048, 2048), (0, 2048)],
        Gradient((0, y - 62), (0, y - 22), fade((0, 0, 0), 0.0, 1.0)),
        mode="erase",
    )
    return sheet


def nose(skin: Skin, y: float, strong: bool = False) -> Sheet:
    """A tiny nose: a touch of shadow, a dot of light; `strong` adds a bridge."""
    sheet = Sheet()
    if strong:
        sheet.fill(
            curve(centred([(3, y - 62), (9, y - 30), (13, y), (2, y + 4), (5, y - 28)]), closed=True),
            skin.shade,
            0.7,
            blur=1.5,
        )
        sheet.ink(centred([(4, y - 40), (6, y - 20), (11, y - 3)]), 2.0, skin.line, 0.8, 0.2, 0.55)
    sheet.fill(
        curve(centred([(-7, y + 1), (0, y - 5), (8, y), (4, y + 7), (-2, y + 7)]), closed=True), skin.shade, 0.9, blur=2
    )
    sheet.ink(centred([(-5, y + 2), (0, y + 4), (6, y + 1)]), 2.8, mix(skin.line, skin.deep, 0.2), 0.4, 0.4)
    sheet.fill(ellipse(1022, y - 12, 3.2, 5, 8), (255, 255, 255), 0.85, blur=1)
    return sheet


def blush(sheet: Sheet, skin: Skin, strength: float, y: float) -> None:
    """Warm cheeks, with a few pen strokes in them."""
    for side in (1, -1):
        x = 1024 + side * 104
        sheet.fill(
            ellipse(x, y, 60, 34),
            Glow(
                (x, y),
                (58, 30),
                ((0, skin.blush, 0.46 * strength), (0.5, skin.blush, 0.26 * strength), (1, skin.blush, 0)),
            ),
        )
        for i in (-1, 0, 1):
            sx = x + i * 15 + 2
            stroke = [(sx + 5, y - 8), (sx + 1, y), (sx - 4, y + 8)]
            sheet.ink(stroke, 2.4, mix(skin.blush, skin.line, 0.25), 0.4, 0.5, 0.5 * strength)


def brow(shape: BrowShape, colour: Colour, side: int) -> Sheet:
    """One brow: full at its inner third, fine at the outer end. `side` is 1 for the character's left."""
    sheet = Sheet()
    line = curve(_side(list(shape.points), side))
    sheet.ink(line, shape.width, colour, 0.3, 0.8)
    return sheet


def fringe_tint(skin: Skin) -> Sheet:
    """Soft warm shade on the forehead under the hair."""
    sheet = Sheet()
    sheet.fill(ellipse(1024, 400, 180, 130), Gradient((1024, 420), (1024, 530), fade(skin.shade, 0.85, 0)))
    return sheet
