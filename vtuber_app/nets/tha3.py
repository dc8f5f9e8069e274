"""Talking Head Anime 3: 512x512, with the body; standard networks, and separable ones a tenth of their size.

The half variants are the same networks, their parameters rounded to float16.

Source: Khungurn, Talking Head(?) Anime from a Single Image 3: Now the Body Too, 2022.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from vtuber_app.nets.tha_blocks import (
    Residual,
    alpha_head,
    applied,
    blend,
    block,
    colour_head,
    conv,
    grid_head,
    leaky_relu,
    planes,
    relu,
    warp,
)
from vtuber_app.nets.tha_face import FacePoser

EYEBROWS, FACE, ROTATION = slice(0, 12), slice(12, 39), slice(39, 45)
"""Of the pose."""
POSE = 6
"""Of it, head_x, head_y, neck_z, body_y, body_z, breathing move the body."""


def down(channels: int, separable: bool) -> nn.Sequential:
    """Halves the size and doubles the channels; the standard networks forgot that they are leaky here."""
    return block(conv(channels, 2 * channels, 4, 2, separable), 2 * channels, leaky_relu if separable else relu)


def up(inputs: int, outputs: int, separable: bool) -> nn.Sequential:
    """What follows the doubling of a size."""
    return block(conv(inputs, outputs, 3, separable=separable), outputs, leaky_relu)


class EncoderDecoder(nn.Module):
    """(B, 10, 256, 256) to features (B, 64, 256, 256), with 6 residual blocks at an eighth of the size."""

    def __init__(self, separable: bool) -> None:
        super().__init__()
        first = block(conv(4 + POSE, 64, 7, separable=separable), 64, leaky_relu)
        self.downsample_blocks = nn.ModuleList([first, *(down(channels, separable) for channels in (64, 128, 256))])
        self.bottleneck_blocks = nn.ModuleList(Residual(512, leaky_relu, separable) for _ in range(6))
        self.upsample_blocks = nn.ModuleList(
            nn.Sequential(nn.Upsample(scale_factor=2), up(channels, channels // 2, separable))
            for channels in (512, 256, 128)
        )

    def forward(self, x: Tensor) -> Tensor:
        for blocks in (self.downsample_blocks, self.bottleneck_blocks, self.upsample_blocks):
            for module in blocks:
                x = module(x)
        return x


class UNet(nn.Module):
    """(B, 16, 512, 512) to features (B, 32, 512, 512), joined with those of each size on the way up."""

    def __init__(self, separable: bool) -> None:
        super().__init__()
        first = block(conv(4 + 4 + 2 + POSE, 32, 3, separable=separable), 32, leaky_relu)
        self.downsample_blocks = nn.ModuleList([first, *(down(channels, separable) for channels in (32, 64, 128))])
        self.bottleneck_blocks = nn.ModuleList(Residual(256, leaky_relu, separable) for _ in range(6))
        self.upsample_blocks = nn.ModuleList(
            up(channels + channels // 2, channels // 2, separable) for channels in (256, 128, 64)
        )

    def forward(self, x: Tensor) -> Tensor:
        skips = []
        for module in self.downsample_blocks:
            x = module(x)
            skips.append(x)
        skips.pop()
        for module in self.bottleneck_blocks:
            x = module(x)
        for module in self.upsample_blocks:
            x = module(torch.cat([interpolate(x, scale_factor=2.0), skips.pop()], dim=1))
        return x


class Rotated(NamedTuple):
    """A body turned at half size: pictures (B, 4, 256, 256), grid (B, 2, 256, 256); the direct one isn't used."""

    direct_image: Tensor
    warped_image: Tensor
    grid_change: Tensor


class TwoAlgoFaceBodyRotator(nn.Module):
    """Turns head and body, at half size."""

    def __init__(self, separable: bool = False) -> None:
        super().__init__()
        self.encoder_decoder = EncoderDecoder(separable)
        self.direct_creator = colour_head(64)
        self.grid_change_creator = grid_head(64)

    def forward(self, image: Tensor, pose: Tensor) -> Rotated:
        feature = self.encoder_decoder(torch.cat([image, planes(pose, image)], dim=1))
        direct, grid_change = applied(feature, self.direct_creator, self.grid_change_creator)
        return Rotated(direct, warp(image, grid_change), grid_change)


class Edited(NamedTuple):
    """The final picture and what it is made of, (B, 4, 512, 512); the grid is (B, 2, 512, 512)."""

    color_changed_image: Tensor
    color_change_alpha: Tensor
    color_change: Tensor
    warped_image: Tensor
    grid_change: Tensor


class Editor(nn.Module):
    """Refines the turn at full size, and paints what came into view."""

    def __init__(self, separable: bool = False) -> None:
        super().__init__()
        self.body = UNet(separable)
        self.color_change_creator = colour_head(32)
        self.alpha_creator = alpha_head(32, 4)
        self.grid_change_creator = grid_head(32)

    def forward(self, image: Tensor, warped: Tensor, grid_change: Tensor, pose: Tensor) -> Edited:
        feature = self.body(torch.cat([image, warped, grid_change, planes(pose, image)], dim=1))
        heads = (self.color_change_creator, self.alpha_creator, self.grid_change_creator)
        colour, alpha, refined = applied(feature, *heads)
        grid_change = grid_change + refined
        warped = warp(image, grid_change)
        return Edited(blend(alpha, colour, warped), alpha, colour, warped, grid_change)


def enlarged(x: Tensor) -> Tensor:
    """Twice the size."""
    return interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def halved(x: Tensor) -> Tensor:
    """Half the size: the mean of each 2x2 pixels."""
    return interpolate(x, scale_factor=0.5, mode="bilinear", align_corners=False)


class Poser(FacePoser):
    """The five networks together; each is named as its published file."""

    left = 192

    def __init__(self, separable: bool = False) -> None:
        super().__init__(separable)
        self.two_algo_face_body_rotator = TwoAlgoFaceBodyRotator(separable)
        self.editor = Editor(separable)

    def rotate(self, image: Tensor, half: Tensor, pose: Tensor) -> tuple[Edited, Rotated]:
        """Once for each pose of head and body (B, 6).

        Args:
            image: With the face moved.
            half: The same, `halved`.
            pose: Of head and body.
        """
        rotated: Rotated = self.two_algo_face_body_rotator(half, pose)
        edited: Edited = self.editor(image, enlarged(rotated.warped_image), enlarged(rotated.grid_change), pose)
        return edited, rotated

    def forward(self, image: Tensor, pose: Tensor) -> Tensor:
        """The picture (B, 4, 512, 512) in that pose (B, 45)."""
        eyebrows = self.move_eyebrows(self.decompose(image), pose[:, EYEBROWS])
        full = self.paste(image, self.move_face(image, eyebrows, pose[:, FACE]))
        return self.rotate(full, halved(full), pose[:, ROTATION])[0].color_changed_image
