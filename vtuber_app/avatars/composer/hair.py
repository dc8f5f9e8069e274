"""Hair, painted lock by lock: each a tapered ribbon with its own shade, shine, strands and outline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.composer.brush import Glow, Gradient, Sheet
from vtuber_app.avatars.composer.lines import CENTRE_X, Points, along, centred, curve, normals, part
from vtuber_app.avatars.composer.palette import HairColour, mix

SWELL = 150.0
"""How long an outline takes from nothing to its full width where it leaves the hair above, px."""

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
    belly: float = 0.4
    point: float = 1.25
    shaded: int = 1
    strands: int = 2
    seen: float = 0.4

    def mirrored(self, stretch: float = 0.0) -> "Lock":
        """The lock on the other side; `stretch` moves its points outward and down the more the farther along."""
        n = len(self.spine) - 1
        spine = tuple(
            (-x * (1 + 0.6 * stretch * i / n), y + (y - self.spine[0][1]) * stretch * i / n)
            for i, (x, y) in enumerate(self.spine)
        )
        return replace(self, spine=spine, shaded=-self.shaded)

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


def feathered(locks: Sequence[Lock]) -> tuple[Lock, ...]:
    """The locks, each broad one with a thinner companion beside its tip."""
    result: list[Lock] = []
    for i, lock in enumerate(locks):
        if lock.width >= 56:
            spine = lock.middle()
            t, n = along(spine), normals(spine)
            side = 1.0 if i % 2 else -1.0
            u = np.array([0.05, 0.35, 0.6, 0.78, 0.90 + 0.03 * (i % 3)])
            away = side * lock.width * np.array([0.0, 0.12, 0.24, 0.30, 0.27])
            x = np.interp(u, t, spine[:, 0]) + away * np.interp(u, t, n[:, 0]) - CENTRE_X
            y = np.interp(u, t, spine[:, 1]) + away * np.interp(u, t, n[:, 1])
            points = tuple((float(a), float(b)) for a, b in zip(x, y, strict=True))
            result.append(Lock(points, lock.width * 0.42, root=0.6, belly=0.5, shaded=lock.shaded, strands=0, seen=0.5))
        result.append(lock)
    return tuple(result)


def both_sides(locks: Sequence[Lock]) -> tuple[Lock, ...]:
    """The locks and their not quite exact mirror images."""
    return tuple(one for i, lock in enumerate(locks) for one in (lock, lock.mirrored(0.05 if i % 2 else -0.04)))


@dataclass(frozen=True)
class Comb:
    """How locks are painted.

    Attributes:
        ring: Where the shine lies, or None.
        ring_height: Of the shine, px.
        ink: Width of the outline, px.
        depth: How much darker than the front hair, 0…1.
        dip: The share of the tip colour at the ends.
        shine: Opacity of the shine.
        drop: Opacity of the shadow a lock throws on those behind it.
        wash: Colours over the whole layer instead of along each lock, so that roots melt together.
    """

    ring: Ring | None = None
    ring_height: float = 34.0
    ink: float = 3.4
    depth: float = 0.0
    dip: float = 1.0
    shine: float = 1.0
    drop: float = 0.5
    wash: Gradient | Glow | None = None


PLAIN_COMB = Comb()


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
    base, dark = mix(tone.base, tone.under, comb.depth), mix(tone.shade, tone.under, comb.depth)
    tip = mix(mix(base, tone.tip, comb.dip), tone.under, comb.depth * 0.5)
    ink = mix(tone.line, tone.under, 0.3 * comb.depth)
    below = t >= lock.seen
    if comb.drop > 0:
        fallen = np.concatenate([left[below], right[below][::-1]]) + np.array([2.0, 8.0])
        sheet.fill(fallen, mix(dark, tone.under, 0.5), comb.drop, blur=4, mode="atop")
    start, end = tuple(spine[0]), tuple(spine[-1])
    sheet.fill(outline, comb.wash or Gradient(start, end, ((0, base, 1), (0.45, base, 1), (1, tip, 1))))
    with sheet.inside(outline):
        if lock.shaded:
            reach = lock.half(t)[:, None] * normals(spine) * lock.shaded
            wave = 0.35 - 0.25 * np.sin(np.pi * t) + 0.09 * np.sin(t * 8 + rng.uniform(0, 6))
            grow = np.clip((t - lock.seen * 0.8) / 0.45, 0, 1) ** 0.8
            inner = spine + reach * (1.05 - (1.05 - wave[:, None]) * grow[:, None])
            outer = spine + reach * 1.3
            sheet.fill(
                np.concatenate([outer, inner[::-1]]),
                Gradient(start, end, ((0, dark, 0.0), (0.25, dark, 0.9), (1, mix(dark, tip, 0.3), 0.9))),
            )
        _strands(sheet, lock, spine, t, mix(dark, tone.line, 0.4), rng)
        _shine(sheet, lock, spine, t, tone, comb, rng)
    blunt = lock.point < 0.3
    length = float(np.hypot(*np.diff(spine, axis=0).T).sum())
    swell = min(0.6, SWELL / max(1.0, length * (1 - lock.seen)))
    if blunt:
        seen = [part(edge, lock.seen, 1.0) for edge in (left, right)]
        sheet.ink(np.concatenate([seen[0], seen[1][::-1]]), comb.ink, ink, 0.35, 0.35)
    for edge in (left, right):
        if lock.seen > 0.25:
            sheet.ink(part(edge, 0.1, lock.seen + 0.15), 2.4, mix(dark, tone.line, 0.25), 0.6, 0.5, 0.75)
        if not blunt:
            sheet.ink(part(edge, lock.seen, 1.0), comb.ink, ink, swell, 0.1)


def paint_mass(sheet: Sheet, shape: Sequence[tuple[float, float]], tone: HairColour, ink: float, seed: int) -> None:
    """The closed mass of hair behind the head, that no gap may show between locks."""
    rng = np.random.default_rng(seed)
    outline = curve(centred(shape), closed=True)
    top, bottom = float(outline[:, 1].min()), float(outline[:, 1].max())
    deep = mix(tone.shade, tone.under, 0.7)
    sheet.fill(outline, Gradient((0, top), (0, bottom), ((0, tone.base, 1), (0.35, tone.shade, 1), (1, deep, 1))))
    with sheet.inside(outline):
        for u in np.linspace(-1, 1, 25):
            at = u + rng.uniform(-0.03, 0.03)
            line = [(at * 40, top + 20), (at * 190, top + 120), (at * 225, top + 260), (at * 222, bottom - 20)]
            dark = rng.uniform() < 0.7
            colour = mix(tone.under, tone.line, 0.3) if dark else mix(tone.base, tone.shade, 0.4)
            sheet.ink(centred(line), rng.uniform(2, 6), colour, 0.4, 0.6, 0.5)
    sheet.ink(np.concatenate([outline, outline[:2]]), ink, tone.line, 0, 0)


def _strands(
    sheet: Sheet,
    lock: Lock,
    spine: Points,
    t: NDArray[np.float64],
    colour: tuple[int, int, int],
    rng: np.random.Generator,
) -> None:
    """Fine lines that follow the lock."""
    reach = lock.half(t)[:, None] * normals(spine)
    for _ in range(lock.strands):
        across = rng.uniform(-0.6, 0.6)
        begin = rng.uniform(lock.seen, max(lock.seen, 0.5))
        end = min(0.95, begin + rng.uniform(0.22, 0.4))
        sheet.ink(part(spine + reach * across, begin, end), rng.uniform(1.4, 2.4), colour, 0.5, 0.5, 0.7)


def _shine(
    sheet: Sheet,
    lock: Lock,
    spine: Points,
    t: NDArray[np.float64],
    tone: HairColour,
    comb: Comb,
    rng: np.random.Generator,
) -> None:
    """The lock's share of the ring of light: many short spindles of light side by side."""
    if comb.ring is None or comb.shine <= 0:
        return
    height = np.array([comb.ring(float(x - CENTRE_X)) for x in spine[:, 0]])
    below = np.nonzero((spine[:-1, 1] < height[:-1]) & (spine[1:, 1] >= height[1:]))[0]
    if len(below) == 0:
        return
    centre = float(t[below[0]])
    length = max(1.0, float(np.hypot(*np.diff(spine, axis=0).T).sum()))
    reach = lock.half(t)[:, None] * normals(spine)
    width = 2 * float(lock.half(np.array([centre]))[0])
    x, y = spine[below[0]]
    sheet.fill(
        part(spine + reach * 0.9, max(0.0, centre - 60 / length), centre + 70 / length).tolist()
        + part(spine - reach * 0.9, max(0.0, centre - 60 / length), centre + 70 / length)[::-1].tolist(),
        Glow((x, y), (width * 0.7, comb.ring_height * 1.8), ((0, tone.light, 0.4 * comb.shine), (1, tone.light, 0.0))),
    )
    n = max(2, int(width * 0.8 / 5))
    with sheet.group(0.92 * comb.shine):
        for across in np.linspace(-0.78, 0.78, n):
            if rng.uniform() < 0.12:
                continue
            arch = np.cos(across * 1.5)
            middle = centre + rng.uniform(-0.12, 0.3) * comb.ring_height / length - (1 - arch) * 8 / length
            half = comb.ring_height / length * rng.uniform(0.4, 1.1) * (0.35 + 0.65 * arch)
            ray = part(spine + reach * across, max(0.0, middle - half), min(1.0, middle + half * 1.25))
            sheet.ink(ray, 10.5, tone.light, 0.5, 0.6)


