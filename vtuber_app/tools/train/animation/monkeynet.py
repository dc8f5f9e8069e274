"""Training of monkey-net."""

from torch import Tensor, nn

from vtuber_app.nets.discriminator import Discriminator
from vtuber_app.nets.monkeynet import KPDetector, MotionTransferGenerator, published, remap
from vtuber_app.nets.monkeynet_training import Weights, discriminator, discriminator_losses, generator_losses
from vtuber_app.tools.train.animation.config import Config
from vtuber_app.tools.train.animation.system import Losses, System


class MonkeyNetTraining(System):
    """Reconstructs one frame from another, as the discriminator sees them.

    Source: Siarohin et al., Animating Arbitrary Objects via Deep Motion Transfer, CVPR 2019.
    """

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.weights = Weights(**config.loss_weights)

    def built(self) -> dict[str, nn.Module]:
        return {
            "generator": MotionTransferGenerator(**self.hyper("generator")),
            "kp_detector": KPDetector(**self.hyper("kp_detector")),
            "discriminator": discriminator(**self.hyper("discriminator")),
        }

    def forward(self, phase: str, frames: Tensor) -> Losses:
        source, driving = frames.unbind(1)
        generator, detector, judge = (self.networks[name] for name in ("generator", "kp_detector", "discriminator"))
        assert isinstance(generator, MotionTransferGenerator)
        assert isinstance(detector, KPDetector)
        assert isinstance(judge, Discriminator)
        if phase == "generator":
            losses, generated, found = generator_losses(generator, detector, judge, source, driving, self.weights)
            self._made = generated.prediction.detach(), found
            return losses
        return discriminator_losses(judge, self._made[0], driving, self._made[1], self.weights)

    def published(self) -> dict[str, dict[str, Tensor]]:
        return {name: published(state) for name, state in super().published().items()}

    def load(self, state: dict[str, dict[str, Tensor]]) -> None:
        super().load({name: remap(state[name]) for name in self.networks if name in state})
