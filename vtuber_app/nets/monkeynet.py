"""monkey-net: a still picture moves as the driver, by ten keypoints that are Gaussians of any shape.

The picture is (B, 3, H, W) in [0, 1]. The published networks see a video, (B, C, T, H, W), and look at each frame
alone; ours see frames, and `remap` takes the fifth axis off the published parameters. The hyper-parameters have their
published names.

Source: Siarohin et al., Animating Arbitrary Objects via Deep Motion Transfer, CVPR 2019.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from vtuber_app.nets.hourglass import Block, Decoder, Encoder, Hourglass, residuals
from vtuber_app.nets.keypoints import expected_place, inverse, relative_motion, spatial_softmax
from vtuber_app.nets.warping import blended_grid, coordinate_grid, deform, deformed_copies, resized_grid

NORM_CONST = 100
"""Heatmaps are divided by it before networks see them."""


def remap(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Published parameters, for ours."""
    return {name: value.squeeze(2) if value.dim() == 5 else value for name, value in state.items()}


def published(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Our parameters, as they are published."""
    return {name: value.unsqueeze(2) if value.dim() == 4 else value for name, value in state.items()}


class Keypoints(NamedTuple):
    """Gaussians.

    Attributes:
        mean: (B, K, 2).
        var: (B, K, 2, 2).
    """

    mean: Tensor
    var: Tensor


def drawn(keypoints: Keypoints, sizes: Sequence[int]) -> Tensor:
    """Each as a picture (B, K, h, w), as networks see it."""
    away = coordinate_grid(sizes, keypoints.mean) - keypoints.mean[:, :, None, None]
    distance = torch.einsum("bkhwi,bkij,bkhwj->bkhw", away, inverse(keypoints.var), away)
    return torch.exp(-0.5 * distance) / NORM_CONST


def smallest_eigenvalue(symmetric: Tensor) -> Tensor:
    """That of each matrix (..., 2, 2)."""
    (a, b), (_, d) = (row.unbind(-1) for row in symmetric.unbind(-2))
    return (a + d) / 2 - ((a - d).square() / 4 + b.square()).sqrt()


class FinishedDecoder(Decoder):
    """A decoder with a last convolution."""

    def __init__(self, block_expansion: int, inputs: int, outputs: int, num_blocks: int, max_features: int) -> None:
        super().__init__(block_expansion, inputs, num_blocks, max_features)
        self.conv = nn.Conv2d(self.out_filters, outputs, 3, padding=1)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        finished: Tensor = self.conv(super().forward(features))
        return finished


class FinishedHourglass(Hourglass):
    """An hourglass whose decoder has a last convolution."""

    def __init__(self, block_expansion: int, inputs: int, outputs: int, num_blocks: int, max_features: int) -> None:
        decoder = FinishedDecoder(block_expansion, inputs, outputs, num_blocks, max_features)
        super().__init__(block_expansion, inputs, num_blocks, max_features, decoder=decoder)


def smaller(image: Tensor, scale_factor: float) -> Tensor:
    """Every so many-th pixel."""
    return image if scale_factor == 1 else interpolate(image, scale_factor=scale_factor)


class KPDetector(nn.Module):
    """Finds the keypoints of a picture: means and covariances of heatmaps."""

    def __init__(
        self,
        block_expansion: int = 32,
        num_kp: int = 10,
        num_channels: int = 3,
        max_features: int = 1024,
        num_blocks: int = 5,
        temperature: float = 0.1,
        scale_factor: float = 1,
        clip_variance: float | None = 0.001,
    ) -> None:
        super().__init__()
        self.predictor = FinishedHourglass(block_expansion, num_channels, num_kp, num_blocks, max_features)
        self.temperature = temperature
        self.scale_factor = scale_factor
        self.clip_variance = clip_variance

    def heatmap(self, image: Tensor) -> Tensor:
        """(B, K, h, w), each of sum 1."""
        return spatial_softmax(self.predictor(smaller(image, self.scale_factor)), self.temperature)

    def forward(self, image: Tensor) -> Keypoints:
        heatmap = self.heatmap(image) + 1e-7
        mean = expected_place(heatmap)
        away = coordinate_grid(heatmap.shape[2:], heatmap) - mean[:, :, None, None]  # (B, K, h, w, 2)
        var = torch.einsum("bkhw,bkhwi,bkhwj->bkij", heatmap, away, away)
        if self.clip_variance is not None:
            narrow = smallest_eigenvalue(var)
            var = var * (narrow.clamp(min=self.clip_variance) / narrow)[..., None, None]
        return Keypoints(mean, var)


class Motion(NamedTuple):
    """How a picture is to be fetched.

    Attributes:
        deformation: (B, h, w, 2), where each pixel comes from.
        mask: (B, K + 1, h, w), how much of each keypoint's motion each pixel takes; the first is the background's.
        correction: (B, 2, h, w), what is added to the motions' mean.
        embedding: (B, (K + 1) * C, h, w), what the network saw of each keypoint: heatmap, difference, moved source.
    """

    deformation: Tensor
    mask: Tensor
    correction: Tensor
    embedding: Tensor


class DenseMotionModule(nn.Module):
    """Blends the keypoints' motions to one for each pixel, and corrects it."""

    def __init__(
        self,
        block_expansion: int = 32,
        num_blocks: int = 5,
        max_features: int = 1024,
        num_kp: int = 10,
        num_channels: int = 3,
        num_group_blocks: int = 2,
        scale_factor: float = 1,
        use_difference: bool = False,
        align_corners: bool = True,
    ) -> None:
        super().__init__()
        channels = (num_kp + 1) * (1 + 2 * use_difference + num_channels)
        self.group_blocks = nn.ModuleList(
            Block(channels, channels, 1, groups=num_kp + 1) for _ in range(num_group_blocks)
        )
        self.hourglass = FinishedHourglass(block_expansion, channels, num_kp + 1 + 2, num_blocks, max_features)
        self.scale_factor = scale_factor
        self.use_difference = use_difference
        self.align_corners = align_corners

    def forward(self, image: Tensor, source: Keypoints, driving: Keypoints) -> Motion:
        small = smaller(image, self.scale_factor)
        sizes = small.shape[2:]
        identity = coordinate_grid(sizes, small)
        shift = with_background(source.mean - driving.mean)  # (B, K + 1, 2)
        motions = identity + shift[:, :, None, None]
        seen = [with_background(drawn(driving, sizes) - drawn(source, sizes))[:, :, None]]
        if self.use_difference:
            seen.append(shift[..., None, None].expand(-1, -1, -1, *sizes))
        seen.append(deformed_copies(small, motions, self.align_corners))
        embedding = torch.cat(seen, dim=2).flatten(1, 2)
        features = embedding
        for block in self.group_blocks:
            features = block(features)
        mask, correction = self.hourglass(features).split([shift.shape[1], 2], dim=1)
        mask = torch.softmax(mask, dim=1)
        deformation = blended_grid(mask, motions) + correction.movedim(1, -1)
        return Motion(deformation, mask, correction, embedding)


def with_background(keypoints: Tensor) -> Tensor:
    """Zeros before the first, as a keypoint that never moves."""
    return torch.cat([torch.zeros_like(keypoints[:, :1]), keypoints], dim=1)


class Generated(NamedTuple):
    """A frame.

    Attributes:
        prediction: (B, 3, H, W) in [0, 1].
        deformed: (B, 3, H, W), the source moved and no more.
        skips: The source's features moved, the finest first.
        movement: (B, K, h, w), the keypoints as the decoder sees them.
        motion: How the source was moved.
    """

    prediction: Tensor
    deformed: Tensor
    skips: list[Tensor]
    movement: Tensor
    motion: Motion


class MotionTransferGenerator(nn.Module):
    """Moves the source's features of every size, and decodes them beside the keypoints' movement.

    Attributes:
        align_corners: True is how PyTorch 0.4 fetched pixels, with which the published models were trained.
    """

    def __init__(
        self,
        num_channels: int = 3,
        num_kp: int = 10,
        block_expansion: int = 32,
        max_features: int = 1024,
        num_blocks: int = 5,
        num_refinement_blocks: int = 4,
        dense_motion_params: dict[str, Any] | None = None,
        embedding_scale_factor: float = 1,
        interpolation_mode: str = "nearest",
        align_corners: bool = True,
    ) -> None:
        """`embedding_scale_factor` is the published `kp_embedding_params.scale_factor`."""
        super().__init__()
        self.appearance_encoder = Encoder(block_expansion, num_channels, num_blocks, max_features)
        self.dense_motion_module = DenseMotionModule(
            num_kp=num_kp, num_channels=num_channels, align_corners=align_corners, **(dense_motion_params or {})
        )
        self.video_decoder = Decoder(block_expansion, num_channels, num_blocks, max_features, extra=num_kp)
        filters = self.video_decoder.out_filters
        self.refinement_module = residuals(num_refinement_blocks, filters)
        self.refinement_module.add_module("conv-last", nn.Conv2d(filters, num_channels, 1))
        self.embedding_scale_factor = embedding_scale_factor
        self.mode = interpolation_mode.replace("tri", "bi")  # over time there is nothing to interpolate
        self.align_corners = align_corners

    def encode(self, image: Tensor) -> list[Tensor]:
        """Once for each source picture: itself, and its features of every size."""
        features: list[Tensor] = self.appearance_encoder(image)
        return features

    def animate(self, encoded: Sequence[Tensor], source: Keypoints, driving: Keypoints) -> Generated:
        """Once for each driving frame."""
        motion: Motion = self.dense_motion_module(encoded[0], source, driving)
        sizes = [round(n * self.embedding_scale_factor) for n in encoded[0].shape[2:]]
        movement = drawn(driving, sizes) - drawn(source, sizes)
        moved = [self.moved(x, motion) for x in encoded]
        decoded = self.video_decoder([torch.cat([x, self._resized(movement, x)], dim=1) for x in moved])
        return Generated(torch.sigmoid(self.refinement_module(decoded)), moved[0], moved, movement, motion)

    def moved(self, x: Tensor, motion: Motion) -> Tensor:
        """Pictures or features as the driving frame has them."""
        return deform(x, resized_grid(motion.deformation, x.shape[2:], self.mode), self.align_corners)

    def forward(self, image: Tensor, source: Keypoints, driving: Keypoints) -> Generated:
        return self.animate(self.encode(image), source, driving)

    def _resized(self, movement: Tensor, like: Tensor) -> Tensor:
        corners = None if self.mode == "nearest" else False
        return interpolate(movement, size=like.shape[2:], mode=self.mode, align_corners=corners)


def relative_keypoints(
    driving: Keypoints,
    initial: Keypoints,
    source: Keypoints,
    scale: float | Tensor = 1.0,
    adapt_variance: bool = False,
) -> Keypoints:
    """Move the source keypoints as the driving ones moved since the first frame; the Gaussians are the driver's.

    With `adapt_variance` they are the source's, deformed as the driver's were: the nearest covariance to that product.
    """
    mean = relative_motion(driving.mean, initial.mean, source.mean, scale)
    if not adapt_variance:
        return Keypoints(mean, driving.var)
    product = driving.var @ inverse(initial.var) @ source.var
    return Keypoints(mean, nearest_covariance((product + product.mT) / 2))


def nearest_covariance(symmetric: Tensor) -> Tensor:
    """Matrices (..., 2, 2) whose negative eigenvalues are a millionth instead; ONNX knows no eigenvectors."""
    small = smallest_eigenvalue(symmetric)[..., None, None]
    identity = torch.eye(2, dtype=symmetric.dtype, device=symmetric.device)
    trace = (symmetric * identity).sum(dim=(-1, -2), keepdim=True)
    large = trace - small
    gap = (large - small).clamp(min=torch.finfo(symmetric.dtype).tiny)
    kept_small, kept_large = (torch.where(each < 0, 1e-6, each) for each in (small, large))
    along = (symmetric - small * identity) / gap  # the projection on the larger's vector
    return kept_small * identity + (kept_large - kept_small) * along
