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

REACH = 3
"""Half the width of the Lanczos window, in pixels of the smaller picture."""
OPAQUE = 255


def linear(srgb: Tensor) -> Tensor:
    """Light from sRGB values, both in [0, 1]."""
    return torch.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def srgb(light: Tensor) -> Tensor:
    """The sRGB values of light, which is clipped to [0, 1]."""
    light = light.clamp(0, 1)
    return torch.where(light <= 0.003130804953560372, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def network_input(pixels: NDArray[np.uint8], alpha: Alpha) -> Tensor:
    """Make a picture (H, W, 4), sRGB with straight alpha, a network's input (1, 4, H, W)."""
    values = torch.from_numpy(np.array(pixels)).permute(2, 0, 1)[None].float() / OPAQUE
    light, coverage = linear(values[:, :3]), values[:, 3:]
    if alpha == "premultiplied":
        light = light * coverage
    elif alpha == "cleared":
        light = torch.where(coverage > 0, light, 0)
    return torch.cat([light, coverage], dim=1) * 2 - 1


def colours(output: Tensor, premultiplied: bool = False) -> Tensor:
    """The sRGB values of a network's output (B, 4, H, W), in [0, 1], straight alpha; alpha itself isn't clipped."""
    light, coverage = (output[:, :3] + 1) / 2, (output[:, 3:] + 1) / 2
    if premultiplied:
        light = light / coverage.clamp(min=1 / OPAQUE)
    return torch.cat([srgb(light), coverage], dim=1)


def pixels(output: Tensor, premultiplied: bool = False) -> NDArray[np.uint8]:
    """Make the first of a network's outputs (B, 4, H, W) a picture (H, W, 4), sRGB with straight alpha."""
    values = colours(output[:1].float(), premultiplied)[0].clamp(0, 1).mul(OPAQUE).round().byte()
    return np.ascontiguousarray(values.permute(1, 2, 0).cpu().numpy())


def square(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The middle square of a picture (H, W, 4), by Lanczos (size, size, 4); colours are weighted by their alpha.

    In bytes after each direction, as the library does with which the published programs do this.
    """
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    if side == size:
        return np.ascontiguousarray(picture[top : top + side, left : left + side])
    values = picture.astype(np.float64)
    values[..., :3] = np.rint(values[..., :3] * values[..., 3:] / OPAQUE)
    across = np.einsum("ox,hxc->hoc", lanczos(width, left, side, size), values)
    down = np.einsum("oy,ywc->owc", lanczos(height, top, side, size), np.clip(np.rint(across), 0, OPAQUE))
    down = np.clip(np.rint(down), 0, OPAQUE)
    alpha = down[..., 3:]
    down[..., :3] = np.where(alpha > 0, np.minimum(down[..., :3] * OPAQUE / np.maximum(alpha, 1), OPAQUE), 0)
    resized: NDArray[np.uint8] = down.astype(np.uint8)
    return resized


def lanczos(length: int, start: int, side: int, size: int) -> NDArray[np.float64]:
    """Weights (size, length) that resize `side` pixels of a line from `start` on; each line of them sums to 1."""
    scale = side / size
    centres = start + (np.arange(size) + 0.5) * scale
    distance = (np.arange(length) + 0.5 - centres[:, None]) / max(scale, 1.0)
    weights = np.where(np.abs(distance) < REACH, np.sinc(distance) * np.sinc(distance / REACH), 0.0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
