"""How far a performer's motion carries: for each parameter an input range that becomes an output range."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, FiniteFloat, field_validator, model_validator

from vtuber_app.core.settings import Settings
from vtuber_app.core.types import FaceState
from vtuber_app.pose.parameters import PARAMETERS, SINGLE, Channels, Parameter, flat

Array = NDArray[np.float32]

NARROWEST = 0.02
"""The shortest input range, as a share of the usual one: below, noise would throw the avatar about."""
STEEP = 4.0
"""Slope of the sharpest curve at rest."""


class Map(Settings):
    """How one parameter is mapped, in its unit.

    Attributes:
        low: What the performer does at one end, `high` at the other; `to_low` and `to_high` what the avatar does there.
        curve: -1 soft, little comes of small motion, to 1 sharp, much does.
    """

    low: FiniteFloat
    high: FiniteFloat
    to_low: FiniteFloat
    to_high: FiniteFloat
    curve: float = Field(
        0.0, ge=-1, le=1, title="Curve: soft to sharp", description="Soft keeps small motion small; sharp shows it."
    )
    clamp: bool = Field(False, title="Clamp", description="Stops at the ends of the range, however far you go.")
    smoothing: float = Field(
        0.0, ge=0, le=1, title="Smoothing", description="Calmer, and so much later.", json_schema_extra={"unit": "s"}
    )
    invert: bool = Field(False, title="Invert", description="The other way round.")

    @model_validator(mode="after")
    def _ordered(self) -> "Map":
        if self.low >= self.high or self.to_low > self.to_high:
            raise ValueError("a range ends before it begins")
        return self


Maps = Mapping[str, Map]


def usual(name: str) -> Map:
    """The map that changes nothing."""
    parameter = PARAMETERS[name]
    low, high = parameter.low, parameter.high
    return Map(low=low, high=high, to_low=low, to_high=high)


def checked(maps: dict[str, Map]) -> dict[str, Map]:
    """The same; ValueError if there is no such parameter, or a range goes further than it may."""
    for name, by in maps.items():
        if name not in PARAMETERS:
            raise ValueError(f"there is no parameter {name}")
        parameter = PARAMETERS[name]
        low, high = parameter.limits
        if min(by.low, by.to_low) < low or max(by.high, by.to_high) > high:
            raise ValueError(f"{name} goes from {low:g} to {high:g}")
        if by.high - by.low < NARROWEST * (parameter.high - parameter.low) * 0.999:
            raise ValueError(f"the input range of {name} is too narrow")
    return maps


class Layers(Settings):
    """Maps by whom they are for; where several map a parameter, the narrowest layer wins.

    Attributes:
        everywhere: Whatever tracker and avatar.
        trackers: By the tracker's kind.
        avatar: The chosen avatar's own. They are kept with it, not here.
    """

    everywhere: dict[str, Map] = Field(default_factory=dict)
    trackers: dict[str, dict[str, Map]] = Field(default_factory=dict)
    avatar: dict[str, Map] = Field(default_factory=dict, exclude=True)

    @field_validator("everywhere", "avatar")
    @classmethod
    def _known(cls, maps: dict[str, Map]) -> dict[str, Map]:
        return checked(maps)

    @field_validator("trackers")
    @classmethod
    def _all_known(cls, trackers: dict[str, dict[str, Map]]) -> dict[str, dict[str, Map]]:
        return {kind: checked(maps) for kind, maps in trackers.items()}

    def of(self, tracker: str) -> Maps:
        """What is in force for a tracker of that kind."""
        if not (self.everywhere or self.trackers or self.avatar):
            return {}
        return {**self.everywhere, **self.trackers.get(tracker, {}), **self.avatar}


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """A face before and after it was mapped."""

    before: FaceState
    after: FaceState


def value(by: Map, parameter: Parameter, x: float) -> float:
    """What the map makes of one value, without smoothing."""
    return float(_Step({parameter.name: by}, (parameter,)).values(np.full(len(parameter.channels), x, np.float32))[0])


class Mapper:
    """Maps faces, one after the other; where every map is the usual one, a face is given back as it came.

    Attributes:
        passage: The newest face. Any thread may look.
    """

    def __init__(self, maps: Maps) -> None:
        self.passage: Passage | None = None
        self._maps: Maps = {}
        self._steps: tuple[_Step, ...] = ()
        self.put(maps)

    def put(self, maps: Maps) -> None:
        """Map like this from now on."""
        if maps == self._maps:
            return
        self._maps = dict(maps)
        at_work = {name: by for name, by in maps.items() if by != usual(name)}
        single = tuple(parameter for parameter in SINGLE if parameter.name in at_work)
        groups = tuple(PARAMETERS[name] for name in at_work if PARAMETERS[name] not in single)
        self._steps = tuple(_Step(at_work, some) for some in (groups, single) if some)

    def __call__(self, face: FaceState, time: float) -> FaceState:
        """Map the face of that moment, s."""
        mapped = face
        if self._steps:
            values = flat(face)
            for step in self._steps:
                step(values, time)
            mapped = replace(face, blendshapes=values[:52], rotation=values[52:55], translation=values[55:58])
        self.passage = Passage(face, mapped)
        return mapped


class _Step:
    """Maps some parameters at once."""

    def __init__(self, maps: Maps, parameters: tuple[Parameter, ...]) -> None:
        self._channels = Channels(parameters)
        whose = self._channels.whose
        chosen = [maps[parameter.name] for parameter in parameters]

        def column(values: list[float]) -> Array:
            return np.array(values, np.float32)[whose]

        self._low = column([by.low for by in chosen])
        self._span = column([by.high - by.low for by in chosen])
        ends = [(by.to_high, by.to_low) if by.invert else (by.to_low, by.to_high) for by in chosen]
        self._to = column([first for first, _ in ends])
        self._to_span = column([last - first for first, last in ends])
        self._sharpness = column([STEEP**-by.curve for by in chosen])
        self._two_sided = column([parameter.two_sided for parameter in parameters]).astype(bool)
        # What rests at its upper end, an open eye, is soft or sharp there.
        self._from_above = column([parameter.rest == parameter.high for parameter in parameters]).astype(bool)
        self._clamp = column([by.clamp for by in chosen]).astype(bool)
        self._lag = column([by.smoothing for by in chosen])
        self._last: Array | None = None
        self._time = 0.0

    def __call__(self, values: Array, time: float) -> None:
        """Map a (59,) face in place."""
        result = self.values(self._channels.read(values))
        if self._last is not None and self._lag.any():
            elapsed = max(time - self._time, 0.0)
            kept = np.exp(-elapsed / np.maximum(self._lag, 1e-6)) * (self._lag > 0)
            result = result + np.asarray(kept, np.float32) * (self._last - result)
        self._last, self._time = result, time
        self._channels.write(values, result)

    def values(self, values: Array) -> Array:
        """(N,) values of the channels, mapped."""
        share = (values - self._low) / self._span
        within = share.clip(0, 1)
        centred = np.where(self._two_sided, 2 * within - 1, np.where(self._from_above, within - 1, within))
        size = np.abs(centred)
        bent = np.sign(centred) * size / (size + (1 - size) * self._sharpness)  # Schlick's bias: its slopes are finite
        curved = np.where(self._two_sided, (bent + 1) / 2, np.where(self._from_above, bent + 1, bent))
        beyond = np.where(self._clamp, 0, share - within)
        return np.asarray(self._to + (curved + beyond) * self._to_span, np.float32)