@dataclass(frozen=True)
class Dome:
    """The hair on the skull: half outline from the crown down one side, and its lower, hidden edge."""

    half: tuple[tuple[float, float], ...] = (
        (0, 260), (62, 265), (120, 287), (170, 328), (202, 386), (217, 452), (221, 520), (217, 600),
    )  # fmt: skip
    hairline: tuple[tuple[float, float], ...] = ((196, 620), (176, 560), (166, 478), (138, 416), (70, 400), (0, 398))
    crown: tuple[float, float] = (10.0, 290.0)

    def outline(self) -> Points:
        """Closed outline."""
        right = np.concatenate([curve(centred(self.half)), curve(centred(self.hairline))])
        left = right.copy()[::-1]
        left[:, 0] = 2 * CENTRE_X - left[:, 0]
        return np.concatenate([right, left])

    def below(self) -> Points:
        """All below the top of the head's outline: where a fringe may be, so that its roots leave that line free."""
        right = curve(centred(self.half)) + np.array([0.0, 2.5])
        right[:, 0] += 18 * np.clip((right[:, 1] - 340) / 120, 0, 1)
        right = right[right[:, 1] < 470]
        left = right[::-1] * np.array([-1, 1]) + np.array([2 * CENTRE_X, 0])
        frame = [(2 * CENTRE_X, 640), (2 * CENTRE_X, 2048), (0, 2048), (0, 640)]
        return np.concatenate([right, np.array(frame, np.float64), left])


