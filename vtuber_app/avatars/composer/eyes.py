"""Eyes: the shapes of the lids, irises with depth, lashes that survive a blink."""

from dataclasses import dataclass

import numpy as np

from vtuber_app.avatars.composer.brush import Glow, Gradient, Sheet, ellipse, fade, path
from vtuber_app.avatars.composer.lines import PointLike, Points, curve, graph, part
from vtuber_app.avatars.composer.palette import Colour, IrisColour, Skin, mix

Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class EyeShape:
    """An eye in its own coordinates: x outward from its centre, y down, px.

    Attributes:
        upper, lower: Edges of the open lids, inner to outer corner.
        closed, smile: Where they meet.
        iris: Radii of the iris; `iris_at` its centre.
        lash: Height of the upper lash line at its thickest.
        wing: Tip of the outer lash.
        spikes: Where along the lid single lashes stand out, 0…1, and how long; `lower_spikes` likewise.
        at: The eye's centre, px outward from the face's middle, and canvas y.
        crease: From the lash up to the fold of the lid, px.
        pupil: Radii of the pupil, as shares of the iris'.
        star: Whether the small light is a star.
    """

    upper: Line
    lower: Line
    closed: Line
    smile: Line
    iris: tuple[float, float] = (38.5, 48.0)
    iris_at: tuple[float, float] = (-1.0, -1.0)
    lash: float = 13.0
    wing: tuple[float, float] = (72.0, -29.0)
    spikes: tuple[tuple[float, float], ...] = ((0.7, 9.0), (0.8, 13.0))
    lower_spikes: tuple[tuple[float, float], ...] = ((0.66, 7.0), (0.76, 9.0))
    at: tuple[float, float] = (86.0, 579.0)
    crease: float = 13.0
    pupil: tuple[float, float] = (0.37, 0.39)
    star: bool = False


ROUND = EyeShape(
    upper=((-54, 12), (-44, -9), (-25, -30), (0, -40), (27, -38), (46, -30), (61, -13)),
    lower=((-54, 12), (-41, 30), (-18, 43), (6, 46), (31, 41), (48, 26), (61, -13)),
    closed=((-54, 20), (-32, 35), (0, 42), (32, 34), (61, 12)),
    smile=((-54, 26), (-30, 2), (2, -8), (34, 2), (61, 24)),
)
CAT = EyeShape(
    upper=((-53, 20), (-42, -5), (-22, -27), (4, -38), (30, -40), (47, -34), (60, -23)),
    lower=((-53, 20), (-38, 33), (-14, 42), (10, 43), (34, 33), (48, 14), (60, -23)),
    closed=((-53, 26), (-32, 37), (0, 40), (32, 28), (60, 0)),
    smile=((-53, 30), (-30, 6), (4, -8), (36, -4), (60, 14)),
    iris=(35.0, 43.0),
    iris_at=(0.0, 3.0),
    lash=14.0,
    wing=(77.0, -40.0),
    spikes=((0.8, 12.0),),
    pupil=(0.2, 0.5),
)
DROOPY = EyeShape(
    upper=((-54, 7), (-44, -18), (-23, -40), (4, -47), (30, -42), (48, -27), (60, -2)),
    lower=((-54, 7), (-42, 29), (-19, 44), (8, 49), (33, 46), (49, 35), (60, -2)),
    closed=((-54, 17), (-33, 35), (0, 45), (33, 41), (60, 26)),
    smile=((-54, 25), (-31, 0), (0, -9), (33, 4), (60, 31)),
    iris=(40.0, 49.5),
    wing=(73.0, -14.0),
    at=(87.0, 586.0),
    star=True,
    spikes=((0.68, 9.0), (0.78, 13.0)),
)
SHARP = EyeShape(
    upper=((-50, 15), (-40, -2), (-21, -17), (0, -23), (24, -24), (44, -19), (58, -9)),
    lower=((-50, 15), (-36, 24), (-12, 31), (12, 31), (34, 24), (48, 11), (58, -9)),
    closed=((-50, 19), (-32, 27), (0, 30), (32, 23), (58, 6)),
    smile=((-50, 22), (-30, 6), (2, -2), (34, 3), (58, 16)),
    iris=(29.0, 35.0),
    iris_at=(0.0, -2.0),
    lash=10.5,
    wing=(69.0, -14.0),
    spikes=(),
    lower_spikes=(),
    at=(83.0, 582.0),
    crease=9.0,
)


