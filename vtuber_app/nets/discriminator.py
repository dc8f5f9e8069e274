"""Patch discriminators of monkey-net, FOM and their successors, and what they are trained for.

Source: Siarohin et al., Animating Arbitrary Objects via Deep Motion Transfer, CVPR 2019; Isola et al., Image-to-Image
Translation with Conditional Adversarial Networks, CVPR 2017; least squares: Mao et al., ICCV 2017.
"""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, relu

from vtuber_app.nets.hourglass import halved, widths
from vtuber_app.nets.keypoints import gaussians

Mode = Literal["least squares", "hinge"]


class Patch(nn.Module):
    """4x4 convolution, normalisation, leaky ReLU; half the size."""

    def __init__(self, inputs: int, outputs: int, norm: bool, pool: bool, sn: bool) -> None:
        super().__init__()
        self.conv = spectral(nn.Conv2d(inputs, outputs, 4), sn)
        self.norm = nn.InstanceNorm2d(outputs, affine=True) if norm else None
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        if self.norm is not None:
            x = self.norm(x)
        x = leaky_relu(x, 0.2)
        return halved(x) if self.pool else x


def spectral(module: nn.Module, used: bool) -> nn.Module:
    """With spectral normalisation, under the published names of its parameters."""
    return nn.utils.spectral_norm(module) if used else module


class Discriminator(nn.Module):
    """Blocks, and the score of each patch."""

    def __init__(
        self,
        inputs: int,
        block_expansion: int = 32,
        num_blocks: int = 4,
        max_features: int = 512,
        sn: bool = False,
        pool_last: bool = False,
    ) -> None:
        super().__init__()
        channels = [inputs, *widths(block_expansion, max_features, num_blocks)[1:]]
        last = num_blocks - 1
        self.down_blocks = nn.ModuleList(
            Patch(channels[i], channels[i + 1], norm=i > 0, pool=i < last or pool_last, sn=sn)
            for i in range(num_blocks)
        )
        self.conv = spectral(nn.Conv2d(channels[-1], 1, 1), sn)

    def forward(self, x: Tensor) -> tuple[list[Tensor], Tensor]:
        """The output of each block, and the scores (B, 1, h, w)."""
        maps = []
        for block in self.down_blocks:
            x = block(x)
            maps.append(x)
        return maps, self.conv(x)


class MultiScaleDiscriminator(nn.Module):
    """As FOM publishes it: a discriminator for each size, of which no model has another than the full one."""

    def __init__(
        self,
        num_channels: int = 3,
        block_expansion: int = 32,
        num_blocks: int = 4,
        max_features: int = 512,
        sn: bool = False,
        use_kp: bool = False,
        num_kp: int = 10,
    ) -> None:
        super().__init__()
        inputs = num_channels + num_kp * use_kp
        self.discs = nn.ModuleDict({"1": Discriminator(inputs, block_expansion, num_blocks, max_features, sn)})
        self.use_kp = use_kp

    def forward(self, image: Tensor, keypoints: Tensor) -> tuple[list[Tensor], Tensor]:
        """As `Discriminator`, of a picture and, where `use_kp`, the driver's keypoints (B, K, 2) drawn beside it."""
        if self.use_kp:
            image = torch.cat([image, gaussians(keypoints, image.shape[2:])], dim=1)
        scored: tuple[list[Tensor], Tensor] = self.discs["1"](image)
        return scored


def generator_loss(scores: Tensor, mode: Mode = "least squares") -> Tensor:
    """Small where generated pictures are taken for real ones."""
    return (1 - scores).square().mean() if mode == "least squares" else -scores.mean()


def discriminator_loss(real: Tensor, fake: Tensor, mode: Mode = "least squares") -> Tensor:
    """Small where both are told apart."""
    if mode == "least squares":
        return ((1 - real).square() + fake.square()).mean()
    return relu(1 - real).mean() + relu(1 + fake).mean()
