"""Talking Head Anime 1: a face of 256 pixels that blinks, opens its mouth and turns."""

from typing import TYPE_CHECKING, Literal

from vtuber_app.animators.tha import TalkingHead, ThaSettings, style
from vtuber_app.core.types import Driving, FaceState, Pose
from vtuber_app.pose import tha
from vtuber_app.pose.held import over, shown
from vtuber_app.runtime.plan import Step

if TYPE_CHECKING:
    from vtuber_app.nets import tha1
    from vtuber_app.nets.tha_steps import Modules


class Tha1Settings(ThaSettings):
    """How a character shows what its performer does, and where the networks run."""

    kind: Literal["tha1"] = "tha1"


class Tha1(TalkingHead[Tha1Settings]):
    """Moves a picture whose mouth is open."""

    title = "Talking Head Anime 1"
    shows = shown(6)
    networks = ("face_morpher", "two_algo_face_rotator", "combiner")
    order = (
        Step("picture", ("picture",), ("image",)),
        Step("face", ("image",), ("full",), slice(3, 6)),
        Step("head", ("full",), ("pixels", "total"), slice(0, 3)),
    )
    size = 256
    length = 6

    def poser(self) -> "tha1.Poser":
        from vtuber_app.nets import tha1

        return tha1.Poser()

    def modules(self, poser: "tha1.Poser") -> "Modules":
        from vtuber_app.nets import tha_steps

        return tha_steps.steps_tha1(poser)

    def pose(self, driving: Driving) -> Pose:
        return over(tha.pose6(driving.face or FaceState(), style(self.settings)), driving.held)
