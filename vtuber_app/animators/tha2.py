"""Talking Head Anime 2: a face of 256 pixels with brows, eyes and mouth that move in many ways."""

from typing import TYPE_CHECKING, Literal

from vtuber_app.animators.tha import FACE_NETWORKS, FACE_STEPS, TalkingHead, ThaSettings, style
from vtuber_app.core.types import Driving, FaceState, Pose
from vtuber_app.pose import tha
from vtuber_app.pose.held import over, shown
from vtuber_app.runtime.plan import Step

if TYPE_CHECKING:
    from vtuber_app.nets import tha2
    from vtuber_app.nets.tha_steps import Modules


class Tha2Settings(ThaSettings):
    """How a character shows what its performer does, and where the networks run."""

    kind: Literal["tha2"] = "tha2"


class Tha2(TalkingHead[Tha2Settings]):
    """Moves a picture's head and face."""

    title = "Talking Head Anime 2"
    shows = shown(42)
    networks = (*FACE_NETWORKS, "two_algo_face_rotator", "combiner")
    order = (*FACE_STEPS, Step("head", ("full",), ("pixels", "total"), slice(39, 42)))
    size = 256
    length = 42

    def poser(self) -> "tha2.Poser":
        from vtuber_app.nets import tha2

        return tha2.Poser()

    def modules(self, poser: "tha2.Poser") -> "Modules":
        from vtuber_app.nets import tha_steps

        return tha_steps.steps_tha2(poser)

    def pose(self, driving: Driving) -> Pose:
        return tha.bounded(over(tha.pose42(driving.face or FaceState(), style(self.settings)), driving.held))
