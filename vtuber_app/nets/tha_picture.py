"""Pictures as Talking Head Anime's networks take and give them: linear light, [-1, 1], alpha as the fourth channel.

THA1 to 3 know straight alpha. THA4 knows colours multiplied by alpha in linear light; its published programs forget to
divide them again, so that their edges come out dark; `pixels` divides.
"""

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Alpha = Literal["kept", "cleared", "premultiplied"]
"""What becomes of colours under a transparent pixel: kept (THA1), black (THA2, THA3), or all multiplied (THA4)."""

OPAQUE = 255


def linear(srgb: Tensor) -> Tensor:
    """Light from sRGB values, both in [0, 1]."""
    return torch.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def srgb(light: Tensor) -> Tensor:
    """The sRGB values of light, which is clipped to [0, 1]."""
    light = light.clamp(0, 1)
    return torch.where(light <= 0.003130804953560372, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def light(picture: Tensor, alpha: Alpha) -> Tensor:
    """Make a picture (H, W, 4), uint8, sRGB with straight alpha, a network's input (1, 4, H, W) in float32."""
    values = picture.permute(2, 0, 1)[None].float() / OPAQUE
    colour, coverage = linear(values[:, :3]), values[:, 3:]
    if alpha == "premultiplied":
        colour = colour * coverage
    elif alpha == "cleared":
        colour = torch.where(coverage > 0, colour, 0)
    return torch.cat([colour, coverage], dim=1) * 2 - 1


def network_input(pixels: NDArray[np.uint8], alpha: Alpha) -> Tensor:
    """As `light`, of pixels that are no tensor yet."""
    return light(torch.from_numpy(np.array(pixels)), alpha)


def colours(output: Tensor, premultiplied: bool = False) -> Tensor:
    """The sRGB values of a network's output (B, 4, H, W), in [0, 1], straight alpha; alpha itself isn't clipped."""
    light, coverage = (output[:, :3] + 1) / 2, (output[:, 3:] + 1) / 2
    if premultiplied:
        light = light / coverage.clamp(min=1 / OPAQUE)
    return torch.cat([srgb(light), coverage], dim=1)


def shown(output: Tensor, premultiplied: bool = False) -> Tensor:
    """Make the first of a network's outputs (B, 4, H, W) a picture (H, W, 4), uint8, sRGB with straight alpha."""
    values = colours(output[:1].float(), premultiplied)[0].clamp(0, 1) * OPAQUE
    return values.round().to(torch.uint8).permute(1, 2, 0).contiguous()


def pixels(output: Tensor, premultiplied: bool = False) -> NDArray[np.uint8]:
    """As `shown`, out of the networks' device."""
    return shown(output, premultiplied).cpu().numpy()
