"""Hair, painted lock by lock: each a tapered ribbon with its own shade, shine, strands and outline."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.composer.brush import Glow, Gradient, Sheet, fade
from vtuber_app.avatars.composer.lines import CENTRE_X, Points, along, centred, curve, normals, part
from vtuber_app.avatars.composer.palette import HairColour, mix

Ring = Callable[[float], float]
"""Where the shine lies: canvas y for an x from the middle."""


@dataclass(frozen=True)
class Lock:
    """One lock of hair.

    Attributes:
        spine: From root to tip; x from the middle, y canvas px.
        width: At its fullest, px.
        root: Width at the root, as a share.
        belly: Where it is fullest, 0…1.
        point: How long its tip is drawn out: 0.5 blunt, 1 even, 1.6 a needle.
        shaded: The edge in shade: 1 the left one going down, -1 the right, 0 none.
        strands: How many inner lines.
        seen: From where on its outline is drawn, 0…1 (roots melt into the hair above).
    """

    spine: tuple[tuple[float, float], ...]
    width: float
    root: float = 0.45
    belly: float = 0.42
    point: float = 0.95
    shaded: int = 1
    strands: int = 2
    seen: float = 0.16

    def mirrored(self) -> "Lock":
        """The lock on the other side."""
        return replace(self, spine=tuple((-x, y) for x, y in self.spine), shaded=-self.shaded)

    def middle(self) -> Points:
        """The sampled spine."""
        return curve(centred(self.spine))

    def half(self, t: NDArray[np.float64]) -> NDArray[np.float64]:
        """Half width along the spine."""
        grow = self.root + (1 - self.root) * np.sin(np.pi / 2 * np.clip(t / self.belly, 0, 1))
        fall = np.cos(np.pi / 2 * np.clip((t - self.belly) / (1 - self.belly), 0, 1)) ** self.point
        return np.asarray(0.5 * self.width * np.where(t < self.belly, grow, fall))

    def edges(self) -> tuple[Points, Points]:
        """Left and right edge from root to tip."""
        spine = self.middle()
        reach = self.half(along(spine))[:, None] * normals(spine)
        return spine + reach, spine - reach

    def outline(self) -> Points:
        """The closed outline."""
        left, right = self.edges()
        return np.concatenate([left, right[::-1]])


def mirror_all(locks: Iterable[Lock]) -> tuple[Lock, ...]:
    """Every lock on the other side."""
    return tuple(lock.mirrored() for lock in locks)


def both_sides(locks: Sequence[Lock]) -> tuple[Lock, ...]:
    """The locks and their mirror images."""
    return tuple(one for lock in locks for one in (lock, lock.mirrored()))


@dataclass(frozen=True)
class Comb:
    """How locks are painted.

    Attributes:
        ring: Where the shine lies, or None.
        ring_height: Of the shine, px.
        ink: Width of the outline, px.
        depth: How much darker than the front hair, 0…1.
        dip: The share of the tip colour at the ends.
    """

    ring: Ring | None = None
    ring_height: float = 34.0
    ink: float = 3.4
    depth: float = 0.0
    dip: float = 1.0
    shine: float = 1.0


def paint_locks(locks: Sequence[Lock], tone: HairColour, comb: Comb, seed: int, sheet: Sheet | None = None) -> Sheet:
    """Paint locks from back to front on one sheet."""
    sheet = sheet or Sheet()
    rng = np.random.default_rng(seed)
    for lock in locks:
        paint_lock(sheet, lock, tone, comb, rng)
    return sheet


def paint_lock(sheet: Sheet, lock: Lock, tone: HairColour, comb: Comb, rng: np.random.Generator) -> None:
    """One lock with the shadow it throws on the hair behind it."""
    spine = lock.middle()
    t = along(spine)
    left, right = lock.edges()
    outline = np.concatenate([left, right[::-1]])
    base, dark, tip = (mix(c, tone.under, comb.depth) for c in (tone.base, tone.shade, tone.tip))
    shadow_at = np.array([4.0, 7.0])
    low = part(spine, 0.12, 1.0)
    sheet.fill(np.concatenate([left, right[::-1]]) + shadow_at, mix(dark, tone.under, 0.35), 0.38 * min(1.0, len(low)), blur=4, mode="atop")
    start, end = tuple(spine[0]), tuple(spine[-1])
    tip = mix(base, tip, comb.dip)
    sheet.fill(outline, Gradient(start, end, ((0, mix(base, dark, 0.22), 1), (0.3, base, 1), (0.62, mix(base, tip, 0.35), 1), (1, tip, 1))))
    with sheet.inside(outline):
        if lock.shaded:
            reach = lock.half(t)[:, None] * normals(spine) * lock.shaded
            wave = 0.42 - 0.30 * np.sin(np.pi * np.clip((t - 0.05) / 0.9, 0, 1)) + 0.10 * np.sin(t * 9 + rng.uniform(0, 6))
            grow = np.clip((t - 0.08) / 0.25, 0, 1)
            inner = spine + reach * (1.05 - (1.05 - wave[:, None]) * grow[:, None])
            outer = spine + reach * 1.2
            sheet.fill(np.concatenate([outer, inner[::-1]]), Gradient(start, end, ((0, dark, 0.15), (0.3, dark, 0.85), (1, mix(dark, tip, 0.25), 0.9))))
        _strands(sheet, lock, spine, t, mix(dark, tone.line, 0.45), rng)
        _shine(sheet, lock, spine, t, tone, comb, rng)
    tone_line = mix(tone.line, tone.under, 0.3 * comb.depth)
    for edge in (left, right):
        sheet.ink(part(edge, lock.seen, 1.0), comb.ink, tone_line, 0.55, 0.12)


def _strands(sheet: Sheet, lock: Lock, spine: Points, t: NDArray[np.float64], colour: tuple[int, int, int], rng: np.random.Generator) -> None:
    """Fine lines that follow the lock."""
    reach = lock.half(t)[:, None] * normals(spine)
    for _ in range(lock.strands):
        across = rng.uniform(-0.65, 0.65)
        begin = rng.uniform(0.12, 0.55)
        end = min(0.97, begin + rng.uniform(0.25, 0.45))
        sheet.ink(part(spine + reach * across, begin, end), rng.uniform(1.6, 2.6), colour, 0.5, 0.5, 0.75)


def _shine(sheet: Sheet, lock: Lock, spine: Points, t: NDArray[np.float64], tone: HairColour, comb: Comb, rng: np.random.Generator) -> None:
    """The lock's share of the ring of light: a band with flamed ends."""
    if comb.ring is None:
        return
    height = np.array([comb.ring(float(x - CENTRE_X)) for x in spine[:, 0]])
    below = np.nonzero((spine[:-1, 1] < height[:-1]) & (spine[1:, 1] >= height[1:]))[0]
    if len(below) == 0:
        return
    centre = float(t[below[0]])
    length = max(1.0, float(np.hypot(*np.diff(spine, axis=0).T).sum()))
    n = normals(spine)
    widest = lock.half(t)
    spread = comb.ring_height / length
    across = np.linspace(-0.82, 0.82, 13)
    fall = np.cos(across / 0.82 * np.pi / 2) ** 0.5
    tooth = np.where(np.arange(13) % 2 == 0, 0.45, 1.0) * rng.uniform(0.7, 1.25, 13)
    up = centre - spread * (0.15 + 0.55 * fall * tooth[::-1])
    down = centre + spread * (0.15 + 0.95 * fall * tooth)

    def at(u: NDArray[np.float64]) -> Points:
        where = np.stack([np.interp(u, t, spine[:, 0]), np.interp(u, t, spine[:, 1])], axis=1)
        normal = np.stack([np.interp(u, t, n[:, 0]), np.interp(u, t, n[:, 1])], axis=1)
        return np.asarray(where + normal * (across * np.interp(u, t, widest))[:, None])

    middle = spine[below[0]]
    sheet.fill(np.concatenate([at(up - spread * 0.5), at(down + spread * 0.6)[::-1]]), tone.light, 0.30 * comb.shine, blur=9)
    sheet.fill(np.concatenate([at(up), at(down)[::-1]]), Gradient((middle[0], middle[1] - comb.ring_height), (middle[0], middle[1] + comb.ring_height), ((0, tone.light, 0.95 * comb.shine), (0.6, tone.light, 0.85 * comb.shine), (1, tone.light, 0.35 * comb.shine))))


