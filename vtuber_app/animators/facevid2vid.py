"""face-vid2vid: a face moves as the driver's does, and can be turned freely."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtuber_app.animators.checkpoints import Hyper, Published
from vtuber_app.animators.image_animation import ImageAnimation, ImageAnimationSettings
from vtuber_app.core import weights
from vtuber_app.runtime.network import Network

if TYPE_CHECKING:
    from torch import nn

    from vtuber_app.nets.facevid2vid_steps import FaceVid2VidAnimation

ANGLES = ("yaw_deg", "pitch_deg", "roll_deg")


class FaceVid2VidSettings(ImageAnimationSettings):
    """Which checkpoint, how a picture follows the driver, and where the networks run."""

    kind: Literal["facevid2vid"] = "facevid2vid"
    yaw_deg: float | None = Field(
        None, ge=-90, le=90, title="Yaw, degrees", description="Empty: the driver's. To 45 it looks well."
    )
    pitch_deg: float | None = Field(None, ge=-90, le=90, title="Pitch, degrees", description="To 20 it looks well.")
    roll_deg: float | None = Field(None, ge=-90, le=90, title="Roll, degrees", description="To 20 it looks well.")


class FaceVid2Vid(ImageAnimation[FaceVid2VidSettings]):
    """Moves a face by fifteen keypoints in space, so that its head can be turned by hand."""

    title = "face-vid2vid"
    hot = ImageAnimation.hot | set(ANGLES)

    published: ClassVar = {"vox": Published(256, {})}
    keypoints = ("angles", "translation", "expression")

    def source(self, network: Hyper) -> tuple[str, ...]:
        return "volume", "compressed", "canonical", "source_places"

    def animation(self, checkpoint: Path, network: Hyper) -> "FaceVid2VidAnimation":
        import torch

        from vtuber_app.nets import facevid2vid, spade
        from vtuber_app.nets.facevid2vid_pose import HEEstimator, KPDetector
        from vtuber_app.nets.facevid2vid_steps import FaceVid2VidAnimation

        guided = spade.is_in(weights.parameter_names(checkpoint))
        kind = facevid2vid.OcclusionAwareSPADEGenerator if guided else facevid2vid.OcclusionAwareGenerator
        with torch.device("meta"):
            kp_detector = KPDetector(**network.get("kp_detector_params", {}))
            he_estimator = HEEstimator(**network.get("he_estimator_params", {}))
            generator = kind(**network.get("generator_params", {}))
        nets: dict[str, nn.Module] = {
            "kp_detector": kp_detector,
            "he_estimator": he_estimator,
            "generator": generator,
        }
        weights.load_networks(nets, checkpoint)
        return FaceVid2VidAnimation(kp_detector, he_estimator, spade.settled(generator))

    def options(self, scale: float) -> NDArray[np.float32]:
        angles = [getattr(self.settings, name) for name in ANGLES]
        given = [angle is not None for angle in angles]
        return np.array([scale, *given, *(angle or 0 for angle in angles)], np.float32)

    def scale(self, network: Network) -> float:
        import torch

        from vtuber_app.nets.facevid2vid_pose import Head, posed
        from vtuber_app.nets.keypoints import movement_scale

        def found(name: str) -> torch.Tensor:
            return torch.from_numpy(network.value(name)).float()

        head = Head(*(found(f"initial_{name}") for name in self.keypoints))
        return movement_scale(found("source_places"), posed(found("canonical"), head))
