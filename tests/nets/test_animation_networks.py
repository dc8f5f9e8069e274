"""What the recorded numbers don't show of the networks of image animation."""

import itertools

import numpy as np
import pytest
import torch
from parity.case import OWN, Case
from parity.families import runner

from vtuber_app.nets import face_edges, monkeynet
from vtuber_app.nets.equivariance import RandomWarp
from vtuber_app.nets.facevid2vid_pose import rotation
from vtuber_app.nets.keypoints import (
    Keypoints,
    expected_place,
    gaussians,
    hull_size,
    inverse,
    relative_keypoints,
    spatial_softmax,
)
from vtuber_app.nets.splines import SOFTNESS, fitted, spline_grids
from vtuber_app.nets.vid2vid import resampled
from vtuber_app.nets.warping import coordinate_grid, deform


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(6)


def test_the_grid_changes_nothing() -> None:
    image = torch.rand(2, 3, 20, 30)
    grid = coordinate_grid((20, 30), image).expand(2, -1, -1, -1)
    assert grid[0, 0, 0].tolist() == [-1, -1]
    assert grid[0, -1, 0].tolist() == [-1, 1]
    assert torch.allclose(deform(image, grid, align_corners=True), image, atol=1e-5)


def test_a_keypoint_is_found_where_it_is_drawn() -> None:
    place = torch.rand(1, 4, 2) - 0.5
    heatmap = gaussians(place, (64, 64))
    assert torch.allclose(expected_place(heatmap / heatmap.sum(dim=(2, 3), keepdim=True)), place, atol=1e-3)
    volume = spatial_softmax(torch.log(gaussians(torch.zeros(1, 1, 3), (9, 9, 9), 0.05)), 1)
    assert torch.allclose(expected_place(volume), torch.zeros(1, 1, 3), atol=1e-6)


@pytest.mark.parametrize("dims", [2, 3])
def test_the_hull_of_a_box(dims: int) -> None:
    grid = np.array(list(itertools.product(*[range(3)] * dims)), float)
    assert hull_size(grid * 2 + 5) == pytest.approx(4**dims, rel=1e-6)
    assert hull_size(np.vstack([grid, grid])) == pytest.approx(2**dims, rel=1e-6)


def test_a_driver_at_rest_moves_nothing() -> None:
    source, driver = (Keypoints(torch.rand(1, 5, 2), torch.eye(2) + 0.1 * torch.rand(1, 5, 2, 2)) for _ in range(2))
    moved = relative_keypoints(driver, driver, source, 1.7)
    for ours, theirs in zip(moved, source, strict=True):
        assert torch.allclose(ours, theirs, atol=1e-5)


def test_inverses() -> None:
    matrices = torch.eye(2) + 0.4 * torch.rand(3, 4, 2, 2)
    assert torch.allclose(inverse(matrices), torch.linalg.inv(matrices), atol=1e-5)


def test_a_warps_jacobians_are_its_slopes() -> None:
    warp = RandomWarp.drawn(torch.zeros(1, 1, dtype=torch.float64))
    points = torch.rand(1, 3, 2, dtype=torch.float64) * 1.8 - 0.9
    slopes = torch.autograd.functional.jacobian(warp.places, points)[0]  # (3, 2, 1, 3, 2)
    expected = torch.stack([slopes[i, :, 0, i] for i in range(3)])
    assert torch.allclose(warp.jacobians(points)[0], expected, atol=1e-10)


def test_no_spline_of_points_that_stay() -> None:
    points = torch.rand(1, 10, 2, dtype=torch.float64) * 2 - 1
    grids = spline_grids(fitted(points, points), (8, 8))
    assert (grids - coordinate_grid((8, 8), points)).abs().max() < 10 * SOFTNESS


def test_monkeynets_parameters_there_and_back() -> None:
    published = {"conv.weight": torch.rand(4, 3, 1, 3, 3), "norm.weight": torch.rand(4)}
    ours = monkeynet.remap(published)
    assert ours["conv.weight"].shape == (4, 3, 3, 3)
    back = monkeynet.published(ours)
    assert all(torch.equal(back[name], value) for name, value in published.items())


def test_a_head_that_looks_ahead_is_not_turned() -> None:
    assert torch.equal(rotation(torch.zeros(1, 3))[0], torch.eye(3))
    turned = rotation(torch.tensor([[90.0, 0, 0]]))[0] @ torch.tensor([0.0, 0, 1])
    assert torch.allclose(turned, torch.tensor([1.0, 0, 0]), atol=2e-3)  # 3.14 is not pi


def test_a_flow_is_in_pixels() -> None:
    image = torch.rand(1, 3, 16, 24)
    flow = torch.zeros(1, 2, 16, 24)
    flow[:, 0], flow[:, 1] = 2, 1
    assert torch.allclose(resampled(image, flow)[..., :-1, :-2], image[..., 1:, 2:], atol=1e-5)


def test_edges_of_a_small_picture_stay_in_it() -> None:
    points = np.random.default_rng(1).integers(-20, 60, (68, 2))
    planes = face_edges.label_planes(points, 32, 40)
    assert planes.shape == (15, 32, 40)
    assert set(np.unique(planes[0])) == {0, 255}


@pytest.mark.parametrize("name", ["fom/generator", "monkeynet/nemo_losses"])
@pytest.mark.slow
def test_pixels_fetched_otherwise_are_found_out(name: str) -> None:
    case = Case(OWN / name)
    assert case.manifest["grid_sample_align_corners"] is True
    assert all(check.ok for check in runner(case)(case))
    case.manifest["grid_sample_align_corners"] = False
    assert not all(check.ok for check in runner(case)(case))
