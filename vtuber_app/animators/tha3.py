"""Talking Head Anime 3: any picture that is framed as it wants moves, with head, face and body."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from vtuber_app.animators.tha import FACE_NETWORKS, FACE_STEPS, TalkingHead, ThaSettings, pose45
from vtuber_app.core.types import Driving, Pose
from vtuber_app.runtime.plan import Step

if TYPE_CHECKING:
    from vtuber_app.nets import tha3
    from vtuber_app.nets.tha_steps import Modules

Variant = Literal["separable_float", "separable_half", "standard_float", "standard_half"]


class Tha3Settings(ThaSettings):
    """Which of the published networks, how a character shows what its performer does, and where they run."""

    kind: Literal["tha3"] = "tha3"
    variant: Variant = Field(
        "separable_float",
        title="Networks",
        description="separable: small and fast. standard: finer, three times slower. half: half the size on disk.",
    )


class Tha3(TalkingHead[Tha3Settings]):
    """Moves a picture's body, head and face."""

    title = "Talking Head Anime 3"
    networks = (*FACE_NETWORKS, "two_algo_face_body_rotator", "editor")
    order = (*FACE_STEPS, Step("head", ("full",), ("pixels", "total"), slice(39, 45)))

    @property
    def card(self) -> str:
        return f"tha3_{self.settings.variant}"

    def poser(self) -> "tha3.Poser":
        from vtuber_app.nets import tha3

        return tha3.Poser(self.settings.variant.startswith("separable"))

    def modules(self, poser: "tha3.Poser") -> "Modules":
        from vtuber_app.nets import tha_steps

        return tha_steps.steps_tha3(poser)

    def pose(self, driving: Driving) -> Pose:
        return pose45(driving, self.settings)
