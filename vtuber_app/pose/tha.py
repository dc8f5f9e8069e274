"""A face's state as Talking Head Anime takes it: 6 values for THA1, 42 for THA2, 45 for THA3 and 4.

The formulas and their constants are those of the published programs (ARKit's blendshapes to poses); the vowels, which
they search for numerically in every frame, come from a closed form.

Source: Khungurn, the demonstration programs of Talking Head Anime 1 to 4, 2019 to 2024.
"""

import math
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.types import FaceState, Pose

_PAIRED = (
    "eyebrow_troubled", "eyebrow_angry", "eyebrow_lowered", "eyebrow_raised", "eyebrow_happy", "eyebrow_serious",
    "eye_wink", "eye_happy_wink", "eye_surprised", "eye_relaxed", "eye_unimpressed", "eye_raised_lower_eyelid",
    "iris_small",
)  # fmt: skip
SIDES = ("left", "right")
"""The character's own."""
PARAMETERS: tuple[str, ...] = (
    *(f"{name}_{side}" for name in _PAIRED for side in SIDES),
    "mouth_aaa", "mouth_iii", "mouth_uuu", "mouth_eee", "mouth_ooo", "mouth_delta",
    "mouth_lowered_corner_left", "mouth_lowered_corner_right", "mouth_raised_corner_left", "mouth_raised_corner_right",
    "mouth_smirk", "iris_rotation_x", "iris_rotation_y", "head_x", "head_y", "neck_z", "body_y", "body_z", "breathing",
)  # fmt: skip
"""Names of the 45 values; THA2 has the first 42."""
PLACE: dict[str, int] = {name: index for index, name in enumerate(PARAMETERS)}
LOWEST: Pose = np.array([-1.0 if PLACE["iris_rotation_x"] <= i < PLACE["breathing"] else 0.0 for i in range(45)], "f4")
"""Of each value; the highest is 1 for all."""
PARAMETERS_THA1 = ("head_x", "head_y", "neck_z", "left_eye", "right_eye", "mouth")

TILT = math.radians(15)
"""The head's angle that is 1, rad; `TURN` for turning in THA3 and 4."""
TURN = math.radians(10)

