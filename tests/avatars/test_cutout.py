"""Figures out of plain backgrounds, without a network."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from vtuber_app.avatars import pictures
from vtuber_app.avatars.cutout import clean, cut
from vtuber_app.core.errors import SettingsError

SIZE = 256
FINE = 4  # drawn larger and averaged, so that edges are soft
SKIN, HAIR, LINE, WHITE = (250, 220, 200), (120, 60, 150), (30, 20, 40), (255, 255, 255)


def drawing(shirt: tuple[int, int, int], gap: int = 0) -> np.ndarray:
    """A bust: hair, a face with white eyes, and a shirt with an outline that reaches the lower border.

    Args:
        shirt: Its colour.
        gap: Width of the gap in the shirt's outline, px.
    """

    def at(*values: float) -> tuple[int, ...]:
        return tuple(round(value * FINE) for value in values)

    pixels = np.zeros((SIZE * FINE, SIZE * FINE, 4), np.uint8)
    body = np.array([at(60, 260), at(75, 190), at(128, 165), at(181, 190), at(196, 260)])
    cv2.fillPoly(pixels, [body], (*shirt, 255))
    cv2.polylines(pixels, [body], False, (*LINE, 255), at(4)[0])
    if gap:
        cv2.circle(pixels, at(67.5, 225), at(gap / 2)[0], (0, 0, 0, 0), -1)
        cv2.fillPoly(pixels, [np.array([at(68, 218), at(69, 232), at(120, 232), at(120, 218)])], (*shirt, 255))
    cv2.circle(pixels, at(128, 100), at(64)[0], (*HAIR, 255), -1)
    cv2.circle(pixels, at(128, 115), at(46)[0], (*SKIN, 255), -1)
    for x in (108, 148):
        cv2.ellipse(pixels, at(x, 115), at(12, 9), 0, 0, 360, (*WHITE, 255), -1)
        cv2.ellipse(pixels, at(x, 115), at(12, 9), 0, 0, 360, (*LINE, 255), at(2)[0])
    weighted = pixels.astype(np.float32)
    weighted[..., :3] *= weighted[..., 3:] / 255
    small = cv2.resize(weighted, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    small[..., :3] *= 255 / np.maximum(small[..., 3:], 1)
    return np.rint(np.clip(small, 0, 255)).astype(np.uint8)


def ring(pixels: np.ndarray) -> np.ndarray:
    """The drawing with a lock of hair that closes a loop beside the head."""
    looped = pixels.copy()
    cv2.ellipse(looped, (200, 110), (26, 30), 0, 0, 360, (*HAIR, 255), 5)
    return looped


def even(colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((SIZE, SIZE, 3), colour, np.float64)


def slope(upper: tuple[int, int, int], lower: tuple[int, int, int]) -> np.ndarray:
    share = np.linspace(0, 1, SIZE)[:, None, None]
    return np.broadcast_to(np.array(upper) * (1 - share) + np.array(lower) * share, (SIZE, SIZE, 3))


def vignette() -> np.ndarray:
    y, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    return np.array((190, 220, 200)) - 30 * (x * x + y * y)[..., None]


def before(pixels: np.ndarray, background: np.ndarray, quality: int | None = None) -> np.ndarray:
    """The figure in front of a background, opaque; as JPEG if a quality is given."""
    alpha = pixels[..., 3:] / 255
    shown = np.rint(pixels[..., :3] * alpha + background * (1 - alpha)).astype(np.uint8)
    if quality is not None:
        encoded = cv2.imencode(".jpg", shown[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        shown = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
    return np.dstack([shown, np.full(shown.shape[:2], 255, np.uint8)])


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    first, second = one[..., 3] > 127, other[..., 3] > 127
    return float((first & second).sum() / (first | second).sum())


BACKGROUNDS = {
    "white": even(WHITE),
    "black": even((0, 0, 0)),
    "pale": even((223, 230, 240)),
    "green": even((0, 200, 60)),
    "slope": slope((120, 170, 240), (240, 200, 190)),
    "vignette": vignette(),
}


@pytest.mark.parametrize("quality", [None, 85])
@pytest.mark.parametrize("name", BACKGROUNDS)
def test_a_figure_is_cut_out(name: str, quality: int | None) -> None:
    figure = drawing((200, 60, 60))
    found = cut(before(figure, BACKGROUNDS[name], quality))
    dark = name == "black"  # a dark line on black can't be told from an edge that is half clear
    assert overlap(found, figure) > (0.965 if dark else 0.985)
    assert np.abs(found[..., 3].astype(int) - figure[..., 3]).mean() < (0.015 if dark else 0.008) * 255


def test_edges_are_soft_and_have_no_halo() -> None:
    figure = drawing((200, 60, 60))
    found = cut(before(figure, BACKGROUNDS["white"]))
    soft = (found[..., 3] > 25) & (found[..., 3] < 230) & (figure[..., 3] > 0)
    soft[170:] = False  # around the head only hair meets the background
    assert soft.sum() > 100
    assert np.abs(found[soft][:, :3].astype(int) - HAIR).mean() < 12  # white would be some 100 away
    assert np.abs(found[soft][:, 3].astype(int) - figure[soft][:, 3]).mean() < 12


@pytest.mark.parametrize("quality", [None, 90])
def test_white_within_a_figure_on_white_stays(quality: int | None) -> None:
    figure = drawing(WHITE)
    found = cut(before(figure, BACKGROUNDS["white"], quality))
    assert overlap(found, figure) > 0.98
    assert (found[108:123, 100:116, 3] == 255).all()  # an eye
    assert (found[205:, 90:166, 3] == 255).all()  # the shirt, which touches the border


@pytest.mark.parametrize("gap", [5, 9])
def test_a_gap_in_the_outline_does_not_hollow_out_a_white_shirt(gap: int) -> None:
    figure = drawing(WHITE, gap)
    found = cut(before(figure, BACKGROUNDS["white"]))
    assert (found[205:, 95:166, 3] == 255).all()
    assert (found[60:200, :50, 3] == 0).all()


@pytest.mark.parametrize("name", ["pale", "green", "slope", "vignette"])
@pytest.mark.parametrize("quality", [None, 85])
def test_a_closed_loop_of_hair_is_open(name: str, quality: int | None) -> None:
    found = cut(before(ring(drawing((200, 60, 60))), BACKGROUNDS[name], quality))
    assert (found[102:118, 202:214, 3] == 0).all()
    assert (found[108:123, 100:116, 3] == 255).all()


def test_on_white_a_closed_loop_stays_where_eyes_are_as_even() -> None:
    found = cut(before(ring(drawing((200, 60, 60))), BACKGROUNDS["white"]))
    assert (found[102:118, 202:214, 3] == 255).all()


def test_on_white_a_closed_loop_is_open_in_a_painting() -> None:
    figure = ring(drawing((200, 60, 60)))
    random = np.random.default_rng(4)
    brush = cv2.GaussianBlur(random.normal(0, 40, (SIZE, SIZE, 3)), (0, 0), 2)
    figure[..., :3] = np.where(
        figure[..., 3:] > 0, np.clip(figure[..., :3] - 12 + np.clip(brush, -12, 12), 0, 254), figure[..., :3]
    )
    found = cut(before(figure, BACKGROUNDS["white"]))
    assert (found[102:118, 202:214, 3] == 0).all()
    assert (found[108:123, 100:116, 3] == 255).all()


def test_dust_is_dropped() -> None:
    figure = drawing((200, 60, 60))
    dusty = before(figure, BACKGROUNDS["green"])
    dusty[20:22, 30:33, :3] = dusty[60, 10, :3] = 0
    assert (cut(dusty)[:80, :40, 3] == 0).all()


def noise() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (SIZE, SIZE, 3)).astype(np.float64)


def bricks() -> np.ndarray:
    wall = even((170, 80, 60))
    wall[::16] = wall[:, ::16] = (210, 200, 190)
    wall[:, 16:32] = wall[:, 64:128] = wall[128:, 160:] = (60, 90, 120)
    return np.asarray(cv2.GaussianBlur(wall + noise() / 8, (0, 0), 2))


@pytest.mark.parametrize("background", [noise, bricks])
def test_a_busy_background_is_refused_with_advice(background: Callable[[], np.ndarray]) -> None:
    with pytest.raises(SettingsError, match=r"background is not plain: only \d+%.*transparent or plain background"):
        cut(before(drawing((200, 60, 60)), background()))


def test_one_colour_all_over_is_refused() -> None:
    with pytest.raises(SettingsError, match="No figure can be seen"):
        cut(before(np.zeros((SIZE, SIZE, 4), np.uint8), BACKGROUNDS["pale"]))


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (1, 40)])
def test_the_smallest_pictures_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(SettingsError):
        cut(np.full((*shape, 4), 255, np.uint8))


def test_a_figure_with_alpha_is_only_cleaned() -> None:
    figure = drawing(WHITE)
    assert (cut(figure) == clean(figure)).all()


def test_clean_carries_colours_on_and_keeps_the_rest() -> None:
    figure = drawing((200, 60, 60))
    cleaned = clean(figure)
    solid = figure[..., 3] > 252
    assert (cleaned[solid][:, :3] == figure[solid][:, :3]).all()
    assert np.abs(cleaned[10, 128, :3].astype(int) - HAIR).max() < 3  # above the head
    small = cv2.resize(cleaned, (64, 64), interpolation=cv2.INTER_AREA)
    assert small[9:12, 32, :3].min() > 50  # no black came in from outside


def test_clean_snaps_alpha_and_drops_dust() -> None:
    pixels = np.full((100, 100, 4), (10, 20, 30, 0), np.uint8)
    pixels[20:80, 20:80, 3] = 253
    pixels[20:80, 80, 3] = 2
    pixels[20:80, 19, 3] = 3
    pixels[5, 5, 3] = 255
    alpha = clean(pixels)[..., 3]
    assert (alpha[20:80, 20:80] == 255).all()
    assert (alpha[20:80, 80] == 0).all()
    assert (alpha[20:80, 19] == 3).all()
    assert alpha[5, 5] == 0


def test_clean_of_nothing_is_nothing() -> None:
    assert not clean(np.full((9, 9, 4), (5, 5, 5, 2), np.uint8)).any()
    assert (clean(np.full((9, 9, 4), 255, np.uint8)) == 255).all()


@pytest.mark.parametrize("quality", [None, 85])
@pytest.mark.parametrize("name", ["pale", "slope", "white"])
@pytest.mark.parametrize("file", ["crypko_00", "crypko_02", "waifu_01"])
def test_real_figures_come_back(shared: Path, file: str, name: str, quality: int | None) -> None:
    figure = pictures.read(shared / "data" / "avatars" / f"{file}.png")
    background = cv2.resize(np.ascontiguousarray(BACKGROUNDS[name]), figure.shape[1::-1])
    found = cut(before(figure, background, quality))
    assert overlap(found, figure) > 0.97
    assert np.abs(found[..., 3].astype(int) - figure[..., 3]).mean() < 0.012 * 255
