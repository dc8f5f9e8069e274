"""Figures to where networks expect them."""

from pathlib import Path

import numpy as np
import pytest

from vtuber_app.avatars import pictures
from vtuber_app.avatars.placing import place
from vtuber_app.core.errors import SettingsError


def drawn(height: int, width: int, head: tuple[int, int, int, int]) -> np.ndarray:
    """A red head on a green body that reaches the picture's lower edge; blue hides under what is clear."""
    pixels = np.full((height, width, 4), (0, 0, 255, 0), np.uint8)
    left, top, wide, tall = head
    pixels[top + tall :, left - wide // 2 : left + wide + wide // 2] = (20, 200, 90, 255)
    pixels[top : top + tall, left : left + wide] = (200, 30, 10, 255)
    return pixels


def box(mask: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    return int(columns[0]), int(rows[0]), len(columns), len(rows)


@pytest.mark.parametrize("size", [256, 512])
@pytest.mark.parametrize("head", [(300, 150, 320, 320), (500, 90, 64, 64), (60, 20, 32, 32), (400, 200, 100, 128)])
def test_the_head_fills_its_box(head: tuple[int, int, int, int], size: int) -> None:
    placed, _ = place(drawn(900, 1000, head), head, size)
    red = (placed[..., 0] > 110) & (placed[..., 3] > 127)
    left, top, wide, tall = np.array(box(red)) * 512 / size
    assert abs(tall - 128) <= 4
    assert abs(top - 64) <= 2
    assert abs(left + wide / 2 - 256) <= 2


def test_colours_stay_and_nothing_hidden_bleeds_in() -> None:
    placed, _ = place(drawn(700, 640, (220, 100, 201, 203)), (220, 100, 201, 203))
    seen = placed[..., 3] > 15
    assert placed[seen][:, 2].max() <= 110  # no blue beyond what green has, give or take Lanczos
    assert not placed[placed[..., 3] == 0].any()
    assert (np.abs(placed[128, 256].astype(int) - (200, 30, 10, 255)) <= 1).all()


def test_no_ring_surrounds_a_shape() -> None:
    placed, _ = place(drawn(700, 640, (220, 100, 201, 203)), (220, 100, 201, 203))
    left, top, wide, tall = box(placed[..., 3] > 0)
    assert left >= 126
    assert top >= 62
    assert left + wide <= 386
    assert top + tall <= 444  # 64 + 600 * 128 / 203 is 442.3


def test_a_picture_in_its_place_is_left_as_it_is() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (512, 512, 4)).astype(np.uint8)
    pixels[..., 3] = 255
    placed, matrix = place(pixels, (192, 64, 128, 128))
    assert (placed == pixels).all()
    assert (matrix == [[1, 0, 0], [0, 1, 0]]).all()


def test_landmarks_follow() -> None:
    head = (220, 100, 150, 160)
    pixels = drawn(700, 640, head)
    pixels[250:255, 300:305] = (255, 255, 255, 255)
    placed, matrix = place(pixels, head)
    x, y = matrix @ (302.5, 252.5, 1)
    white = placed[..., 2].astype(float) * placed[..., 3] * (placed[..., 2] > 120)
    rows, columns = np.mgrid[:512, :512] + 0.5
    assert abs((white * columns).sum() / white.sum() - x) < 0.3
    assert abs((white * rows).sum() / white.sum() - y) < 0.3


def test_a_head_at_the_edge_leaves_the_rest_clear() -> None:
    placed, _ = place(np.full((100, 100, 4), 255, np.uint8), (0, 0, 100, 100))
    assert box(placed[..., 3] > 127) == (192, 64, 128, 128)


def test_a_vast_picture_is_averaged() -> None:
    pixels = np.zeros((3000, 2000, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[::2, ::2, 0] = pixels[1::2, 1::2, 0] = 255  # a fine chequer is grey from afar
    placed, _ = place(pixels, (0, 0, 2000, 2000))
    assert np.abs(placed[70:180, 200:310, 0].astype(int) - 127).max() <= 2


@pytest.mark.parametrize("head", [(0, 0, 0, 10), (0, 0, 10, -1), (float("nan"), 0, 10, 10)])
def test_an_empty_box_is_refused(head: tuple[float, float, float, float]) -> None:
    with pytest.raises(SettingsError, match=r"head is empty\. Draw it"):
        place(np.zeros((50, 50, 4), np.uint8), head)


def test_a_box_outside_is_refused() -> None:
    with pytest.raises(SettingsError, match="outside the picture"):
        place(np.zeros((50, 50, 4), np.uint8), (60, 0, 10, 10))


def test_a_real_picture_keeps_its_look(shared: Path) -> None:
    pixels = pictures.read(shared / "data" / "avatars" / "waifu_00.png")
    placed, matrix = place(pixels, (70, 60, 120, 120))
    back, _ = place(placed, (192 - 64 * 128 / 120, 64 - 64 * 128 / 120, 256 * 128 / 120, 256 * 128 / 120), 240)
    assert back[..., 3].any()
    assert matrix[0, 0] == pytest.approx(128 / 120)
    assert placed[..., 3].sum() == pytest.approx(pixels[..., 3].sum() * (128 / 120) ** 2, rel=0.02)