Brows = Literal["troubled", "angry", "lowered", "serious"]
Wink = Literal["normal", "relaxed"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a character shows what its performer does.

    Attributes:
        brows: What lowered brows look like.
        wink: How eyes close.
        iris_small: 0…1.
        rest: An open eye's blink: up to there it stays open. In a webcam's pictures open eyes give up to 0.35, of
            which the published formula, 0, makes sleepy ones; `OPEN` is for such trackers.
        lips: How much an upper lip that is raised parts the lips; and if above 0, a jaw takes the lower lip with it,
            unless the mouth is rounded. The published formula, 0, is made for phones: of what a webcam sees of an open
            mouth it opens half, and it shows no teeth while the jaw is shut.
        frown: The corners of a closed mouth may sink; in the published program for THA4 with iFacialMocap they can't.
    """

    brows: Brows = "angry"
    wink: Wink = "normal"
    iris_small: float = 0.0
    rest: float = 0.0
    lips: float = 0.0
    frown: bool = True


DEFAULT = Style()
OPEN = 0.3
"""`Style.rest` for trackers that look at pictures."""
PARTED = 0.6
"""`Style.lips` for who speaks more with lips than with the jaw."""
SHUT = 0.8
"""The blink that shuts an eye."""


def pose45(face: FaceState, style: Style = DEFAULT, breathing: float = 0.0) -> Pose:
    """The pose for THA3 and THA4, (45,); see `bounded`."""
    pose = np.zeros(len(PARAMETERS), np.float32)
    smile = _smile(face)
    _brows(pose, face, style, smile)
    _eyes(pose, face, style, smile)
    _mouth(pose, face, style, smile)
    pitch, yaw, roll = (float(angle) for angle in face.rotation)
    pose[PLACE["head_x"]] = _signed(-pitch / TILT)
    pose[PLACE["head_y"]] = pose[PLACE["body_y"]] = _signed(-yaw / TURN)
    pose[PLACE["neck_z"]] = pose[PLACE["body_z"]] = _signed(roll / TILT)
    pose[PLACE["breathing"]] = breathing
    return pose


def pose42(face: FaceState, style: Style = DEFAULT) -> Pose:
    """The pose for THA2, (42,); see `bounded`."""
    pose = pose45(face, style)[:42]
    pose[PLACE["head_y"]] = _signed(-float(face.rotation[1]) / TILT)
    return pose


def pose6(face: FaceState, style: Style = DEFAULT) -> Pose:
    """The pose for THA1, (6,): its picture has the mouth open, so 1 is as it was drawn."""
    pitch, yaw, roll = (float(angle) for angle in face.rotation)
    return np.array(
        [
            _signed(-pitch / TILT),
            _signed(-yaw / TILT),
            _signed(roll / TILT),
            closed(face["eyeBlinkLeft"], style.rest),
            closed(face["eyeBlinkRight"], style.rest),
            _jaw(face),
        ],
        np.float32,
    )


def closed(blink: float, rest: float) -> float:
    """How far a lid is closed, 0…1: not at all up to `rest`, and gently from there; as published where that is 0."""
    way = _share((blink - rest) / (SHUT - rest))
    return way * way * (3 - 2 * way) if rest else way


def breath(time: float, per_minute: float) -> float:
    """How far the chest is expanded at a moment, s: 0…1."""
    return (1 - math.cos(2 * math.pi * time * per_minute / 60)) / 2


def bounded(pose: Pose) -> Pose:
    """The nearest pose of the kind the networks were trained with: (42,) or (45,), or several, (…, 42) or (…, 45).

    Every value is within its range, and those that act on one feature sum to at most 1; beyond that faces tear. Brows
    keep the proportions of their values. Of an eye, what closes it comes first, so that a blink shuts it however wide
    it was. Of the mouth, what opens it comes first, so that it speaks while it smiles.
    """
    lowest = LOWEST[: pose.shape[-1]]
    pose = np.clip(np.nan_to_num(pose, nan=0.0), lowest, 1)
    for side in range(2):
        brow = pose[..., side:12:2]
        brow /= np.maximum(brow.sum(-1, keepdims=True), 1)
        lids = pose[..., 12 + side : 24 : 2]
        closing, others = lids[..., CLOSING], lids[..., OPENING]
        closing = closing / np.maximum(closing.sum(-1, keepdims=True), 1)
        room = np.maximum(1 - closing.sum(-1, keepdims=True), 0)  # float32 can sum to a little more
        total = others.sum(-1, keepdims=True)
        lids[..., CLOSING] = closing
        lids[..., OPENING] = others * np.minimum(room / np.maximum(total, 1e-9), 1)
    shapes, corners = pose[..., SHAPES], pose[..., 32:36]
    spoken = shapes.sum(-1, keepdims=True)
    room = np.maximum(1 - spoken, CORNERS)
    for side in range(2):
        corner = corners[..., side::2]
        corner *= np.minimum(room / np.maximum(corner.sum(-1, keepdims=True), 1e-9), 1)
    widest = np.maximum(*(corners[..., side::2].sum(-1, keepdims=True) for side in range(2)))
    pose[..., SHAPES] = shapes * np.minimum(np.maximum(1 - widest, 0) / np.maximum(spoken, 1e-9), 1)
    return pose


SHAPES = [*range(26, 32), 36]
"""Of the mouth, all but its corners."""
CORNERS = 0.45
"""What the corners of a mouth keep, however open it is."""
CLOSING, OPENING = [0, 1, 3], [2, 4, 5]
"""Of an eye's six ways: wink, happy wink and relaxed; surprised, unimpressed and raised lower lid."""


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _signed(value: float) -> float:
    return min(max(value, -1.0), 1.0)


def _jaw(face: FaceState) -> float:
    """How open the mouth is."""
    return _share((face["jawOpen"] - 0.1) / 0.3)


def _smile(face: FaceState) -> float:
    """How much it smiles, above 1 too."""
    return (face["mouthSmileLeft"] + face["mouthSmileRight"]) / 2 + face["mouthShrugUpper"]


def _happy(smile: float) -> float:
    """How far a smile takes over brows and lids."""
    return _share((smile - 0.4) / 0.2)


def _brows(pose: Pose, face: FaceState, style: Style, smile: float) -> None:
    happy = _happy(smile)
    for side in SIDES:
        name = side.capitalize()
        pose[PLACE[f"eyebrow_raised_{side}"]] = _share(face["browInnerUp"] + face[f"browOuterUp{name}"])
        pose[PLACE[f"eyebrow_{style.brows}_{side}"]] = (1 - happy) * _share(face[f"browDown{name}"] / 0.4)
        pose[PLACE[f"eyebrow_happy_{side}"]] = happy * _share(smile)


def _eyes(pose: Pose, face: FaceState, style: Style, smile: float) -> None:
    happy = _happy(smile)
    shut = "eye_wink" if style.wink == "normal" else "eye_relaxed"
    for side in SIDES:
        name = side.capitalize()
        blink = closed(face[f"eyeBlink{name}"], style.rest)
        pose[PLACE[f"{shut}_{side}"]] = (1 - happy) * blink
        pose[PLACE[f"eye_happy_wink_{side}"]] = happy * blink
        pose[PLACE[f"eye_surprised_{side}"]] = _share(face[f"eyeWide{name}"] / 0.5)
        pose[PLACE[f"eye_raised_lower_eyelid_{side}"]] = _share((face[f"cheekSquint{name}"] - 0.1) / 0.6)
        pose[PLACE[f"iris_small_{side}"]] = style.iris_small
    left, up = face.gaze
    pose[PLACE["iris_rotation_x"]] = _signed(up / 0.75)
    pose[PLACE["iris_rotation_y"]] = _signed(-left / 0.75)


def _mouth(pose: Pose, face: FaceState, style: Style, smile: float) -> None:
    pose[PLACE["mouth_raised_corner_left"]] = pose[PLACE["mouth_raised_corner_right"]] = _share(smile)
    jaw, funnel = _jaw(face), face["mouthFunnel"]
    raised = style.lips * (face["mouthUpperUpLeft"] + face["mouthUpperUpRight"])
    lips = _share(face["mouthLowerDownLeft"] + face["mouthLowerDownRight"] + raised)
    if jaw == 0:
        frown = _share((face["mouthFrownLeft"] + face["mouthFrownRight"]) / 0.6) if style.frown else 0.0
        pose[PLACE["mouth_lowered_corner_left"]] = pose[PLACE["mouth_lowered_corner_right"]] = frown
        pose[PLACE["mouth_iii"]] = lips if style.lips else 0.0
        return
    if style.lips:
        lips = max(lips, jaw * (1 - _share(2 * max(funnel, face["mouthPucker"]))))
    aaa, iii, uuu, ooo = vowels(np.array([jaw, lips, funnel, face["mouthPucker"]]))
    rounded, open_ = _share(uuu + ooo), _share((funnel - 0.25) / 0.25)
    pose[PLACE["mouth_aaa"]], pose[PLACE["mouth_iii"]] = aaa, iii
    pose[PLACE["mouth_uuu"]], pose[PLACE["mouth_ooo"]] = rounded * (1 - open_), rounded * open_


VOWELS = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.5, 0.3, 0.25, 0.75], [1.0, 0.5, 0.5, 0.4]])
"""What aaa, iii, uuu and ooo show of: open jaw, lowered lip, funnel, pucker."""
THRIFT = 0.01
"""The price of a vowel."""


