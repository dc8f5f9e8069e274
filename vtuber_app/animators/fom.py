"""First Order Motion Model: a picture of whatever the checkpoint knows moves as the driver does."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from vtuber_app.animators.checkpoints import Hyper, Published
from vtuber_app.animators.image_animation import ImageAnimation, ImageAnimationSettings
from vtuber_app.core import weights

if TYPE_CHECKING:
    from vtuber_app.nets.fom_steps import FomAnimation


class FomSettings(ImageAnimationSettings):
    """Which checkpoint, how a picture follows the driver, and where the networks run."""

    kind: Literal["fom"] = "fom"
    variant: Literal["vox", "mgif"] = Field(
        "vox",
        title="Published as",
        description="vox: also vox-adv, taichi, fashion, nemo, bair. What you trained yourself is known as it is.",
    )


class Fom(ImageAnimation[FomSettings]):
    """Moves a picture by ten keypoints that the network found for itself."""

    title = "First Order Motion Model"

    published: ClassVar = {
        "vox": Published(256, {}),
        "mgif": Published(256, {"kp_detector_params": {"single_jacobian_map": True}}),
    }
    keypoints = ("value", "jacobian")

    def source(self, network: Hyper) -> tuple[str, ...]:
        return "small", "features", "source_value", "source_jacobian"

    def animation(self, checkpoint: Path, network: Hyper) -> "FomAnimation":
        import torch

        from vtuber_app.nets.fom import KPDetector, OcclusionAwareGenerator
        from vtuber_app.nets.fom_steps import FomAnimation

        with torch.device("meta"):
            kp_detector = KPDetector(**network.get("kp_detector_params", {}))
            generator = OcclusionAwareGenerator(**network.get("generator_params", {}))
        weights.load_networks({"kp_detector": kp_detector, "generator": generator}, checkpoint)
        return FomAnimation(kp_detector, generator)
