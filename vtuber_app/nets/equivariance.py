"""A random smooth warp, under which keypoints must move as the picture does.

An affine map and a spline through a grid of control points, each drawn at random.

Source: Jakab et al., Unsupervised Learning of Object Landmarks through Conditional Image Generation, NeurIPS 2018;
Siarohin et al., First Order Motion Model for Image Animation, NeurIPS 2019.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from vtuber_app.nets.splines import radial
from vtuber_app.nets.warping import coordinate_grid, deform


@dataclass(frozen=True)
class RandomWarp:
    """Where each place of the warped picture comes from.

    Attributes:
        theta: (B, 2, 3), the affine map.
        control: (B, P * P), how much each control point of a regular grid pulls, to the right and down alike.
        euclidean: The spline's distance, as in TPSMM; FOM and its other successors have the sum of both axes'.
    """

    theta: Tensor
    control: Tensor
    euclidean: bool = False

    @classmethod
    def drawn(
        cls, like: Tensor, sigma_affine: float = 0.05, sigma_tps: float = 0.005, points_tps: int = 5, **kind: bool
    ) -> "RandomWarp":
        """One for each picture of a batch."""
        identity = torch.eye(2, 3, device=like.device, dtype=like.dtype)
        theta = identity + sigma_affine * torch.randn(len(like), 2, 3, device=like.device, dtype=like.dtype)
        control = sigma_tps * torch.randn(len(like), points_tps**2, device=like.device, dtype=like.dtype)
        return cls(theta, control, **kind)

    def places(self, points: Tensor) -> Tensor:
        """Points (B, N, 2) of the warped picture, in the original."""
        away = self._away(points)
        if self.euclidean:
            pull = radial(away)
        else:
            distance = away.abs().sum(dim=-1)
            pull = distance.square() * torch.log(distance + 1e-6)
        moved = points @ self.theta[:, :, :2].mT + self.theta[:, None, :, 2]
        return moved + (pull * self.control[:, None]).sum(dim=-1, keepdim=True)

    def jacobians(self, points: Tensor) -> Tensor:
        """How `places` changes with each of the points, (B, N, 2, 2); only for FOM's distance."""
        assert not self.euclidean
        away = self._away(points)
        distance = away.abs().sum(dim=-1)
        slope = distance * (2 * torch.log(distance + 1e-6) + distance / (distance + 1e-6))
        pulled = ((slope * self.control[:, None])[..., None] * away.sign()).sum(dim=2)  # (B, N, 2)
        return self.theta[:, None, :, :2] + pulled[:, :, None]

    def picture(self, image: Tensor, align_corners: bool) -> Tensor:
        """The warped picture, mirrored at its border."""
        grid = coordinate_grid(image.shape[2:], image)
        places = self.places(grid.flatten(0, 1)[None])
        return deform(image, places.reshape(-1, *grid.shape), align_corners, "reflection")

    def _away(self, points: Tensor) -> Tensor:
        """From each control point, (B, N, P * P, 2)."""
        across = round(self.control.shape[1] ** 0.5)
        anchors = coordinate_grid((across, across), points).flatten(0, 1)
        return points[:, :, None] - anchors
