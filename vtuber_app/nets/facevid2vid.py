"""face-vid2vid: a still face moves as the driver by fifteen keypoints in space, so that it can also be turned freely.

The picture is (B, 3, 256, 256) in [0, 1]. `facevid2vid_pose` says where keypoints are. The hyper-parameters have their
published names.

Source: Wang et al., One-Shot Free-View Neural Talking-Head Synthesis for Video Conferencing, CVPR 2021; parameters as
in the open implementation that published weights.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from vtuber_app.nets.hourglass import Block, Decoder, Down, Hourglass, Up, residuals
from vtuber_app.nets.keypoints import gaussians
from vtuber_app.nets.spade import SpadeDecoder
from vtuber_app.nets.warping import blended_grid, coordinate_grid, deform, deformed_copies, faded


class Motion(NamedTuple):
    """How a volume of features is to be fetched.

    Attributes:
        deformation: (B, d, h, w, 3), where each place comes from.
        occlusion_map: (B, 1, h, w), 0 where nothing of the source can be used, 1 where all can.
        mask: (B, K + 1, d, h, w), how much of each keypoint's motion each place takes; the first is the background's.
    """

    deformation: Tensor
    occlusion_map: Tensor
    mask: Tensor


class FinishedDecoder(Decoder):
    """A decoder with a last block."""

    def __init__(self, block_expansion: int, inputs: int, num_blocks: int, max_features: int) -> None:
        super().__init__(block_expansion, inputs, num_blocks, max_features, dims=3)
        self.conv = nn.Conv3d(self.out_filters, self.out_filters, 3, padding=1)
        self.norm = nn.BatchNorm3d(self.out_filters)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        finished: Tensor = self.norm(self.conv(super().forward(features)))
        return relu(finished)


class DenseMotionNetwork(nn.Module):
    """Blends the keypoints' motions to one for each place, and finds what the source doesn't show."""

    def __init__(
        self,
        block_expansion: int = 32,
        num_blocks: int = 5,
        max_features: int = 1024,
        num_kp: int = 15,
        feature_channel: int = 32,
        reshape_depth: int = 16,
        compress: int = 4,
        align_corners: bool = False,
    ) -> None:
        super().__init__()
        shape = block_expansion, (num_kp + 1) * (compress + 1), num_blocks, max_features
        self.hourglass = Hourglass(*shape, dims=3, decoder=FinishedDecoder(*shape))
        filters = self.hourglass.decoder.out_filters
        self.mask = nn.Conv3d(filters, num_kp + 1, 7, padding=3)
        self.compress = nn.Conv3d(feature_channel, compress, 1)
        self.norm = nn.BatchNorm3d(compress)
        self.occlusion = nn.Conv2d(filters * reshape_depth, 1, 7, padding=3)
        self.align_corners = align_corners

    def compressed(self, volume: Tensor) -> Tensor:
        """Few channels (B, 4, d, h, w) of the source's volume; once for each source picture."""
        return relu(self.norm(self.compress(volume)))

    def forward(self, compressed: Tensor, source: Tensor, driving: Tensor) -> Motion:
        sizes = compressed.shape[2:]
        identity = coordinate_grid(sizes, compressed)
        shift = torch.cat([torch.zeros_like(source[:, :1]), source - driving], dim=1)  # (B, K + 1, 3)
        motions = identity + shift[:, :, None, None, None]
        heatmap = gaussians(driving, sizes) - gaussians(source, sizes)
        heatmap = torch.cat([torch.zeros_like(heatmap[:, :1]), heatmap], dim=1)[:, :, None]
        deformed = deformed_copies(compressed, motions, self.align_corners)
        features = self.hourglass(torch.cat([heatmap, deformed], dim=2).flatten(1, 2))
        mask = torch.softmax(self.mask(features), dim=1)
        occlusion = torch.sigmoid(self.occlusion(features.flatten(1, 2)))
        return Motion(blended_grid(mask, motions), occlusion, mask)


class Encoded(NamedTuple):
    """What is made of the source picture once.

    Attributes:
        volume: (B, 32, 16, h, w), its features in space.
        compressed: (B, 4, 16, h, w), for the dense motion.
    """

    volume: Tensor
    compressed: Tensor


class Generated(NamedTuple):
    """A frame.

    Attributes:
        prediction: (B, 3, H, W) in [0, 1].
        motion: How the source was moved.
    """

    prediction: Tensor
    motion: Motion


