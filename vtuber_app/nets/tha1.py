"""Talking Head Anime 1: a face morpher, a rotator with two algorithms, and a combiner, at 256x256.

Source: Khungurn, Talking Head Anime from a Single Image, 2019.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from vtuber_app.nets.tha_blocks import applied, blend, block, conv, planes, positions, transposed, warp

CHANNELS = 64
"""Of the features from which pictures are made."""
ROTATION, MORPH = slice(0, 3), slice(3, 6)
"""Of the pose: head_x, head_y, neck_z; left_eye, right_eye, mouth."""
POSE = 3


class Residual(nn.Module):
    """x + norm(conv(relu(norm(conv(x))))), under the names of 2019."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        (self.conv1,) = conv(channels, channels, 3)
        self.norm1 = nn.InstanceNorm2d(channels, affine=True)
        (self.conv2,) = conv(channels, channels, 3)
        self.norm2 = nn.InstanceNorm2d(channels, affine=True)

    def forward(self, x: Tensor) -> Tensor:
        path: Tensor = self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x)))))
        return x + path


class EncoderDecoder(nn.Module):
    """(B, inputs, H, W) to features (B, 64, H, W), with 6 residual blocks at an eighth of the size."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.module_list = nn.ModuleList(
            [
                block(conv(inputs, CHANNELS, 7), CHANNELS),
                *(block(conv(channels, 2 * channels, 4, 2), 2 * channels) for channels in (64, 128, 256)),
                *(Residual(512) for _ in range(6)),
                *(block(transposed(channels, channels // 2), channels // 2) for channels in (512, 256, 128)),
            ]
        )

    def forward(self, x: Tensor) -> Tensor:
        for module in self.module_list:
            x = module(x)
        return x


class UNet(nn.Module):
    """As `EncoderDecoder`, with the features of each size joined on the way up."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.downward_modules = nn.ModuleList(
            [
                block(conv(inputs, CHANNELS, 7), CHANNELS),
                *(block(conv(channels, 2 * channels, 4, 2), 2 * channels) for channels in (64, 128, 256)),
            ]
        )
        self.bottleneck_modules = nn.ModuleList(Residual(512) for _ in range(6))
        self.upsampling_modules = nn.ModuleList(  # by size, the largest first
            [
                block(conv(2 * CHANNELS, CHANNELS, 7), CHANNELS),
                block(transposed(2 * 128, 64), 64),
                block(transposed(2 * 256, 128), 128),
                block(transposed(512, 256), 256),
            ]
        )

    def forward(self, x: Tensor) -> Tensor:
        skips = []
        for down in self.downward_modules:
            x = down(x)
            skips.append(x)
        for middle in self.bottleneck_modules:
            x = middle(x)
        x = self.upsampling_modules[3](x)  # (B, 256, H/4, W/4)
        for size in (2, 1, 0):
            x = self.upsampling_modules[size](torch.cat([x, skips[size]], dim=1))
        return x


def head(outputs: int, activation: nn.Module) -> nn.Sequential:
    """A picture or mask from features."""
    return nn.Sequential(*conv(CHANNELS, outputs, 7), activation)


class Morphed(NamedTuple):
    """A face with other eyes and mouth, (B, 4, 256, 256) each."""

    output_image: Tensor
    alpha: Tensor
    color: Tensor


class FaceMorpher(nn.Module):
    """Closes the eyes and the mouth of a picture whose eyes and mouth are open."""

    def __init__(self) -> None:
        super().__init__()
        self.main_body = EncoderDecoder(4 + POSE)
        self.color_change = head(4, nn.Tanh())
        self.alpha_mask = head(4, nn.Sigmoid())

    def forward(self, image: Tensor, pose: Tensor) -> Morphed:
        feature = self.main_body(torch.cat([image, planes(pose, image)], dim=1))
        colour, alpha = applied(feature, self.color_change, self.alpha_mask)
        return Morphed(blend(alpha, image, colour), alpha, colour)


