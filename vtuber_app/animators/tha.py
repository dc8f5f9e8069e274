"""What the animators of Talking Head Anime share: their settings, and the pose of a moment."""

from collections.abc import Callable
from typing import Generic, TypeVar

from pydantic import Field

from vtuber_app.core.device import Device
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Driving, FaceState, Pose
from vtuber_app.pose import tha

T = TypeVar("T")

HOT = frozenset({"brows", "wink", "iris_small", "breaths"})
"""What is looked at anew for each picture."""


class ThaSettings(Settings):
    """How a character shows what its performer does, and where the networks run."""

    device: Device = Field(
        "auto", title="Runs on", description="cuda: NVIDIA's and AMD's graphics cards. mps: Apple's. auto: the fastest."
    )
    brows: tha.Brows = Field("angry", title="Lowered brows look")
    wink: tha.Wink = Field("normal", title="Closed eyes look")
    iris_small: float = Field(0.0, ge=0, le=1, title="Small irises")
    breaths: float = Field(20.0, ge=0, le=60, title="Breaths a minute", description="0: the chest rests.")


def pose45(driving: Driving, settings: ThaSettings) -> Pose:
    """The pose of THA3 and 4 at that moment, (45,), of the kind the networks were trained with; at rest if faceless."""
    style = tha.Style(settings.brows, settings.wink, settings.iris_small)
    breathing = tha.breath(driving.time, settings.breaths)
    return tha.bounded(tha.pose45(driving.face or FaceState(), style, breathing))


class Latest(Generic[T]):
    """Remembers what was made last, so that it is made anew only when what it depends on has changed."""

    def __init__(self) -> None:
        self._made: tuple[bytes, T] | None = None

    def __call__(self, pose: Pose, make: Callable[[], T]) -> T:
        """What was made for that part of a pose, or is made now."""
        key = pose.tobytes()
        if self._made is None or self._made[0] != key:
            self._made = key, make()
        return self._made[1]
