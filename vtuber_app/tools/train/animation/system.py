"""What a system of image animation says of its training: networks, phases of a step, losses."""

from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import Tensor, nn

from vtuber_app.nets.perceptual import pyramid
from vtuber_app.tools.train.animation.config import Config

Losses = dict[str, Tensor]
PIXELS = 10.0


class System(nn.Module, ABC):
    """Networks by the names they have in checkpoints, each with an optimizer of its own.

    Attributes:
        phases: Of a step, in order, and the networks whose parameters each changes.
        frames: How many frames of a video a sample has.
    """

    phases: ClassVar[dict[str, tuple[str, ...]]] = {
        "generator": ("generator", "kp_detector"),
        "discriminator": ("discriminator",),
    }
    frames: ClassVar[int] = 2

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

    @abstractmethod
    def reconstructed(self, frames: Tensor) -> Tensor:
        """Each sample's first frame (B, 3, H, W), animated as its last."""

    def optimizers(self) -> dict[str, torch.optim.Optimizer]:
        """One for each network."""
        lr = self.config.lr
        return {name: torch.optim.Adam(net.parameters(), lr, (0.5, 0.999)) for name, net in self.networks.items()}

    def published(self) -> dict[str, dict[str, Tensor]]:
        """Parameters as checkpoints have them."""
        return {name: net.state_dict() for name, net in self.networks.items()}

    def load(self, state: dict[str, dict[str, Tensor]]) -> None:
        """Take parameters as checkpoints have them, every one."""
        for name, net in self.networks.items():
            net.load_state_dict(state[name])

    def hyper(self, name: str) -> dict[str, object]:
        """What the configuration says of a network."""
        return self.config.network.get(f"{name}_params", {})


def pixels(generated: Tensor, real: Tensor) -> Tensor:
    """What stands in for the perceptual loss where there is no VGG19: mean absolute differences at four sizes."""
    sizes = zip(pyramid(generated), pyramid(real), strict=True)
    return PIXELS * torch.stack([(one - other).abs().mean() for one, other in sizes]).sum()
