"""Hair in layers: how far each lies before the head, and whether it goes with the body where it is long."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from vtuber_app.avatars.autorig.fill import area
from vtuber_app.avatars.autorig.found import MASKS, Flags, Pixels
from vtuber_app.avatars.rig.format import Head

Hang = tuple[float, float]
"""Between these heights below the chin, in head heights, hair goes over from head to body."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a part of the hair is carried.

    Attributes:
        depth: Before the head's rounded front, in head heights; `curve` as a layer has it.
        sways: Whether it swings.
        hangs: From the longest: how hair hangs that reaches so far below the chin.
    """

    depth: float
    curve: float = 1.0
    sways: bool = False
    hangs: tuple[tuple[float, Hang], ...] = ()


LONG = (0.35, (-0.24, 0.65))
BEHIND = {"back": Kind(-0.084, 0.9, hangs=(LONG, (0.2, (-0.15, 0.24))))}
LONG_BACK_DEPTH = -0.14
SHORT = (-0.08, 0.32)
"""So hangs what is shorter: above the chin with the head; what is mistaken for hair below it stays on the body."""
LOOSE, FALLEN = -0.08, (-0.15, 0.24)
"""What begins below that hangs from nothing: it lies on the body, or is a piece of clothes, and moves so."""
LOCKS = ((0.38, (-0.23, 0.5)), (0.15, (0.0, 0.48)))
FRONT = {
    "cap": Kind(0.024, hangs=LOCKS),
    "crest": Kind(0.0, 0.55, hangs=LOCKS),
    "sides": Kind(0.05, sways=True, hangs=LOCKS),
    "bangs": Kind(0.068, sways=True, hangs=LOCKS),
    "worn": Kind(0.087, 0.6, sways=True, hangs=LOCKS),
}
"""The composer's own proportions, from back to front."""
SKULL = 0.012
"""Depth of the hair on the skull, in head heights."""
HAIRLINE = (
    (0, -0.49), (0.33, -0.48), (0.64, -0.42), (0.77, -0.19), (0.82, 0.11), (0.91, 0.33), (1.3, 0.33), (1.3, -1.4),
)  # fmt: skip
"""Around it, from the middle of the forehead outward, in the head's radii from its centre."""


@dataclass(frozen=True, slots=True, eq=False)
class Strand:
    """Hair that moves as one layer.

    Attributes:
        name: Of the layer.
        seen: (H, W) where it is in sight.
        depth: In head heights; `curve` and `sways` as in `Kind`.
        hang: Canvas px, as a layer has it.
    """

    name: str
    seen: Flags
    depth: float
    curve: float
    sways: bool
    hang: tuple[float, float]


def whole(parts: Pixels) -> Pixels:
    """The parts (H, W) with all hair that hangs behind as one: where it is told apart wrongly it would be torn."""
    tails, back = (MASKS.index(name) + 1 for name in ("tails", "back"))
    return np.where(parts == tails, back, parts).astype(np.uint8)


def strands(kinds: dict[str, Kind], parts: Pixels, chin: float, size: float) -> Iterator[Strand]:
    """The hair of these kinds, from back to front.

    Args:
        kinds: By the name of their part.
        parts: (H, W) which of `MASKS` is seen.
        chin: Its y, px.
        size: Of the head, px.
    """
    for name, kind in kinds.items():
        for long, (hang, seen) in enumerate(_hanging(parts == MASKS.index(name) + 1, kind, chin, size)):
            depth = LONG_BACK_DEPTH if name == "back" and hang == LONG[1] else kind.depth
            px = chin + hang[0] * size, chin + hang[1] * size
            yield Strand(f"{name} {long}" if long else name, seen, depth, kind.curve, kind.sways, px)


def _hanging(part: Flags, kind: Kind, chin: float, size: float) -> Iterator[tuple[Hang, Flags]]:
    """A part by how far down its pieces reach."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(part.astype(np.uint8))
    start = (stats[:, cv2.CC_STAT_TOP] - chin) / size
    reach = start + stats[:, cv2.CC_STAT_HEIGHT] / size
    which = np.array([next((i for i, (far, _) in enumerate(kind.hangs, 2) if one > far), 0) for one in reach])
    which[start > LOOSE] = 1
    which[0] = -1  # what lies around
    for i, hang in enumerate((SHORT, FALLEN, *(hang for _, hang in kind.hangs))):
        if (which == i).any():
            yield hang, np.asarray((which == i)[labels])


def skull(head: Head, shape: tuple[int, int]) -> Flags:
    """(H, W) where hair lies on the skull, in sight or not."""
    (x, y), (wide, tall) = head.centre, head.radius
    half = np.array(HAIRLINE, np.float32)
    both = np.concatenate([half, half[::-1] * np.array([-1, 1], np.float32)])
    return area(np.asarray(both * np.array([wide, tall], np.float32) + np.array([x, y], np.float32)), shape)
