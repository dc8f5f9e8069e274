import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars import framing
from vtuber_app.core.square import Square


def picture(height: int = 300, width: int = 400) -> NDArray[np.uint8]:
    """Smooth colours, alpha in part."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    waves = [127 + 100 * np.sin(x / a + y / b) for a, b in ((20, 35), (31, 17), (44, 23))]
    return np.dstack([*waves, np.where(x < width - 60, 255, 128)]).astype(np.uint8)


def test_the_whole_is_the_whole() -> None:
    square = picture(256, 256)
    assert np.array_equal(framing.taken(square, framing.middle(square), 256), square)


def test_a_part_is_where_it_is() -> None:
    part = framing.taken(picture(), Square(150, 120, 100), 100)
    assert np.array_equal(part, picture()[70:170, 100:200])


def test_smaller_without_aliasing() -> None:
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[:, ::2] = 255
    small = framing.taken(stripes, framing.middle(stripes), 64)
    assert np.abs(small.astype(int) - 127).max() <= 1


def test_beyond_the_edge_pictures_are_clear_and_frames_go_on() -> None:
    outside = Square(0, 150, 200)
    assert (framing.taken(picture(), outside, 100)[:, :49, 3] == 0).all()
    frame = framing.taken(picture()[..., :3].copy(), outside, 100)
    assert np.abs(frame[:, 10].astype(int) - frame[:, 45]).max() <= 1


def test_its_own_part_put_back_changes_nothing() -> None:
    whole = picture()
    for square in (Square(180, 140, 256), Square(180, 140, 128), Square(60, 140, 256)):
        back = framing.Setting(whole, square).with_part(framing.taken(whole, square, 256))
        seen = np.abs(cv2.cvtColor(back, cv2.COLOR_RGBA2mRGBA).astype(int) - cv2.cvtColor(whole, cv2.COLOR_RGBA2mRGBA))
        assert seen.max() <= 6, square
        assert seen.mean() < 0.5, square


def test_a_new_part_fades_into_the_picture_except_at_its_edge() -> None:
    whole = np.full((300, 400, 4), 255, np.uint8)
    whole[..., :3] = 50
    part = np.full((64, 64, 4), 255, np.uint8)
    part[..., :3] = 200
    result = framing.Setting(whole, Square(200, 200, 200)).with_part(part)[..., 0]
    assert (result[:99] == 50).all()
    assert (result[:, :99] == 50).all()
    assert (result[130:, 130:270] == 200).all(), "at the picture's lower edge nothing fades"
    line = result[200, 100:130].astype(int)
    assert (np.diff(line) >= 0).all()
    assert 8 <= np.diff(line).max() <= 12
