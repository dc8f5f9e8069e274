"""Keypoints: found as the mean of a heatmap, drawn as Gaussians, moved as the driver's.

A keypoint is x, y[, z], see `warping`; shapes are (B, K, n) for the places and (B, K, 2, 2) for the jacobians.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vtuber_app.nets.warping import coordinate_grid, coordinates

VARIANCE = 0.01
"""Of the Gaussians that networks are shown, in all systems."""


class Keypoints(NamedTuple):
    """Where they are, and how the picture is turned and stretched around each.

    Attributes:
        value: (B, K, 2).
        jacobian: (B, K, 2, 2).
    """

    value: Tensor
    jacobian: Tensor


def spatial_softmax(logits: Tensor, temperature: float) -> Tensor:
    """Heatmaps (B, K, *sizes), each of whose sum is 1."""
    return torch.softmax(logits.flatten(2) / temperature, dim=2).view_as(logits)


def expected_place(heatmap: Tensor) -> Tensor:
    """The mean place (B, K, n) of heatmaps (B, K, *sizes) of sum 1."""
    axes = range(2, heatmap.dim())
    places = []
    for axis in reversed(axes):
        line = heatmap.sum(dim=[other for other in axes if other != axis])  # (B, K, n)
        places.append((line * coordinates(heatmap.shape[axis], heatmap)).sum(dim=2))
    return torch.stack(places, dim=2)


def gaussians(value: Tensor, sizes: Sequence[int], variance: float = VARIANCE) -> Tensor:
    """Each keypoint as a picture (B, K, *sizes), 1 where it is."""
    away = coordinate_grid(sizes, value) - value.reshape(*value.shape[:2], *(1,) * len(sizes), -1)
    return torch.exp(away.square().sum(dim=-1) * (-0.5 / variance))


def inverse(matrix: Tensor) -> Tensor:
    """The inverses of (..., 2, 2)."""
    (a, b), (c, d) = (row.unbind(-1) for row in matrix.unbind(-2))
    adjugate = torch.stack([torch.stack([d, -b], dim=-1), torch.stack([-c, a], dim=-1)], dim=-2)
    return adjugate / (a * d - b * c)[..., None, None]


def relative_motion(driving: Tensor, initial: Tensor, source: Tensor, scale: float | Tensor = 1.0) -> Tensor:
    """Move the source keypoints as the driving ones moved since the first frame.

    Args:
        driving: (B, K, n); `initial`, `source` and the result likewise.
        initial: Those of the first driving frame.
        source: Those of the avatar.
        scale: Of the movement, see `movement_scale`.
    """
    return (driving - initial) * scale + source


def relative_keypoints(
    driving: Keypoints, initial: Keypoints, source: Keypoints, scale: float | Tensor = 1.0
) -> Keypoints:
    """As `relative_motion`, and turn and stretch as the driver did since the first frame."""
    value = relative_motion(driving.value, initial.value, source.value, scale)
    return Keypoints(value, driving.jacobian @ inverse(initial.jacobian) @ source.jacobian)


def movement_scale(source: Tensor, initial: Tensor) -> float:
    """How much larger the avatar is than the driver in the first frame, by their keypoints (1, K, n)."""
    ratio = hull_size(source[0].numpy(force=True)) / hull_size(initial[0].numpy(force=True))
    return float(np.sqrt(ratio))


def hull_size(points: NDArray[Any]) -> float:
    """The area, or in three dimensions the volume, of the convex hull of points (N, n).

    A side of the hull is n points that have all others on one side. The points are shaken by a billionth, so that no
    further one lies on the same line or plane.
    """
    dims = points.shape[1]
    shaken = points.astype(np.float64) + np.random.default_rng(0).uniform(-1e-9, 1e-9, points.shape) * np.ptp(points)
    centred = shaken - shaken.mean(axis=0)
    chosen = np.array(list(combinations(range(len(points)), dims)))
    corners = centred[chosen]  # (sides, n, n)
    # n! times what each side encloses with the centre
    enclosed = np.linalg.det(corners)
    normals = np.stack([np.linalg.det(np.delete(corners[:, 1:] - corners[:, :1], i, axis=2)) for i in range(dims)], -1)
    normals *= (-1.0) ** np.arange(dims)
    beyond = centred @ normals.T - np.einsum("sn,sn->s", corners[:, 0], normals)  # (N, sides)
    beyond[chosen, np.arange(len(chosen))[:, None]] = 0
    outer = (beyond >= 0).all(axis=0) | (beyond <= 0).all(axis=0)
    return float(np.abs(enclosed[outer]).sum()) / float(np.prod(np.arange(1, dims + 1)))
