"""Parameters that are held by hand or by an expression, laid over what the face does."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from vtuber_app.core.types import BLENDSHAPES, INDEX, FaceState, Held, Pose
from vtuber_app.pose.idle import look, smoothstep
from vtuber_app.pose.tha import LOWEST, PARAMETERS, PARAMETERS_THA1, PLACE, SIDES, TILT, TURN

EASE_S = 0.2
"""How long a parameter takes from the face's hands into ours, and back."""


class Ease:
    """Goes from 0 to 1 and back as it is switched; its first moment it begins where it is switched to."""

    def __init__(self) -> None:
        self._way, self._time = 0.0, -np.inf

    def __call__(self, on: bool, time: float) -> float:
        """How far it is on at that moment, s."""
        step = max(time - self._time, 0.0) / EASE_S
        self._way = min(self._way + step, 1.0) if on else max(self._way - step, 0.0)
        self._time = time
        return smoothstep(self._way)


class Holding:
    """Passes parameters from the face to where they are held, and back, without a jump."""

    def __init__(self) -> None:
        self._now: dict[str, tuple[float, float]] = {}  # value and way from free to held, 0…1
        self._time = -np.inf

    def __call__(self, wanted: Mapping[str, float], time: float) -> dict[str, Held]:
        """What is held at that moment, s, when `wanted` should be; at the first moment it is held at once."""
        step = max(time - self._time, 0.0) / EASE_S
        self._time = time
        self._now = dict(self._moved(wanted, step))
        return {name: Held(value, smoothstep(way)) for name, (value, way) in self._now.items()}

    def _moved(self, wanted: Mapping[str, float], step: float) -> Iterable[tuple[str, tuple[float, float]]]:
        for name, target in wanted.items():
            value, way = self._now.get(name, (target, 0.0))
            yield name, (value + min(max(target - value, -step), step), min(way + step, 1.0))
        for name, (value, way) in self._now.items():
            if name not in wanted and way > step:
                yield name, (value, way - step)


def value_range(name: str) -> tuple[float, float]:
    """The lowest and highest value of that parameter."""
    return float(LOWEST[PLACE[name]]), 1.0


# ---- over the poses of Talking Head Anime ----

_CLOSING, _OPENING = ("wink", "happy_wink", "relaxed"), ("surprised", "unimpressed", "raised_lower_eyelid")
_BROWS = [PARAMETERS[side:12:2] for side in range(2)]
_LIDS = [tuple(f"eye_{way}_{side}" for way in ways) for ways in (_CLOSING, _OPENING) for side in SIDES]
_LIPS = tuple(f"mouth_{shape}" for shape in ("aaa", "iii", "uuu", "eee", "ooo", "delta", "smirk"))
_CORNERS = [(f"mouth_lowered_corner_{side}", f"mouth_raised_corner_{side}") for side in SIDES]
FEATURES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    *((group, group) for group in (*_BROWS, *_LIDS, _LIPS)),
    *((corners, (*corners, *_LIPS)) for corners in _CORNERS),
)
"""Parameters of the face that give way, and those that they give way to while these are held.

What closes an eye doesn't give way to a held look, nor a spoken vowel to a held smile: an avatar with an expression
still blinks and speaks, and `tha.bounded` shares the room between them.
"""

THA1: dict[str, tuple[str, ...]] = {
    "head_x": ("head_x",),
    "head_y": ("head_y",),
    "neck_z": ("neck_z",),
    "left_eye": tuple(f"eye_{way}_left" for way in _CLOSING),
    "right_eye": tuple(f"eye_{way}_right" for way in _CLOSING),
    "mouth": ("mouth_aaa", "mouth_eee", "mouth_ooo", "mouth_delta"),
}
"""What each of THA1's six values can show."""


def shown(length: int) -> frozenset[str]:
    """The parameters that a pose of that many values, 6, 42 or 45, can show."""
    if length == len(PARAMETERS_THA1):
        return frozenset(name for names in THA1.values() for name in names)
    return frozenset(PARAMETERS[:length])


def over(pose: Pose, held: Mapping[str, Held]) -> Pose:
    """The pose in which `held` comes first, for `tha.bounded` to follow where it applies.

    Args:
        pose: (45,), (42,) or (6,), as the face drives it.
        held: By name; what the pose doesn't have is left out.
    """
    if not held:
        return pose
    if len(pose) == len(PARAMETERS_THA1):
        return _over_tha1(pose, held)
    result = pose.copy()
    here = {name: by for name, by in held.items() if PLACE[name] < len(pose)}
    for name, by in here.items():
        result[PLACE[name]] *= 1 - by.share
    for yielding, claiming in FEATURES:
        room = 1 - sum(here[name].value * here[name].share for name in claiming if name in here)
        places = [PLACE[name] for name in yielding]
        driven = float(np.maximum(result[places], 0).sum())
        if driven > room:
            result[places] *= max(room, 0) / driven
    for name, by in here.items():
        result[PLACE[name]] += by.share * by.value
    return result


def _over_tha1(pose: Pose, held: Mapping[str, Held]) -> Pose:
    result = pose.copy()
    for place, value in enumerate(PARAMETERS_THA1):
        found = [held[name] for name in THA1[value] if name in held]
        if found:
            share = max(by.share for by in found)
            result[place] = (1 - share) * pose[place] + min(sum(by.share * by.value for by in found), 1)
    return result


# ---- over a face, for animators that take one ----

ON_FACES = frozenset(PARAMETERS) - {"iris_small_left", "iris_small_right", "body_y", "body_z", "breathing"}
"""Parameters that a face can show."""

