"""How far two pictures are apart as a network trained on photographs sees them, at several sizes.

Source: Johnson et al., Perceptual Losses for Real-Time Style Transfer and Super-Resolution, ECCV 2016; VGG19 with
torchvision's parameter names.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vtuber_app.nets.hourglass import gaussian_kernel, shrunk

CONVOLUTIONS = (64, 64, 0, 128, 128, 0, 256, 256, 256, 256, 0, 512, 512, 512, 512, 0, 512)
"""Channels of each convolution up to the first of the fifth size; 0 halves the size."""
TAPS = (1, 6, 11, 20, 29)
"""The layers that are compared: the first ReLU of each size."""
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
PYRAMID = (1.0, 0.5, 0.25, 0.125)
"""The sizes at which FOM and its successors compare."""


class Vgg19(nn.Module):
    """The first 30 layers of VGG19; never trained."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for width in CONVOLUTIONS:
            if width:
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
                channels = width
            else:
                layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.requires_grad_(False)

    def forward(self, image: Tensor, normalise: bool = True) -> list[Tensor]:
        """The five layers of pictures in [0, 1]; vid2vid gives pictures in [-1, 1] and does not normalise them."""
        if normalise:
            mean, std = (image.new_tensor(each)[:, None, None] for each in (MEAN, STD))
            image = (image - mean) / std
        taps = []
        for i, layer in enumerate(self.features):
            image = layer(image)
            if i in TAPS:
                taps.append(image)
        return taps


def pyramid(image: Tensor, scales: Sequence[float] = PYRAMID) -> list[Tensor]:
    """The picture at those sizes, blurred before it is made smaller."""
    channels = image.shape[1]
    kernels = (None if scale == 1 else gaussian_kernel(scale).to(image) for scale in scales)
    return [
        image if kernel is None else shrunk(image, kernel.expand(channels, 1, -1, -1), scale)
        for kernel, scale in zip(kernels, scales, strict=True)
    ]


def perceptual(
    vgg: nn.Module,
    generated: Tensor,
    real: Tensor,
    weights: Sequence[float] = (10, 10, 10, 10, 10),
    scales: Sequence[float] = PYRAMID,
) -> Tensor:
    """The weighted mean absolute differences of all layers at all sizes, summed; a number."""
    total = generated.new_zeros(())
    for small, goal in zip(pyramid(generated, scales), pyramid(real, scales), strict=True):
        total = total + layer_differences(vgg(small), vgg(goal), weights)
    return total


def layer_differences(generated: Sequence[Tensor], real: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    """The weighted mean absolute differences of features, summed; no gradient flows to the real ones."""
    differences = [
        weight * (fake - goal.detach()).abs().mean()
        for weight, fake, goal in zip(weights, generated, real, strict=True)
    ]
    return torch.stack(differences).sum()
