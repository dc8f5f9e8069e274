"""Blendshapes as phones and programs spell them, and what a packet leaves out."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.types import BLENDSHAPES, INDEX

Weights = NDArray[np.float32]

NAMES: dict[str, int] = {name.lower(): index for name, index in INDEX.items()}
"""Indices by name in lower case: EyeBlinkLeft, eyeBlinkLeft and eyeBlink_L are one."""
NAMES |= {
    name.removesuffix(side).lower() + "_" + side[0].lower(): index
    for name, index in INDEX.items()
    for side in ("Left", "Right")
    if name.endswith(side)
}
INNER_BROWS = frozenset({"browinnerupleft", "browinnerupright", "browinnerup_l", "browinnerup_r"})
"""Two that ARKit has as one: averaged."""
KNOWN = NAMES.keys() | INNER_BROWS
CHEEKS = {INDEX[f"cheekSquint{side}"]: INDEX[f"eyeSquint{side}"] for side in ("Left", "Right")}
LOOKS = frozenset(index for name, index in INDEX.items() if name.startswith("eyeLook"))
PER_DEGREE = 1 / 35.5
"""What an eye that turns by a degree weighs, by the maker's samples of iFacialMocap."""


def merged(named: Mapping[str, float], last: Weights) -> tuple[Weights, set[int]]:
    """Lay the weights of a packet over those before it.

    Args:
        named: Finite weights by name in lower case; names that are none of ARKit's are passed over.
        last: (52,) that missing ones keep.

    Returns:
        (52,) in 0…1, writable, and the indices that the packet has. Cheeks that it lacks follow the eyes' squint.
    """
    weights = last.copy()
    found = {NAMES[name]: value for name, value in named.items() if name in NAMES}
    brow = INDEX["browInnerUp"]
    if brow not in found and (halves := [named[name] for name in INNER_BROWS if name in named]):
        found[brow] = sum(halves) / len(halves)
    for cheek, eye in CHEEKS.items():
        if cheek not in found and eye in found:
            weights[cheek] = min(max(found[eye], 0.0), 1.0)
    if found:
        weights[list(found)] = np.clip(np.array(list(found.values()), np.float64), 0, 1)
    return weights, set(found)


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


class Completeness:
    """Watches which blendshapes come and move, so that a phone that sends half a face is noticed."""

    def __init__(self) -> None:
        self._began = self._heard = self._upper = self._lower = -math.inf
        self._found: set[int] = set()

    def add(self, weights: Weights, found: Iterable[int], time: float) -> None:
        """Count (52,) weights that came at that time, s, of which the packet named those found."""
        if time - self._heard > SILENT:
            self._began = self._upper = self._lower = time
            self._found.clear()
        self._heard = time
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
