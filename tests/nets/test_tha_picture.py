"""Pictures to networks and back."""

import numpy as np
import pytest
import torch

from vtuber_app.nets import tha_picture


@pytest.fixture
def picture() -> np.ndarray:
    pixels = np.random.default_rng(3).integers(0, 256, (40, 40, 4)).astype(np.uint8)
    pixels[..., 3] = np.maximum(pixels[..., 3], 1)
    pixels[:10, :, 3] = 0
    pixels[10:20, :, 3] = 255
    return pixels


def test_there_and_back_with_straight_alpha(picture: np.ndarray) -> None:
    assert (tha_picture.pixels(tha_picture.network_input(picture, "kept")) == picture).all()
    cleared = tha_picture.pixels(tha_picture.network_input(picture, "cleared"))
    assert (cleared[10:] == picture[10:]).all()
    assert not cleared[:10].any()


def test_there_and_back_with_colours_multiplied_by_alpha(picture: np.ndarray) -> None:
    back = tha_picture.pixels(tha_picture.network_input(picture, "premultiplied"), premultiplied=True)
    assert (back[10:] == picture[10:]).all()
    assert not back[:10].any()


def test_a_transparent_pixel_is_minus_one_in_all_channels() -> None:
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[..., :3] = 200
    for alpha in ("cleared", "premultiplied"):
        assert (tha_picture.network_input(pixels, alpha) == -1).all()


def test_what_leaves_the_range_is_clipped() -> None:
    wild = torch.tensor([[-3.0, 3.0, 0.0, 1.5]]).reshape(1, 4, 1, 1)
    assert tha_picture.pixels(wild)[0, 0].tolist() == [0, 255, 188, 255]
