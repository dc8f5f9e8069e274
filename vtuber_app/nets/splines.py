"""Thin-plate splines: smooth maps of the plane that take some points to others, as TPSMM moves a picture.

Source: Bookstein, Principal Warps, PAMI 1989; Zhao and Zhang, Thin-Plate Spline Motion Model for Image Animation, CVPR
2022.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

from vtuber_app.nets.warping import coordinate_grid

POINTS = 5
"""Keypoints of a spline."""
SOFTNESS = 0.01
"""How far a spline may miss its points, as something is added to the diagonal of its equations."""


class Splines(NamedTuple):
    """Smooth maps of the plane.

    Attributes:
        theta: (B, S, 2, 3), the affine part.
        anchors: (B, S, 5, 2), the places that pull.
        pull: (B, S, 5, 2), whither and how much.
    """

    theta: Tensor
    anchors: Tensor
    pull: Tensor


def radial(away: Tensor) -> Tensor:
    """What a spline's pull is at a distance: d^2 log d^2, of differences (..., 2)."""
    precise = away.to(torch.promote_types(away.dtype, torch.float32))
    distance = precise.square().sum(dim=-1)
    # A billionth more, as one more axis: as a number that is added, it would be taken for nothing when it is exported.
    more = pad(precise, (0, 1), value=1e-9**0.5).square().sum(dim=-1)
    return (distance * torch.log(more)).to(away.dtype)


def fitted(driving: Tensor, source: Tensor) -> Splines:
    """Splines from keypoints of the driving frame to those of the source, (B, 5 * S, 2) each; equation 3."""
    here, there = (points.reshape(len(points), -1, POINTS, 2) for points in (driving, source))
    kernel = radial(here[:, :, :, None] - here[:, :, None])  # (B, S, 5, 5)
    affine = torch.cat([here, torch.ones_like(here[..., :1])], dim=-1)  # (B, S, 5, 3)
    corner = here.new_zeros(*here.shape[:2], 3, 3)
    equations = torch.cat([torch.cat([kernel, affine], dim=-1), torch.cat([affine.mT, corner], dim=-1)], dim=-2)
    equations = equations + SOFTNESS * torch.eye(POINTS + 3, dtype=here.dtype, device=here.device)
    wanted = torch.cat([there, torch.zeros_like(there[:, :, :3])], dim=2)
    found = solved(equations, wanted)  # (B, S, 8, 2)
    return Splines(found[:, :, POINTS:].mT, here, found[:, :, :POINTS])


def solved(matrix: Tensor, goal: Tensor) -> Tensor:
    """What the matrix (..., n, n) takes to the goal (..., n, m), by Householder's reflections: ONNX can't solve."""
    n, left = matrix.shape[-1], torch.cat([matrix, goal], dim=-1)
    rows = []
    for _ in range(n):  # each reflection leaves the first of the columns that remain its first row alone
        column = left[..., :1]
        first, length = column[..., :1, :], column.norm(dim=-2, keepdim=True)
        mirror = torch.cat([first + torch.where(first < 0, -length, length), column[..., 1:, :]], dim=-2)
        left = left - mirror * (2 / mirror.square().sum(dim=-2, keepdim=True)) * (mirror.mT @ left)
        rows.append(left[..., :1, :])
        left = left[..., 1:, 1:]
    found = goal[..., :0, :]
    for i, row in reversed(list(enumerate(rows))):
        known, wanted = row[..., 1 : n - i], row[..., n - i :]
        found = torch.cat([(wanted - known @ found) / row[..., :1], found], dim=-2)
    return found


def spline_grids(splines: Splines, sizes: Sequence[int]) -> Tensor:
    """Where each pixel comes from by each spline, (B, S, h, w, 2)."""
    places = coordinate_grid(sizes, splines.theta).flatten(0, 1)  # (h * w, 2)
    moved = places @ splines.theta[..., :2].mT + splines.theta[..., None, :, 2]
    pulled = radial(places[:, None] - splines.anchors[:, :, None]) @ splines.pull
    return (moved + pulled).reshape(*moved.shape[:2], *sizes, 2)


def background_grid(background: Tensor | None, like: Tensor, sizes: Sequence[int]) -> Tensor:
    """Where each pixel of the background comes from, (B, 1, h, w, 2); without a matrix (B, 3, 3), from where it is."""
    grid = coordinate_grid(sizes, like)
    if background is None:
        return grid.expand(len(like), 1, *grid.shape)
    homogeneous = torch.cat([grid, torch.ones_like(grid[..., :1])], dim=-1)
    moved = torch.einsum("bij,hwj->bhwi", background, homogeneous)
    return (moved[..., :2] / moved[..., 2:])[:, None]
