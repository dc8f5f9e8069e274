"""What monkey-net is trained for, and the network that lets it go on from one frame.

Source: Siarohin et al., Animating Arbitrary Objects via Deep Motion Transfer, CVPR 2019.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vtuber_app.nets.discriminator import Discriminator, discriminator_loss, generator_loss
from vtuber_app.nets.monkeynet import Generated, Keypoints, KPDetector, MotionTransferGenerator, drawn


@dataclass(frozen=True)
class Weights:
    """How much each loss counts, by the published names.

    Attributes:
        reconstruction: Of the picture itself, and of each block of the discriminator.
        reconstruction_deformed: Of the source that was only moved; bair has 10.
    """

    reconstruction: Sequence[float] = (10, 10, 10, 10, 1)
    reconstruction_deformed: float = 0
    generator_gan: float = 1
    discriminator_gan: float = 1


def discriminator(
    num_kp: int = 10, num_channels: int = 3, block_expansion: int = 32, max_features: int = 256, num_blocks: int = 4
) -> Discriminator:
    """The published one, for `scored`; its parameters need `monkeynet.remap` too."""
    return Discriminator(num_channels + num_kp, block_expansion, num_blocks, max_features, pool_last=True)


def scored(judge: Discriminator, image: Tensor, keypoints: Keypoints) -> tuple[list[Tensor], Tensor]:
    """The picture itself and each block's output, and the scores; it is shown the driver's keypoints too."""
    maps, scores = judge(torch.cat([image, drawn(keypoints, image.shape[2:])], dim=1))
    return [image, *maps], scores


def generator_losses(
    generator: MotionTransferGenerator,
    kp_detector: KPDetector,
    judge: Discriminator,
    source: Tensor,
    driving: Tensor,
    weights: Weights = Weights(),
) -> tuple[dict[str, Tensor], Generated, Keypoints]:
    """Two frames of a video, the first animated as the second.

    Returns:
        The losses, by their published names and with their weights; the generated frame; the second's keypoints.
    """
    # Together, so that both are normalised by the same statistics.
    both: Keypoints = kp_detector(torch.cat([source, driving]))
    still = Keypoints(both.mean[: len(source)], both.var[: len(source)])
    found = Keypoints(both.mean[len(source) :], both.var[len(source) :])
    generated: Generated = generator(source, still, found)
    fake_maps, scores = scored(judge, generated.prediction, found)
    real_maps, _ = scored(judge, driving, found)
    losses = {"gen_gan": weights.generator_gan * generator_loss(scores)}
    if weights.reconstruction_deformed:
        losses["rec_def"] = weights.reconstruction_deformed * (driving - generated.deformed).abs().mean()
    for i, weight in enumerate(weights.reconstruction):
        losses[f"layer-{i}_rec"] = weight * (real_maps[i] - fake_maps[i]).abs().mean()
    return losses, generated, found


def discriminator_losses(
    judge: Discriminator, generated: Tensor, real: Tensor, keypoints: Keypoints, weights: Weights = Weights()
) -> dict[str, Tensor]:
    """How badly both are told apart; no gradient flows to what generated them."""
    shown = Keypoints(*(each.detach() for each in keypoints))
    _, fake_scores = scored(judge, generated.detach(), shown)
    _, real_scores = scored(judge, real, shown)
    return {"disc_gan": weights.discriminator_gan * discriminator_loss(real_scores, fake_scores)}


class PredictionModule(nn.Module):
    """Guesses how keypoints move on: from those of some frames, those of as many, each a frame later."""

    def __init__(self, num_kp: int = 10, num_features: int = 1024, num_layers: int = 1, dropout: float = 0.0) -> None:
        super().__init__()
        size = num_kp * (2 + 4)
        self.rnn = nn.GRU(size, num_features, num_layers, dropout=dropout, batch_first=True)
        self.linear = nn.Linear(num_features, size)

    def forward(self, keypoints: Keypoints) -> Keypoints:
        """`mean` is (B, T, K, 2) and `var` (B, T, K, 2, 2)."""
        mean, var = (each.flatten(2) for each in keypoints)
        guessed: Tensor = self.linear(self.rnn(torch.cat([mean, var], dim=2))[0])
        guessed = guessed.view(*keypoints.mean.shape[:3], 6)
        root = guessed[..., 2:].reshape(keypoints.var.shape)
        return Keypoints(torch.tanh(guessed[..., :2]), root.mT @ root)
