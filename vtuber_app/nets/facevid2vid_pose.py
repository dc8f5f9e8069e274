"""Where face-vid2vid's keypoints are: the avatar's own, turned, moved and bent as a head is in a picture.

Degrees become radians with 3.14, as in training.

Source: Wang et al., One-Shot Free-View Neural Talking-Head Synthesis for Video Conferencing, CVPR 2021; Ruiz et al.,
Fine-Grained Head Pose Estimation Without Keypoints, CVPRW 2018; parameters as in the open implementation that published
weights.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, max_pool2d, relu

from vtuber_app.nets.hourglass import Down, Shrink, Up
from vtuber_app.nets.keypoints import expected_place, spatial_softmax
from vtuber_app.nets.perceptual import MEAN, STD
from vtuber_app.nets.resnet import ResNet

BIN_DEG, FIRST_BIN_DEG = 3, -99
"""Angles are told as one of 66 bins."""
PI = 3.14


class Hourglass3d(nn.Module):
    """A picture down to 1/32, seen there as a volume, and up again: (B, 3, 64, 64) to (B, 32, 16, 64, 64)."""

    def __init__(
        self, block_expansion: int, channels: int, num_blocks: int, max_features: int, depth: int, reshaped: int
    ) -> None:
        super().__init__()
        widths = [min(max_features, block_expansion << i) for i in range(num_blocks + 1)]
        self.down_blocks = nn.Sequential()
        self.up_blocks = nn.Sequential()
        for i in range(num_blocks):
            self.down_blocks.add_module(f"down{i}", Down(widths[i] if i else channels, widths[i + 1]))
            self.up_blocks.add_module(f"up{i}", Up(widths[-1 - i], widths[-2 - i], dims=3))
        self.conv = nn.Conv2d(widths[-1], reshaped, 1)
        self.depth = depth

    def forward(self, image: Tensor) -> Tensor:
        x: Tensor = self.conv(self.down_blocks(image))
        volume: Tensor = self.up_blocks(x.view(len(x), -1, self.depth, *x.shape[2:]))
        return volume


class KPDetector(nn.Module):
    """The avatar's own keypoints (B, K, 3), as if it looked ahead; once for each source picture."""

    def __init__(
        self,
        block_expansion: int = 32,
        num_kp: int = 15,
        image_channel: int = 3,
        max_features: int = 1024,
        num_blocks: int = 5,
        temperature: float = 0.1,
        scale_factor: float = 0.25,
        reshape_channel: int = 16384,
        reshape_depth: int = 16,
    ) -> None:
        super().__init__()
        self.predictor = Hourglass3d(
            block_expansion, image_channel, num_blocks, max_features, reshape_depth, reshape_channel
        )
        self.kp = nn.Conv3d(block_expansion, num_kp, 3, padding=1)
        self.down = Shrink(image_channel, scale_factor)
        self.temperature = temperature

    def forward(self, image: Tensor) -> Tensor:
        logits = self.kp(self.predictor(self.down(image)))  # (B, K, 16, 64, 64)
        return expected_place(spatial_softmax(logits, self.temperature))


class Head(NamedTuple):
    """A head in a picture.

    Attributes:
        angles: (B, 3), yaw, pitch and roll, degrees.
        translation: (B, 3).
        expression: (B, K, 3), how far each keypoint is from its place.
    """

    angles: Tensor
    translation: Tensor
    expression: Tensor


class Bottleneck(nn.Module):
    """A residual block a quarter as wide inside; with a stride, its input goes through a convolution too."""

    def __init__(self, channels: int, stride: int = 1) -> None:
        super().__init__()
        inside = channels // 4
        self.conv1 = nn.Conv2d(channels, inside, 1)
        self.conv2 = nn.Conv2d(inside, inside, 3, stride, 1)
        self.conv3 = nn.Conv2d(inside, channels, 1)
        self.norm1 = nn.BatchNorm2d(inside)
        self.norm2 = nn.BatchNorm2d(inside)
        self.norm3 = nn.BatchNorm2d(channels)
        self.strided = stride != 1
        if self.strided:
            self.skip = nn.Conv2d(channels, channels, 1, stride)
            self.norm4 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        path = relu(self.norm1(self.conv1(x)))
        path = relu(self.norm2(self.conv2(path)))
        path = self.norm3(self.conv3(path))
        return relu(path + (self.norm4(self.skip(x)) if self.strided else x))


