"""What happens to a performer's face between the tracker and the animator."""

from dataclasses import replace

from pydantic import Field

from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Driving, FaceState
from vtuber_app.pose.blink import BlinkHold
from vtuber_app.pose.calibration import Calibration
from vtuber_app.pose.idle import Presence
from vtuber_app.pose.mirror import mirror
from vtuber_app.pose.smoothing import FaceSmoothing


class PoseSettings(Settings):
    """How the performer's motion is passed on."""

    mirrored: bool = Field(True, title="Mirror", description="The avatar moves like your image in a mirror.")
    smoothing: float = Field(0.5, ge=0, le=1, title="Smoothing", description="Calmer, but a little later.")
    auto_calibrate: bool = Field(
        True, title="Calibrate at the start", description="Takes the face of the first seconds as its rest."
    )
    blink_hold_s: float = Field(0.06, ge=0, le=0.5, title="Blink hold", description="Shortest time an eye is shut, s.")
    idle: bool = Field(True, title="Idle motion", description="The avatar lives on while no face is seen.")


class Filters:
    """Calibrates, smooths, holds blinks, bridges lost tracking, mirrors; what it gives always has a face.

    One thread calls it, with times that grow; `calibrate` may be called by any.
    """

    def __init__(self, settings: PoseSettings) -> None:
        self.settings = settings
        self._calibration = Calibration(settings.auto_calibrate)
        self._smoothing = FaceSmoothing(settings.smoothing)
        self._blink = BlinkHold(settings.blink_hold_s)
        self._presence = Presence(settings.idle)

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
        return replace(driving, face=face)

    def _filtered(self, face: FaceState | None, time: float) -> FaceState | None:
        if face is None:
            self._smoothing.reset()
            self._blink.reset()
            return None
        return self._blink(self._smoothing(self._calibration(face, time), time), time)