class VolumeMover(nn.Module):
    """What both generators begin with: the source's features as a volume, moved and seen from the front."""

    first_kernel: ClassVar[int]

    def __init__(
        self,
        image_channel: int = 3,
        feature_channel: int = 32,
        num_kp: int = 15,
        block_expansion: int = 64,
        max_features: int = 512,
        num_down_blocks: int = 2,
        reshape_channel: int = 32,
        reshape_depth: int = 16,
        num_resblocks: int = 6,
        dense_motion_params: dict[str, Any] | None = None,
        align_corners: bool = False,
    ) -> None:
        super().__init__()
        self.dense_motion_network = DenseMotionNetwork(
            num_kp=num_kp, feature_channel=feature_channel, align_corners=align_corners, **(dense_motion_params or {})
        )
        self.channels = [min(max_features, block_expansion << i) for i in range(num_down_blocks + 1)]
        self.first = Block(image_channel, block_expansion, self.first_kernel)
        self.down_blocks = nn.ModuleList(Down(a, b) for a, b in pairwise(self.channels))
        self.second = nn.Conv2d(self.channels[-1], max_features, 1)
        self.resblocks_3d = residuals(num_resblocks, reshape_channel, "3dr", dims=3)
        self.third = Block(max_features, self.channels[-1], slope=0.01)
        self.fourth = nn.Conv2d(self.channels[-1], self.channels[-1], 1)
        self.depth = reshape_depth
        self.align_corners = align_corners

    def flat(self, image: Tensor) -> Tensor:
        """The source's features (B, 512, h, w), of which the volume is made."""
        x = self.first(image)
        for block in self.down_blocks:
            x = block(x)
        features: Tensor = self.second(x)
        return features

    def encode(self, image: Tensor) -> Encoded:
        """Once for each source picture."""
        flat = self.flat(image)
        volume = self.resblocks_3d(flat.view(len(flat), -1, self.depth, *flat.shape[2:]))
        return Encoded(volume, self.dense_motion_network.compressed(volume))

    def moved(self, encoded: Encoded, motion: Motion) -> Tensor:
        """Features (B, 256, h, w) as the driving frame has them, faded where they are hidden."""
        volume = deform(encoded.volume, motion.deformation, self.align_corners)
        x: Tensor = self.fourth(self.third(volume.flatten(1, 2)))
        return faded(x, motion.occlusion_map)

    def animate(self, encoded: Encoded, source: Tensor, driving: Tensor) -> Generated:
        """Once for each driving frame; both are keypoints (B, K, 3)."""
        motion: Motion = self.dense_motion_network(encoded.compressed, source, driving)
        return Generated(self.decode(self.moved(encoded, motion)), motion)

    def decode(self, features: Tensor) -> Tensor:
        """A picture of features."""
        raise NotImplementedError

    def forward(self, image: Tensor, source: Tensor, driving: Tensor) -> Generated:
        return self.animate(self.encode(image), source, driving)


class OcclusionAwareGenerator(VolumeMover):
    """Ends with residual blocks and two doublings of the size, as FOM's; the published one is the smaller model."""

    first_kernel = 7

    def __init__(self, num_resblocks: int = 6, block_expansion: int = 64, **hyper_parameters: Any) -> None:
        super().__init__(num_resblocks=num_resblocks, block_expansion=block_expansion, **hyper_parameters)
        self.resblocks_2d = residuals(num_resblocks, self.channels[-1], "2dr")
        self.up_blocks = nn.ModuleList(Up(b, a) for a, b in reversed(list(pairwise(self.channels))))
        self.final = nn.Conv2d(block_expansion, 3, 7, padding=3)

    def decode(self, features: Tensor) -> Tensor:
        features = self.resblocks_2d(features)
        for block in self.up_blocks:
            features = block(features)
        return torch.sigmoid(self.final(features))


class SelfGuidedDecoder(SpadeDecoder):
    """A decoder that is reminded of the features it began with."""

    def forward(self, features: Tensor) -> Tensor:
        return self.draw(features, features)


class OcclusionAwareSPADEGenerator(VolumeMover):
    """Ends with SPADE blocks; the larger and better model."""

    first_kernel = 3

    def __init__(self, **hyper_parameters: Any) -> None:
        super().__init__(**hyper_parameters)
        width = self.channels[-1]
        self.decoder = SelfGuidedDecoder(middle=6, guide=width, channels=width)

    def decode(self, features: Tensor) -> Tensor:
        picture: Tensor = self.decoder(features)
        return picture
