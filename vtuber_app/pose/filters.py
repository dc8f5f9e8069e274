"""What happens to a performer's face between the tracker and the animator."""

from dataclasses import replace

import numpy as np
from pydantic import Field, field_validator
from pydantic.config import JsonDict

from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Driving, FaceState
from vtuber_app.pose import tha
from vtuber_app.pose.blink import BlinkHold, shut
from vtuber_app.pose.calibration import Calibration
from vtuber_app.pose.held import Ease, Holding, value_range
from vtuber_app.pose.idle import Blinks, Presence, mix
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
    follows: bool = Field(True, exclude=True, json_schema_extra=INTERNAL)
    held: dict[str, float] = Field(default_factory=dict, exclude=True, json_schema_extra=INTERNAL)

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


class Filters:
    """Calibrates, smooths, holds blinks, bridges lost tracking, mirrors, blends in what is held.

    What it gives always has a face.

    One thread calls it, with times that grow; `calibrate` may be called by any.
    """

    def __init__(self, settings: PoseSettings) -> None:
        self.settings = settings
        self._calibration = Calibration(settings.auto_calibrate)
        self._smoothing = FaceSmoothing(settings.smoothing)
        self._blink = BlinkHold(settings.blink_hold_s)
        self._presence = Presence(settings.idle)
        self._blinks = Blinks(np.random.default_rng(1))
        self._following = Ease()
        self._holding = Holding()

    def update(self, settings: PoseSettings) -> None:
        """Change the settings; what was learnt stays where the setting that governs it stays."""
        old, self.settings = self.settings, settings
        if settings.auto_calibrate != old.auto_calibrate:
            self._calibration = Calibration(settings.auto_calibrate)
        if settings.smoothing != old.smoothing:
            self._smoothing = FaceSmoothing(settings.smoothing)
        self._blink.hold = settings.blink_hold_s
        self._presence.idle = settings.idle

    def calibrate(self) -> None:
        """Take the face of the next half second as its rest."""
        self._calibration.request()

    def __call__(self, driving: Driving) -> Driving:
        """Give the moment as the animator should see it."""
        face = self._presence(self._filtered(driving.face, driving.time), driving.time)
        if self.settings.mirrored:
            face = mirror(face, driving.frame.pixels.shape[1] if driving.frame else None)
        following = self._following(self.settings.follows, driving.time)
        if following < 1:
            face = mix(FaceState(), face, following)
        if self.settings.blinks and face.confidence > 0:  # the idle face blinks already
            face = shut(face, self._blinks(driving.time))
        return replace(driving, face=face, held=self._holding(self.settings.held, driving.time))

    def _filtered(self, face: FaceState | None, time: float) -> FaceState | None:
        if face is None:
            self._smoothing.reset()
            self._blink.reset()
            return None
        return self._blink(self._smoothing(self._calibration(face, time), time), time)
