"""What of a face can be mapped: parameters as streamers know them, and each blendshape on its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.types import BLENDSHAPES, INDEX, FaceState

Array = NDArray[np.float32]

PITCH, YAW, ROLL, ACROSS, UP, NEAR, NOTHING = range(52, 59)
"""Places of the head behind the 52 blendshapes, and of what is always 0."""
DEGREES, CENTIMETRES = float(np.degrees(1)), 100.0


@dataclass(frozen=True)
class Parameter:
    """One value of a face, over one or more channels that are mapped alike.

    A channel's value is `offset + scale * (more - less)`. What has two sides is positive to the performer's own right
    and up, in words of the person who moves.

    Attributes:
        channels: Places (more, less) among a face's values, of blendshapes, head and `NOTHING`.
        low: Where it usually ends, in its unit; `high` likewise.
        reach: How far ranges may go, as a multiple of that.
        rest: Its value in a resting face.
    """

    name: str
    channels: tuple[tuple[int, int], ...]
    low: float = 0.0
    high: float = 1.0
    unit: str = ""
    scale: float = 1.0
    offset: float = 0.0
    reach: float = 1.0
    rest: float = 0.0

    @property
    def limits(self) -> tuple[float, float]:
        """How far its ranges may go."""
        return self.low * self.reach, self.high * self.reach

    @property
    def two_sided(self) -> bool:
        """Its rest is in the middle."""
        return self.low < 0


def _shapes(name: str, *shapes: str) -> Parameter:
    return Parameter(name, tuple((INDEX[shape], NOTHING) for shape in shapes))


def _open(name: str, shape: str) -> Parameter:
    return Parameter(name, ((NOTHING, INDEX[shape]),), offset=1.0, rest=1.0)


def _signed(name: str, *pairs: tuple[str, str]) -> Parameter:
    return Parameter(name, tuple((INDEX[more], INDEX[less]) for more, less in pairs), low=-1.0)


def _angle(name: str, less: int) -> Parameter:
    return Parameter(name, ((NOTHING, less),), low=-30, high=30, unit="°", scale=DEGREES, reach=2)


def _place(name: str, more: int, less: int) -> Parameter:
    return Parameter(name, ((more, less),), low=-10, high=10, unit="cm", scale=CENTIMETRES, reach=3)


GROUPS: dict[str, tuple[Parameter, ...]] = {
    "head": (
        _angle("turn", YAW),
        _angle("nod", PITCH),
        Parameter("lean", ((ROLL, NOTHING),), low=-30, high=30, unit="°", scale=DEGREES, reach=2),
        _place("aside", NOTHING, ACROSS),
        _place("height", UP, NOTHING),
        _place("distance", NEAR, NOTHING),
    ),
    "eyes": (
        _open("eye_open_left", "eyeBlinkLeft"),
        _open("eye_open_right", "eyeBlinkRight"),
        _shapes("eye_wide", "eyeWideLeft", "eyeWideRight"),
        _shapes("eye_squint", "eyeSquintLeft", "eyeSquintRight"),
        _signed("look_aside", ("eyeLookInLeft", "eyeLookOutLeft"), ("eyeLookOutRight", "eyeLookInRight")),
        _signed("look_up", ("eyeLookUpLeft", "eyeLookDownLeft"), ("eyeLookUpRight", "eyeLookDownRight")),
    ),
    "brows": (
        _signed("brow_left", ("browOuterUpLeft", "browDownLeft")),
        _signed("brow_right", ("browOuterUpRight", "browDownRight")),
        _shapes("brow_inner", "browInnerUp"),
    ),
    "mouth": (
        _shapes("mouth_open", "jawOpen"),
        _shapes("smile", "mouthSmileLeft", "mouthSmileRight"),
        _shapes("frown", "mouthFrownLeft", "mouthFrownRight"),
        _shapes("pucker", "mouthPucker"),
        _shapes("funnel", "mouthFunnel"),
        _shapes("stretch", "mouthStretchLeft", "mouthStretchRight"),
        _signed("mouth_aside", ("mouthRight", "mouthLeft")),
        _signed("jaw_aside", ("jawRight", "jawLeft")),
        _shapes("cheek_puff", "cheekPuff"),
        _shapes("tongue", "tongueOut"),
    ),
}
SINGLE: tuple[Parameter, ...] = tuple(_shapes(name, name) for name in BLENDSHAPES)
"""Each blendshape on its own, mapped after the groups."""
PARAMETERS: dict[str, Parameter] = {
    parameter.name: parameter for group in (*GROUPS.values(), SINGLE) for parameter in group
}


class Channels:
    """Channels of some parameters, as arrays.

    Attributes:
        whose: (N,) place of each channel's parameter among those given.
    """

    def __init__(self, parameters: tuple[Parameter, ...]) -> None:
        rows = list(_rows(parameters))
        self.whose = np.array([place for place, _, _ in rows], np.intp)
        self.more = np.array([more for _, (more, _), _ in rows], np.intp)
        self.less = np.array([less for _, (_, less), _ in rows], np.intp)
        self.scale = np.array([parameter.scale for _, _, parameter in rows], np.float32)
        self.offset = np.array([parameter.offset for _, _, parameter in rows], np.float32)
        self._opposed = (self.more != NOTHING) & (self.less != NOTHING)

    def read(self, flat: Array) -> Array:
        """(N,) values in a (59,) face."""
        return self.offset + self.scale * (flat[self.more] - flat[self.less])

    def write(self, flat: Array, values: Array) -> None:
        """Put (N,) values into a (59,) face."""
        signed = (values - self.offset) / self.scale
        flat[self.more] = np.where(self._opposed, np.maximum(signed, 0), signed)
        flat[self.less] = np.where(self._opposed, np.maximum(-signed, 0), -signed)
        flat[NOTHING] = 0
        flat[:52] = flat[:52].clip(0, 1)


def flat(face: FaceState) -> Array:
    """(59,) blendshapes, rotation, translation, and a 0."""
    return np.concatenate([face.blendshapes, face.rotation, face.translation, [0]]).astype(np.float32)


def _rows(parameters: tuple[Parameter, ...]) -> Iterator[tuple[int, tuple[int, int], Parameter]]:
    for place, parameter in enumerate(parameters):
        for channel in parameter.channels:
            yield place, channel, parameter


_ALL = Channels(tuple(PARAMETERS.values()))
_FIRSTS = np.flatnonzero(np.diff(_ALL.whose, prepend=-1))


def levels(face: FaceState) -> Mapping[str, float]:
    """The value of every parameter, by name, in its unit; of several channels the mean."""
    sums = np.add.reduceat(_ALL.read(flat(face)), _FIRSTS)
    counts = np.diff(_FIRSTS, append=len(_ALL.whose))
    return dict(zip(PARAMETERS, (sums / counts).tolist(), strict=True))
