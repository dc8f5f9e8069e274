"""First Order Motion Model: a still picture moves as the driver, by ten keypoints found without supervision.

The picture is (B, 3, H, W) in [0, 1], 256x256 in the published models. The hyper-parameters have their published names;
their defaults are those of the models vox, vox-adv, taichi, fashion, nemo and bair. mgif has `single_jacobian_map`.

Source: Siarohin et al., First Order Motion Model for Image Animation, NeurIPS 2019.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from vtuber_app.nets.hourglass import Block, Down, Hourglass, Shrink, Up, residuals
from vtuber_app.nets.keypoints import Keypoints, expected_place, gaussians, inverse, spatial_softmax
from vtuber_app.nets.warping import blended_grid, coordinate_grid, deform, deformed_copies, faded, resized_grid


class KPDetector(nn.Module):
    """Finds the keypoints of a picture at a quarter of its size; of its borders, three pixels are never a keypoint."""

    def __init__(
        self,
        block_expansion: int = 32,
        num_kp: int = 10,
        num_channels: int = 3,
        max_features: int = 1024,
        num_blocks: int = 5,
        temperature: float = 0.1,
        scale_factor: float = 0.25,
        single_jacobian_map: bool = False,
    ) -> None:
        super().__init__()
        self.predictor = Hourglass(block_expansion, num_channels, num_blocks, max_features)
        filters = self.predictor.decoder.out_filters
        self.kp = nn.Conv2d(filters, num_kp, 7)
        maps = 1 if single_jacobian_map else num_kp
        self.jacobian = nn.Conv2d(filters, 4 * maps, 7)
        nn.init.zeros_(self.jacobian.weight)
        self.jacobian.bias = nn.Parameter(torch.eye(2).flatten().repeat(maps))
        self.down = Shrink(num_channels, scale_factor)
        self.temperature = temperature

    def heatmaps(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Where each keypoint is likely, (B, K, h, w) of sum 1, and the jacobians there, (B, K or 1, 4, h, w)."""
        features = self.predictor(self.down(image))  # (B, 35, 64, 64)
        heatmap = spatial_softmax(self.kp(features), self.temperature)  # (B, K, 58, 58)
        jacobians: Tensor = self.jacobian(features)
        return heatmap, jacobians.view(len(image), -1, 4, *heatmap.shape[2:])

    def forward(self, image: Tensor) -> Keypoints:
        heatmap, jacobians = self.heatmaps(image)
        jacobian = (heatmap[:, :, None] * jacobians).sum(dim=(3, 4))  # (B, K, 4)
        return Keypoints(expected_place(heatmap), jacobian.reshape(*jacobian.shape[:2], 2, 2))


class Motion(NamedTuple):
    """How a picture is to be fetched.

    Attributes:
        deformation: (B, h, w, 2), where each pixel comes from.
        occlusion_map: (B, 1, h, w), 0 where nothing of the source can be used, 1 where all can.
        mask: (B, K + 1, h, w), how much of each keypoint's motion each pixel takes; the first is the background's.
        sparse_motion: (B, K + 1, h, w, 2), the motions.
        sparse_deformed: (B, K + 1, 3, h, w), the source moved by each.
        heatmap_representation: (B, K + 1, 1, h, w), the driving keypoints less the source's.
    """

    deformation: Tensor
    occlusion_map: Tensor
    mask: Tensor
    sparse_motion: Tensor
    sparse_deformed: Tensor
    heatmap_representation: Tensor


def sparse_motions(source: Keypoints, driving: Keypoints, height: int, width: int) -> Tensor:
    """What each pixel would come from by each keypoint alone, (B, K + 1, h, w, 2); first, from where it is.

    Near a keypoint z in the driving frame comes from J_s J_d^-1 (z - p_d) + p_s in the source, equation 4.
    """
    identity = coordinate_grid((height, width), driving.value)
    away = identity - driving.value[:, :, None, None]
    turn = source.jacobian @ inverse(driving.jacobian)  # (B, K, 2, 2)
    moved = torch.einsum("bkij,bkhwj->bkhwi", turn, away) + source.value[:, :, None, None]
    still = identity.expand(len(moved), 1, -1, -1, -1)
    return torch.cat([still, moved], dim=1)


