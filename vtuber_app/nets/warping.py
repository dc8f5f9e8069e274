"""Grids of coordinates, and pictures fetched through them.

Coordinates are x, y[, z], in [-1, 1] from the centre of the first pixel to that of the last. That is what
`align_corners=True` means, and what the grids of all these systems are; those that were trained on PyTorch
1.3 or later read them as if -1 and 1 were the outer borders, and their networks learnt to live with it.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import grid_sample, interpolate

Padding = Literal["zeros", "border", "reflection"]


def coordinates(n: int, like: Tensor) -> Tensor:
    """The centres of a row of pixels, (n,)."""
    return torch.arange(n, dtype=like.dtype, device=like.device) * (2 / (n - 1)) - 1


def coordinate_grid(sizes: Sequence[int], like: Tensor) -> Tensor:
    """The centre of each pixel, (*sizes, n), x first, where `sizes` are (height, width) or (depth, height, width)."""
    axes = [coordinates(n, like) for n in sizes]
    return torch.stack(torch.meshgrid(*axes, indexing="ij")[::-1], dim=-1)


def resized_grid(grid: Tensor, sizes: Sequence[int], mode: str = "bilinear", align_corners: bool = False) -> Tensor:
    """A grid (B, *, n) of another size: what its coordinates are there."""
    if tuple(grid.shape[1:-1]) == tuple(sizes):
        return grid
    corners = None if mode == "nearest" else align_corners
    return interpolate(grid.movedim(-1, 1), size=tuple(sizes), mode=mode, align_corners=corners).movedim(1, -1)


def deform(image: Tensor, grid: Tensor, align_corners: bool, padding: Padding = "zeros") -> Tensor:
    """Fetch each pixel from where the grid says, bilinearly.

    Never in half precision, which knows a place near the border of 256 pixels no better than to an eighth of a pixel.

    Args:
        image: (B, C, *sizes).
        grid: (B, *sizes, n), of any size; the result has it.
        align_corners: How the network was trained.
        padding: What is beyond the border.
    """
    precise = torch.promote_types(image.dtype, torch.float32)
    fetched = grid_sample(image.to(precise), grid.to(precise), "bilinear", padding, align_corners)
    return fetched.to(image.dtype)


def deformed_copies(image: Tensor, grids: Tensor, align_corners: bool) -> Tensor:
    """The picture (B, C, *sizes) through each of the grids (B, K, *sizes, n): (B, K, C, *sizes)."""
    batch, copies = grids.shape[:2]
    repeated = image[:, None].expand(-1, copies, *image.shape[1:])
    fetched = deform(repeated.flatten(0, 1), grids.flatten(0, 1), align_corners)
    return fetched.reshape(batch, copies, *fetched.shape[1:])


def blended_grid(mask: Tensor, grids: Tensor) -> Tensor:
    """The mean of the grids (B, K, *sizes, n), weighted at each pixel by the mask (B, K, *sizes): (B, *sizes, n)."""
    return (grids * mask[..., None]).sum(dim=1)


def resized_map(occlusion: Tensor, sizes: Sequence[int], align_corners: bool = False) -> Tensor:
    """An occlusion map (B, 1, h, w) of another size."""
    if tuple(occlusion.shape[2:]) == tuple(sizes):
        return occlusion
    return interpolate(occlusion, size=tuple(sizes), mode="bilinear", align_corners=align_corners)


def faded(features: Tensor, occlusion: Tensor, align_corners: bool = False) -> Tensor:
    """Features (B, C, H, W) where they can be used: the map, of any size, is 1 there, and 0 where they are hidden."""
    return features * resized_map(occlusion, features.shape[2:], align_corners)
