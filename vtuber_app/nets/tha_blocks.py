"""What the networks of Talking Head Anime 1 to 4 are built of: blocks, warps, blends.

All shapes are (B, C, H, W). Pictures have 4 channels in [-1, 1], see `tha_picture`. The order of modules in a block
gives the published parameters their names, so it must stay.

Source: Khungurn, Talking Head Anime from a Single Image 1 to 4, 2019 to 2024.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, grid_sample

Activation = Callable[[], nn.Module]


def relu() -> nn.Module:
    """What all blocks of THA1 and 2, and all of the face's networks, use."""
    return nn.ReLU(inplace=True)


def leaky_relu() -> nn.Module:
    """What the last two networks of THA3 use."""
    return nn.LeakyReLU(0.1, inplace=True)


def conv(inputs: int, outputs: int, kernel: int, stride: int = 1, separable: bool = False) -> list[nn.Module]:
    """A convolution without bias that keeps the size (odd kernels), or halves it (kernel 4, stride 2)."""
    padding = (kernel - 1) // 2
    if separable:
        depthwise = nn.Conv2d(inputs, inputs, kernel, stride, padding, bias=False, groups=inputs)
        return [depthwise, nn.Conv2d(inputs, outputs, 1, bias=False)]
    return [nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)]


def transposed(inputs: int, outputs: int, separable: bool = False) -> list[nn.Module]:
    """A transposed convolution that doubles the size."""
    if separable:
        depthwise = nn.ConvTranspose2d(inputs, inputs, 4, 2, 1, bias=False, groups=inputs)
        return [depthwise, nn.Conv2d(inputs, outputs, 1, bias=False)]
    return [nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False)]


def block(layers: list[nn.Module], channels: int, activation: Activation = relu) -> nn.Sequential:
    """Convolution, normalisation, activation."""
    return nn.Sequential(*layers, nn.InstanceNorm2d(channels, affine=True), activation())


class Residual(nn.Module):
    """x + norm(conv(act(norm(conv(x))))), under the names that THA2 and later publish."""

    def __init__(self, channels: int, activation: Activation = relu, separable: bool = False) -> None:
        super().__init__()

        def conv3() -> nn.Module:
            layers = conv(channels, channels, 3, separable=separable)
            return nn.Sequential(*layers) if separable else layers[0]

        self.resnet_path = nn.Sequential(
            conv3(),
            nn.InstanceNorm2d(channels, affine=True),
            activation(),
            conv3(),
            nn.InstanceNorm2d(channels, affine=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        path: Tensor = self.resnet_path(x)
        return x + path


def colour_head(channels: int) -> nn.Sequential:
    """A picture in [-1, 1] from features."""
    return nn.Sequential(nn.Conv2d(channels, 4, 3, padding=1), nn.Tanh())


def alpha_head(channels: int, outputs: int = 1) -> nn.Sequential:
    """A mask in [0, 1] from features."""
    return nn.Sequential(nn.Conv2d(channels, outputs, 3, padding=1), nn.Sigmoid())


def grid_head(channels: int) -> nn.Conv2d:
    """Where each pixel is fetched, as a change of the grid, from features."""
    return nn.Conv2d(channels, 2, 3, padding=1, bias=False)


def applied(feature: Tensor, *heads: nn.Module) -> list[Tensor]:
    """What several heads make of the same features: one convolution for all costs little more than for one of them."""
    layers = [list(head) if isinstance(head, nn.Sequential) else [head] for head in heads]
    convolutions = [layer[0] for layer in layers if isinstance(layer[0], nn.Conv2d)]
    weights = [convolution.weight for convolution in convolutions]
    biases = [feature.new_zeros(len(c.weight)) if c.bias is None else c.bias for c in convolutions]
    together = conv2d(feature, torch.cat(weights), torch.cat(biases), padding=convolutions[0].padding)
    parts = torch.split(together, [len(weight) for weight in weights], dim=1)
    return [layer[1](part) if len(layer) > 1 else part for layer, part in zip(layers, parts, strict=True)]


def planes(pose: Tensor, like: Tensor) -> Tensor:
    """A pose (B, P) as constant planes (B, P, H, W) of the size of `like`."""
    return pose[:, :, None, None].expand(-1, -1, like.shape[2], like.shape[3])


def positions(batch: int, height: int, width: int, device: torch.device, align_corners: bool = False) -> Tensor:
    """The centre of each pixel, (B, H, W, 2) of x and y in [-1, 1]; its corners are -1 and 1 if `align_corners`."""
    y, x = ((2 * torch.arange(n, device=device) + 1 - n) / (n - int(align_corners)) for n in (height, width))
    return torch.stack([x.expand(height, width), y[:, None].expand(height, width)], dim=-1).expand(batch, -1, -1, -1)


def laid(image: Tensor, patch: Tensor, top: int, left: int) -> Tensor:
    """The image with the patch over it, its upper left corner at that place."""
    bottom, right = top + patch.shape[2], left + patch.shape[3]
    middle = torch.cat([image[:, :, top:bottom, :left], patch, image[:, :, top:bottom, right:]], dim=3)
    return torch.cat([image[:, :, :top], middle, image[:, :, bottom:]], dim=2)


def warp(image: Tensor, grid_change: Tensor, align_corners: bool = False) -> Tensor:
    """Fetch each pixel from where it is plus the change, bilinearly, the border going on for ever.

    Always in float32: half precision knows a place near the border of 512 pixels no better than to 1/8 pixel, and on
    the CPU PyTorch reads beyond the picture.

    Args:
        image: (B, C, H, W).
        grid_change: (B, 2, H, W), x and y, in half picture widths and heights.
        align_corners: As `positions`.
    """
    batch, _, height, width = image.shape
    grid = positions(batch, height, width, image.device, align_corners) + grid_change.float().permute(0, 2, 3, 1)
    warped = grid_sample(image.float(), grid, "bilinear", "border", align_corners)
    return warped.to(image.dtype)


def blend(alpha: Tensor, change: Tensor, image: Tensor) -> Tensor:
    """The change where alpha is 1, the image where it is 0."""
    return change * alpha + image * (1 - alpha)


def blend_colour(alpha: Tensor, change: Tensor, image: Tensor) -> Tensor:
    """As `blend`, the image's own alpha channel kept."""
    return torch.cat([blend(alpha, change[:, :3], image[:, :3]), image[:, 3:]], dim=1)
