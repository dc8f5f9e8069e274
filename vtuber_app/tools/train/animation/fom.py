"""Training of the First Order Motion Model."""

from typing import Any

import torch
from torch import Tensor, nn

from vtuber_app.core import weights
from vtuber_app.nets.discriminator import MultiScaleDiscriminator
from vtuber_app.nets.equivariance import RandomWarp
from vtuber_app.nets.fom import KPDetector, OcclusionAwareGenerator
from vtuber_app.nets.fom_losses import Weights, discriminator_losses, generator_losses
from vtuber_app.nets.perceptual import Vgg19
from vtuber_app.tools.train.animation.config import Config
from vtuber_app.tools.train.animation.system import Losses, System, pixels


class FomTraining(System):
    """Reconstructs one frame from another; keypoints must move as the picture does.

    Source: Siarohin et al., First Order Motion Model for Image Animation, NeurIPS 2019.
    """

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.weights = Weights(**config.loss_weights)
        self.vgg: list[Vgg19] = []  # a list, so that it is no part of the checkpoint
        if config.vgg19:
            self.vgg.append(Vgg19())
            weights.load_into(self.vgg[0], config.vgg19)

    def built(self) -> dict[str, nn.Module]:
        generator: dict[str, Any] = self.hyper("generator")
        return {
            "generator": OcclusionAwareGenerator(**generator),
            "kp_detector": KPDetector(**self.hyper("kp_detector")),  # type: ignore[arg-type]
            "discriminator": MultiScaleDiscriminator(**self.hyper("discriminator")),  # type: ignore[arg-type]
        }

    def forward(self, phase: str, frames: Tensor) -> Losses:
        source, driving = frames.unbind(1)
        if phase == "generator":
            generator, detector, judge = (self.networks[name] for name in ("generator", "kp_detector", "discriminator"))
            assert isinstance(generator, OcclusionAwareGenerator)
            assert isinstance(detector, KPDetector)
            vgg, warp = self.vgg[0].to(frames.device) if self.vgg else None, RandomWarp.drawn(driving)
            losses, generated, found = generator_losses(
                generator, detector, judge, vgg, source, driving, warp, self.weights
            )
            if not vgg:
                losses["pixels"] = pixels(generated.prediction, driving)
            self._made = generated.prediction.detach(), found.value.detach()
            return losses
        return discriminator_losses(self.networks["discriminator"], self._made[0], driving, self._made[1])

    def reconstructed(self, frames: Tensor) -> Tensor:
        source, driving = frames[:, 0], frames[:, -1]
        detector = self.networks["kp_detector"]
        with torch.inference_mode():
            made: Tensor = self.networks["generator"](source, detector(source), detector(driving)).prediction
        return made
