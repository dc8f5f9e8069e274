"""The values that flow from part to part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

T_co = TypeVar("T_co", covariant=True)

Pose = NDArray[np.float32]
"""An animator family's own vector; made by `pose/`, never shared between families."""

BLENDSHAPES: tuple[str, ...] = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft",
    "eyeWideLeft", "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight",
    "eyeSquintRight", "eyeWideRight", "jawForward", "jawLeft", "jawRight", "jawOpen", "mouthClose", "mouthFunnel",
    "mouthPucker", "mouthLeft", "mouthRight", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft",
    "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft", "mouthPressRight",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft",
    "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff", "cheekSquintLeft",
    "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
"""ARKit's 52 names in Apple's order. Left and right are the performer's own."""

INDEX: dict[str, int] = {name: index for index, name in enumerate(BLENDSHAPES)}

FacePart = Literal["eyes", "brows", "mouth", "smile", "gaze", "head"]
"""What one tracker may see while another doesn't. The mouth is what speech moves, the smile what moods do to it."""
FACE_PARTS: tuple[FacePart, ...] = get_args(FacePart)


class StreamEnded(Exception):
    """A reader has nothing more to give."""


class Reader(Protocol[T_co]):
    """Cameras, video files, trackers and slots are all readers."""

    def read(self, timeout: float) -> T_co | None:
        """Give the next value, or None if there is none within `timeout` s; StreamEnded if there is never one again."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture.

    Attributes:
        pixels: (H, W, 3) RGB or (H, W, 4) RGBA, uint8, sRGB, straight alpha; contiguous and read-only.
        time: When its light was captured, s on `clock.now()`. A rendered picture inherits it from what drove
            it, so `now() - frame.time` is the latency wherever it is asked.
    """

    pixels: NDArray[np.uint8]
    time: float


def zeros(count: int) -> NDArray[np.float32]:
    """`count` zeros, read-only."""
    values = np.zeros(count, np.float32)
    values.setflags(write=False)
    return values


@dataclass(frozen=True, slots=True, eq=False)
class FaceState:
    """The performer's face at one moment.

    Attributes:
        blendshapes: (52,) in 0…1, in the order of `BLENDSHAPES`.
        rotation: (3,) pitch, yaw, roll of the head, rad: the matrix is Rz(roll) Ry(yaw) Rx(pitch) with x to the
            picture's right, y up and z toward the camera. Positive pitch looks down, positive yaw turns to the
            performer's left, positive roll leans toward the performer's right shoulder.
        translation: (3,) of the head in the same axes, m.
        landmarks: (N, 2) px in the frame, or None.
        confidence: 0…1 that this is a face.
    """

    blendshapes: NDArray[np.float32] = field(default_factory=lambda: zeros(52))
    rotation: NDArray[np.float32] = field(default_factory=lambda: zeros(3))
    translation: NDArray[np.float32] = field(default_factory=lambda: zeros(3))
    landmarks: NDArray[np.float32] | None = None
    confidence: float = 1.0

    def __getitem__(self, name: str) -> float:
        """The blendshape of that ARKit name."""
        return float(self.blendshapes[INDEX[name]])

    @property
    def gaze(self) -> tuple[float, float]:
        """Where both eyes look in the head, -1…1: to the performer's left, and up."""
        left = self["eyeLookOutLeft"] + self["eyeLookInRight"] - self["eyeLookInLeft"] - self["eyeLookOutRight"]
        up = self["eyeLookUpLeft"] + self["eyeLookUpRight"] - self["eyeLookDownLeft"] - self["eyeLookDownRight"]
        return left / 2, up / 2


class Held(NamedTuple):
    """A parameter that is held by hand or by an expression.

    Attributes:
        value: What it is held at, in the parameter's own range.
        share: How far it is held, 0…1; the rest is what the face makes of it, so that expressions come and go softly.
    """

    value: float
    share: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Driving:
    """One moment of the performer: face for pose-driven animators, frame for frame-driven ones.

    Attributes:
        held: What isn't left to the face, by its name among `pose.tha.PARAMETERS`; sides are the character's own.
        from_rest: The face is counted from rest already, and reaches 1: nothing is to be calibrated.
        tracker: Kind of the tracker that gave it; empty where nobody said.
        given: Where several trackers are at work, what each gave since the last moment; `face` is then not used.
        mirrored: The face is as a mirror shows it, landmarks included; the frame is as the camera sees it.
    """

    time: float
    face: FaceState | None = None
    frame: Frame | None = None
    held: Mapping[str, Held] = field(default_factory=dict)
    from_rest: bool = False
    tracker: str = ""
    given: tuple["Driving", ...] = ()
    mirrored: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Avatar:
    """The picture that is animated.

    Attributes:
        pixels: (H, W, 4) RGBA, uint8.
        path: Its file, or its folder if it is a puppet.
    """

    name: str
    pixels: NDArray[np.uint8]
    path: Path
