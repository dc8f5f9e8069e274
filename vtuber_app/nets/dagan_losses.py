"""What DaGAN is trained for: FOM's losses, and keypoints that stay apart. The depth network is not trained.

Source: Hong et al., Depth-Aware Generative Adversarial Network for Talking Head Video Generation, CVPR 2022.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import pairwise_distance

from vtuber_app.nets import fom_losses
from vtuber_app.nets.dagan import DepthAwareGenerator, SPADEDepthAwareGenerator, with_depth
from vtuber_app.nets.equivariance import RandomWarp
from vtuber_app.nets.fom import Generated, KPDetector
from vtuber_app.nets.keypoints import Keypoints

APART = 0.2
"""How near two keypoints may be."""


@dataclass(frozen=True)
class Weights(fom_losses.Weights):
    """FOM's, and one more."""

    kp_distance: float = 10


def kp_distance(keypoints: Tensor) -> Tensor:
    """The share of pairs of keypoints (B, K, 2) that are too near, twice; as published, nothing can be learnt of it."""
    apart = pairwise_distance(keypoints[:, :, None], keypoints[:, None])
    own = APART * torch.eye(keypoints.shape[1], dtype=apart.dtype, device=apart.device)
    return (1 - torch.sign(apart + own - APART)).mean()


def generator_losses(
    generator: DepthAwareGenerator | SPADEDepthAwareGenerator,
    kp_detector: KPDetector,
    depth: nn.Module,
    discriminator: nn.Module,
    vgg: nn.Module | None,
    source: Tensor,
    driving: Tensor,
    warp: RandomWarp,
    weights: Weights = Weights(),
) -> tuple[dict[str, Tensor], Generated, Keypoints]:
    """As `fom_losses.generator_losses`."""
    frame = warp.picture(driving, generator.align_corners)
    with torch.no_grad():
        depths = [depth(each) for each in (source, driving, frame)]
    still, found, warped = (
        kp_detector(with_depth(each, far)) for each, far in zip((source, driving, frame), depths, strict=True)
    )
    generated: Generated = generator(source, depths[0], still, found)
    losses = fom_losses.judged(discriminator, vgg, generated.prediction, driving, found, warped, warp, weights)
    losses["kp_distance"] = weights.kp_distance * (kp_distance(still.value) + kp_distance(found.value))
    return losses, generated, found