@dataclass(frozen=True)
class Dome:
    """The hair on the skull: half outline from the crown down one side, and its lower, hidden edge."""

    half: tuple[tuple[float, float], ...] = ((0, 262), (70, 266), (138, 294), (190, 352), (214, 430), (221, 510), (216, 586))
    hairline: tuple[tuple[float, float], ...] = ((196, 610), (172, 560), (160, 480), (124, 424), (60, 404), (0, 400))
    crown: tuple[float, float] = (8.0, 292.0)

    def outline(self) -> Points:
        """Closed outline."""
        right = np.concatenate([curve(centred(self.half)), curve(centred(self.hairline))])
        left = right.copy()[::-1]
        left[:, 0] = 2 * CENTRE_X - left[:, 0]
        return np.concatenate([right, left])


def paint_dome(dome: Dome, tone: HairColour, comb: Comb, seed: int) -> Sheet:
    """The hair over the skull with strands fanning out from the crown."""
    sheet = Sheet()
    rng = np.random.default_rng(seed)
    outline = dome.outline()
    cx, cy = CENTRE_X + dome.crown[0], dome.crown[1]
    sheet.fill(outline, Glow((cx, cy + 40), (300, 330), ((0, mix(tone.base, tone.shade, 0.3), 1), (0.25, tone.base, 1), (0.62, tone.base, 1), (1, tone.shade, 1))))
    with sheet.inside(outline):
        hairline = centred(dome.hairline)
        under = np.concatenate([curve(hairline), curve(hairline)[::-1] * np.array([-1, 1]) + np.array([2 * CENTRE_X, 0])])
        sheet.fill(under - np.array([0, 8]), tone.shade, 0.9, blur=16)
        for i in range(34):
            a = np.pi * (0.02 + 0.96 * (i + rng.uniform(-0.3, 0.3)) / 33)
            reach = rng.uniform(0.55, 1.0)
            end = (cx - np.cos(a) * 226 * reach, cy + (np.sin(a) ** 0.7) * 180 * reach + abs(np.cos(a)) ** 2 * 190 * reach)
            bend = (cx - np.cos(a) * 150 * reach, cy - 6 + np.sin(a) * 40 * reach + abs(np.cos(a)) * 36 * reach)
            dark = i % 3 != 1
            colour = mix(tone.shade, tone.line, 0.35) if dark else mix(tone.base, tone.light, 0.5)
            sheet.ink([(cx + rng.uniform(-5, 5), cy + rng.uniform(-3, 6)), bend, end], rng.uniform(2, 4.5), colour, 0.35, 0.6, 0.55)
        sheet.fill(curve(centred([(-60, 285), (0, 272), (66, 284), (120, 320), (40, 302), (-40, 302), (-116, 322)]), closed=True), Gradient((cx, 262), (cx, 320), fade(tone.light, 0.0, 0.35)), blur=5)
    half = curve(centred(dome.half))
    left = half.copy()
    left[:, 0] = 2 * CENTRE_X - left[:, 0]
    for edge in (half, left):
        sheet.ink(edge, comb.ink + 0.6, tone.line, 0.12, 0.3)
    return sheet
