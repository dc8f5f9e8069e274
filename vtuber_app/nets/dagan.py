"""DaGAN: First Order Motion Model that knows the depth of the face.

Keypoints are found in picture and depth together, `KPDetector(num_channels=4, num_kp=15)` on both of `with_depth`; the
generator looks at the source's depth where it decides which features to use.

Source: Hong et al., Depth-Aware Generative Adversarial Network for Talking Head Video Generation, CVPR 2022.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, relu

from vtuber_app.nets.fom import Encoded, Generated, Motion, Painter, SourceMover
from vtuber_app.nets.hourglass import Block, Down
from vtuber_app.nets.keypoints import Keypoints
from vtuber_app.nets.spade import SpadeDecoder

COMPRESSED = 4
"""Channels of the features that guide the SPADE decoder, beside the picture's."""


def with_depth(image: Tensor, depth: Tensor) -> Tensor:
    """(B, 4, H, W): a picture in [0, 1] and its inverse depth in [0, 1]."""
    return torch.cat([image, depth], dim=1)


class DepthAwareAttention(nn.Module):
    """Adds to each place the features of others that its depth asks for."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.query_conv = nn.Conv2d(channels, channels // 8, 1)
        self.key_conv = nn.Conv2d(channels, channels // 8, 1)
        self.value_conv = nn.Conv2d(channels, channels, 1)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, depth: Tensor, features: Tensor) -> Tensor:
        """Both (B, C, h, w)."""
        value = relu(self.value_conv(features)).flatten(2)
        asked = value @ self.attention(depth, features).mT
        return self.gamma * asked.view_as(features) + features

    def attention(self, depth: Tensor, features: Tensor) -> Tensor:
        """How much each place (rows) takes of each other, (B, h * w, h * w)."""
        query, key = relu(self.query_conv(depth)).flatten(2), relu(self.key_conv(features)).flatten(2)
        return torch.softmax(query.mT @ key, dim=-1)


class DepthEncoded(NamedTuple):
    """What is made of the source picture once.

    Attributes:
        source: As FOM makes it.
        depth: (B, 256, h, w), features of its depth.
    """

    source: Encoded
    depth: Tensor


class DepthMover(SourceMover):
    """What both generators have beside FOM's: features of the source's depth, and the attention."""

    def add_depth(self) -> None:
        """Build them, as wide as the picture's."""
        self.src_first = Block(1, self.channels[0], 7)
        self.src_down_blocks = nn.ModuleList(Down(a, b) for a, b in pairwise(self.channels))
        self.AttnModule = DepthAwareAttention(self.channels[-1])

    def encode_with_depth(self, image: Tensor, depth: Tensor) -> DepthEncoded:
        """Once for each source picture (B, 3, H, W) and its inverse depth (B, 1, H, W)."""
        depth = self.src_first(depth)
        for block in self.src_down_blocks:
            depth = block(depth)
        return DepthEncoded(self.encode(image), depth)

    def attended(self, encoded: DepthEncoded, motion: Motion) -> Tensor:
        """The source's features as the driving frame has them, and those that its depth asks for."""
        features: Tensor = self.AttnModule(encoded.depth, self.usable(encoded, motion))
        return features

    def usable(self, encoded: DepthEncoded, motion: Motion) -> Tensor:
        """The source's features as the driving frame has them, faded where they are hidden."""
        return self.faded(self.moved(encoded.source.features, motion), motion)


class DepthAwareGenerator(DepthMover, Painter):
    """FOM's generator with depth; False is how the published models were trained to fetch pixels."""

    def __init__(self, num_kp: int = 15, align_corners: bool = False, **hyper_parameters: Any) -> None:
        super().__init__(num_kp=num_kp, align_corners=align_corners, **hyper_parameters)
        self.add_depth()

    def animate(self, encoded: DepthEncoded, source: Keypoints, driving: Keypoints) -> Generated:
        """Once for each driving frame."""
        motion: Motion = self.dense_motion_network(encoded.source.small, source, driving)
        return Generated(self.decode(self.attended(encoded, motion)), motion)

    def forward(self, image: Tensor, depth: Tensor, source: Keypoints, driving: Keypoints) -> Generated:
        return self.animate(self.encode_with_depth(image, depth), source, driving)


class GuidedDecoder(SpadeDecoder):
    """Guided by the features, few channels of them, and by the moved source picture."""

    def __init__(self, channels: int) -> None:
        super().__init__(middle=3, guide=COMPRESSED + 3, channels=channels)
        self.compress = nn.Conv2d(channels, COMPRESSED, 3, padding=1)

    def forward(self, features: Tensor, image: Tensor) -> Tensor:
        few = interpolate(self.compress(features), size=image.shape[2:])
        return self.draw(features, torch.cat([few, image], dim=1))


class SPADEDepthAwareGenerator(DepthMover):
    """The same, with a decoder that sees the moved source picture at every depth."""

    def __init__(
        self,
        num_channels: int = 3,
        num_kp: int = 15,
        block_expansion: int = 64,
        max_features: int = 512,
        num_down_blocks: int = 2,
        dense_motion_params: dict[str, Any] | None = None,
        align_corners: bool = False,
    ) -> None:
        super().__init__(
            num_channels, num_kp, block_expansion, max_features, num_down_blocks, dense_motion_params, align_corners
        )
        self.add_depth()
        self.decoder = GuidedDecoder(self.channels[-1])

    def animate(self, encoded: DepthEncoded, source: Keypoints, driving: Keypoints) -> Generated:
        """Once for each driving frame."""
        motion: Motion = self.dense_motion_network(encoded.source.small, source, driving)
        features = self.attended(encoded, motion)
        picture = self.faded(self.moved(encoded.source.image, motion), motion)
        return Generated(self.decoder(features, picture), motion)

    def forward(self, image: Tensor, depth: Tensor, source: Keypoints, driving: Keypoints) -> Generated:
        return self.animate(self.encode_with_depth(image, depth), source, driving)
