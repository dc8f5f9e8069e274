"""Expressions of VRM avatars, as the blendshapes that look like them."""

from collections.abc import Mapping

import numpy as np

from vtuber_app.core.types import INDEX
from vtuber_app.trackers.shapes import Weights

_A = {"jawOpen": 0.7, "mouthLowerDownLeft": 0.4, "mouthLowerDownRight": 0.4}
_I = {"mouthLowerDownLeft": 0.6, "mouthLowerDownRight": 0.6, "mouthStretchLeft": 0.5, "mouthStretchRight": 0.5}
_U = {"jawOpen": 0.2, "mouthPucker": 0.75, "mouthFunnel": 0.25}
_E = {**_I, "jawOpen": 0.3}
_O = {"jawOpen": 0.4, "mouthFunnel": 0.6, "mouthPucker": 0.4}
_JOY = {"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9, "cheekSquintLeft": 0.5, "cheekSquintRight": 0.5}
_FUN = {"mouthSmileLeft": 0.6, "mouthSmileRight": 0.6}
_ANGRY = {"browDownLeft": 0.9, "browDownRight": 0.9, "mouthFrownLeft": 0.3, "mouthFrownRight": 0.3}
_SORROW = {"mouthFrownLeft": 0.7, "mouthFrownRight": 0.7, "browInnerUp": 0.7}
_SURPRISED = {
    "eyeWideLeft": 0.8, "eyeWideRight": 0.8, "browOuterUpLeft": 0.8, "browOuterUpRight": 0.8, "browInnerUp": 0.8,
}  # fmt: skip

PRESETS: dict[str, dict[str, float]] = {
    "a": _A, "aa": _A, "i": _I, "ih": _I, "u": _U, "ou": _U, "e": _E, "ee": _E, "o": _O, "oh": _O,
    "joy": _JOY, "happy": _JOY, "fun": _FUN, "relaxed": _FUN, "angry": _ANGRY, "sorrow": _SORROW, "sad": _SORROW,
    "surprised": _SURPRISED,
    "blink": {"eyeBlinkLeft": 1, "eyeBlinkRight": 1},
    "blink_l": {"eyeBlinkLeft": 1}, "blinkleft": {"eyeBlinkLeft": 1},
    "blink_r": {"eyeBlinkRight": 1}, "blinkright": {"eyeBlinkRight": 1},
    "lookup": {"eyeLookUpLeft": 1, "eyeLookUpRight": 1},
    "lookdown": {"eyeLookDownLeft": 1, "eyeLookDownRight": 1},
    "lookleft": {"eyeLookOutLeft": 1, "eyeLookInRight": 1},
    "lookright": {"eyeLookInLeft": 1, "eyeLookOutRight": 1},
}  # fmt: skip
"""By the names of VRM 0 and 1 in lower case; sides are the character's own."""
_MIX = {
    name: np.array([shapes.get(blendshape, 0) for blendshape in INDEX], np.float32) for name, shapes in PRESETS.items()
}


def mixed(values: Mapping[str, float]) -> Weights:
    """(52,) in 0…1 of expressions by name in lower case; others are passed over."""
    total = np.zeros(len(INDEX), np.float32)
    for name, value in values.items():
        if value > 0 and name in _MIX:
            total += min(value, 1.0) * _MIX[name]
    return np.minimum(total, 1, out=total)
