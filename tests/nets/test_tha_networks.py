"""What the recorded numbers don't show of the networks of Talking Head Anime."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from vtuber_app.nets import tha3, tha4_student
from vtuber_app.nets.tha_blocks import warp


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(5)


def test_no_change_of_the_grid_changes_nothing() -> None:
    image = torch.rand(2, 4, 48, 64)
    for corners in (False, True):
        assert torch.allclose(warp(image, torch.zeros(2, 2, 48, 64), corners), image, atol=1e-5)


def test_the_grid_is_in_half_widths_and_heights_x_first() -> None:
    image = torch.rand(1, 4, 32, 64)
    change = torch.zeros(1, 2, 32, 64)
    change[:, 0] = 2 / 64  # fetched from one pixel to the right
    change[:, 1] = 4 / 32  # and from two below
    assert torch.allclose(warp(image, change)[..., :-2, :-1], image[..., 2:, 1:], atol=1e-5)


def test_half_precision_warps_as_sharply_as_full() -> None:
    image = torch.rand(1, 4, 512, 512).half()
    change = torch.full((1, 2, 512, 512), 0.01).half()
    warped = warp(image, change)
    assert warped.dtype == torch.float16
    assert (warped.float() - warp(image.float(), change.float())).abs().max() < 1e-3


def test_a_poser_does_what_its_steps_do() -> None:
    poser = tha3.Poser(separable=True).eval()
    image, pose = torch.rand(1, 4, 512, 512) * 2 - 1, torch.rand(1, 45)
    with torch.inference_mode():
        layers = poser.decompose(image)
        face = poser.move_face(image, poser.move_eyebrows(layers, pose[:, :12]), pose[:, 12:39])
        full = poser.paste(image, face)
        edited, _ = poser.rotate(full, tha3.halved(full), pose[:, 39:])
        assert torch.equal(poser(image, pose), edited.color_changed_image)
    changed = (full != image).any(dim=1)[0].nonzero()
    assert changed.min(dim=0).values.tolist() == [32, 160]
    assert changed.max(dim=0).values.tolist() == [223, 351]


def test_a_face_can_be_encoded_once_for_many_poses() -> None:
    for separable in (False, True):
        morpher: Any = tha3.Poser(separable).face_morpher.eval()
        image, pose = torch.rand(1, 4, 192, 192), torch.rand(1, 27)
        with torch.inference_mode():
            apart = morpher.paint(image, morpher.decode(morpher.encode(image), pose))
            assert torch.equal(apart.output_image, morpher(image, pose).output_image)


def plain(layers: nn.Sequential, x: Tensor) -> Tensor:
    """The published order: positions and pose as planes, and the enlargement before the convolution."""
    for layer in layers:
        assert isinstance(layer, tha4_student.SineLayer)
        x = torch.sin(tha4_student.OMEGA * layer.linear(x))
    return x


def test_a_student_needs_no_planes() -> None:
    body = tha4_student.BodyMorpher().double().eval()
    with torch.no_grad():
        for parameter in body.parameters():
            parameter.mul_(0.1)  # with larger ones, 30 times as much in each layer is chaos
    pose = torch.rand(1, 45, dtype=torch.float64)
    x = torch.empty(1, 0, 128, 128, dtype=torch.float64)
    with torch.inference_mode():
        for layers, (size, _) in zip(body.siren_layers, tha4_student.LEVELS, strict=True):
            steps = (torch.arange(size, dtype=torch.float64) * 2 + 1) / size - 1
            y, x_plane = torch.meshgrid(steps, steps, indexing="ij")
            entered = nn.functional.interpolate(x, size=(size, size), mode="bilinear") if x.shape[1] else x
            planes = pose[:, :, None, None].expand(-1, -1, size, size)
            assert isinstance(layers, nn.Sequential)
            x = plain(layers, torch.cat([entered, x_plane[None, None], y[None, None], planes], dim=1))
        expected = body.last_linear(x)
        moved = body(torch.rand(1, 4, 512, 512, dtype=torch.float64), pose)
    assert torch.allclose(moved.grid_change, expected[:, :2], atol=1e-8)
    assert torch.allclose(moved.color_change, expected[:, 3:], atol=1e-8)


def test_a_student_can_be_trained() -> None:
    face = tha4_student.FaceMorpher()
    face(torch.rand(1, 39)).square().mean().backward()
    assert all(parameter.grad is not None for parameter in face.parameters())
