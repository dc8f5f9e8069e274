"""monkey-net: a picture of whatever the checkpoint knows moves as the driver does."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtuber_app.animators.checkpoints import Hyper, Published
from vtuber_app.animators.image_animation import ImageAnimation, ImageAnimationSettings
from vtuber_app.core import weights

if TYPE_CHECKING:
    from vtuber_app.nets.monkeynet_steps import MonkeyNetAnimation

QUARTER, HALF, SMALL = {"scale_factor": 0.25}, {"scale_factor": 0.5}, {"max_features": 512}


class MonkeyNetSettings(ImageAnimationSettings):
    """Which checkpoint, how a picture follows the driver, and where the networks run."""

    kind: Literal["monkeynet"] = "monkeynet"
    variant: Literal["vox", "vox-full", "mgif", "nemo"] = Field(
        "vox",
        title="Published as",
        description="nemo: also taichi and bair. What you trained yourself is known as it is.",
    )
    adapt_variance: bool = Field(
        False, title="Adapt the shapes", description="The keypoints' shapes are the picture's, bent as yours are."
    )


class MonkeyNet(ImageAnimation[MonkeyNetSettings]):
    """Moves a picture by ten keypoints with shapes, which the network found for itself."""

    title = "monkey-net"
    hot = ImageAnimation.hot | {"adapt_variance"}

    published: ClassVar = {
        "vox": Published(
            256,
            {
                "kp_detector_params": QUARTER,
                "generator_params": {
                    "num_blocks": 7,
                    "interpolation_mode": "trilinear",
                    "dense_motion_params": QUARTER,
                    "embedding_scale_factor": 0.25,
                },
            },
        ),
        "vox-full": Published(256, {"generator_params": {"num_blocks": 7, "interpolation_mode": "trilinear"}}),
        "mgif": Published(
            128,
            {
                "kp_detector_params": HALF,
                "generator_params": {
                    "num_blocks": 6,
                    "dense_motion_params": HALF | {"use_difference": True},
                    "embedding_scale_factor": 0.5,
                },
            },
        ),
        "nemo": Published(
            64, {"kp_detector_params": SMALL, "generator_params": SMALL | {"dense_motion_params": SMALL}}
        ),
    }
    keypoints = ("mean", "var")

    def source(self, network: Hyper) -> tuple[str, ...]:
        depth = network.get("generator_params", {}).get("num_blocks", 5)
        return *(f"features_{i}" for i in range(depth)), "source_mean", "source_var"

    def animation(self, checkpoint: Path, network: Hyper) -> "MonkeyNetAnimation":
        import torch

        from vtuber_app.nets.monkeynet import KPDetector, MotionTransferGenerator, remap
        from vtuber_app.nets.monkeynet_steps import MonkeyNetAnimation

        with torch.device("meta"):
            kp_detector = KPDetector(**network.get("kp_detector_params", {}))
            generator = MotionTransferGenerator(**network.get("generator_params", {}))
        weights.load_networks({"kp_detector": kp_detector, "generator": generator}, checkpoint, remap)
        return MonkeyNetAnimation(kp_detector, generator)

    def options(self, scale: float) -> NDArray[np.float32]:
        return np.array([scale, self.settings.adapt_variance], np.float32)
