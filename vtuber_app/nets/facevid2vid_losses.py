"""What face-vid2vid is trained for: much as FOM, and keypoints that mean a head.

Each loss is a number that already has its weight, by its published name. Pictures are (B, 3, H, W) in [0, 1].

Source: Wang et al., One-Shot Free-View Neural Talking-Head Synthesis for Video Conferencing, CVPR 2021.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor, nn
from torch.nn.functional import pairwise_distance, relu

from vtuber_app.nets.discriminator import Mode, discriminator_loss, generator_loss
from vtuber_app.nets.equivariance import RandomWarp
from vtuber_app.nets.facevid2vid import Generated, VolumeMover
from vtuber_app.nets.facevid2vid_pose import Head, HEEstimator, KPDetector, posed
from vtuber_app.nets.perceptual import layer_differences, perceptual

APART, MEAN_DEPTH = 0.1, 0.33
"""The square of how near two keypoints may be, and how deep they are in the mean."""


@dataclass(frozen=True)
class Weights:
    """How much each loss counts, by the published names."""

    perceptual: Sequence[float] = (10, 10, 10, 10, 10)
    generator_gan: float = 1
    feature_matching: Sequence[float] = (10, 10, 10, 10)
    equivariance_value: float = 10
    keypoint: float = 10
    headpose: float = 20
    expression: float = 5


class Networks(NamedTuple):
    """Those that are trained together."""

    generator: VolumeMover
    kp_detector: KPDetector
    he_estimator: HEEstimator
    discriminator: nn.Module


def keypoint_prior(keypoints: Tensor) -> Tensor:
    """How crowded keypoints (B, K, 3) are, each beside itself counted too, and how far from where a head is."""
    apart = pairwise_distance(keypoints[:, :, None], keypoints[:, None]).square()
    crowded = relu(APART - apart).mean(dim=0).sum()
    return crowded + (keypoints[:, :, 2].mean(dim=1) - MEAN_DEPTH).abs().mean()


def generator_losses(
    networks: Networks,
    vgg: nn.Module | None,
    hopenet: nn.Module | None,
    source: Tensor,
    driving: Tensor,
    warp: RandomWarp,
    weights: Weights = Weights(),
    mode: Mode = "hinge",
) -> tuple[dict[str, Tensor], Generated]:
    """Two frames of a video, the first animated as the second.

    Without a VGG19 there is no perceptual loss, and without a Hopenet nothing teaches the head's angles.
    """
    canonical: Tensor = networks.kp_detector(source)
    head: Head = networks.he_estimator(driving)
    found = posed(canonical, head)
    generated: Generated = networks.generator(source, posed(canonical, networks.he_estimator(source)), found)
    fake_maps, scores = networks.discriminator(generated.prediction, found.detach())
    real_maps, _ = networks.discriminator(driving, found.detach())
    warped = posed(canonical, networks.he_estimator(warp.picture(driving, networks.generator.align_corners)))
    equivariance = (found[..., :2] - warp.places(warped[..., :2])).abs().mean()
    losses = {
        "gen_gan": weights.generator_gan * generator_loss(scores, mode),
        "feature_matching": layer_differences(fake_maps, real_maps, weights.feature_matching),
        "equivariance_value": weights.equivariance_value * equivariance,
        "keypoint": weights.keypoint * keypoint_prior(found),
        "expression": weights.expression * head.expression.abs().sum(dim=(1, 2)).mean(),
    }
    if vgg is not None:
        losses["perceptual"] = perceptual(vgg, generated.prediction, driving, weights.perceptual)
    if hopenet is not None:
        losses["headpose"] = weights.headpose * (head.angles - hopenet(driving)).abs().mean(dim=0).sum()
    return losses, generated


def discriminator_losses(
    discriminator: nn.Module, generated: Tensor, real: Tensor, mode: Mode = "hinge"
) -> dict[str, Tensor]:
    """How badly both are told apart; it sees no keypoints, and no gradient flows to what generated them."""
    unused = real.new_zeros(len(real), 1, 2)
    _, fake_scores = discriminator(generated.detach(), unused)
    _, real_scores = discriminator(real, unused)
    return {"disc_gan": discriminator_loss(real_scores, fake_scores, mode)}
