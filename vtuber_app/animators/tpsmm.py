"""Thin-Plate Spline Motion Model: a picture of whatever the checkpoint knows moves as the driver does."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from vtuber_app.animators.checkpoints import Hyper, Published
from vtuber_app.animators.image_animation import ImageAnimation, ImageAnimationSettings
from vtuber_app.core import weights
from vtuber_app.core.errors import WeightsError

if TYPE_CHECKING:
    from torch import nn

    from vtuber_app.nets.tpsmm_steps import TpsmmAnimation

AVD = "avd_network"


class TpsmmSettings(ImageAnimationSettings):
    """Which checkpoint, how a picture follows the driver, and where the networks run."""

    kind: Literal["tpsmm"] = "tpsmm"
    variant: Literal["vox", "ted"] = Field(
        "vox",
        title="Published as",
        description="vox: also taichi and mgif. What you trained yourself is known as it is.",
    )
    motion: Literal["relative", "absolute", "avd"] = Field(  # type: ignore[assignment]
        "relative",
        title="Motion",
        description="relative: moves as you move from your first picture. absolute: takes your place and shape. "
        "avd: takes your place and keeps its shape, if the checkpoint has that network.",
    )
    adapt_scale: Literal[True] = Field(
        True, title="Adapt the scale", description="Relative motion always does.", json_schema_extra={"internal": True}
    )


class Tpsmm(ImageAnimation[TpsmmSettings]):
    """Moves a picture by ten splines that the network found for itself."""

    title = "Thin-Plate Spline Motion Model"
    hot = ImageAnimation.hot - {"motion"}

    published: ClassVar = {"vox": Published(256, {}), "ted": Published(384, {})}
    keypoints = ("places",)

    def source(self, network: Hyper) -> tuple[str, ...]:
        depth = network.get("inpainting_network_params", {}).get("num_down_blocks", 3)
        return "small", *(f"features_{i}" for i in range(depth + 1)), "source_places"

    def plan_name(self) -> str:
        return "tpsmm-avd" if self.settings.motion == "avd" else "tpsmm"

    def animation(self, checkpoint: Path, network: Hyper) -> "TpsmmAnimation":
        import torch

        from vtuber_app.nets import tpsmm
        from vtuber_app.nets.tpsmm_steps import TpsmmAnimation

        avd = self.settings.motion == "avd"
        with torch.device("meta"):
            detector, dense, paint = (
                tpsmm.KPDetector(**network.get("kp_detector_params", {})),
                tpsmm.DenseMotionNetwork(**network.get("dense_motion_network_params", {})),
                tpsmm.InpaintingNetwork(**network.get("inpainting_network_params", {})),
            )
            adapted = tpsmm.AVDNetwork(**network.get("avd_network_params", {})) if avd else None
        nets: dict[str, nn.Module] = {
            "kp_detector": detector,
            "dense_motion_network": dense,
            "inpainting_network": paint,
        }
        weights.load_networks(nets, checkpoint)
        if adapted is not None:
            if not any(name.startswith(AVD) for name in weights.parameter_names(checkpoint)):
                raise WeightsError(
                    f"{checkpoint.name} has no network for avd motion. Choose relative, or a checkpoint that has it."
                )
            weights.load_networks({AVD: adapted}, checkpoint)
        return TpsmmAnimation(detector, dense, paint, adapted)