class Rotated(NamedTuple):
    """A head turned in two ways, pictures and mask (B, 4, 256, 256), grids (B, 2, 256, 256)."""

    color_changed: Tensor
    resampled: Tensor
    color_change: Tensor
    alpha_mask: Tensor
    grid_change: Tensor
    grid: Tensor


class TwoAlgoFaceRotator(nn.Module):
    """Turns the head, once by painting (Pumarola et al., 2018) and once by moving pixels (Zhou et al., 2016)."""

    def __init__(self) -> None:
        super().__init__()
        self.main_body = EncoderDecoder(4 + POSE)
        self.pumarola_color_change = head(4, nn.Tanh())
        self.pumarola_alpha_mask = head(4, nn.Sigmoid())
        (self.zhou_grid_change,) = conv(CHANNELS, 2, 7)

    def forward(self, image: Tensor, pose: Tensor) -> Rotated:
        feature = self.main_body(torch.cat([image, planes(pose, image)], dim=1))
        heads = (self.pumarola_color_change, self.pumarola_alpha_mask, self.zhou_grid_change)
        colour, alpha, change = applied(feature, *heads)
        batch, _, height, width = image.shape
        grid = positions(batch, height, width, image.device, align_corners=True).permute(0, 3, 1, 2) + change.float()
        warped = warp(image, change, align_corners=True)
        return Rotated(blend(alpha, image, colour), warped, colour, alpha, change, grid)


class Combined(NamedTuple):
    """The best of both turned heads, (B, 4, 256, 256) each."""

    final_image: Tensor
    combined_image: Tensor
    combine_alpha_mask: Tensor
    retouch_alpha_mask: Tensor
    retouch_color_change: Tensor


class Combiner(nn.Module):
    """Takes the best of both turned heads and retouches it."""

    def __init__(self) -> None:
        super().__init__()
        self.main_body = UNet(4 + 4 + POSE)
        self.combine_alpha_mask = head(4, nn.Sigmoid())
        self.retouch_alpha_mask = head(4, nn.Sigmoid())
        self.retouch_color_change = head(4, nn.Tanh())

    def forward(self, first_image: Tensor, second_image: Tensor, pose: Tensor) -> Combined:
        feature = self.main_body(torch.cat([first_image, second_image, planes(pose, first_image)], dim=1))
        heads = (self.combine_alpha_mask, self.retouch_alpha_mask, self.retouch_color_change)
        combine_alpha, retouch_alpha, retouch_colour = applied(feature, *heads)
        combined = blend(combine_alpha, first_image, second_image)
        final = blend(retouch_alpha, combined, retouch_colour)
        return Combined(final, combined, combine_alpha, retouch_alpha, retouch_colour)


class Poser(nn.Module):
    """The three networks together; each is named as its published file."""

    def __init__(self) -> None:
        super().__init__()
        self.face_morpher = FaceMorpher()
        self.two_algo_face_rotator = TwoAlgoFaceRotator()
        self.combiner = Combiner()

    def morph(self, image: Tensor, pose: Tensor) -> Tensor:
        """Once for each pose of eyes and mouth (B, 3)."""
        morphed: Morphed = self.face_morpher(image, pose)
        return morphed.output_image

    def rotate(self, image: Tensor, pose: Tensor) -> tuple[Combined, Rotated]:
        """Once for each pose of the head (B, 3)."""
        rotated: Rotated = self.two_algo_face_rotator(image, pose)
        combined: Combined = self.combiner(rotated.color_changed, rotated.resampled, pose)
        return combined, rotated

    def forward(self, image: Tensor, pose: Tensor) -> Tensor:
        """The picture (B, 4, 256, 256) in that pose (B, 6)."""
        return self.rotate(self.morph(image, pose[:, MORPH]), pose[:, ROTATION])[0].final_image