SHOWN: dict[str, dict[str, float]] = {
    "eyebrow_troubled": {"browInnerUp": 0.4},
    "eyebrow_angry": {"browDown?": 0.5},
    "eyebrow_lowered": {"browDown?": 0.25},
    "eyebrow_raised": {"browInnerUp": 0.25, "browOuterUp?": 0.5},
    "eyebrow_happy": {"browInnerUp": 0.1, "browOuterUp?": 0.35},
    "eyebrow_serious": {"browDown?": 0.35},
    "eye_wink": {"eyeBlink?": 0.8},
    "eye_happy_wink": {"eyeBlink?": 0.8, "cheekSquint?": 0.7},
    "eye_relaxed": {"eyeBlink?": 0.8},
    "eye_surprised": {"eyeWide?": 0.5},
    "eye_unimpressed": {"eyeSquint?": 0.5},
    "eye_raised_lower_eyelid": {"cheekSquint?": 0.7},
    "mouth_aaa": {"jawOpen": 0.4, "mouthLowerDownLeft": 0.5, "mouthLowerDownRight": 0.5},
    "mouth_iii": {
        "jawOpen": 0.12, "mouthLowerDownLeft": 0.5, "mouthLowerDownRight": 0.5,
        "mouthStretchLeft": 0.4, "mouthStretchRight": 0.4,
    },
    "mouth_uuu": {
        "jawOpen": 0.25, "mouthLowerDownLeft": 0.15, "mouthLowerDownRight": 0.15,
        "mouthFunnel": 0.25, "mouthPucker": 0.75,
    },
    "mouth_eee": {
        "jawOpen": 0.25, "mouthLowerDownLeft": 0.3, "mouthLowerDownRight": 0.3,
        "mouthStretchLeft": 0.5, "mouthStretchRight": 0.5,
    },
    "mouth_ooo": {
        "jawOpen": 0.4, "mouthLowerDownLeft": 0.25, "mouthLowerDownRight": 0.25,
        "mouthFunnel": 0.5, "mouthPucker": 0.4,
    },
    "mouth_delta": {"jawOpen": 0.25, "mouthPucker": 0.25, "mouthFrownLeft": 0.2, "mouthFrownRight": 0.2},
    "mouth_lowered_corner": {"mouthFrown?": 0.5},
    "mouth_raised_corner": {"mouthSmile?": 1.0},
    "mouth_smirk": {"mouthSmileLeft": 0.8, "mouthLeft": 0.35, "cheekSquintLeft": 0.2},
}  # fmt: skip
"""The blendshapes that show a parameter at 1; ? is its side.

`tha.pose45` finds it again in them, where it has a formula, but brows and corners are stronger: drawn faces need it.
"""
HALF_SHUT = (0.12, 0.3)
"""How far an unimpressed eye is closed, as a blink: where it begins to be seen, and at 1."""

_YIELDING: dict[str, tuple[str, ...]] = {
    "eyebrow": ("browInnerUp", "browDown?", "browOuterUp?"),
    **{f"eye_{way}": ("eyeBlink?",) for way in _CLOSING},
    "eye": ("eyeWide?", "eyeSquint?", "cheekSquint?"),
    "mouth_lowered": ("mouthSmile?", "mouthFrown?"),
    "mouth_raised": ("mouthSmile?", "mouthFrown?"),
    "mouth": tuple(name for name in BLENDSHAPES if name.startswith(("mouth", "jaw"))),
}
"""Blendshapes of the face that give way to a held parameter, by the beginning of its name: the first that fits."""


def onto_face(face: FaceState, held: Mapping[str, Held]) -> FaceState:
    """The face that shows `held`, as far as a face can; where it holds nothing the face stays as it is."""
    if not held:
        return face
    shape = face.blendshapes.copy()
    kept, added = np.ones_like(shape), np.zeros_like(shape)
    for name, by in held.items():
        feature, side = _side(name)
        for template, full in SHOWN.get(feature, {}).items():
            place = INDEX[template.replace("?", side)]
            kept[place] = min(kept[place], 1 - by.share)
            added[place] += by.share * by.value * full
        for template in next((shapes for start, shapes in _YIELDING.items() if feature.startswith(start)), ()):
            place = INDEX[template.replace("?", side)]
            kept[place] = min(kept[place], 1 - by.share * min(by.value, 1))
    shape = (shape * kept + added).clip(0, 1)
    for side in SIDES:
        if bored := held.get(f"eye_unimpressed_{side}"):
            lid = INDEX[f"eyeBlink{side.capitalize()}"]
            shape[lid] = max(shape[lid], np.interp(bored.share * bored.value, (0, 0.05, 1), (0, *HALF_SHUT)))
    left, up = face.gaze
    if not held.keys().isdisjoint(("iris_rotation_x", "iris_rotation_y")):
        look(shape, _mixed(left, held.get("iris_rotation_y"), -0.75), _mixed(up, held.get("iris_rotation_x"), 0.75))
    pitch, yaw, roll = (float(angle) for angle in face.rotation)
    rotation = np.array(
        [
            _mixed(pitch, held.get("head_x"), -TILT),
            _mixed(yaw, held.get("head_y"), -TURN),
            _mixed(roll, held.get("neck_z"), TILT),
        ],
        np.float32,
    )
    return replace(face, blendshapes=shape, rotation=rotation)


def _side(name: str) -> tuple[str, str]:
    """A parameter's name without its side, and that as blendshapes write it."""
    for side in SIDES:
        if name.endswith(f"_{side}"):
            return name.removesuffix(f"_{side}"), side.capitalize()
    return name, ""


def _mixed(driven: float, by: Held | None, full: float) -> float:
    return driven if by is None else driven + by.share * (full * by.value - driven)
