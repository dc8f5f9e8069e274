"""What runs steps: the base of the engines."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from numpy.typing import NDArray

from vtuber_app.core.errors import EngineError
from vtuber_app.runtime.plan import Step
from vtuber_app.runtime.prepared import Prepared
from vtuber_app.runtime.route import Route

Value = Any
"""An array where the engine keeps it."""
Program = Callable[..., Sequence[Value]]
"""A step, ready to run: takes values, gives values, which stay as they are until its next run."""


class Engine(ABC):
    """Runs a poser's steps in one way; all its failures are EngineErrors.

    Attributes:
        failures: What its library raises.
        notice: A sentence the user should know, or None.
    """

    failures: tuple[type[Exception], ...] = (RuntimeError,)
    notice: str | None = None

    def __init__(self, route: Route, prepared: Prepared) -> None:
        self.route = route
        self.prepared = prepared

    @classmethod
    @abstractmethod
    def routes(cls) -> list[Route]:
        """Ways to run networks with it on this machine, the best first; none if it isn't installed."""

    @classmethod
    @abstractmethod
    def version(cls) -> str:
        """Of its library."""

    @abstractmethod
    def load(self, step: Step) -> Program:
        """Make a step ready to run."""

    @abstractmethod
    def put(self, array: NDArray[Any]) -> Value:
        """Bring an array, uint8 or float32, to the device, the latter in the route's precision."""

    @abstractmethod
    def get(self, value: Value) -> NDArray[Any]:
        """Bring it back; what is given is the caller's own."""

    def wait(self) -> None:
        """Let what was begun be done, where it is not done at once."""

    def close(self) -> None:
        """Let go of the device's memory."""

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Turn the library's errors into sentences."""
        try:
            yield
        except self.failures as error:
            first = (str(error).strip() or repr(error)).splitlines()[0][:200]
            raise EngineError(f"{self.route.title}: {first}") from error
