"""What happens to a performer's face between the tracker and the animator."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from pydantic import Field, field_validator
from pydantic.config import JsonDict

from vtuber_app.core.pointer import Pointer
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Driving, FacePart, FaceState
from vtuber_app.pose import tha
from vtuber_app.pose.blink import BlinkHold, shut
from vtuber_app.pose.calibration import Calibration
from vtuber_app.pose.fusion import Fusion, Ranks
from vtuber_app.pose.held import Ease, Holding, value_range
from vtuber_app.pose.idle import Blinks, Presence, mix
from vtuber_app.pose.looking import Looking, breathing
from vtuber_app.pose.mapping import Layers, Mapper, Passage
from vtuber_app.pose.mirror import mirror
from vtuber_app.pose.smoothing import FaceSmoothing

INTERNAL: JsonDict = {"internal": True}
"""Marks what has a better control than one in a form."""


class PoseSettings(Settings):
    """How the performer's motion is passed on.

    Attributes:
        follows: What isn't held does as the performer does; otherwise it rests.
        held: Parameters of `tha.PARAMETERS` that are held there, whatever the performer does. Like `follows` it isn't
            kept in files, so that every start is with one's own face.
        worn: Names of the expressions that are on, the last put on last; what they hold is in `held`.
    """

    mirrored: bool = Field(True, title="Mirror", description="The avatar moves like your image in a mirror.")
    smoothing: float = Field(0.5, ge=0, le=1, title="Smoothing", description="Calmer, but a little later.")
    auto_calibrate: bool = Field(
        True, title="Calibrate at the start", description="Takes the face of the first seconds as its rest."
    )
    blink_hold_s: float = Field(0.06, ge=0, le=0.5, title="Blink hold", description="Shortest time an eye is shut, s.")
    idle: bool = Field(True, title="Idle motion", description="The avatar lives on while no face is seen.")
    blinks: bool = Field(
        False, title="Blink by itself", description="For a tracker that sees no blinks: the avatar has its own."
    )
    breathes: bool = Field(
        False, title="Breathe", description="The head rises and sinks a little, while your face is tracked too."
    )
    looks: bool = Field(
        False, title="Look at the mouse", description="Eyes, and a little of the head, follow the pointer."
    )
    follows: bool = Field(True, exclude=True, json_schema_extra=INTERNAL)
    held: dict[str, float] = Field(default_factory=dict, exclude=True, json_schema_extra=INTERNAL)
    worn: tuple[str, ...] = Field((), exclude=True, json_schema_extra=INTERNAL)
    mapping: Layers = Field(default_factory=Layers, json_schema_extra=INTERNAL)

    @field_validator("held")
    @classmethod
    def _known(cls, held: dict[str, float]) -> dict[str, float]:
        for name, value in held.items():
            if name not in tha.PLACE:
                raise ValueError(f"there is no parameter {name}")
            low, high = value_range(name)
            if not low <= value <= high:
                raise ValueError(f"{name} goes from {low:g} to {high:g}")
        return held


class Own:
    """What is one tracker's alone: its face counted from its own rest, mapped, and calm."""

    def __init__(self, settings: PoseSettings, tracker: str) -> None:
        self.mapper = Mapper(settings.mapping.of(tracker))
        self.calibration = Calibration(settings.auto_calibrate)
        self.smoothing = FaceSmoothing(settings.smoothing)

    def __call__(self, moment: Driving) -> FaceState | None:
        """The face of a moment that this tracker gave."""
        if moment.face is None:
            self.smoothing.reset()
            return None
        face = moment.face if moment.from_rest else self.calibration(moment.face, moment.time)
        return self.smoothing(self.mapper(face, moment.time), moment.time)