class DenseMotionNetwork(nn.Module):
    """Blends the keypoints' motions to one for each pixel, and finds what the source doesn't show."""

    def __init__(
        self,
        block_expansion: int = 64,
        num_blocks: int = 5,
        max_features: int = 1024,
        num_kp: int = 10,
        num_channels: int = 3,
        scale_factor: float = 0.25,
        align_corners: bool = True,
    ) -> None:
        super().__init__()
        self.hourglass = Hourglass(block_expansion, (num_kp + 1) * (num_channels + 1), num_blocks, max_features)
        filters = self.hourglass.decoder.out_filters
        self.mask = nn.Conv2d(filters, num_kp + 1, 7, padding=3)
        self.occlusion = nn.Conv2d(filters, 1, 7, padding=3)
        self.down = Shrink(num_channels, scale_factor)
        self.align_corners = align_corners

    def forward(self, small: Tensor, source: Keypoints, driving: Keypoints) -> Motion:
        """`small` is the source picture as `down` makes it, (B, 3, 64, 64)."""
        height, width = small.shape[2:]
        motions = sparse_motions(source, driving, height, width)
        deformed = deformed_copies(small, motions, self.align_corners)
        heatmap = gaussians(driving.value, (height, width)) - gaussians(source.value, (height, width))
        heatmap = torch.cat([torch.zeros_like(heatmap[:, :1]), heatmap], dim=1)[:, :, None]
        features = self.hourglass(torch.cat([heatmap, deformed], dim=2).flatten(1, 2))
        mask = torch.softmax(self.mask(features), dim=1)
        occlusion = torch.sigmoid(self.occlusion(features))
        return Motion(blended_grid(mask, motions), occlusion, mask, motions, deformed, heatmap)


class Encoded(NamedTuple):
    """What is made of the source picture once.

    Attributes:
        image: (B, 3, H, W), itself.
        small: (B, 3, h, w), for the dense motion.
        features: (B, 256, h, w).
    """

    image: Tensor
    small: Tensor
    features: Tensor


class Generated(NamedTuple):
    """A frame.

    Attributes:
        prediction: (B, 3, H, W) in [0, 1].
        motion: How the source was moved.
    """

    prediction: Tensor
    motion: Motion


class SourceMover(nn.Module):
    """What all generators of this kind begin with: the source's features, moved and faded where they are hidden.

    Attributes:
        align_corners: How the network was trained to fetch pixels, see `warping`.
    """

    def __init__(
        self,
        num_channels: int,
        num_kp: int,
        block_expansion: int,
        max_features: int,
        num_down_blocks: int,
        dense_motion_params: dict[str, Any] | None,
        align_corners: bool,
    ) -> None:
        super().__init__()
        self.dense_motion_network = DenseMotionNetwork(
            num_kp=num_kp, num_channels=num_channels, align_corners=align_corners, **(dense_motion_params or {})
        )
        self.first = Block(num_channels, block_expansion, 7)
        self.channels = [min(max_features, block_expansion << i) for i in range(num_down_blocks + 1)]
        self.down_blocks = nn.ModuleList(Down(a, b) for a, b in pairwise(self.channels))
        self.align_corners = align_corners

    def encode(self, image: Tensor) -> Encoded:
        """Once for each source picture."""
        features = self.first(image)
        for block in self.down_blocks:
            features = block(features)
        return Encoded(image, self.dense_motion_network.down(image), features)

    def moved(self, x: Tensor, motion: Motion) -> Tensor:
        """Pictures or features as the driving frame has them."""
        return deform(x, resized_grid(motion.deformation, x.shape[2:]), self.align_corners)

    def faded(self, x: Tensor, motion: Motion) -> Tensor:
        """What was moved, where it can be used."""
        return faded(x, motion.occlusion_map)


class Painter(SourceMover):
    """Those that end with residual blocks and two doublings of the size."""

    def __init__(
        self,
        num_channels: int = 3,
        num_kp: int = 10,
        block_expansion: int = 64,
        max_features: int = 512,
        num_down_blocks: int = 2,
        num_bottleneck_blocks: int = 6,
        dense_motion_params: dict[str, Any] | None = None,
        align_corners: bool = True,
    ) -> None:
        super().__init__(
            num_channels, num_kp, block_expansion, max_features, num_down_blocks, dense_motion_params, align_corners
        )
        self.up_blocks = nn.ModuleList(Up(b, a) for a, b in reversed(list(pairwise(self.channels))))
        self.bottleneck = residuals(num_bottleneck_blocks, self.channels[-1])
        self.final = nn.Conv2d(block_expansion, num_channels, 7, padding=3)

    def decode(self, features: Tensor) -> Tensor:
        """A picture of features."""
        features = self.bottleneck(features)
        for block in self.up_blocks:
            features = block(features)
        return torch.sigmoid(self.final(features))


class OcclusionAwareGenerator(Painter):
    """Moves the source's features, and paints what it doesn't show.

    True is how PyTorch 1.0 fetched pixels, with which the published models were trained; the published code, run on a
    later one, fetches them as if `align_corners` were False, half a pixel off at the borders.
    """

    def animate(self, encoded: Encoded, source: Keypoints, driving: Keypoints) -> Generated:
        """Once for each driving frame."""
        motion: Motion = self.dense_motion_network(encoded.small, source, driving)
        return Generated(self.decode(self.faded(self.moved(encoded.features, motion), motion)), motion)

    def forward(self, image: Tensor, source: Keypoints, driving: Keypoints) -> Generated:
        return self.animate(self.encode(image), source, driving)