class _Faces:
    """The solutions whose vowels are each at 0, at 1, or free between: 81, all affine in the mouth, and taken at once.

    With A the rows of the free vowels and t what the mouth has beyond those at 1, the least of |wA - t| + 0.01 sum(w)
    is at w0 - s u, where w0 is the least-squares solution, u = (A A^T)^-1 1, and s follows from how far w0 is from t.
    """

    def __init__(self) -> None:
        kinds = np.array(list(product((0, 1, 2), repeat=4)))  # 2 is free
        self.full = (kinds == 1).astype(np.float64)  # (81, 4)
        self.taken = self.full @ VOWELS
        self.solve = np.zeros((81, 4, 4))
        self.down = np.zeros((81, 4))
        for solve, down, kind in zip(self.solve, self.down, kinds, strict=True):
            free = kind == 2
            gram = np.linalg.inv(VOWELS[free] @ VOWELS[free].T)
            solve[:, free] = VOWELS[free].T @ gram
            down[free] = gram.sum(1) * THRIFT / math.sqrt(1 - THRIFT**2 * float(gram.sum()))
        self.beyond = np.eye(4) - self.solve @ VOWELS

    def weights(self, mouth: NDArray[np.float64]) -> NDArray[np.float64]:
        """(81, 4), of which those outside 0…1 are no solutions."""
        target = (mouth - self.taken)[:, None]
        far = np.linalg.norm(target @ self.beyond, axis=2)
        weights: NDArray[np.float64] = self.full + (target @ self.solve)[:, 0] - far * self.down
        return weights


@cache
def _faces() -> _Faces:
    """Made when they are first needed, since that starts threads."""
    return _Faces()


def vowels(mouth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Which vowels (4,), 0…1 of aaa, iii, uuu and ooo, show a mouth: the least of |w VOWELS - mouth| + 0.01 sum(w).

    The least of a convex function in a box lies on one of the box's 81 faces, where it has a closed form.

    Args:
        mouth: (4,) open jaw, lowered lip, funnel, pucker, 0…1.
    """
    tried = _faces().weights(mouth)
    inside = ((tried > -1e-9) & (tried < 1 + 1e-9)).all(axis=1)
    tried = tried[inside].clip(0, 1)
    loss = np.linalg.norm(tried @ VOWELS - mouth, axis=1) + THRIFT * tried.sum(axis=1)
    best: NDArray[np.float64] = tried[loss.argmin()]
    return best
