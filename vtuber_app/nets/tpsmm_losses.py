"""What TPSMM is trained for; it has no discriminator.

Each loss is a number that already has its weight, by its published name.

Source: Zhao and Zhang, Thin-Plate Spline Motion Model for Image Animation, CVPR 2022.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from vtuber_app.nets.equivariance import RandomWarp
from vtuber_app.nets.perceptual import perceptual
from vtuber_app.nets.tpsmm import (
    BGMotionPredictor,
    DenseMotionNetwork,
    InpaintingNetwork,
    KPDetector,
    Motion,
    through,
)
from vtuber_app.nets.warping import faded


@dataclass(frozen=True)
class Weights:
    """How much each loss counts, by the published names."""

    perceptual: Sequence[float] = (10, 10, 10, 10, 10)
    equivariance_value: float = 10
    warp_loss: float = 10
    bg: float = 10


class Networks(NamedTuple):
    """Those that are trained together; the background's, from its epoch on."""

    kp_detector: KPDetector
    dense_motion_network: DenseMotionNetwork
    inpainting_network: InpaintingNetwork
    bg_predictor: BGMotionPredictor | None


def dropout(batch: int, splines: int, probability: float, like: Tensor) -> Tensor:
    """Which motions may be used, (batch, splines + 1) bool: each spline with 1 - `probability`; the background."""
    kept = torch.rand(batch, splines + 1, device=like.device) < 1 - probability
    kept[:, 0] = True
    return kept


def warp_loss(network: InpaintingNetwork, features: Sequence[Tensor], driving: Tensor, motion: Motion) -> Tensor:
    """How far the source's features, moved, are from the driving frame's: only the motion learns from it."""
    with torch.no_grad():
        goals = network.encode(driving)
    total = driving.new_zeros(())
    masks = [mask.detach() for mask in motion.occlusion_maps]
    for x, goal, mask in zip(reversed(features), reversed(goals), masks, strict=True):
        moved = through(x.detach(), motion)
        total = total + (faded(goal, mask, align_corners=True) - faded(moved, mask, align_corners=True)).abs().mean()
    return total


def generator_losses(
    networks: Networks,
    vgg: nn.Module | None,
    source: Tensor,
    driving: Tensor,
    warp: RandomWarp,
    weights: Weights = Weights(),
    kept: Tensor | None = None,
) -> tuple[dict[str, Tensor], Tensor]:
    """Two frames of a video, the first animated as the second.

    Returns:
        The losses, and the generated frame.
    """
    found: Tensor = networks.kp_detector(driving)
    background = networks.bg_predictor(source, driving) if networks.bg_predictor is not None else None
    dense, paint = networks.dense_motion_network, networks.inpainting_network
    motion: Motion = dense(dense.down(source), networks.kp_detector(source), found, background, kept)
    features = paint.encode(source)
    generated: Tensor = paint(source, features, motion)
    losses = {"warp_loss": weights.warp_loss * warp_loss(paint, features, driving, motion)}
    if vgg is not None:
        losses["perceptual"] = perceptual(vgg, generated, driving, weights.perceptual)
    warped = networks.kp_detector(warp.picture(driving, align_corners=True))
    losses["equivariance_value"] = weights.equivariance_value * (found - warp.places(warped)).abs().mean()
    if networks.bg_predictor is not None and background is not None:
        there_and_back = background @ networks.bg_predictor(driving, source)
        identity = torch.eye(3, dtype=source.dtype, device=source.device)
        losses["bg"] = weights.bg * (identity - there_and_back).abs().mean()
    return losses, generated