ROUND_DOME = Dome()


def wash(tone: HairColour, reach: float = 330.0, dip: float = 0.0) -> Glow:
    """Colour of the hair around the skull: full on top, darker where it turns away, tinted at the ends."""
    end = mix(tone.base, tone.tip, dip)
    stops = (
        (0.0, mix(tone.base, tone.shade, 0.7), 1.0), (0.12, mix(tone.base, tone.shade, 0.3), 1.0),
        (0.26, mix(tone.base, tone.light, 0.08), 1.0), (0.45, tone.base, 1.0),
        (0.75, mix(tone.base, end, 0.5), 1.0), (1.0, end, 1.0),
    )  # fmt: skip
    return Glow((CENTRE_X, 280), (reach, reach), stops)


def paint_dome(dome: Dome, tone: HairColour, comb: Comb, seed: int) -> Sheet:
    """The hair over the skull with strands fanning out from the crown."""
    sheet = Sheet()
    rng = np.random.default_rng(seed)
    outline = dome.outline()
    cx, cy = CENTRE_X + dome.crown[0], dome.crown[1]
    sheet.fill(outline, wash(tone))
    with sheet.inside(outline):
        hairline = curve(centred(dome.hairline))
        under = np.concatenate([hairline, hairline[::-1] * np.array([-1, 1]) + np.array([2 * CENTRE_X, 0])])
        sheet.fill(under - np.array([0, 6]), tone.shade, 0.95, blur=14)
        for side in (1, -1):
            rim = curve(
                np.array(
                    [(CENTRE_X + side * x, y) for x, y in [(226, 400), (190, 400), (188, 480), (196, 620), (230, 620)]]
                ),
                closed=True,
            )
            sheet.fill(rim, tone.shade, 0.6, blur=12)
        for i in range(30):
            a = np.pi * (0.02 + 0.96 * (i + rng.uniform(-0.3, 0.3)) / 29)
            reach = rng.uniform(0.45, 1.0)
            sweep = np.cos(a)
            end = (
                cx - sweep * 205 * reach,
                cy + 60 * reach + (1 - abs(sweep)) * 70 * reach + abs(sweep) ** 2 * 210 * reach**2,
            )
            bend = (cx - sweep * 128 * reach, cy - 4 + 30 * reach + (1 - abs(sweep)) * 24 * reach)
            colour, opacity = (tone.shade, 0.75) if i % 3 != 1 else (mix(tone.base, tone.light, 0.6), 0.6)
            sheet.ink(
                [(cx - sweep * 14, cy + rng.uniform(-3, 4)), bend, end], rng.uniform(2, 5), colour, 0.3, 0.7, opacity
            )
    half = curve(centred(dome.half))
    left = half.copy()
    left[:, 0] = 2 * CENTRE_X - left[:, 0]
    sheet.ink(np.concatenate([left[::-1], half[1:]]), comb.ink, tone.line, 0.2, 0.2)
    return sheet
