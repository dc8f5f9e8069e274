"""DaGAN: a face moves as the driver's does, by keypoints that know its depth."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from vtuber_app.animators.checkpoints import Hyper, Published
from vtuber_app.animators.image_animation import ImageAnimation, ImageAnimationSettings
from vtuber_app.core import weights
from vtuber_app.core.errors import WeightsError

if TYPE_CHECKING:
    from torch import nn

    from vtuber_app.nets.dagan_steps import DaganAnimation
    from vtuber_app.nets.depth import Depth

KEYPOINTS: dict[str, Any] = {"num_kp": 15, "num_channels": 4}
"""What its keypoint detector has otherwise than FOM's."""


class DaganSettings(ImageAnimationSettings):
    """Which checkpoints, how a picture follows the driver, and where the networks run."""

    kind: Literal["dagan"] = "dagan"
    depth_encoder: Path | None = Field(None, title="Depth, encoder.pth", description="Of the depth network.")
    depth_decoder: Path | None = Field(None, title="Depth, depth.pth", description="Of the same depth network.")


class Dagan(ImageAnimation[DaganSettings]):
    """Moves a face by fifteen keypoints that were found in its depth too."""

    title = "DaGAN"

    published: ClassVar = {"vox": Published(256, {})}
    keypoints = ("value", "jacobian")

    def source(self, network: Hyper) -> tuple[str, ...]:
        return "small", "features", "depth", "source_value", "source_jacobian"

    def further_files(self) -> tuple[Path, ...]:
        files = self.settings.depth_encoder, self.settings.depth_decoder
        if None in files:
            raise WeightsError("DaGAN needs a depth network beside its checkpoint: encoder.pth and depth.pth.")
        found = tuple(file for file in files if file)
        for file in found:
            if not file.is_file():
                raise WeightsError(f"There is no file {file} of a depth network.")
        return found

    def animation(self, checkpoint: Path, network: Hyper) -> "DaganAnimation":
        import torch

        from vtuber_app.nets import dagan, fom, spade
        from vtuber_app.nets.dagan_steps import DaganAnimation

        guided = spade.is_in(weights.parameter_names(checkpoint))
        kind = dagan.SPADEDepthAwareGenerator if guided else dagan.DepthAwareGenerator
        with torch.device("meta"):
            kp_detector = fom.KPDetector(**KEYPOINTS | network.get("kp_detector_params", {}))
            generator = kind(**network.get("generator_params", {}))
        nets: dict[str, nn.Module] = {"kp_detector": kp_detector, "generator": generator}
        weights.load_networks(nets, checkpoint)
        return DaganAnimation(kp_detector, spade.settled(generator), depth_network(*self.further_files()))


def depth_network(encoder: Path, decoder: Path) -> "Depth":
    """A depth network of its two files; WeightsError if they are something else."""
    import torch

    from vtuber_app.nets import depth

    state = weights.load(encoder, mixed=True)
    with torch.device("meta"):
        network = depth.Depth(depth.layers(set(state)))
    weights.give(network.encoder, state, encoder.name)
    weights.give(network.decoder, weights.load(decoder, mixed=True), decoder.name)
    return network
