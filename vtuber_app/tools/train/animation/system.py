"""What a system of image animation says of its training: networks, phases of a step, losses."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from vtuber_app.core import weights
from vtuber_app.core.errors import WeightsError
from vtuber_app.nets.perceptual import Vgg19, pyramid
from vtuber_app.tools.train.animation.config import Config

Losses = dict[str, Tensor]
PIXELS, GRADIENT = 10.0, 10.0


class System(nn.Module, ABC):
    """Networks by the names they have in checkpoints, each with an optimizer of its own.

    Attributes:
        phases: Of a step, in order, and the networks whose parameters each changes.
        frames: How many frames of a video a sample has.
        weight_decay: Of Adam.
        clipped: Networks, none of whose gradients may be larger than `GRADIENT`.
        epoch: The one that is under way.
    """

    phases: ClassVar[dict[str, tuple[str, ...]]] = {
        "generator": ("generator", "kp_detector"),
        "discriminator": ("discriminator",),
    }
    frames: ClassVar[int] = 2
    weight_decay: ClassVar[float] = 0
    clipped: ClassVar[tuple[str, ...]] = ()
    epoch = 0

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.networks = nn.ModuleDict(self.built())

    @abstractmethod
    def built(self) -> dict[str, nn.Module]:
        """The networks, new, by their names in checkpoints."""

    @abstractmethod
    def forward(self, phase: str, frames: Tensor) -> Losses:
        """The losses of a phase, with their weights, on frames (B, N, 3, H, W) in [0, 1]."""

    def reconstructed(self, frames: Tensor) -> Tensor:
        """Each sample's first frame (B, 3, H, W), animated as its last: here by a detector and a generator alone."""
        source, driving = frames[:, 0], frames[:, -1]
        generator, detector = self.networks["generator"], self.networks["kp_detector"]
        with torch.inference_mode():
            made: Tensor = generator(source, detector(source), detector(driving)).prediction
        return made

    def optimizers(self) -> dict[str, torch.optim.Optimizer]:
        """One for each network that learns."""

        def adam(name: str) -> torch.optim.Optimizer:
            parameters = self.networks[name].parameters()
            return torch.optim.Adam(parameters, self.config.lr, (0.5, 0.999), weight_decay=self.weight_decay)

        return {name: adam(name) for names in self.phases.values() for name in names}

    def clip(self) -> None:
        """Called before each step, when gradients are there."""
        for name in self.clipped:
            nn.utils.clip_grad_norm_(self.networks[name].parameters(), GRADIENT, float("inf"))

    def published(self) -> dict[str, dict[str, Tensor]]:
        """Parameters as checkpoints have them."""
        return {name: net.state_dict() for name, net in self.networks.items()}

    def load(self, state: dict[str, dict[str, Tensor]]) -> None:
        """Take parameters as checkpoints have them, every one; WeightsError if they are others."""
        for name, net in self.networks.items():
            if name not in state:
                raise WeightsError(f"The checkpoint is of something else: it has no {name}.")
            weights.check(net, state[name], f"{name} in the checkpoint")
            net.load_state_dict(state[name])

    def hyper(self, name: str) -> dict[str, Any]:
        """What the configuration says of a network."""
        return self.config.network.get(f"{name}_params", {})


class PerceptualSystem(System):
    """One that is trained for what a VGG19 sees; where there is none, for differences of pixels."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._vgg: list[Vgg19] = []  # a list, so that it is no part of the checkpoint
        if config.vgg19:
            self._vgg.append(Vgg19())
            weights.load_into(self._vgg[0], config.vgg19)

    def vgg(self, like: Tensor) -> Vgg19 | None:
        """It, where those frames are."""
        return self._vgg[0].to(like.device) if self._vgg else None

    def completed(self, losses: Losses, generated: Tensor, real: Tensor) -> Losses:
        """With what stands in for the perceptual loss."""
        return losses if self._vgg else losses | {"pixels": pixels(generated, real)}


def pixels(generated: Tensor, real: Tensor) -> Tensor:
    """What stands in for the perceptual loss where there is no VGG19: mean absolute differences at four sizes."""
    sizes = zip(pyramid(generated), pyramid(real), strict=True)
    return PIXELS * torch.stack([(one - other).abs().mean() for one, other in sizes]).sum()
