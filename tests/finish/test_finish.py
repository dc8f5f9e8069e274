"""The finish in a session and in `animate`: what comes out, what happens when a model fails, changes while it runs."""

import threading
from pathlib import Path
from typing import Any, ClassVar, Literal

import cv2
import numpy as np
import pytest
from graphs import disc, enlarging, mean_of_two
from test_onnx_picture import roots

from vtuber_app import choices, plugins
from vtuber_app.core import clock, motion
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import Animator, Output, Tracker
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Avatar, Driving, FaceState, Frame
from vtuber_app.finish.enlarge import Enlarger
from vtuber_app.finish.settings import FinishSettings
from vtuber_app.outputs.recorder import RecorderSettings
from vtuber_app.session import Session
from vtuber_app.settings import AppSettings

PERIOD = 0.03


class BeatingSettings(Settings):
    kind: Literal["beating"] = "beating"


class Beating(Tracker[BeatingSettings]):
    """A face every `PERIOD` s."""

    title = "Beating"

    def read(self, timeout: float) -> Driving | None:
        threading.Event().wait(PERIOD)
        return Driving(clock.now(), FaceState())


class SwingingSettings(Settings):
    kind: Literal["swinging"] = "swinging"
    size: int = 64


class Swinging(Animator[SwingingSettings]):
    """A disc that swings."""

    title = "Swinging"

    def set_avatar(self, avatar: Avatar) -> None:
        pass

    def render(self, driving: Driving) -> Frame:
        return disc(driving.time, self.settings.size, 8 * np.sin(5 * driving.time))


class KeepingSettings(Settings):
    kind: Literal["keeping"] = "keeping"


class Keeping(Output[KeepingSettings]):
    title = "Keeping"
    seen: ClassVar[list[Frame]] = []

    def send(self, picture: Frame) -> None:
        self.seen.append(picture)


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    parts: tuple[tuple[Any, Any], ...] = (
        (plugins.trackers, Beating),
        (plugins.animators, Swinging),
        (plugins.outputs, Keeping),
    )
    for registry, part in parts:
        assert len(registry)
        monkeypatch.setitem(registry._classes, part.kind(), part)
    Keeping.seen.clear()
    monkeypatch.setenv("VTUBER_MODELS", str(tmp_path / "models"))
    enlarging(tmp_path / "models/upscale/double.onnx")
    mean_of_two(tmp_path / "models/interpolate/mean.onnx")
    return tmp_path / "models"


@pytest.fixture
def chosen() -> AppSettings:
    return AppSettings(tracker="beating", animator="swinging", outputs=("keeping",))


def finished(settings: AppSettings, **fields: Any) -> AppSettings:
    return settings.model_copy(update={"finish": FinishSettings.model_validate(fields)})


def until(condition: Any, timeout: float = 5) -> None:
    deadline = clock.now() + timeout
    while not condition():
        assert clock.now() < deadline, "this never happened"
        threading.Event().wait(0.005)


def width() -> int:
    return Keeping.seen[-1].pixels.shape[1] if Keeping.seen else 0


def notice_of(session: Session) -> str:
    return next((stage.notice for stage in session.status().stages if stage.name == "finish"), None) or ""


def test_without_a_wish_there_is_no_such_stage(chosen: AppSettings) -> None:
    with Session(finished(chosen, upscaler="double")) as session:
        until(lambda: width() == 64)
        assert "finish" not in {stage.name for stage in session.status().stages}


@pytest.mark.parametrize("upscaler", [None, "double"])
def test_pictures_are_enlarged_without_a_fringe(chosen: AppSettings, upscaler: str | None) -> None:
    with Session(finished(chosen, scale="2x", upscaler=upscaler)) as session:
        until(lambda: width() == 128)
        assert session.preview.peek() is not None
        assert notice_of(session) == ""
    pixels = Keeping.seen[-1].pixels.astype(int)
    seen = pixels[pixels[..., 3] > 0]
    light = seen[:, :3] * seen[:, 3:] / 255
    assert np.abs(light - np.array((250, 120, 30)) * seen[:, 3:] / 255).max() <= 3
    assert seen[:, 3].max() == 255
    assert not Keeping.seen[-1].pixels.flags.writeable


def test_smooth_pictures_are_twice_as_many_and_their_times_grow_evenly(chosen: AppSettings) -> None:
    with Session(finished(chosen, interpolator="mean", scale="2x")) as session:
        until(lambda: width() == 128)
        Keeping.seen.clear()
        before = session.worker("animator").meter.count
        until(lambda: len(Keeping.seen) >= 60)
        rendered = session.worker("animator").meter.count - before
        assert notice_of(session) == ""
    times = [frame.time for frame in Keeping.seen]
    steps = np.diff(times)
    assert (steps > 0).all()
    assert np.median(steps) == pytest.approx(PERIOD / 2, rel=0.3)
    assert rendered == pytest.approx(30, abs=5)


def test_changes_take_effect_while_it_runs_and_nothing_else_is_opened_anew(chosen: AppSettings) -> None:
    with Session(chosen) as session:
        until(lambda: width() == 64)
        animator = session.worker("animator")
        session.apply(finished(chosen, scale="2x"))
        until(lambda: width() == 128)
        session.apply(finished(chosen, scale="720p", upscaler="double"))
        until(lambda: width() == 720)
        session.apply(finished(chosen, interpolator="mean"))
        until(lambda: width() == 64)
        until(lambda: session.worker("finish").meter.count > 10)
        session.apply(chosen)
        until(lambda: "finish" not in {stage.name for stage in session.status().stages})
        count = len(Keeping.seen)
        until(lambda: len(Keeping.seen) > count + 5)
        assert session.worker("animator") is animator
    times = [frame.time for frame in Keeping.seen]
    assert times == sorted(times)


