"""Where each eye looks, as an angle: for programs that turn eyes as bones."""

import math

from vtuber_app.core.types import FaceState

REACH = math.radians(35.5)
"""How far an eye has turned whose eyeLook blendshape is 1, by the maker's samples of iFacialMocap, rad."""


def angles(face: FaceState, side: str) -> tuple[float, float]:
    """How far the eye on that side, "Left" or "Right", is turned down and to the performer's left, rad."""
    outward = face[f"eyeLookOut{side}"] - face[f"eyeLookIn{side}"]
    down = face[f"eyeLookDown{side}"] - face[f"eyeLookUp{side}"]
    return REACH * down, REACH * (outward if side == "Left" else -outward)
