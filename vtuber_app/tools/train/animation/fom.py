"""Training of the First Order Motion Model."""

from torch import Tensor, nn

from vtuber_app.nets.discriminator import MultiScaleDiscriminator
from vtuber_app.nets.equivariance import RandomWarp
from vtuber_app.nets.fom import KPDetector, OcclusionAwareGenerator
from vtuber_app.nets.fom_losses import Weights, discriminator_losses, generator_losses
from vtuber_app.tools.train.animation.config import Config
from vtuber_app.tools.train.animation.system import Losses, PerceptualSystem


class FomTraining(PerceptualSystem):
    """Reconstructs one frame from another; keypoints must move as the picture does.

    Source: Siarohin et al., First Order Motion Model for Image Animation, NeurIPS 2019.
    """

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.weights = Weights(**config.loss_weights)

    def built(self) -> dict[str, nn.Module]:
        return {
            "generator": OcclusionAwareGenerator(**self.hyper("generator")),
            "kp_detector": KPDetector(**self.hyper("kp_detector")),
            "discriminator": MultiScaleDiscriminator(**self.hyper("discriminator")),
        }

    def forward(self, phase: str, frames: Tensor) -> Losses:
        source, driving = frames.unbind(1)
        if phase == "generator":
            generator, detector, judge = (self.networks[name] for name in ("generator", "kp_detector", "discriminator"))
            assert isinstance(generator, OcclusionAwareGenerator)
            assert isinstance(detector, KPDetector)
            vgg, warp = self.vgg(frames), RandomWarp.drawn(driving)
            losses, generated, found = generator_losses(
                generator, detector, judge, vgg, source, driving, warp, self.weights
            )
            self._made = generated.prediction.detach(), found.value.detach()
            return self.completed(losses, generated.prediction, driving)
        return discriminator_losses(self.networks["discriminator"], self._made[0], driving, self._made[1])
