"""What metrics look with: pictures, the networks that were opened, and what was found with them."""

import importlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import WeightsError
from vtuber_app.tools.metrics import files
from vtuber_app.tools.metrics.files import Expected, Given
from vtuber_app.tools.metrics.registry import Metric

if TYPE_CHECKING:
    from torch import Tensor, nn

T = TypeVar("T")


@dataclass(eq=False)
class Look:
    """One picture, and what was found in it so far.

    Attributes:
        pixels: (H, W, 3) RGB, uint8.
    """

    pixels: NDArray[np.uint8]
    _found: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, find: Callable[[NDArray[np.uint8]], T]) -> T:
        """Find it, or say what was found before under that name."""
        if name not in self._found:
            self._found[name] = find(self.pixels)
        return cast(T, self._found[name])

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """The same picture, (H, W, 3), still 0…255."""
        return self.pixels.astype(np.float64)


@dataclass(frozen=True, eq=False)
class Pair:
    """A frame of each, and the picture whose identity was animated."""

    generated: Look
    reference: Look
    source: Look


class Kit:
    """Opens what metrics need, each once, and closes it.

    Attributes:
        given: The files that were used, by their first name.
    """

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._open: dict[str, Any] = {}
        self.given: dict[str, Given | None] = {}
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def why_not(self, metric: Metric) -> str:
        """Why a metric can't be measured here, in words; empty if it can."""
        if metric.in_words:
            return metric.in_words
        missing = [name for name in metric.packages if find_spec(name) is None]
        reasons = [f"it needs a package that is not installed: pip install {' '.join(missing)}"] if missing else []
        for expected in metric.files:
            try:
                if self.file(expected) is None:
                    reasons.append(files.wanted(expected))
            except WeightsError as error:
                reasons.append(str(error).rstrip("."))
        return "; ".join(reasons)

    def file(self, expected: Expected) -> Given | None:
        """The user's file, if it is there."""
        name = expected.names[0]
        if name not in self.given:
            self.given[name] = files.find(expected)
        return self.given[name]

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Make it, or give what was made before under that name."""
        if name not in self._open:
            self._open[name] = make()
        return cast(T, self._open[name])

    def closing(self, thing: T) -> T:
        """The same, closed with the kit."""
        self._stack.callback(cast(Any, thing).close)
        return thing

    @cached_property
    def device(self) -> str:
        """Where networks run."""
        torch = importlib.import_module("torch")
        return "cuda" if torch.cuda.is_available() else "cpu"

    def network(self, make: "Callable[[], nn.Module]", state: "dict[str, Tensor]", where: str) -> "nn.Module":
        """A network with its published parameters, ready to run."""
        from vtuber_app.core import weights

        net = make()
        weights.give(net, state, where)
        return net.float().eval().to(self.device)

    def tensor(self, look: Look) -> "Tensor":
        """(1, 3, H, W) in 0…1, where networks run."""
        import torch

        pixels = np.ascontiguousarray(look.pixels.transpose(2, 0, 1)[None])
        return torch.from_numpy(pixels).to(self.device).float() / 255


def program(path: Path, device: str) -> Any:
    """A network that was published as a TorchScript program; only a file whose checksum is right comes here."""
    torch = importlib.import_module("torch")
    return torch.jit.load(str(path), map_location=device).eval()
