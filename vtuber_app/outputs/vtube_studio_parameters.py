"""A face as VTube Studio's input parameters."""

import math
from typing import Any

from vtuber_app.core.types import BLENDSHAPES, FaceState
from vtuber_app.pose import vrm

ANGLE_DEG, PLACE = 30.0, 10.0
"""What the parameters of the head reach."""
THERE_ALREADY = (352, 354)
"""Codes with which VTube Studio refuses to create a parameter that another plugin, or it itself, has."""


def values(face: FaceState) -> dict[str, float]:
    """VTube Studio's own parameters by name: angles in degrees, places in cm from rest, all else -1…1 or 0…1.

    Sides are the model's own; toward its left is toward the right of the screen, which is positive. Of MouthSmile and
    the brows 0.5 is rest.
    """
    pitch, yaw, roll = (math.degrees(angle) for angle in face.rotation)
    x, y, z = (100 * float(way) for way in face.translation)
    spoken = vrm.expressions(face)
    smile = _mean(face, "mouthSmile") - _mean(face, "mouthFrown")
    left, right = _brow(face, "Left"), _brow(face, "Right")
    found = {
        "FaceAngleX": _within(yaw, ANGLE_DEG),
        "FaceAngleY": _within(-pitch, ANGLE_DEG),
        "FaceAngleZ": _within(-roll, ANGLE_DEG),
        "FacePositionX": _within(x, PLACE),
        "FacePositionY": _within(y, PLACE),
        "FacePositionZ": _within(z, PLACE),
        "MouthOpen": _share(face["jawOpen"] - face["mouthClose"]),
        "MouthSmile": 0.5 + 0.5 * _within(smile, 1),
        "MouthX": _within(face["mouthLeft"] - face["mouthRight"], 1),
        "Brows": (left + right) / 2,
        "BrowLeftY": left,
        "BrowRightY": right,
        "CheekPuff": _share(face["cheekPuff"]),
        "TongueOut": _share(face["tongueOut"]),
        **{f"Voice{vowel}": spoken[vowel] for vowel in "AIUEO"},
    }
    for side, outward in (("Left", 1), ("Right", -1)):
        look = face[f"eyeLookOut{side}"] - face[f"eyeLookIn{side}"]
        found[f"EyeOpen{side}"] = _share(1 - face[f"eyeBlink{side}"])
        found[f"Eye{side}X"] = _within(outward * look, 1)
        found[f"Eye{side}Y"] = _within(face[f"eyeLookUp{side}"] - face[f"eyeLookDown{side}"], 1)
    return found


def own(blendshape: str) -> str:
    """The parameter of that ARKit name."""
    return blendshape[0].upper() + blendshape[1:]


OWN = tuple(own(name) for name in BLENDSHAPES if name not in ("cheekPuff", "tongueOut"))
"""Those that VTube Studio lacks, or older versions of it."""


def blendshapes(face: FaceState) -> dict[str, float]:
    """All 52, 0…1, by parameter."""
    return {own(name): _share(face[name]) for name in BLENDSHAPES}


def creation(parameter: str) -> dict[str, Any]:
    """What creates one of `OWN`."""
    return {"parameterName": parameter, "explanation": "ARKit blendshape", "min": 0.0, "max": 1.0, "defaultValue": 0.0}


def _brow(face: FaceState, side: str) -> float:
    up = (face["browInnerUp"] + face[f"browOuterUp{side}"]) / 2
    return 0.5 + 0.5 * _within(up - face[f"browDown{side}"], 1)


def _mean(face: FaceState, name: str) -> float:
    return (face[f"{name}Left"] + face[f"{name}Right"]) / 2


def _within(value: float, limit: float) -> float:
    return min(max(value, -limit), limit)


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
