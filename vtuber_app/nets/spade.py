"""Decoders that are told at every depth what to draw: SPADE residual blocks.

Source: Park et al., Semantic Image Synthesis with Spatially-Adaptive Normalization, CVPR 2019.
"""

from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import instance_norm, interpolate, leaky_relu

from vtuber_app.nets.discriminator import spectral

G = TypeVar("G", bound=nn.Module)


def is_in(names: set[str]) -> bool:
    """Whether a checkpoint's generator has such a decoder, by the names of its parameters."""
    return any(name.startswith("generator.decoder.") for name in names)


def settled(generator: G) -> G:
    """A trained one, whose spectral normalisation is done once and not for each picture."""
    for module in generator.eval().modules():
        if hasattr(module, "weight_orig"):
            nn.utils.remove_spectral_norm(module)
    return generator


class Spade(nn.Module):
    """Instance normalisation, whose scale and offset at each place are made of a guide (B, G, h, w)."""

    def __init__(self, channels: int, guide: int) -> None:
        super().__init__()
        self.mlp_shared = nn.Sequential(nn.Conv2d(guide, 128, 3, padding=1), nn.ReLU())
        self.mlp_gamma = nn.Conv2d(128, channels, 3, padding=1)
        self.mlp_beta = nn.Conv2d(128, channels, 3, padding=1)

    def forward(self, x: Tensor, guide: Tensor) -> Tensor:
        shared = self.mlp_shared(interpolate(guide, size=x.shape[2:]))
        scaled: Tensor = instance_norm(x) * (1 + self.mlp_gamma(shared)) + self.mlp_beta(shared)
        return scaled


class SpadeBlock(nn.Module):
    """A residual block with two guided convolutions, and a third beside them where the channels change."""

    def __init__(self, inputs: int, outputs: int, guide: int) -> None:
        super().__init__()
        middle = min(inputs, outputs)
        self.conv_0 = spectral(nn.Conv2d(inputs, middle, 3, padding=1), True)
        self.conv_1 = spectral(nn.Conv2d(middle, outputs, 3, padding=1), True)
        self.norm_0 = Spade(inputs, guide)
        self.norm_1 = Spade(middle, guide)
        self.changes = inputs != outputs
        if self.changes:
            self.conv_s = spectral(nn.Conv2d(inputs, outputs, 1, bias=False), True)
            self.norm_s = Spade(inputs, guide)

    def forward(self, x: Tensor, guide: Tensor) -> Tensor:
        path: Tensor = self.conv_0(leaky_relu(self.norm_0(x, guide), 0.2))
        path = self.conv_1(leaky_relu(self.norm_1(path, guide), 0.2))
        return path + (self.conv_s(self.norm_s(x, guide)) if self.changes else x)


class SpadeDecoder(nn.Module):
    """Features (B, 256, h, w) to a picture of four times the size."""

    def __init__(self, middle: int, guide: int, channels: int = 256, finest: int = 64) -> None:
        super().__init__()
        self.fc = nn.Conv2d(channels, 2 * channels, 3, padding=1)
        self.middle = [f"G_middle_{i}" for i in range(middle)]
        for name in self.middle:
            self.add_module(name, SpadeBlock(2 * channels, 2 * channels, guide))
        self.up_0 = SpadeBlock(2 * channels, channels, guide)
        self.up_1 = SpadeBlock(channels, finest, guide)
        self.conv_img = nn.Conv2d(finest, 3, 3, padding=1)

    def draw(self, features: Tensor, guide: Tensor) -> Tensor:
        """A picture (B, 3, 4 * h, 4 * w) in [0, 1]; the guide has any size."""
        x = self.fc(features)
        for name in self.middle:
            x = self.get_submodule(name)(x, guide)
        for block in (self.up_0, self.up_1):
            x = block(interpolate(x, scale_factor=2.0), guide)
        return torch.sigmoid(self.conv_img(leaky_relu(x, 0.2)))