ALMOND = EyeShape(
    upper=((-52, 17), (-42, -2), (-22, -20), (2, -29), (28, -31), (47, -26), (61, -15)),
    lower=((-52, 17), (-39, 27), (-15, 35), (9, 36), (33, 29), (49, 15), (61, -15)),
    closed=((-52, 22), (-32, 31), (0, 34), (32, 25), (61, 4)),
    smile=((-52, 25), (-30, 5), (4, -5), (36, 0), (61, 15)),
    iris=(33.0, 40.5),
    iris_at=(-1.0, -2.0),
    at=(84.0, 580.0),
    lash=13.5,
    wing=(79.0, -28.0),
    spikes=((0.86, 11.0),),
    pupil=(0.34, 0.36),
)
MILD = EyeShape(
    upper=((-50, 13), (-40, -5), (-22, -21), (0, -28), (24, -27), (44, -18), (57, -3)),
    lower=((-50, 13), (-37, 24), (-14, 33), (10, 34), (33, 28), (47, 15), (57, -3)),
    closed=((-50, 18), (-32, 28), (0, 33), (32, 27), (57, 12)),
    smile=((-50, 23), (-30, 5), (2, -3), (34, 4), (57, 21)),
    iris=(30.5, 38.0),
    iris_at=(-1.0, -1.0),
    lash=9.5,
    wing=(67.0, -4.0),
    spikes=(),
    lower_spikes=(),
    at=(84.0, 584.0),
    crease=9.0,
)