def test_an_output_that_is_added_gets_finished_pictures_too(chosen: AppSettings) -> None:
    without = finished(chosen, scale="2x").model_copy(update={"outputs": ()})
    with Session(without) as session:
        until(lambda: session.worker("finish").meter.count > 2)
        session.apply(without.model_copy(update={"outputs": ("keeping",)}))
        until(lambda: width() == 128)


@pytest.mark.parametrize(
    ("upscaler", "says"),
    [("gone", "There is no model 'gone'"), ("broken", "can't be opened"), ("mean", "enlarges none")],
)
def test_a_model_that_can_not_be_used_is_named_and_lanczos_enlarges(
    chosen: AppSettings, models: Path, upscaler: str, says: str
) -> None:
    (models / "upscale/broken.onnx").write_bytes(b"half of a file")
    mean_of_two(models / "upscale/mean.onnx")
    with Session(finished(chosen, scale="2x", upscaler=upscaler)) as session:
        until(lambda: width() == 128)
        assert says in notice_of(session)
        assert "Lanczos" in notice_of(session)


def test_a_model_that_fails_later_gives_way_too(chosen: AppSettings, models: Path) -> None:
    enlarging(models / "upscale/tiny.onnx", size=(32, 32))
    with Session(finished(chosen, scale="2x", upscaler="tiny")) as session:
        until(lambda: width() == 128)
        assert "at most 32x32" in notice_of(session)
        small = SwingingSettings(size=32)
        session.apply(finished(chosen, scale="2x", upscaler="double").with_part(small))
        until(lambda: width() == 64 and not notice_of(session))


def test_pictures_without_numbers_are_enlarged_otherwise_and_counted(models: Path) -> None:
    from vtuber_app.finish.onnx_picture import PictureModel

    white = Frame(np.full((20, 20, 3), 255, np.uint8), 0.0)
    grey = Frame(np.full((20, 20, 3), 99, np.uint8), 0.0)
    enlarger = Enlarger(FinishSettings(scale="2x"), PictureModel(roots(models / "upscale/roots.onnx")))
    for picture in (white, grey, Frame(white.pixels.copy(), 1.0)):
        large = enlarger(picture)
        assert large.time == picture.time
        assert np.abs(large.pixels.astype(int) - picture.pixels[0, 0]).max() <= 1
        assert large.pixels.shape == (40, 40, 3)
    assert "happened to 2 pictures" in (enlarger.notice or "")


def test_a_bug_in_the_finish_is_named_and_pictures_go_past_it(
    chosen: AppSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Enlarger, picture: Frame) -> Frame:
        raise ZeroDivisionError

    with Session(finished(chosen, scale="2x")) as session:
        until(lambda: width() == 128)
        with monkeypatch.context() as broken:
            broken.setattr(Enlarger, "__call__", fails)
            until(lambda: width() == 64)
        status = session.status()
        assert status.state == "running"
        assert "ZeroDivisionError" in next(stage.error or "" for stage in status.stages if stage.name == "finish")
        session.apply(session.settings)
        until(lambda: width() == 128)


def test_lossless_every_picture_comes_with_one_before_it(chosen: AppSettings, tmp_path: Path) -> None:
    file, moments = tmp_path / "motion.npz", 25
    motion.save(motion.Motion.of([FaceState()] * moments, [i / 30 for i in range(moments)]), file)
    replay = plugins.trackers["replay"].settings_class().model_validate({"path": file, "paced": False, "loop": False})
    smooth = finished(chosen, interpolator="mean").with_part(replay, tracker="replay")
    with Session(smooth, lossless=True) as session:
        assert session.wait(10)
    assert len(Keeping.seen) == 2 * moments - 1


def test_a_recording_is_smooth_and_large(chosen: AppSettings, tmp_path: Path) -> None:
    smooth = finished(chosen, interpolator="mean", scale="2x")
    recorder = RecorderSettings(file=tmp_path / "out")
    with Session(smooth.with_part(recorder, outputs=("recorder",))) as session:
        until(lambda: session.worker("recorder").meter.count > 30)
        count = session.worker("animator").meter.count
    pictures = sorted((tmp_path / "out").glob("*.png"))
    assert len(pictures) > max(30, 1.5 * count)
    for picture in (pictures[0], pictures[-1]):
        assert cv2.imread(str(picture), cv2.IMREAD_UNCHANGED).shape == (128, 128, 4)


def test_the_command_line_sets_it(chosen: AppSettings) -> None:
    words = ["finish.scale=720p", "finish.upscaler=double"]
    assert choices.apply(chosen, fields=words).finish == FinishSettings(scale="720p", upscaler=Path("double"))
    with pytest.raises(SettingsError, match=r"finish\.scale can't be '3x'"):
        choices.apply(chosen, fields=["finish.scale=3x"])
    with pytest.raises(SettingsError, match=r"finish\.sharp"):
        choices.apply(chosen, fields=["finish.sharp=1"])


@pytest.mark.parametrize(
    ("scale", "size", "wanted"),
    [
        ("as_rendered", (512, 512), (512, 512)),
        ("2x", (512, 300), (1024, 600)),
        ("720p", (512, 512), (720, 720)),
        ("720p", (1024, 1024), (1024, 1024)),
        ("1080p", (256, 256), (1080, 1080)),
        ("2x", (3000, 1500), (4096, 2048)),
        ("2x", (5000, 2500), (5000, 2500)),
    ],
)
def test_sizes(scale: Any, size: tuple[int, int], wanted: tuple[int, int]) -> None:
    assert FinishSettings(scale=scale).size(*size) == wanted
