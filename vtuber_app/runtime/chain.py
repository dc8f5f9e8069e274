"""Steps on an engine, and what each gave last."""

from contextlib import suppress
from typing import Any

from numpy.typing import NDArray

from vtuber_app.core import clock
from vtuber_app.core.errors import EngineError
from vtuber_app.core.types import Pose
from vtuber_app.runtime.engine import Engine, Value
from vtuber_app.runtime.plan import Step


class Chain:
    """Runs a step again only when something that it takes has changed.

    Attributes:
        seconds: How long each step's runs took, by name; None, as long as nobody asks, since that needs waiting.
    """

    def __init__(self, engine: Engine, steps: tuple[Step, ...]) -> None:
        self.engine = engine
        self._programs = [(step, engine.load(step)) for step in steps]
        self._values: dict[str, Value] = {}
        self._poses: dict[str, bytes] = {}
        self._changed: set[str] = set()
        self.seconds: dict[str, list[float]] | None = None

    def put(self, name: str, array: NDArray[Any]) -> None:
        """Give it one of what the caller gives."""
        self._values[name] = self.engine.put(array)
        self._changed.add(name)

    def run(self, pose: Pose) -> list[NDArray[Any]]:
        """What the last step gives in a pose (P,)."""
        for step, program in self._programs:
            part = pose[step.pose] if step.pose else pose[:0]
            if self._changed.isdisjoint(step.takes) and self._poses.get(step.name) == part.tobytes():
                continue
            taken = [self._values[name] for name in step.takes]
            if step.pose:
                taken.append(self.engine.put(part[None]))
            started = clock.now()
            self._values |= zip(step.gives, program(*taken), strict=True)
            if self.seconds is not None:
                self.engine.wait()
                self.seconds.setdefault(step.name, []).append(clock.now() - started)
            self._poses[step.name] = part.tobytes()
            self._changed.update(step.gives)
        self._changed.clear()
        last, _ = self._programs[-1]
        return [self.engine.get(self._values[name]) for name in last.gives]

    def value(self, name: str) -> NDArray[Any]:
        """What a step gave last."""
        return self.engine.get(self._values[name])

    def close(self) -> None:
        """Let go of all that it holds."""
        self._programs.clear()
        self._values.clear()
        with suppress(EngineError):  # a device that is gone holds nothing
            self.engine.close()
