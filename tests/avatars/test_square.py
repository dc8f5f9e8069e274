"""Pictures to the squares that networks take."""

import numpy as np
import pytest

from vtuber_app.avatars.square import square


@pytest.fixture
def picture() -> np.ndarray:
    pixels = np.random.default_rng(3).integers(0, 256, (40, 40, 4)).astype(np.uint8)
    pixels[..., 3] = np.maximum(pixels[..., 3], 1)
    pixels[:10, :, 3] = 0
    pixels[10:20, :, 3] = 255
    return pixels


def test_a_square_is_the_middle(picture: np.ndarray) -> None:
    wide = np.concatenate([picture, picture, picture], axis=1)
    assert (square(wide, 40) == picture).all()
    assert (square(picture, 40) == picture).all()


@pytest.mark.parametrize("size", [17, 40, 96])
def test_resizing_keeps_even_colours_whatever_is_transparent(size: int) -> None:
    pixels = np.zeros((60, 40, 4), np.uint8)
    pixels[20:, :] = (10, 200, 90, 255)
    made = square(pixels, size)
    assert made.shape == (size, size, 4)
    opaque = made[..., 3] == 255
    assert opaque.any()
    # Lanczos overshoots at the edge of a shape; without weights by alpha, black would come in from outside.
    assert (made[opaque][:, :3] >= (9, 190, 85)).all()
    assert (np.abs(made[-size // 4 :, :, :3].astype(int) - (10, 200, 90)) <= 1).all()
