"""What the runtime must know of networks that make pictures: steps, in what order, and what each depends on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import nn

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """Work that is done again only when something that it takes has changed.

    Attributes:
        name: Of its module.
        takes: Names of what it is given: by the caller, or by an earlier step.
        gives: Names of its results.
        pose: The part of the pose that it takes as well, after all others; None if it takes none.
    """

    name: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    pose: slice | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A poser.

    Attributes:
        name: Of its folder in the cache.
        steps: In order; the last gives what is shown.
        modules: Loads the weights and makes the steps' modules, in the precision of the weights, on the processor.
        files: The weights; when they change, all that was prepared is prepared anew.
        sample: Makes inputs by name, "pose" (P,) among them, with which ways to run it are compared.
        moving: What is given anew for each picture, beside the pose.
    """

    name: str
    steps: tuple[Step, ...]
    modules: "Callable[[], dict[str, nn.Module]]"
    files: tuple[Path, ...]
    sample: Callable[[], Arrays]
    moving: tuple[str, ...] = ()