class HEEstimator(nn.Module):
    """Finds the head in a picture (B, 3, 256, 256); once for each frame."""

    def __init__(
        self,
        block_expansion: int = 64,
        num_kp: int = 15,
        image_channel: int = 3,
        max_features: int = 2048,
        num_bins: int = 66,
    ) -> None:
        super().__init__()
        widths = [block_expansion, *(max_features >> i for i in (3, 2, 1, 0))]
        self.conv1 = nn.Conv2d(image_channel, block_expansion, 7, 2, 3)
        self.norm1 = nn.BatchNorm2d(block_expansion)
        for i in range(4):
            self.add_module(f"conv{i + 2}", nn.Conv2d(widths[i], widths[i + 1], 1))
            self.add_module(f"norm{i + 2}", nn.BatchNorm2d(widths[i + 1]))
        for i, blocks in enumerate((3, 3, 5, 2)):
            width, number = widths[i + 1], 2 * i + 1
            row = nn.Sequential()
            for j in range(blocks):
                row.add_module(f"b{number}_{j}", Bottleneck(width))
            self.add_module(f"block{number}", row)
            if i:
                self.add_module(f"block{number - 1}", Bottleneck(width, stride=2))
        self.fc_roll = nn.Linear(max_features, num_bins)
        self.fc_pitch = nn.Linear(max_features, num_bins)
        self.fc_yaw = nn.Linear(max_features, num_bins)
        self.fc_t = nn.Linear(max_features, 3)
        self.fc_exp = nn.Linear(max_features, 3 * num_kp)

    def pooled(self, image: Tensor) -> Tensor:
        """(B, 2048)."""
        x = max_pool2d(relu(self.norm1(self.conv1(image))), 3, 2, 1)
        for i in range(4):
            x = relu(self.get_submodule(f"norm{i + 2}")(self.get_submodule(f"conv{i + 2}")(x)))
            if i:
                x = self.get_submodule(f"block{2 * i}")(x)
            x = self.get_submodule(f"block{2 * i + 1}")(x)
        return x.mean(dim=(2, 3))

    def bins(self, pooled: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """How likely each angle is, of yaw, pitch and roll; the published names of the first and last are swapped."""
        return self.fc_roll(pooled), self.fc_pitch(pooled), self.fc_yaw(pooled)

    def forward(self, image: Tensor) -> Head:
        pooled = self.pooled(image)
        expression: Tensor = self.fc_exp(pooled)
        return Head(degrees(self.bins(pooled)), self.fc_t(pooled), expression.view(len(image), -1, 3))


class Hopenet(ResNet):
    """Finds the angles of a head; the teacher of head poses, never trained."""

    def __init__(self) -> None:
        super().__init__(50, 1)
        del self.fc
        self.fc_yaw = nn.Linear(2048, 66)
        self.fc_pitch = nn.Linear(2048, 66)
        self.fc_roll = nn.Linear(2048, 66)
        self.fc_finetune = nn.Linear(2048 + 3, 3)  # published, but not used
        self.requires_grad_(False)

    def forward(self, image: Tensor) -> Tensor:
        """Yaw, pitch and roll (B, 3), degrees, of pictures (B, 3, H, W) in [0, 1]."""
        mean, std = (image.new_tensor(each)[:, None, None] for each in (MEAN, STD))
        small = interpolate(image, size=(224, 224), mode="bilinear", align_corners=False)
        pooled = self.pooled((small - mean) / std)
        return degrees((self.fc_yaw(pooled), self.fc_pitch(pooled), self.fc_roll(pooled)))


def degrees(bins: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """The mean angles (B, 3) of bins (B, 66) each."""
    likely = torch.softmax(torch.stack(bins, dim=1), dim=2)
    numbers = torch.arange(likely.shape[2], dtype=likely.dtype, device=likely.device)
    return (likely * numbers).sum(dim=2) * BIN_DEG + FIRST_BIN_DEG


def rotation(angles: Tensor) -> Tensor:
    """The matrices (B, 3, 3) of yaw, pitch and roll (B, 3), degrees: first roll, then yaw, then pitch."""
    radians = angles / 180 * PI
    (a, b, c), (sa, sb, sc) = radians.cos().unbind(1), radians.sin().unbind(1)
    zero, one = torch.zeros_like(a), torch.ones_like(a)

    def matrix(*entries: Tensor) -> Tensor:
        return torch.stack(entries, dim=1).view(-1, 3, 3)

    yaw = matrix(a, zero, sa, zero, one, zero, -sa, zero, a)
    pitch = matrix(one, zero, zero, zero, b, -sb, zero, sb, b)
    roll = matrix(c, -sc, zero, sc, c, zero, zero, zero, one)
    return pitch @ yaw @ roll


def posed(canonical: Tensor, head: Head) -> Tensor:
    """The avatar's own keypoints (B, K, 3) with that head."""
    return canonical @ rotation(head.angles).mT + head.translation[:, None] + head.expression
