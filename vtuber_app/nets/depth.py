"""Depth of a face from one picture, as DaGAN was trained beside.

Source: Godard et al., Digging into Self-Supervised Monocular Depth Prediction, ICCV 2019.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import elu, interpolate

from vtuber_app.nets.resnet import LAYERS, WIDTHS, ResNet

DECODER = (16, 32, 64, 128, 256)
"""Channels at each size, the finest first."""
SCALES = 4
"""How many sizes give a depth; only the full one is used."""


def layers(names: set[str]) -> int:
    """How many layers a published encoder has, by the names of its parameters."""
    return 50 if any(".conv3." in name for name in names) else 18


class ResnetEncoder(nn.Module):
    """(B, 3, H, W) in [0, 1] to features of five sizes, the finest first; `encoder.fc` is published, but not used."""

    def __init__(self, num_layers: int = 18) -> None:
        super().__init__()
        self.encoder = ResNet(num_layers, 1000)
        kind = LAYERS[num_layers][0]
        self.channels = [64, *(width * kind.expansion for width in WIDTHS)]

    def forward(self, image: Tensor) -> list[Tensor]:
        return self.encoder.features((image - 0.45) / 0.225)


class Reflected(nn.Module):
    """A 3x3 convolution over a mirrored border."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1, padding_mode="reflect")

    def forward(self, x: Tensor) -> Tensor:
        convolved: Tensor = self.conv(x)
        return convolved


class Smooth(nn.Module):
    """The same, and an ELU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = Reflected(inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        return elu(self.conv(x))


class DepthDecoder(nn.Module):
    """Features to inverse depths in [0, 1], the full size first, (B, 1, H, W)."""

    def __init__(self, channels: list[int]) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        inputs = channels[-1]
        for i, width in reversed(list(enumerate(DECODER))):
            skipped = channels[i - 1] if i else 0
            blocks += [Smooth(inputs, width), Smooth(width + skipped, width)]
            inputs = width
        blocks += [Reflected(width, 1) for width in DECODER[:SCALES]]
        self.decoder = nn.ModuleList(blocks)

    def forward(self, features: list[Tensor]) -> Tensor:
        """The inverse depth of the full size."""
        return self.scales(features)[0]

    def scales(self, features: list[Tensor]) -> list[Tensor]:
        """Those of all sizes, the full one first."""
        *skips, x = features
        depths: list[Tensor] = []
        for i in reversed(range(len(DECODER))):
            first = 2 * (len(DECODER) - 1 - i)
            x = interpolate(self.decoder[first](x), scale_factor=2.0)
            x = self.decoder[first + 1](torch.cat([x, skips.pop()], dim=1) if skips else x)
            if i < SCALES:
                depths.insert(0, torch.sigmoid(self.decoder[2 * len(DECODER) + i](x)))
        return depths


class Depth(nn.Module):
    """Both; each is a published file: encoder.pth, which holds more than tensors, and depth.pth."""

    def __init__(self, num_layers: int = 18) -> None:
        super().__init__()
        self.encoder = ResnetEncoder(num_layers)
        self.decoder = DepthDecoder(self.encoder.channels)

    def forward(self, image: Tensor) -> Tensor:
        """(B, 1, H, W) in [0, 1], larger where it is nearer."""
        depth: Tensor = self.decoder(self.encoder(image))
        return depth
