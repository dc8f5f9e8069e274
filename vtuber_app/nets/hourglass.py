"""The blocks and the hourglass that monkey-net, FOM and their successors are built of, in two or three dimensions.

All shapes are (B, C, H, W), or (B, C, D, H, W) in three dimensions, of which only height and width change. The names of
modules are those of the published parameters.

Source: Siarohin et al., First Order Motion Model for Image Animation, NeurIPS 2019; the hourglass is Newell's, 2016.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, interpolate, leaky_relu, relu

Norm = Callable[[int], nn.Module]
CONVOLUTIONS: dict[int, type[nn.Conv2d] | type[nn.Conv3d]] = {2: nn.Conv2d, 3: nn.Conv3d}
BATCH: dict[int, Norm] = {2: nn.BatchNorm2d, 3: nn.BatchNorm3d}
INSTANCE: Norm = partial(nn.InstanceNorm2d, affine=True)
"""What TPSMM has in the place of batch normalisation."""


class Block(nn.Module):
    """Convolution, normalisation, ReLU."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int = 3,
        dims: int = 2,
        norm: Norm | None = None,
        groups: int = 1,
        slope: float = 0.0,
    ) -> None:
        super().__init__()
        self.conv = CONVOLUTIONS[dims](inputs, outputs, kernel, padding=kernel // 2, groups=groups)
        self.norm = (norm or BATCH[dims])(outputs)
        self.slope = slope

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.conv(x))
        return leaky_relu(x, self.slope) if self.slope else relu(x)


class Down(Block):
    """A block, and the mean of each 2x2."""

    def forward(self, x: Tensor) -> Tensor:
        return halved(super().forward(x))


class Up(Block):
    """A block at twice the size."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(interpolate(x, scale_factor=(1.0,) * (x.dim() - 4) + (2.0, 2.0)))


def halved(x: Tensor) -> Tensor:
    """The mean of each 2x2."""
    pool = nn.functional.avg_pool2d if x.dim() == 4 else nn.functional.avg_pool3d
    return pool(x, (1,) * (x.dim() - 4) + (2, 2))


class Residual(nn.Module):
    """x + conv(relu(norm(conv(relu(norm(x))))))."""

    def __init__(self, channels: int, kernel: int = 3, dims: int = 2, norm: Norm | None = None) -> None:
        super().__init__()
        conv, norm = CONVOLUTIONS[dims], norm or BATCH[dims]
        self.conv1 = conv(channels, channels, kernel, padding=kernel // 2)
        self.conv2 = conv(channels, channels, kernel, padding=kernel // 2)
        self.norm1 = norm(channels)
        self.norm2 = norm(channels)

    def forward(self, x: Tensor) -> Tensor:
        path: Tensor = self.conv1(relu(self.norm1(x)))
        path = self.conv2(relu(self.norm2(path)))
        return x + path


def residuals(count: int, channels: int, name: str = "r", dims: int = 2) -> nn.Sequential:
    """Residual blocks in a row, named r0, r1, ..."""
    blocks = nn.Sequential()
    for i in range(count):
        blocks.add_module(f"{name}{i}", Residual(channels, dims=dims))
    return blocks


def widths(block_expansion: int, max_features: int, num_blocks: int) -> list[int]:
    """The channels at each depth, the finest first: twice as many with every halving."""
    return [min(max_features, block_expansion << i) for i in range(num_blocks + 1)]


class Encoder(nn.Module):
    """Blocks that halve the size; keeps what each is given."""

    def __init__(
        self,
        block_expansion: int,
        in_features: int,
        num_blocks: int = 3,
        max_features: int = 256,
        dims: int = 2,
        norm: Norm | None = None,
    ) -> None:
        super().__init__()
        channels = [in_features, *widths(block_expansion, max_features, num_blocks)[1:]]
        self.down_blocks = nn.ModuleList(Down(a, b, dims=dims, norm=norm) for a, b in pairwise(channels))

    def forward(self, x: Tensor) -> list[Tensor]:
        """The input and the output of each block, the finest first."""
        features = [x]
        for block in self.down_blocks:
            features.append(block(features[-1]))
        return features


class Decoder(nn.Module):
    """Blocks that double the size, each joined with what the encoder had there.

    Attributes:
        out_filters: Channels of the result: those of the last block and of the finest features.
    """

    def __init__(
        self,
        block_expansion: int,
        in_features: int,
        num_blocks: int = 3,
        max_features: int = 256,
        dims: int = 2,
        norm: Norm | None = None,
        extra: int = 0,
    ) -> None:
        """`extra` is how many channels the features of every depth have beyond the encoder's."""
        super().__init__()
        channels = widths(block_expansion, max_features, num_blocks)
        self.up_blocks = nn.ModuleList(
            Up(channels[i + 1] * (1 if i == num_blocks - 1 else 2) + extra, channels[i], dims=dims, norm=norm)
            for i in reversed(range(num_blocks))
        )
        self.out_filters = block_expansion + in_features + extra

    def levels(self, features: Sequence[Tensor]) -> list[Tensor]:
        """The coarsest features, and what each block gives, joined; the finest last."""
        *skips, x = features
        levels = [x]
        for block in self.up_blocks:
            x = torch.cat([block(x), skips.pop()], dim=1)
            levels.append(x)
        return levels

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        return self.levels(features)[-1]


class Hourglass(nn.Module):
    """Down and up again: the size of the input, with `decoder.out_filters` channels."""

    def __init__(
        self,
        block_expansion: int,
        in_features: int,
        num_blocks: int = 3,
        max_features: int = 256,
        dims: int = 2,
        norm: Norm | None = None,
        decoder: Decoder | None = None,
    ) -> None:
        """`decoder` is another than the usual one."""
        super().__init__()
        shape = block_expansion, in_features, num_blocks, max_features, dims, norm
        self.encoder = Encoder(*shape)
        self.decoder = Decoder(*shape) if decoder is None else decoder

    def levels(self, x: Tensor) -> list[Tensor]:
        """The decoder's results, the finest last."""
        return self.decoder.levels(self.encoder(x))

    def forward(self, x: Tensor) -> Tensor:
        decoded: Tensor = self.decoder(self.encoder(x))
        return decoded


def gaussian_kernel(scale: float) -> Tensor:
    """The blur before every 1/scale-th pixel is kept, (k, k): sigma (1/scale - 1)/2, four of them to each side."""
    sigma = (1 / scale - 1) / 2
    size = 2 * round(4 * sigma) + 1
    axis = torch.arange(size, dtype=torch.float32) - size // 2
    line = torch.exp(-(axis**2) / (2 * sigma**2))
    kernel = line[:, None] * line
    return kernel / kernel.sum()


def shrunk(image: Tensor, kernel: Tensor, scale: float) -> Tensor:
    """Every 1/scale-th pixel of the picture blurred with `kernel` (C, 1, k, k), beyond whose border is nothing."""
    step = round(1 / scale)
    return conv2d(image, kernel, stride=step, padding=kernel.shape[-1] // 2, groups=len(kernel))


class Shrink(nn.Module):
    """A smaller picture without aliasing; the kernel is part of the published parameters."""

    weight: Tensor

    def __init__(self, channels: int, scale: float) -> None:
        super().__init__()
        self.scale = scale
        if scale != 1:
            self.register_buffer("weight", gaussian_kernel(scale).expand(channels, 1, -1, -1).contiguous())

    def forward(self, image: Tensor) -> Tensor:
        return image if self.scale == 1 else shrunk(image, self.weight, self.scale)
