"""What vid2vid is trained for: frames, and rows of frames, that pass for real ones.

Each loss is a number that already has its weight, by its published name; pictures as in `vid2vid`. The reference flow
is that of any good optical flow, with where it can be trusted.

Source: Wang et al., Video-to-Video Synthesis, NeurIPS 2018.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vtuber_app.nets.perceptual import Vgg19, layer_differences
from vtuber_app.nets.vid2vid import FLOW_PX, halved, resampled

VGG_WEIGHTS = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1)


@dataclass(frozen=True)
class Weights:
    """How much each loss counts, by the published names."""

    lambda_feat: float = 10
    lambda_T: float = 10
    lambda_F: float = 10


class MultiscaleDiscriminator(nn.Module):
    """Three of five convolutions each, at full size, a half and a quarter; the published names count upwards."""

    def __init__(self, input_nc: int, ndf: int = 64, n_layers_D: int = 3, num_D: int = 3) -> None:
        super().__init__()
        widths = [ndf << min(i, 3) for i in range(n_layers_D + 1)]
        for scale in range(num_D):
            inputs = input_nc
            for i, width in enumerate(widths):
                conv = nn.Conv2d(inputs, width, 4, 2 if i < n_layers_D else 1, 2)
                norm = [nn.BatchNorm2d(width)] if i else []
                self.add_module(f"scale{scale}_layer{i}", nn.Sequential(conv, *norm, nn.LeakyReLU(0.2)))
                inputs = width
            self.add_module(f"scale{scale}_layer{len(widths)}", nn.Sequential(nn.Conv2d(inputs, 1, 4, 1, 2)))
        self.layers, self.num_D = len(widths) + 1, num_D

    def forward(self, x: Tensor) -> list[list[Tensor]]:
        """Of each size, the largest first, what each layer gives, the scores last."""
        sizes = []
        for scale in reversed(range(self.num_D)):
            maps, seen = [], x
            for i in range(self.layers):
                seen = self.get_submodule(f"scale{scale}_layer{i}")(seen)
                maps.append(seen)
            sizes.append(maps)
            x = halved(x)
        return sizes


def passing(sizes: list[list[Tensor]], goal: float) -> Tensor:
    """How far the scores of all sizes are from 1, real, or 0."""
    return torch.stack([(maps[-1] - goal).square().mean() for maps in sizes]).sum()


def matching(fake: list[list[Tensor]], real: list[list[Tensor]]) -> Tensor:
    """How differently a discriminator sees both, layer by layer."""
    pairs = [
        pair for sizes in zip(fake, real, strict=True) for pair in zip(*(maps[:-1] for maps in sizes), strict=True)
    ]
    apart = [(one - other.detach()).abs().mean() for one, other in pairs]
    layers = len(real[0]) - 1  # 4 of them count 1 together
    return torch.stack(apart).sum() * 4 / layers / len(real)


def judged(discriminator: nn.Module, fake: Tensor, real: Tensor, weights: Weights, name: str = "") -> dict[str, Tensor]:
    """A discriminator's own losses and the generator's, of what it sees: labels and frames, or frames and flows.

    Args:
        discriminator: The judge.
        fake: With generated frames.
        real: With real ones.
        weights: Of the losses.
        name: What stands in the middle of the losses' names: "T_" for rows of frames.
    """
    seen_real, seen_fake = discriminator(real), discriminator(fake)
    return {
        f"D_{name}real": passing(seen_real, 1),
        f"D_{name}fake": passing(discriminator(fake.detach()), 0),
        f"G_{name}GAN": passing(seen_fake, 1),
        f"G_{name}GAN_Feat": weights.lambda_feat * matching(seen_fake, seen_real),
    }


def with_flows(frames: Tensor, flows: Tensor) -> Tensor:
    """Three frames (B, 9, H, W) and the flows between them (B, 4, H, W), px, as a temporal discriminator sees them."""
    return torch.cat([frames, flows / FLOW_PX], dim=1)


def perceived(vgg: Vgg19, fake: Tensor, real: Tensor, weights: Weights) -> Tensor:
    """How far pictures are apart as VGG19 sees them; as published, it is given [-1, 1]."""
    layers = vgg(fake, normalise=False), vgg(real, normalise=False)
    return weights.lambda_feat * layer_differences(*layers, VGG_WEIGHTS)


def masked(one: Tensor, other: Tensor, mask: Tensor) -> Tensor:
    """The mean absolute difference of what is inside the mask."""
    return (one * mask - other * mask).abs().mean()


def flow_losses(
    flow: Tensor,
    reference: Tensor,
    confidence: Tensor,
    fake: Tensor,
    real: Tensor,
    fake_before: Tensor,
    real_before: Tensor,
    weights: Weights = Weights(),
) -> dict[str, Tensor]:
    """How well the flow (B, 2, H, W), px, is the reference's, explains real frames, and keeps generated ones steady.

    Args:
        flow: Of the generator.
        reference: Of the real frames.
        confidence: (B, 1, H, W), 1 where the reference can be trusted, else 0.
        fake: The generated frame; `fake_before` that before it.
        real: The real frame; `real_before` that before it.
        fake_before: As said.
        real_before: As said.
        weights: Of the losses.
    """
    steady = resampled(fake_before, reference).detach()
    return {
        "F_Flow": weights.lambda_F * masked(flow, reference, confidence),
        "F_Warp": weights.lambda_T * masked(resampled(real_before, flow), real, confidence),
        "G_Warp": weights.lambda_T * masked(fake, steady, confidence),
    }
