"""What our networks' parameters are called and how large they are: that tells whose a file is."""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from vtuber_app.core.errors import DependencyError

if TYPE_CHECKING:
    from torch import Tensor, nn

Signature = frozenset[tuple[str, tuple[int, ...]]]
"""Names and shapes of a network's parameters."""

STUDENT = "tha4_student"
POSERS = ("tha1", "tha2", "tha3_standard", "tha3_separable", "tha4", STUDENT)


@cache
def signatures() -> dict[str, Signature]:
    """Of every network, by its poser's and its own name, e.g. "tha1.combiner". Some are alike: generations share them.

    Raises:
        DependencyError: torch isn't installed.
    """
    try:
        import torch
    except ImportError as error:
        raise DependencyError(
            "Networks need torch, which is not installed. Type: python3 run.py torch (Windows: py run.py torch)"
        ) from error
    found = {}
    with torch.device("meta"):  # costs neither time nor memory
        for name in POSERS:
            for network, module in _maker(name)().named_children():
                found[f"{name}.{network}"] = signature(module.state_dict())
    return found


def signature(state: "dict[str, Tensor]") -> Signature:
    """Of a network's parameters."""
    return frozenset((name, tuple(tensor.shape)) for name, tensor in state.items())


def _maker(name: str) -> "Callable[[], nn.Module]":
    from vtuber_app.nets import tha1, tha2, tha3, tha4, tha4_student

    makers: dict[str, Callable[[], nn.Module]] = {
        "tha1": tha1.Poser,
        "tha2": tha2.Poser,
        "tha3_standard": partial(tha3.Poser, False),
        "tha3_separable": partial(tha3.Poser, True),
        "tha4": tha4.Poser,
        STUDENT: tha4_student.Poser,
    }
    return makers[name]
