"""What a metric is, and all that there are."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.metrics.files import Expected

if TYPE_CHECKING:
    from vtuber_app.tools.metrics.kit import Kit, Pair

Better = Literal["lower", "higher"]
PerFrame = Callable[["Pair", "Kit"], float | None]


class Measuring(Protocol):
    """One metric over all frames of all clips; it keeps no pictures but those of the clip at hand."""

    def add(self, pair: "Pair") -> float | None:
        """Take in a frame; its own number, if it has one."""
        ...

    def end_of_clip(self) -> None: ...

    def result(self) -> tuple[float | None, int]:
        """The number, None if nothing could be measured, and of how many frames, pictures or clips it is."""
        ...


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        name: As results call it. What differs from a published definition has a name of its own.
        start: Begins to measure.
        better: Which numbers are.
        definition: What is computed, in a sentence.
        unit: Of the number.
        files: Networks that it needs.
        packages: Python packages that it needs.
        standard: It is measured unless others are asked for.
        counts: What its numbers or features are of.
        in_words: Why it can't be measured, where it can't at all.
    """

    name: str
    start: "Callable[[Kit], Measuring]"
    better: Better
    definition: str
    unit: str = ""
    files: tuple[Expected, ...] = ()
    packages: tuple[str, ...] = ()
    standard: bool = True
    counts: str = "frames"
    in_words: str = ""

    @property
    def family(self) -> str:
        """The name of what it measures, or stands in for."""
        return self.name.partition("-")[0]


class Mean:
    """The mean over frames; those without a number are passed over."""

    def __init__(self, per_frame: PerFrame, kit: "Kit") -> None:
        self._per_frame, self._kit = per_frame, kit
        self._sum, self._count = 0.0, 0

    def add(self, pair: "Pair") -> float | None:
        value = self._per_frame(pair, self._kit)
        if value is not None:
            self._sum += value
            self._count += 1
        return value

    def end_of_clip(self) -> None:
        """Nothing is kept of a clip."""

    def result(self) -> tuple[float | None, int]:
        return (self._sum / self._count if self._count else None), self._count


_known: dict[str, Metric] = {}


def register(metric: Metric) -> None:
    """Make a metric known."""
    _known[metric.name] = metric


def per_frame(
    name: str,
    better: Better,
    definition: str,
    unit: str = "",
    files: tuple[Expected, ...] = (),
    packages: tuple[str, ...] = (),
    standard: bool = True,
) -> Callable[[PerFrame], PerFrame]:
    """Register a function of one frame, of which the mean is taken."""

    def added(function: PerFrame) -> PerFrame:
        register(Metric(name, lambda kit: Mean(function, kit), better, definition, unit, files, packages, standard))
        return function

    return added


def never(name: str, better: Better, definition: str, reason: str) -> None:
    """Register what is published but can't be measured here, so that its name is known, and why."""

    def start(kit: "Kit") -> Measuring:
        raise AssertionError("it is left out")

    register(replace(Metric(name, start, better, definition), in_words=reason))


def known() -> dict[str, Metric]:
    """All metrics by name, in the order of reports."""
    for module in ("pixels", "landmarks", "faces", "identity", "distributions", "likeness"):
        importlib.import_module(f"vtuber_app.tools.metrics.{module}")
    return dict(_known)


def chosen(only: list[str]) -> list[Metric]:
    """Those asked for, by their names or their families' in any case; without any, the standard ones.

    Raises:
        SettingsError: One isn't known.
    """
    metrics = known()
    if not only:
        return [metric for metric in metrics.values() if metric.standard]
    found: dict[str, Metric] = {}
    for word in only:
        exact = [
            metric
            for metric in metrics.values()
            if metric.name.lower() == word.lower() and metric.name != metric.family
        ]
        alike = [metric for metric in metrics.values() if metric.family.lower() == word.lower() and metric.standard]
        if not (exact or alike):
            raise SettingsError(f"There is no metric called {word!r}. Choose from: {', '.join(metrics)}.")
        found |= {metric.name: metric for metric in exact or alike}
    return [metric for metric in metrics.values() if metric.name in found]
