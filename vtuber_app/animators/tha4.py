"""Talking Head Anime 4: the full networks, finer than those of 3 and several times slower."""

from typing import TYPE_CHECKING, Literal

from vtuber_app.animators.tha import FACE_NETWORKS, FACE_STEPS, TalkingHead, ThaSettings, pose45
from vtuber_app.core.types import Driving, Pose
from vtuber_app.runtime.plan import Step

if TYPE_CHECKING:
    from vtuber_app.nets import tha4
    from vtuber_app.nets.tha_steps import Modules


class Tha4Settings(ThaSettings):
    """How a character shows what its performer does, and where the networks run."""

    kind: Literal["tha4"] = "tha4"


class Tha4(TalkingHead[Tha4Settings]):
    """Moves a picture's body, head and face; for a strong graphics card."""

    title = "Talking Head Anime 4"
    networks = (*FACE_NETWORKS, "body_morpher", "upscaler")
    order = (*FACE_STEPS, Step("head", ("full",), ("pixels", "total"), slice(39, 45)))
    licence = "What Talking Head Anime 4 makes is for non-commercial use only (CC BY-NC 4.0)."

    def poser(self) -> "tha4.Poser":
        from vtuber_app.nets import tha4

        return tha4.Poser()

    def modules(self, poser: "tha4.Poser") -> "Modules":
        from vtuber_app.nets import tha_steps

        return tha_steps.steps_tha4(poser)

    def pose(self, driving: Driving) -> Pose:
        return pose45(driving, self.settings)
