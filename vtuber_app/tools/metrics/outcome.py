"""What was measured."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vtuber_app.tools.metrics.clips import Pixels
from vtuber_app.tools.metrics.curve import Curve
from vtuber_app.tools.metrics.files import Given
from vtuber_app.tools.metrics.registry import Metric

UNVERIFIED = "-unverified"
"""Ends a result's name where a network's file is not the published one."""


@dataclass(frozen=True, slots=True)
class Result:
    """One metric's.

    Attributes:
        value: None if it could not be measured; `left_out` says why.
        count: Of how many frames, pictures or clips it is.
        clip: Of one clip only; empty: of all.
        networks: The user's files that were used.
    """

    metric: Metric
    value: float | None
    count: int
    clip: str = ""
    networks: tuple[Given, ...] = ()
    left_out: str = ""

    @property
    def verified(self) -> bool:
        """All of its networks are the published ones."""
        return all(given.published for given in self.networks)

    @property
    def name(self) -> str:
        """The metric's, marked where it can't be compared with published figures."""
        return self.metric.name + ("" if self.verified else UNVERIFIED)

    def line(self) -> dict[str, Any]:
        """What its line of JSON says."""
        if self.value is None:
            return {"metric": self.name, "value": None, "left_out": self.left_out}
        networks = [
            {"file": given.path.name, "sha256": given.sha256, "published": given.published} for given in self.networks
        ]
        line = {
            "metric": self.name,
            "value": self.value,
            "n": self.count,
            "of": self.metric.counts,
            "better": self.metric.better,
        }
        line |= {"unit": self.metric.unit, "definition": self.metric.definition, "networks": networks}
        return line | ({"clip": self.clip} if self.clip else {})


@dataclass(frozen=True, slots=True)
class Frame:
    """One that stands out.

    Attributes:
        place: In its clip, from 0.
        value: Of the metric by which it does.
    """

    clip: str
    place: int
    value: float
    generated: Pixels
    reference: Pixels


@dataclass
class Outcome:
    """All of it.

    Attributes:
        clips: Each with its frames that were compared.
        curves: By metric, over the frames of all clips.
        worst: By L1.
        notes: Sentences that whoever reads the numbers should know.
        video: Generated, reference and difference, side by side.
    """

    generated: Path
    reference: Path
    source: Path | None
    results: list[Result] = field(default_factory=list)
    clips: dict[str, int] = field(default_factory=dict)
    sizes: set[tuple[int, int]] = field(default_factory=set)
    curves: dict[str, Curve] = field(default_factory=dict)
    worst: list[Frame] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    video: Path | None = None

    @property
    def measured(self) -> list[Result]:
        """Results over all clips."""
        return [result for result in self.results if result.value is not None and not result.clip]

    @property
    def left_out(self) -> list[Result]:
        """What could not be measured."""
        return [result for result in self.results if result.value is None]
