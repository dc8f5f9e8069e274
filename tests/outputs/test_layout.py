"""Size, place and transparency that outputs share, on exact pixels."""

from itertools import product

import cv2
import numpy as np
import pytest
from films import disc
from numpy.typing import NDArray

from vtuber_app.outputs.layout import Layout, LayoutSettings

RNG = np.random.default_rng(3)


def shown(pixels: NDArray[np.uint8], **changes: object) -> NDArray[np.uint8]:
    return Layout()(pixels, LayoutSettings.model_validate(changes))


def every_alpha() -> NDArray[np.uint8]:
    """Every alpha, a row each, with every colour."""
    pixels = np.empty((256, 256, 4), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = np.arange(256), 255 - np.arange(256), 77
    pixels[..., 3] = np.arange(256)[:, None]
    return pixels


def test_as_rendered_nothing_is_touched() -> None:
    pixels = every_alpha()
    assert shown(pixels) is pixels


def test_premultiplied_is_colour_times_alpha() -> None:
    pixels = every_alpha()
    result = shown(pixels, alpha="premultiplied")
    exact = pixels[..., :3].astype(int) * pixels[..., 3:].astype(int) / 255
    assert np.abs(result[..., :3] - exact).max() <= 0.5
    assert (result[..., 3] == pixels[..., 3]).all()
    assert not result[0, :, :3].any()


def test_straight_stays_exact_while_it_is_moved_and_mirrored() -> None:
    pixels = RNG.integers(0, 255, (60, 80, 4), np.uint8)
    assert (shown(pixels, mirrored=True) == pixels[:, ::-1]).all()
    moved = shown(pixels, right=0.25, up=0.5)
    assert (moved[:30, 20:] == pixels[30:, :60]).all()
    assert not moved[30:].any()
    assert not moved[:, :20].any()


def test_a_background_colour_shows_through() -> None:
    pixels = every_alpha()
    exact = (pixels[..., :3] * (pixels[..., 3:] / 255)) + np.array([32, 64, 96]) * (1 - pixels[..., 3:] / 255)
    for alpha in ("straight", "premultiplied"):
        filled = shown(pixels, filled=True, colour="#204060", alpha=alpha)
        assert filled.shape == (256, 256, 3)
        assert np.abs(filled - exact).max() <= 1


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({}, (120, 90)),
        ({"width": 60}, (60, 45)),
        ({"height": 180}, (240, 180)),
        ({"width": 200, "height": 50}, (200, 50)),
    ],
)
def test_sizes(asked: dict[str, int], size: tuple[int, int]) -> None:
    for filled, alpha in product((False, True), ("straight", "premultiplied")):
        result = shown(np.full((90, 120, 4), 255, np.uint8), filled=filled, alpha=alpha, **asked)
        assert result.shape == (size[1], size[0], 3 if filled else 4)


def test_a_thin_picture_asks_for_no_endless_height() -> None:
    assert shown(np.zeros((4000, 1, 4), np.uint8), width=3840).shape[0] <= 4096


def test_scaled_premultiplied_is_straight_scaled_then_multiplied() -> None:
    pixels = disc(200).pixels
    straight, multiplied = (
        shown(pixels, height=77, alpha=alpha).astype(int) for alpha in ("straight", "premultiplied")
    )
    assert np.abs(straight[..., :3] * straight[..., 3:] / 255 - multiplied[..., :3]).max() <= 1.01
    assert (multiplied[..., :3] <= multiplied[..., 3:] + 1).all()


def test_the_first_size_is_kept_and_even_where_films_want_it() -> None:
    layout, settings = Layout(even=True, fixed=True), LayoutSettings()
    assert layout(disc(127).pixels, settings).shape == (128, 128, 4)
    assert layout(disc(300).pixels, settings).shape == (128, 128, 4)
    assert layout(cv2.cvtColor(disc(64).pixels, cv2.COLOR_RGBA2RGB), settings).shape == (128, 128, 4)


def test_a_change_between_two_pictures_takes_effect_at_once() -> None:
    layout, pixels = Layout(), disc(64).pixels
    for changes in ({}, {"mirrored": True}, {"width": 32}, {"filled": True}, {"alpha": "premultiplied"}, {}):
        settings = LayoutSettings.model_validate(changes)
        assert (layout(pixels, settings) == Layout()(pixels, settings)).all()


def test_without_alpha_it_becomes_opaque() -> None:
    result = shown(np.full((10, 12, 3), 90, np.uint8))
    assert result.shape == (10, 12, 4)
    assert (result == (90, 90, 90, 255)).all()
