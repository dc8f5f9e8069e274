"""Pictures in between: which, when, and what if that can't be kept up."""

import threading
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from graphs import FLOAT, FREE, disc, mean_of_two, save
from numpy.typing import NDArray
from onnx import helper

from vtuber_app.core import clock
from vtuber_app.core.errors import EngineError
from vtuber_app.core.parts import each
from vtuber_app.core.types import Frame, StreamEnded
from vtuber_app.finish import between
from vtuber_app.finish.between import Between, halfway
from vtuber_app.finish.onnx_picture import PictureModel

PERIOD = 0.04


class Given:
    """A reader of these pictures, as fast as they are asked for, or each when its time has come."""

    def __init__(self, pictures: Iterable[Frame], paced: bool = False) -> None:
        self._pictures = iter(pictures)
        self._paced = paced

    def read(self, timeout: float) -> Frame:
        picture = next(self._pictures, None)
        if picture is None:
            raise StreamEnded
        while self._paced and not clock.wait_until(picture.time, timeout):
            pass
        return picture


def moving(count: int, period: float = PERIOD, start: float = 0.0) -> list[Frame]:
    return [disc(start + index * period, shift=0.5 * index) for index in range(count)]


@pytest.fixture
def model(tmp_path: Path) -> PictureModel:
    return PictureModel(mean_of_two(tmp_path / "interpolate/mean.onnx"))


def test_every_picture_comes_with_one_before_it(model: PictureModel) -> None:
    pictures = moving(5)
    shown = list(each(Between(Given(pictures), model, live=False)))
    assert [frame.time for frame in shown] == pytest.approx([index * PERIOD / 2 for index in range(9)])
    assert [id(frame) for frame in shown[::2]] == [id(frame) for frame in pictures]
    assert not any(frame.pixels.flags.writeable for frame in shown)


def test_colours_and_alpha_are_in_between_without_a_fringe(model: PictureModel) -> None:
    first, second = disc(shift=-3).pixels.copy(), disc(shift=3).pixels.copy()
    for pixels in (first, second):
        pixels[pixels[..., 3] == 0, :3] = (0, 255, 0)
    middle = halfway(model, first, second).astype(int)
    assert np.abs(middle[..., 3] - (first[..., 3].astype(float) + second[..., 3]) / 2).max() <= 1
    assert np.abs(middle[middle[..., 3] > 0][:, :3] - (250, 120, 30)).max() <= 3


def test_nothing_is_between_other_sizes_other_avatars_and_long_pauses(model: PictureModel) -> None:
    other = Frame(255 - disc(2 * PERIOD).pixels, 2 * PERIOD)
    pictures = [disc(0), disc(PERIOD, size=32), disc(1.5 * PERIOD), other, disc(2), disc(2 - PERIOD)]
    assert list(each(Between(Given(pictures), model, live=False))) == pictures


def test_a_picture_that_stays_the_same_is_not_made_again(model: PictureModel) -> None:
    still = disc().pixels
    shown = list(each(Between(Given([Frame(still, 0), Frame(still, PERIOD)]), model, live=False)))
    assert [frame.time for frame in shown] == [0, PERIOD / 2, PERIOD]
    assert all(frame.pixels is still for frame in shown)


def test_live_they_come_evenly_and_no_picture_waits_longer_than_half_the_time(model: PictureModel) -> None:
    came: list[float] = []
    late: list[float] = []
    pictures = moving(20, start=clock.now() + 0.05)
    for frame in each(Between(Given(pictures, paced=True), model)):
        came.append(clock.now())
        late.append(clock.now() - frame.time)
    assert len(came) == 39
    assert np.median(np.diff(came)) == pytest.approx(PERIOD / 2, rel=0.15)
    assert np.quantile(np.abs(np.diff(came) - PERIOD / 2), 0.8) < PERIOD / 4
    assert np.median(late) < PERIOD * 0.75


class Slow(PictureModel):
    """Needs longer than there is between two pictures."""

    def __call__(self, *pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        threading.Event().wait(0.01)
        return super().__call__(*pictures)


def test_a_model_that_is_too_slow_is_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(between, "PATIENCE", 5)
    reader = Between(Given(moving(30, period=0.005)), Slow(mean_of_two(tmp_path / "heavy.onnx")))
    shown = list(each(reader))
    assert len(shown) == 30 + 5
    assert "heavy.onnx is too slow here" in (reader.notice or "")


def fails_on_white(path: Path) -> Path:
    """No number comes out for white."""
    nodes = [
        helper.make_node("Sub", ["limit", "a"], ["rest"]),
        helper.make_node("Sqrt", ["rest"], ["root"]),
        helper.make_node("Mul", ["root", "root"], ["square"]),
        helper.make_node("Sub", ["limit", "square"], ["same"]),
        helper.make_node("Max", ["same", "b"], ["out"]),
    ]
    shape = [1, 3, *FREE]
    return save(path, nodes, {"a": (FLOAT, shape), "b": (FLOAT, shape)}, {"limit": np.float32(0.99)})


def test_a_picture_that_fails_is_missing_and_counted(tmp_path: Path) -> None:
    white = [Frame(np.full((8, 8, 3), 255 - index, np.uint8), index * PERIOD) for index in range(2)]
    grey = [Frame(np.full((8, 8, 3), 240 - index, np.uint8), (2 + index) * PERIOD) for index in range(2)]
    model = PictureModel(fails_on_white(tmp_path / "odd.onnx"))
    reader = Between(Given([*white, *grey]), model)
    assert len(list(each(reader))) == 5  # 254 is more than 0.99 of 255 too
    assert "happened to 2 pictures" in (reader.notice or "")
    with pytest.raises(EngineError, match="no numbers"):
        list(each(Between(Given(white), model, live=False)))


def test_pictures_that_it_can_not_take_pass_as_they_are(tmp_path: Path) -> None:
    model = PictureModel(mean_of_two(tmp_path / "small.onnx", size=(32, 32)))
    reader = Between(Given(moving(3)), model)
    assert len(list(each(reader))) == 3
    assert "at most 32x32" in (reader.notice or "")
