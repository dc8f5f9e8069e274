"""Thin-Plate Spline Motion Model: a still picture moves as the driver, by ten splines through five keypoints each.

The picture is (B, 3, H, W) in [0, 1], 256x256 in the published models (384x384 in ted). The hyper-parameters have their
published names; their defaults are those of all published models. Everything is fetched and resized with
`align_corners=True`, which the published code says itself.

Source: Zhao and Zhang, Thin-Plate Spline Motion Model for Image Animation, CVPR 2022.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn

from vtuber_app.nets.hourglass import INSTANCE, Block, Down, Hourglass, Residual, Shrink, Up
from vtuber_app.nets.keypoints import gaussians
from vtuber_app.nets.resnet import ResNet
from vtuber_app.nets.splines import POINTS, background_grid, fitted, spline_grids
from vtuber_app.nets.warping import blended_grid, deform, deformed_copies, faded, resized_grid, resized_map


class KPDetector(nn.Module):
    """The keypoints (B, 5 * splines, 2) of a picture."""

    def __init__(self, num_tps: int = 10) -> None:
        super().__init__()
        self.fg_encoder = ResNet(18, num_tps * POINTS * 2)

    def forward(self, image: Tensor) -> Tensor:
        places = 2 * torch.sigmoid(self.fg_encoder(image)) - 1
        return places.view(len(image), -1, 2)


class BGMotionPredictor(nn.Module):
    """How the background moved, (B, 3, 3): from the driving frame's places to the source's; for training."""

    def __init__(self) -> None:
        super().__init__()
        self.bg_encoder = ResNet(18, 6, channels=6)

    def forward(self, source: Tensor, driving: Tensor) -> Tensor:
        rows = self.bg_encoder(torch.cat([source, driving], dim=1)).view(-1, 2, 3)
        last = torch.tensor([0, 0, 1], dtype=rows.dtype, device=rows.device)
        return torch.cat([rows, last.expand(len(rows), 1, 3)], dim=1)


class Motion(NamedTuple):
    """How a picture is to be fetched.

    Attributes:
        deformation: (B, h, w, 2), where each pixel comes from.
        occlusion_maps: (B, 1, ., .) at 32, 64, 128 and 256 pixels, 0 where nothing of the source can be used.
        contribution_maps: (B, S + 1, h, w), how much of each spline's motion each pixel takes; first, the background's.
        transformations: (B, S + 1, h, w, 2), the motions.
        deformed_source: (B, S + 1, 3, h, w), the source moved by each.
        heatmap_representation: (B, 5 * S + 1, h, w), the driving keypoints less the source's.
    """

    deformation: Tensor
    occlusion_maps: list[Tensor]
    contribution_maps: Tensor
    transformations: Tensor
    deformed_source: Tensor
    heatmap_representation: Tensor


class DenseMotionNetwork(nn.Module):
    """Blends the splines to one motion for each pixel, and finds what the source doesn't show, at four sizes."""

    def __init__(
        self,
        block_expansion: int = 64,
        num_blocks: int = 5,
        max_features: int = 1024,
        num_tps: int = 10,
        num_channels: int = 3,
        scale_factor: float = 0.25,
    ) -> None:
        super().__init__()
        self.down = Shrink(num_channels, scale_factor)
        inputs = num_channels * (num_tps + 1) + num_tps * POINTS + 1
        self.hourglass = Hourglass(block_expansion, inputs, num_blocks, max_features, norm=INSTANCE)
        filters = self.hourglass.decoder.out_filters
        self.maps = nn.Conv2d(filters, num_tps + 1, 7, padding=3)
        fine = [filters, filters // 2, filters // 4]
        self.up = nn.ModuleList(Up(fine[i], fine[i + 1], norm=INSTANCE) for i in range(2))
        coarse = 2 * min(max_features, 2 * block_expansion)
        self.occlusion = nn.ModuleList(nn.Conv2d(channels, 1, 7, padding=3) for channels in (coarse, *fine))

    def forward(
        self,
        small: Tensor,
        source: Tensor,
        driving: Tensor,
        background: Tensor | None = None,
        kept: Tensor | None = None,
    ) -> Motion:
        """Once for each driving frame.

        Args:
            small: The source picture as `down` makes it, (B, 3, 64, 64).
            source: Its keypoints.
            driving: Those of the driving frame.
            background: Of `BGMotionPredictor`; without it, it doesn't move.
            kept: (B, S + 1) bool, in training, which splines may be used: see `tpsmm_losses.dropout`.
        """
        sizes = small.shape[2:]
        grids = spline_grids(fitted(driving, source), sizes)
        grids = torch.cat([background_grid(background, small, sizes), grids], dim=1)
        heatmap = gaussians(driving, sizes) - gaussians(source, sizes)
        heatmap = torch.cat([torch.zeros_like(heatmap[:, :1]), heatmap], dim=1)
        deformed = deformed_copies(small, grids, align_corners=True)
        levels = self.hourglass.levels(torch.cat([heatmap, deformed.flatten(1, 2)], dim=1))[-2:]
        logits = self.maps(levels[-1])
        if kept is not None:
            logits = logits.masked_fill(~kept[..., None, None], -torch.inf)
        maps = torch.softmax(logits, dim=1)
        for block in self.up:
            levels.append(block(levels[-1]))
        occlusion = [torch.sigmoid(head(level)) for head, level in zip(self.occlusion, levels, strict=True)]
        return Motion(blended_grid(maps, grids), occlusion, maps, grids, deformed, heatmap)


class Encoded(NamedTuple):
    """What is made of the source picture once.

    Attributes:
        image: (B, 3, H, W), itself.
        small: (B, 3, h, w), for the dense motion.
        features: (B, C, ., .), of every size, the finest first.
    """

    image: Tensor
    small: Tensor
    features: list[Tensor]


class InpaintingNetwork(nn.Module):
    """Moves the source's features of every size, and paints what it doesn't show."""

    def __init__(
        self,
        num_channels: int = 3,
        block_expansion: int = 64,
        max_features: int = 512,
        num_down_blocks: int = 3,
    ) -> None:
        super().__init__()
        channels = [min(max_features, block_expansion << i) for i in range(num_down_blocks + 1)]
        self.first = Block(num_channels, block_expansion, 7, norm=INSTANCE)
        self.down_blocks = nn.ModuleList(
            Down(channels[i], channels[i + 1], norm=INSTANCE) for i in range(num_down_blocks)
        )
        self.up_blocks = nn.ModuleList()
        self.resblock = nn.ModuleList()
        for i in reversed(range(num_down_blocks)):
            inputs = channels[i + 1] * (1 if i == num_down_blocks - 1 else 2)
            self.up_blocks.append(Up(inputs, channels[i], norm=INSTANCE))
            self.resblock.extend(Residual(inputs, norm=INSTANCE) for _ in range(2))
        self.final = nn.Conv2d(block_expansion, num_channels, 7, padding=3)

    def encode(self, image: Tensor) -> list[Tensor]:
        """Features of every size, the finest first; once for each source picture."""
        features = [self.first(image)]
        for block in self.down_blocks:
            features.append(block(features[-1]))
        return features

    def forward(self, image: Tensor, features: Sequence[Tensor], motion: Motion) -> Tensor:
        """The frame (B, 3, H, W) in [0, 1], from the source picture and its features."""
        masks = motion.occlusion_maps
        moved = [
            faded(through(x, motion), mask, align_corners=True)
            for x, mask in zip(reversed(features), masks, strict=True)
        ]
        x = moved[0]
        for i, block in enumerate(self.up_blocks):
            x = block(self.resblock[2 * i + 1](self.resblock[2 * i](x)))
            if i < len(self.up_blocks) - 1:
                x = torch.cat([x, moved[i + 1]], dim=1)
        mask = resized_map(masks[-1], image.shape[2:], align_corners=True)
        painted = torch.sigmoid(self.final(x * (1 - mask) + moved[-1]))
        return painted * (1 - mask) + through(image, motion) * mask


def through(image: Tensor, motion: Motion) -> Tensor:
    """A picture or features moved."""
    grid = resized_grid(motion.deformation, image.shape[2:], align_corners=True)
    return deform(image, grid, align_corners=True)


def perceptron(*widths: int) -> nn.Sequential:
    """Linear layers, with batch normalisation and ReLU between them."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-2])


class AVDNetwork(nn.Module):
    """Keypoints with the avatar's shape in the driver's pose; takes the place of relative motion."""

    def __init__(self, num_tps: int = 10, id_bottle_size: int = 128, pose_bottle_size: int = 128) -> None:
        super().__init__()
        size = 2 * POINTS * num_tps
        self.id_encoder = perceptron(size, 256, 512, 1024, id_bottle_size)
        self.pose_encoder = perceptron(size, 256, 512, 1024, pose_bottle_size)
        self.decoder = perceptron(id_bottle_size + pose_bottle_size, 1024, 512, 256, size)

    def forward(self, source: Tensor, driving: Tensor) -> Tensor:
        codes = [self.pose_encoder(driving.flatten(1)), self.id_encoder(source.flatten(1))]
        keypoints: Tensor = self.decoder(torch.cat(codes, dim=1))
        return keypoints.view_as(source)
