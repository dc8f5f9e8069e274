"""Blendshapes as phones and programs spell them, and what a packet leaves out."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.types import BLENDSHAPES, INDEX
from vtuber_app.pose import eyes

Weights = NDArray[np.float32]

NAMES: dict[str, int] = {name.lower(): index for name, index in INDEX.items()}
"""Places in a packet's weights by name in lower case: EyeBlinkLeft, eyeBlinkLeft and eyeBlink_L are one."""
NAMES |= {
    name.removesuffix(side).lower() + "_" + side[0].lower(): index
    for name, index in INDEX.items()
    for side in ("Left", "Right")
    if name.endswith(side)
}
HALVES = (len(INDEX), len(INDEX) + 1)
"""Places of two that ARKit has as one, browInnerUp, and some apps apart: averaged."""
NAMES |= {f"browinnerup{side}": place for place, side in zip(HALVES * 2, ("left", "right", "_l", "_r"), strict=True)}
_BROW = INDEX["browInnerUp"]
_CHEEKS = tuple((INDEX[f"cheekSquint{side}"], INDEX[f"eyeSquint{side}"]) for side in ("Left", "Right"))
CHEEKS = frozenset(cheek for cheek, _ in _CHEEKS)
LOOKS = frozenset(index for name, index in INDEX.items() if name.startswith("eyeLook"))
PER_DEGREE = 1 / math.degrees(eyes.REACH)
"""What an eye that turns by a degree weighs."""
SPELLINGS = NAMES | INDEX | {name[0].upper() + name[1:]: index for name, index in INDEX.items()}
"""The same for names as phones spell them, first to be looked at."""
SPELLINGS |= {
    f"{name.removesuffix(side)}_{side[0]}": index
    for name, index in INDEX.items()
    for side in ("Left", "Right")
    if name.endswith(side)
}


def place(name: str) -> int | None:
    """Where a name belongs among a packet's weights, however it is spelt; None if it is none of ARKit's."""
    at = SPELLINGS.get(name)
    return at if at is not None else NAMES.get(name.lower())


def merged(named: dict[int, float], last: Weights) -> Weights:
    """Lay the weights of a packet over those before it.

    Plain numbers, as NumPy's calls would take most of the time that a packet takes.

    Args:
        named: Finite weights by `place`; the brow's halves are made one in it.
        last: (52,) that missing ones keep.

    Returns:
        (52,) in 0…1, writable. Cheeks that the packet lacks follow the eyes' squint.
    """
    weights: list[float] = last.tolist()
    halves = [named.pop(half) for half in HALVES if half in named]
    if halves and _BROW not in named:
        named[_BROW] = sum(halves) / len(halves)
    for cheek, eye in _CHEEKS:
        if cheek not in named and eye in named:
            weights[cheek] = min(max(named[eye], 0.0), 1.0)
    for at, value in named.items():
        weights[at] = 0.0 if value < 0 else 1.0 if value > 1 else value
    return np.array(weights, np.float32)


def look(weights: Weights, side: str, down: float, left: float) -> None:
    """Set an eye's eyeLook weights from its angles.

    Args:
        weights: (52,), changed in place.
        side: "Left" or "Right", the performer's own.
        down: Degrees.
        left: Degrees, toward the performer's left.
    """
    outward = left if side == "Left" else -left
    for name, angle in (("Down", down), ("Up", -down), ("Out", outward), ("In", -outward)):
        weights[INDEX[f"eyeLook{name}{side}"]] = min(max(angle * PER_DEGREE, 0.0), 1.0)


def number(value: object) -> float | None:
    """Read a number or its text; None if it is none, or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if math.isfinite(read) else None


UPPER = np.array([name.startswith(("eye", "brow")) for name in BLENDSHAPES])
SETTLED = 5.0
"""How long a half of the face rests, or a blendshape is missing, before it is said, s."""
SHOWN = 30.0
"""How long missing blendshapes are named: many phones never send them, and the performer can do nothing about it, s."""
RESTING = 0.01
SILENT = 0.5
"""After such a pause all starts again, s."""
STEP = 0.1
"""How often it looks, s: what a face does not do for seconds need not be looked for in every packet."""


class Completeness:
    """Watches which blendshapes come and move, so that a phone that sends half a face is noticed."""

    def __init__(self) -> None:
        self._began = self._heard = self._looked = self._upper = self._lower = -math.inf
        self._found: set[int] = set()

    def add(self, weights: Weights, found: Iterable[int], time: float) -> None:
        """Count (52,) weights that came at that time, s, of which the packet named those found."""
        if time - self._heard > SILENT:
            self._began = self._upper = self._lower = time
            self._found.clear()
            self._looked = -math.inf
        self._heard = time
        if time - self._looked < STEP:
            return
        self._looked = time
        self._found.update(found)
        self._upper = time if weights[UPPER].max() >= RESTING else self._upper
        self._lower = time if weights[~UPPER].max() >= RESTING else self._lower

    def notice(self, app: str, time: float) -> str | None:
        """What is missing in what that app sends, as a sentence; None if nothing, or if it was said long enough."""
        resting = [
            name for name, since in (("upper", self._upper), ("lower", self._lower)) if self._heard - since > SETTLED
        ]
        if len(resting) == 1:
            return (
                f"The phone sends half a face: its {resting[0]} half rests. Turn on that half's tracking in {app}, "
                "and let the phone see all of your face."
            )
        if resting:
            return f"The face that {app} sends doesn't move. Let the phone see your face."
        missing = [name for index, name in enumerate(BLENDSHAPES) if index not in self._found and index not in CHEEKS]
        if missing and SETTLED < time - self._began < SETTLED + SHOWN:
            named = ", ".join(missing[:4]) + (f" and {len(missing) - 4} more" if len(missing) > 4 else "")
            return f"{app} doesn't send all of the face: {named} rest."
        return None