class Filters:
    """Calibrates and smooths each tracker's face, joins them, holds blinks, bridges lost tracking, mirrors, and more.

    What it gives always has a face, and what is held is blended in.

    One thread calls it, with times that grow; `calibrate`, `rank` and `drives` are any thread's.

    Args:
        settings: How the motion is passed on.
        pointer: Opens the mouse pointer, for `looks`; without it nobody looks at it.
    """

    def __init__(self, settings: PoseSettings, pointer: Callable[[], Pointer] | None = None) -> None:
        self.settings = settings
        self._own: dict[str, Own] = {}
        self._asked = threading.Event()
        self._fusion = Fusion()
        self._blink = BlinkHold(settings.blink_hold_s)
        self._presence = Presence(settings.idle)
        self._blinks = Blinks(np.random.default_rng(1))
        self._looking = Looking(pointer) if pointer else None
        self._breathing = Ease()
        self._following = Ease()
        self._holding = Holding()

    def update(self, settings: PoseSettings) -> None:
        """Change the settings; what was learnt stays where the setting that governs it stays."""
        old, self.settings = self.settings, settings
        for tracker, own in self._own.items():
            own.mapper.put(settings.mapping.of(tracker))
            if settings.auto_calibrate != old.auto_calibrate:
                own.calibration = Calibration(settings.auto_calibrate)
            if settings.smoothing != old.smoothing:
                own.smoothing = FaceSmoothing(settings.smoothing)
        self._blink.hold = settings.blink_hold_s
        self._presence.idle = settings.idle

    def calibrate(self) -> None:
        """Take the face of the next half second, as each tracker sees it, as its rest."""
        self._asked.set()

    def rank(self, ranks: Mapping[str, Ranks]) -> None:
        """Say how far each tracker is believed, in the order in which they were chosen."""
        self._fusion.ranks = ranks

    @property
    def drives(self) -> Mapping[FacePart, str]:
        """Which tracker moves each part of the face now; empty while there is no face."""
        return self._fusion.drives

    def mapped(self, tracker: str) -> Passage | None:
        """The newest face of that tracker before and after it was mapped; None before the first. Any thread may ask."""
        own = self._own.get(tracker)
        return own.mapper.passage if own else None

    @property
    def notice(self) -> str | None:
        """What it does without, for the user."""
        return (self._looking and self._looking.fault) or None

    def close(self) -> None:
        """Let the pointer go; no moment follows."""
        if self._looking:
            self._looking.close()

    def __call__(self, driving: Driving) -> Driving:
        """Give the moment as the animator should see it."""
        face = self._presence(self._filtered(driving), driving.time)
        if self.settings.mirrored:
            face = mirror(face, driving.frame.pixels.shape[1] if driving.frame else None)
        if self._looking:
            face = self._looking(face, self.settings.looks, driving.time)
        following = self._following(self.settings.follows, driving.time)
        if following < 1:
            face = mix(FaceState(), face, following)
        if self.settings.blinks and face.confidence > 0:  # the idle face blinks already
            face = shut(face, self._blinks(driving.time))
        breath = self._breathing(self.settings.breathes, driving.time)
        if breath > 0 and face.confidence > 0:  # as it does
            face = breathing(face, breath, driving.time)
        held = self._holding(self.settings.held, driving.time)
        return replace(driving, face=face, held=held, mirrored=self.settings.mirrored)

    def unmirrored(self, driving: Driving) -> Driving:
        """What was given, with the performer's own left and right, for other programs."""
        if driving.face is None or not driving.mirrored:
            return driving
        face = mirror(driving.face, driving.frame.pixels.shape[1] if driving.frame else None)
        return replace(driving, face=face, mirrored=False)

    def _filtered(self, driving: Driving) -> FaceState | None:
        given = driving.given or (driving,)
        if not driving.given and not driving.tracker and driving.face is None:  # nobody gave anything
            given = tuple(Driving(driving.time, tracker=name) for name in self._own)
        for moment in given:
            if moment.tracker not in self._own:
                self._own[moment.tracker] = Own(self.settings, moment.tracker)
        if self._asked.is_set():
            self._asked.clear()
            for own in self._own.values():
                own.calibration.request()
        for moment in given:
            self._fusion.take(moment.tracker, self._own[moment.tracker](moment), moment.time)
        face = self._fusion(driving.time)
        if face is None:
            self._blink.reset()
            return None
        return self._blink(face, driving.time)
