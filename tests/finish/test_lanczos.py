"""Scaling without a network: true to the kernel, without lines along outlines."""

import cv2
import numpy as np
import pytest
from graphs import disc

from vtuber_app.finish import alpha, lanczos

ORANGE = (250, 120, 30)


def by_definition(line: np.ndarray, factor: int) -> np.ndarray:
    """Lanczos' kernel of 8 pixels, as the books have it, normalised."""
    places = (np.arange(len(line) * factor) + 0.5) / factor - 0.5
    result = []
    for place in places:
        near = np.arange(int(np.floor(place)) - 3, int(np.floor(place)) + 5)
        weights = np.sinc(place - near) * np.sinc((place - near) / 4)
        result.append((weights * line[np.clip(near, 0, len(line) - 1)]).sum() / weights.sum())
    return np.array(result)


def test_smooth_pixels_follow_the_kernel() -> None:
    line = 128 + 90 * np.sin(np.arange(64) / 4)
    picture = np.repeat(np.rint(line).astype(np.uint8)[None], 16, axis=0)
    large = lanczos.resized(picture, (128, 32))
    wanted = by_definition(picture[0].astype(float), 2)
    assert np.abs(large[16, 8:-8] - wanted[8:-8]).max() <= 3  # held to the pixels around where a wave turns
    assert np.abs(large[16, 8:-8] - wanted[8:-8]).mean() < 0.6


def test_an_edge_stays_sharp_and_gets_no_line_beside_it() -> None:
    picture = np.full((32, 32, 3), 60, np.uint8)
    picture[:, 16:] = 180
    large, soft = lanczos.resized(picture, (64, 64)), cv2.resize(picture, (64, 64))
    assert large.min() == 60
    assert large.max() == 180
    assert np.diff(large[30, :, 0].astype(int)).max() > np.diff(soft[30, :, 0].astype(int)).max()


@pytest.mark.parametrize("size", [(128, 128), (90, 90), (40, 40)])
@pytest.mark.parametrize("under", [(0, 255, 0), (0, 0, 0), (255, 255, 255)])
def test_no_colour_from_under_transparency_and_no_fringe(size: tuple[int, int], under: tuple[int, int, int]) -> None:
    pixels = disc().pixels.copy()
    pixels[pixels[..., 3] == 0, :3] = under
    large = lanczos.resized(pixels, size)
    seen = large[large[..., 3] > 0].astype(int)
    light = seen[:, :3] * seen[:, 3:] / 255  # what a background shows of it
    assert np.abs(light - np.array(ORANGE) * seen[:, 3:] / 255).max() <= 2.5
    assert large[size[1] // 2, size[0] // 2].tolist() == [*ORANGE, 255]


def test_a_figure_keeps_its_size() -> None:
    pixels = disc().pixels
    large = lanczos.resized(pixels, (128, 128))
    assert large[..., 3].mean() == pytest.approx(pixels[..., 3].mean(), rel=0.01)


def test_same_size_is_the_same_picture() -> None:
    grey = np.arange(64, dtype=np.uint8).reshape(8, 8)
    assert lanczos.resized(grey, (8, 8)) is grey


def test_colours_go_on_where_nothing_is_seen() -> None:
    pixels = disc().pixels.copy()
    pixels[pixels[..., 3] == 0, :3] = (0, 255, 0)
    assert np.abs(alpha.filled(pixels).astype(int) - ORANGE).max() <= 3


def test_each_outline_goes_on_in_its_own_colour() -> None:
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[16:48, 16:32], pixels[16:48, 32:48] = (255, 0, 0, 255), (0, 0, 255, 255)
    filled = alpha.filled(pixels).astype(int)
    assert np.abs(filled[32, 13:16] - (255, 0, 0)).max() < 40
    assert np.abs(filled[32, 48:51] - (0, 0, 255)).max() < 40
    assert (filled[16:48, 16:48] == pixels[16:48, 16:48, :3]).all()


@pytest.mark.parametrize("shape", [(1, 1, 4), (3, 500, 4), (64, 64, 4)])
def test_pictures_of_any_shape_with_nothing_in_them(shape: tuple[int, int, int]) -> None:
    assert alpha.filled(np.zeros(shape, np.uint8)).shape == (*shape[:2], 3)