class EyePainter:
    """Paints the layers of one eye; `side` is 1 for the character's left."""

    def __init__(self, shape: EyeShape, side: int) -> None:
        self.shape = shape
        self.side = side
        self.x = 1024 + side * shape.at[0]
        self.y = shape.at[1]

    def place(self, points: PointLike) -> Points:
        """Eye coordinates to canvas."""
        p = np.asarray(points, dtype=np.float64)
        return np.stack([self.x + self.side * p[:, 0], self.y + p[:, 1]], axis=1)

    def lid(self, line: Line) -> tuple[tuple[float, float], ...]:
        """A lid's curve for the rig: canvas points with growing x."""
        x = np.linspace(line[0][0], line[-1][0], 25)
        points = self.place(np.stack([x, graph(line)(x)], axis=1))
        points = points[np.argsort(points[:, 0])]
        return tuple((round(float(px), 2), round(float(py), 2)) for px, py in points)

    def opening(self) -> Points:
        """The open eye's outline."""
        return self.place(np.concatenate([curve(self.shape.upper), curve(self.shape.lower)[::-1]]))

    def white(self, skin: Skin) -> Sheet:
        """The eyeball with the shadow of the lid."""
        sheet = Sheet()
        s = self.shape
        ball = self.place([(-60, -60), (67, -60), (67, 58), (-60, 58)])
        sheet.fill(ball, (255, 252, 250))
        upper = curve(s.upper)
        with sheet.inside(ball):
            drop = upper + np.array([0.0, 15.0])
            lid = np.concatenate(
                [[(-90.0, -80.0)], [(-90.0, upper[0, 1] + 8)], drop, [(90.0, upper[-1, 1] + 14)], [(90.0, -80.0)]]
            )
            tone = mix((206, 196, 220), skin.shade, 0.25)
            sheet.fill(self.place(lid), tone, 0.95, blur=1.0)
            sheet.fill(self.place(ellipse(-58, 16, 12, 12)), skin.blush, 0.28, blur=5)
            sheet.fill(self.place(ellipse(62, 4, 10, 16)), tone, 0.6, blur=5)
        return sheet

    def iris(self, tone: IrisColour) -> Sheet:
        """The whole iris: dark under the lid, light at the bottom, with rim, rays and pupil."""
        sheet = Sheet()
        (rx, ry), (dx, dy) = self.shape.iris, self.shape.iris_at
        cx, cy = self.x + self.side * dx, self.y + dy
        disc = ellipse(cx, cy, rx, ry)
        sheet.fill(disc, tone.rim)
        inner = ellipse(cx, cy + 0.5, rx - 3.2, ry - 3.4)
        sheet.fill(
            inner,
            Gradient(
                (cx, cy - ry),
                (cx, cy + ry),
                (
                    (0, tone.top, 1), (0.36, mix(tone.top, tone.middle, 0.6), 1), (0.6, tone.middle, 1),
                    (0.86, tone.bottom, 1), (1, tone.glow, 1),
                ),
            ),
        )  # fmt: skip
        with sheet.inside(inner):
            sheet.fill(
                ellipse(cx, cy + ry * 0.62, rx * 0.78, ry * 0.46),
                Glow(
                    (cx, cy + ry * 0.66),
                    (rx * 0.8, ry * 0.46),
                    ((0, tone.glow, 0.95), (0.55, tone.bottom, 0.6), (1, tone.bottom, 0)),
                ),
            )
            for i in range(26):
                a = np.pi * (0.04 + 0.92 * i / 25)
                reach = 0.92 if i % 2 else 0.78
                c, s = np.cos(a), np.sin(a)
                ray = [
                    (cx + c * rx * 0.42, cy + s * ry * 0.42),
                    (cx + c * rx * 0.66, cy + s * ry * 0.66),
                    (cx + c * rx * reach, cy + s * ry * reach),
                ]
                light = i % 3 == 1
                sheet.ink(
                    ray, 2.6 if light else 1.8, tone.glow if light else tone.top, 0.5, 0.8, 0.5 if light else 0.34
                )
            sheet.fill(
                path(ellipse(cx, cy, rx, ry), ellipse(cx, cy + 3, rx - 8, ry - 9)[::-1]), tone.rim, 0.5, blur=2.5
            )
            wide, tall = self.shape.pupil
            sheet.fill(ellipse(cx, cy + 1, rx * (wide + 0.09), ry * (tall + 0.07)), tone.pupil, 0.55, blur=3)
            sheet.fill(
                ellipse(cx, cy + 1, rx * wide, ry * tall),
                Gradient(
                    (cx, cy - ry * 0.4),
                    (cx, cy + ry * 0.4),
                    ((0, tone.pupil, 1), (1, mix(tone.pupil, tone.top, 0.55), 1)),
                ),
            )
            sheet.fill(ellipse(cx, cy + ry * 0.13, rx * 0.15, ry * 0.15), tone.middle, 0.55, blur=2.5)
            arc = path(ellipse(cx, cy + 1, rx - 5, ry - 6), ellipse(cx, cy - 6, rx - 5, ry - 6)[::-1])
            with sheet.inside(ellipse(cx, cy + ry, rx, ry * 0.8)):
                sheet.fill(arc, mix(tone.glow, (255, 255, 255), 0.45), 0.75, blur=1.2)
            shadow = np.concatenate([[(cx - 90, cy - 120)], self._lid_line(0.30), [(cx + 90, cy - 120)]])
            sheet.fill(shadow, mix(tone.pupil, tone.top, 0.35), 0.62, blur=2.2)
        return sheet

    def _lid_line(self, share: float) -> Points:
        """The edge of the lid's shadow across the iris, left to right, `share` of the way down."""
        (rx, ry), (dx, dy) = self.shape.iris, self.shape.iris_at
        cx, cy = self.x + self.side * dx, self.y + dy
        y = cy - ry + 2 * ry * share
        return curve([(cx - rx - 6, y + 6), (cx - rx * 0.4, y - 4), (cx + rx * 0.4, y - 4), (cx + rx + 6, y + 6)])

    def highlight(self, tone: IrisColour) -> Sheet:
        """Light in the eye: a big one above, a small one across, a spark; not mirrored, as light is not."""
        sheet = Sheet()
        (rx, ry), (dx, dy) = self.shape.iris, self.shape.iris_at
        cx, cy = self.x + self.side * dx, self.y + dy
        sheet.fill(ellipse(cx - rx * 0.36, cy - ry * 0.40, rx * 0.34, ry * 0.25, -18), (255, 255, 255), blur=0.6)
        sheet.fill(ellipse(cx - rx * 0.36, cy - ry * 0.40, rx * 0.5, ry * 0.4, -18), (255, 255, 255), 0.18, blur=5)
        if self.shape.star:
            a = np.radians(np.arange(8) * 45)
            r = np.where(np.arange(8) % 2 == 0, rx * 0.34, rx * 0.09)
            sheet.fill(
                np.stack([cx + rx * 0.44 + r * np.cos(a), cy + ry * 0.36 + 1.15 * r * np.sin(a)], axis=1),
                (255, 255, 255),
                0.95,
                blur=0.5,
            )
        else:
            sheet.fill(
                ellipse(cx + rx * 0.46, cy + ry * 0.38, rx * 0.17, ry * 0.14, -18), (255, 255, 255), 0.95, blur=0.6
            )
        sheet.fill(
            ellipse(cx + rx * 0.16, cy + ry * 0.62, rx * 0.09, ry * 0.07), mix(tone.glow, (255, 255, 255), 0.7), 0.9
        )
        sheet.fill(ellipse(cx + rx * 0.42, cy - ry * 0.44, rx * 0.11, ry * 0.08, -18), (255, 255, 255), 0.75)
        return sheet

    def lash(self, colour: Colour, warm: Colour) -> Sheet:
        """The upper lash line: fine at the inner corner, heavy outside, ending in a wing and a few spikes."""
        sheet = Sheet()
        s = self.shape
        upper = curve(s.upper)
        t = np.linspace(0, 1, len(upper))
        rise = s.lash * np.interp(t, [0, 0.12, 0.45, 0.8, 1], [0.06, 0.36, 0.74, 1.0, 0.8])
        top = upper - np.stack([np.zeros_like(t), rise], axis=1)
        bottom = upper + np.stack([np.zeros_like(t), np.interp(t, [0, 0.15], [0.6, 2.5])], axis=1)
        corner, wing = upper[-1], np.asarray(s.wing)
        over = (corner + np.array([0.0, -rise[-1]]) + wing) / 2 + np.array([0.0, 1.5])
        tip_over = curve(np.stack([top[-1], over, wing]))
        tip_under = curve(np.stack([wing, wing + np.array([-6.0, 7.0]), corner + np.array([1.0, 5.0])]))
        # No hook at the inner end: in a blink it would hang below the line.
        band = np.concatenate([[upper[0] + np.array([-1.5, 1.0])], top, tip_over[1:], tip_under[1:], bottom[::-1]])
        tone = Gradient(
            tuple(self.place([(-54, 0)])[0]),
            tuple(self.place([(66, 0)])[0]),
            ((0, mix(colour, warm, 0.75), 1), (0.25, colour, 1), (0.8, colour, 1), (1, mix(colour, warm, 0.55), 1)),
        )
        sheet.fill(self.place(band), tone)
        for at, length in s.spikes:
            # Narrow: the lid's columns go unequal ways in a blink, which would draw a slanting lash out.
            i = int(at * (len(top) - 1))
            root, base = top[i] + np.array([0.0, 4.0]), top[max(0, i - 4)] + np.array([0.0, 4.0])
            tip = root + np.array([length * 0.45, -length * 1.1 - 2.0])
            bend = (root + tip) / 2 + np.array([2.4, 2.0])
            sheet.fill(
                self.place(
                    np.concatenate(
                        [
                            curve(np.stack([base, (base + tip) / 2 + np.array([2.5, 0.5]), tip])),
                            curve(np.stack([tip, bend, root]))[1:],
                        ]
                    )
                ),
                colour,
            )
        mid = part(top, 0.3, 0.72) + np.array([0.0, 4.5])
        sheet.ink(self.place(mid), 2.0, warm, 0.5, 0.5, 0.55)
        return sheet

    def lower_lash(self, colour: Colour, skin: Skin, strength: float = 1.0) -> Sheet:
        """The fine lower line, strongest at the outer corner, with two or three short lashes."""
        sheet = Sheet()
        lower = curve(self.shape.lower)
        sheet.ink(self.place(part(lower, 0.3, 0.98)), 3.4 * strength, mix(colour, skin.line, 0.25), 0.75, 0.05)
        sheet.ink(self.place(part(lower, 0.70, 1.0)), 6.4 * strength, colour, 0.9, 0.15)
        sheet.ink(self.place(part(lower, 0.0, 0.55) + np.array([0, 0.5])), 2.2, skin.line, 0.25, 0.5, 0.75)
        for at, length in self.shape.lower_spikes:
            p = part(lower, at, at + 0.01)[0]
            sheet.ink(
                self.place(p + np.array([(-2, -1), (2.0, length * 0.5), (6.5, length)])),
                2.6 * strength,
                colour,
                0.1,
                0.9,
            )
        return sheet

    def crease(self, skin: Skin) -> Sheet:
        """The fold of the double lid."""
        sheet = Sheet()
        s = self.shape
        fold = part(curve(s.upper), 0.2, 0.93) - np.array([0.0, s.lash + s.crease - 5])
        fold[:, 1] += np.linspace(1, 0, len(fold)) ** 2 * 6
        sheet.ink(self.place(fold), 2.6, mix(skin.line, skin.deep, 0.2), 0.4, 0.5, 0.85)
        return sheet

    def shadow(self, sheet: Sheet, skin: Skin, strength: float) -> None:
        """Warm colour around the eye, on the skin."""
        over = self.place(ellipse(10, -30, 62, 34))
        soft = Gradient((self.x, self.y - 66), (self.x, self.y - 10), fade(skin.shade, 0.0, strength))
        sheet.fill(over, soft, blur=7)
        sheet.fill(self.place(ellipse(50, 18, 24, 22)), skin.blush, 0.26 * strength, blur=9)
