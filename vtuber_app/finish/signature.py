"""What an ONNX file says of the pictures it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import WeightsError
from vtuber_app.finish.models import Task

TYPES: dict[str, type[np.generic]] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(uint8)": np.uint8,
}
CHANNELS = (3, 6, 7)
"""Of an input: one picture; two, one behind the other; two and a plane with the moment between them."""
HALFWAY = 0.5


class Declared(Protocol):
    """An input or output as ONNX Runtime tells of it; a free dimension is a name or None."""

    name: str
    type: str
    shape: list[Any]


@dataclass(frozen=True, slots=True)
class Picture:
    """An input for pictures.

    Attributes:
        size: Height and width it insists on, px; None where they are free.
        channels_last: (1, H, W, C) instead of (1, C, H, W).
    """

    name: str
    type: type[np.generic]
    n_channels: int
    size: tuple[int | None, int | None]
    channels_last: bool

    def laid(self, planes: NDArray[np.float32]) -> NDArray[Any]:
        """(1, C, H, W) numbers as this input takes them."""
        laid = planes.transpose(0, 2, 3, 1) if self.channels_last else planes
        if self.type is np.uint8:
            laid = np.clip(np.rint(laid), 0, 255)
        return np.ascontiguousarray(laid, self.type)


@dataclass(frozen=True, slots=True)
class Moment:
    """An input that says which moment between two pictures is wanted: one number, or a plane of it."""

    name: str
    type: type[np.generic]
    rank: int
    plane: bool

    def value(self, height: int, width: int) -> NDArray[Any]:
        """Half-way, for pictures of that size."""
        return np.full((1, 1, height, width) if self.plane else (1,) * self.rank, HALFWAY, self.type)


@dataclass(frozen=True, slots=True)
class Signature:
    """Everything a file declares that we need to know."""

    task: Task
    pictures: tuple[Picture, ...]
    moment: Moment | None


def signature(file: str, inputs: Sequence[Declared], outputs: Sequence[Declared]) -> Signature:
    """Find out what a file is from its declarations; WeightsError says why it can't be used."""
    if len(outputs) != 1:
        raise _unusable(file, f"gives {len(outputs)} results instead of one picture")
    for declared in inputs:
        if declared.type not in TYPES:
            raise _unusable(file, f"takes numbers of the kind {declared.type}")
        if len(declared.shape) == 4 and isinstance(declared.shape[0], int) and declared.shape[0] not in (1, -1):
            raise _unusable(file, f"takes {declared.shape[0]} pictures at once")
    pictures = tuple(_picture(declared) for declared in inputs if _n_channels(declared)[0] in CHANNELS)
    others = [declared for declared in inputs if _n_channels(declared)[0] not in CHANNELS]
    moments = [_moment(declared) for declared in others if _is_moment(declared)]
    channels = tuple(picture.n_channels for picture in pictures)
    if len(moments) == len(others):
        if channels == (3,) and not moments:
            return Signature("upscale", pictures, None)
        if channels in ((3, 3), (6,)) and len(moments) < 2:
            return Signature("interpolate", pictures, moments[0] if moments else None)
        if channels == (7,) and not moments:
            return Signature("interpolate", pictures, None)
    shapes = ", ".join(f"{declared.name} {tuple(declared.shape)}" for declared in inputs) or "nothing"
    raise _unusable(file, f"takes {shapes}")


def _n_channels(declared: Declared) -> tuple[int, bool]:
    """How many, and whether they are its last dimension; 0 if this is no picture. A free dimension is taken for 3."""
    if len(declared.shape) != 4:
        return 0, False
    first, last = declared.shape[1], declared.shape[3]
    if first not in CHANNELS and last in CHANNELS:
        return last, True
    return first if isinstance(first, int) and first > 0 else 3, False


def _picture(declared: Declared) -> Picture:
    n_channels, last = _n_channels(declared)
    height, width = declared.shape[1:3] if last else declared.shape[2:]
    size = tuple(side if isinstance(side, int) and side > 0 else None for side in (height, width))
    return Picture(declared.name, TYPES[declared.type], n_channels, (size[0], size[1]), last)


def _is_moment(declared: Declared) -> bool:
    wide = len(declared.shape) == 4 and declared.shape[1] == 1
    return wide or all(not isinstance(side, int) or side == 1 for side in declared.shape)


def _moment(declared: Declared) -> Moment:
    rank = len(declared.shape)
    plane = rank == 4 and declared.shape[2:] != [1, 1]
    return Moment(declared.name, TYPES[declared.type], rank, plane)


def _unusable(file: str, why: str) -> WeightsError:
    return WeightsError(
        f"{file} {why}. Choose an ONNX file that takes one RGB picture and gives a larger one (an upscaler), or takes "
        "two of them and gives the one between (an interpolator)."
    )
