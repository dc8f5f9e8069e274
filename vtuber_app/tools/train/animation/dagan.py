"""Training of DaGAN."""

import torch
from torch import Tensor, nn

from vtuber_app.animators.dagan import KEYPOINTS, depth_network
from vtuber_app.core.errors import SettingsError
from vtuber_app.nets.dagan import DepthAwareGenerator, SPADEDepthAwareGenerator, with_depth
from vtuber_app.nets.dagan_losses import Weights, generator_losses
from vtuber_app.nets.depth import Depth
from vtuber_app.nets.discriminator import MultiScaleDiscriminator
from vtuber_app.nets.equivariance import RandomWarp
from vtuber_app.nets.fom import KPDetector
from vtuber_app.nets.fom_losses import discriminator_losses
from vtuber_app.tools.train.animation.config import Config
from vtuber_app.tools.train.animation.system import Losses, PerceptualSystem


class DaganTraining(PerceptualSystem):
    """Reconstructs one frame from another and its depth, which is known already.

    Source: Hong et al., Depth-Aware Generative Adversarial Network for Talking Head Video Generation, CVPR 2022.
    """

    _made: tuple[Tensor, Tensor]

    def __init__(self, config: Config) -> None:
        if config.depth_encoder is None or config.depth_decoder is None:
            raise SettingsError("DaGAN is trained beside a depth network: name depth_encoder and depth_decoder.")
        super().__init__(config)
        self.weights = Weights(**config.loss_weights)
        self._depth = [depth_network(config.depth_encoder, config.depth_decoder).eval()]  # no part of the checkpoint

    def built(self) -> dict[str, nn.Module]:
        kind = SPADEDepthAwareGenerator if self.config.spade else DepthAwareGenerator
        return {
            "generator": kind(**self.hyper("generator")),
            "kp_detector": KPDetector(**KEYPOINTS | self.hyper("kp_detector")),
            "discriminator": MultiScaleDiscriminator(**{"num_kp": 15} | self.hyper("discriminator")),
        }

    def depth(self, like: Tensor) -> Depth:
        """The depth network, where those frames are."""
        return self._depth[0].to(like.device)

    def forward(self, phase: str, frames: Tensor) -> Losses:
        source, driving = frames.unbind(1)
        generator, detector, judge = (self.networks[name] for name in ("generator", "kp_detector", "discriminator"))
        assert isinstance(generator, DepthAwareGenerator | SPADEDepthAwareGenerator)
        assert isinstance(detector, KPDetector)
        if phase == "discriminator":
            return discriminator_losses(judge, self._made[0], driving, self._made[1])
        vgg, warp = self.vgg(frames), RandomWarp.drawn(driving)
        losses, generated, found = generator_losses(
            generator, detector, self.depth(frames), judge, vgg, source, driving, warp, self.weights
        )
        self._made = generated.prediction.detach(), found.value.detach()
        return self.completed(losses, generated.prediction, driving)

    def reconstructed(self, frames: Tensor) -> Tensor:
        depth, detector = self.depth(frames), self.networks["kp_detector"]
        with torch.inference_mode():
            far = [depth(frame) for frame in (frames[:, 0], frames[:, -1])]
            still, found = (detector(with_depth(frames[:, i], each)) for i, each in zip((0, -1), far, strict=True))
            made: Tensor = self.networks["generator"](frames[:, 0], far[0], still, found).prediction
        return made
