"""What FOM is trained for; DaGAN and face-vid2vid share most of it.

Each loss is a number that already has its weight, by its published name. Pictures are (B, 3, H, W) in [0, 1].

Source: Siarohin et al., First Order Motion Model for Image Animation, NeurIPS 2019.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vtuber_app.nets.discriminator import discriminator_loss, generator_loss
from vtuber_app.nets.equivariance import RandomWarp
from vtuber_app.nets.fom import Generated, KPDetector, OcclusionAwareGenerator
from vtuber_app.nets.keypoints import Keypoints, inverse
from vtuber_app.nets.perceptual import layer_differences, perceptual


@dataclass(frozen=True)
class Weights:
    """How much each loss counts, by the published names; these are vox-adv's.

    Attributes:
        generator_gan: At 0, as in vox, features aren't matched either: the published code takes it for both.
    """

    perceptual: Sequence[float] = (10, 10, 10, 10, 10)
    generator_gan: float = 1
    feature_matching: Sequence[float] = (10, 10, 10, 10)
    equivariance_value: float = 10
    equivariance_jacobian: float = 10


def equivariance(found: Keypoints, warped: Keypoints, warp: RandomWarp) -> tuple[Tensor, Tensor]:
    """How far keypoints are from where they were found in the warped picture: their places, and their jacobians."""
    value = (found.value - warp.places(warped.value)).abs().mean()
    seen = warp.jacobians(warped.value) @ warped.jacobian
    identity = torch.eye(2, dtype=seen.dtype, device=seen.device)
    return value, (identity - inverse(found.jacobian) @ seen).abs().mean()


def adversarial(
    discriminator: nn.Module, generated: Tensor, real: Tensor, keypoints: Tensor, weights: Weights
) -> dict[str, Tensor]:
    """What the discriminator says of a generated frame; no gradient flows to the keypoints (B, K, 2) it is shown."""
    if not weights.generator_gan:
        return {}
    fake_maps, scores = discriminator(generated, keypoints.detach())
    real_maps, _ = discriminator(real, keypoints.detach())
    return {
        "gen_gan": weights.generator_gan * generator_loss(scores),
        "feature_matching": layer_differences(fake_maps, real_maps, weights.feature_matching),
    }


def judged(
    discriminator: nn.Module,
    vgg: nn.Module | None,
    generated: Tensor,
    driving: Tensor,
    found: Keypoints,
    warped: Keypoints,
    warp: RandomWarp,
    weights: Weights,
) -> dict[str, Tensor]:
    """All losses of a generated frame, and of keypoints that were found in the driving and in the warped one."""
    losses = adversarial(discriminator, generated, driving, found.value, weights)
    if vgg is not None:
        losses["perceptual"] = perceptual(vgg, generated, driving, weights.perceptual)
    value, jacobian = equivariance(found, warped, warp)
    losses["equivariance_value"] = weights.equivariance_value * value
    losses["equivariance_jacobian"] = weights.equivariance_jacobian * jacobian
    return losses


def generator_losses(
    generator: OcclusionAwareGenerator,
    kp_detector: KPDetector,
    discriminator: nn.Module,
    vgg: nn.Module | None,
    source: Tensor,
    driving: Tensor,
    warp: RandomWarp,
    weights: Weights = Weights(),
) -> tuple[dict[str, Tensor], Generated, Keypoints]:
    """Two frames of a video, the first animated as the second.

    Without a VGG19 there is no perceptual loss.

    Returns:
        The losses, the generated frame, and the second's keypoints.
    """
    found: Keypoints = kp_detector(driving)
    generated: Generated = generator(source, kp_detector(source), found)
    warped = kp_detector(warp.picture(driving, generator.align_corners))
    losses = judged(discriminator, vgg, generated.prediction, driving, found, warped, warp, weights)
    return losses, generated, found


def discriminator_losses(
    discriminator: nn.Module, generated: Tensor, real: Tensor, keypoints: Tensor
) -> dict[str, Tensor]:
    """How badly both are told apart; no gradient flows to what generated them."""
    _, fake_scores = discriminator(generated.detach(), keypoints.detach())
    _, real_scores = discriminator(real, keypoints.detach())
    return {"disc_gan": discriminator_loss(real_scores, fake_scores)}
