"""The session: flow, stop, failure, restart, live changes."""

import threading
from pathlib import Path
from typing import Any, ClassVar, Literal

import cv2
import numpy as np
import pytest

from vtuber_app import plugins
from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError, SettingsError, StageError
from vtuber_app.core.parts import FaceOutput, Output, Tracker
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import INDEX, Driving, FaceState, Frame
from vtuber_app.pose.filters import PoseSettings
from vtuber_app.session import Session
from vtuber_app.settings import AppSettings

RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)


class TickingSettings(Settings):
    kind: Literal["ticking"] = "ticking"
    period: float = 0.01
    moments: int = 1_000_000
    fails_at: int = -1
    fatal: bool = False


class Ticking(Tracker[TickingSettings]):
    """A face every `period` s; at moment `fails_at` it fails once."""

    title = "Ticking"
    hot = frozenset({"period"})
    opened: ClassVar[int] = 0

    def __enter__(self) -> "Ticking":
        type(self).opened += 1
        self._count = 0
        return self

    def read(self, timeout: float) -> Driving | None:
        threading.Event().wait(self.settings.period)
        self._count += 1
        if self._count == self.settings.fails_at and (self.settings.fatal or type(self).opened == 1):
            raise (SettingsError if self.settings.fatal else DeviceError)("The ticking stopped. Wind it up.")
        return Driving(clock.now(), FaceState())


class CollectingSettings(Settings):
    kind: Literal["collecting"] = "collecting"
    fails: bool = False


class Collecting(Output[CollectingSettings]):
    """Keeps the pictures; or fails at the first."""

    title = "Collecting"
    seen: ClassVar[list[Frame]] = []
    closed: ClassVar[list[int]] = []

    def __exit__(self, *exc: object) -> None:
        self.closed.append(threading.get_ident())

    def send(self, picture: Frame) -> None:
        if self.settings.fails:
            raise OSError("disk full")
        self.seen.append(picture)


class WatchingSettings(Settings):
    kind: Literal["watching"] = "watching"
    fails: bool = False


class Watching(FaceOutput[WatchingSettings]):
    """Keeps the faces; or fails at the first."""

    title = "Watching"
    seen: ClassVar[list[Driving]] = []

    def send(self, driving: Driving) -> None:
        if self.settings.fails:
            raise OSError("unplugged")
        self.seen.append(driving)


@pytest.fixture(autouse=True)
def parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for registry, part in ((plugins.trackers, Ticking), (plugins.outputs, Collecting), (plugins.outputs, Watching)):
        assert len(registry)
        classes: dict[str, Any] = registry._classes
        monkeypatch.setitem(classes, part.kind(), part)
    Ticking.opened = 0
    Collecting.seen.clear()
    Watching.seen.clear()
    Collecting.closed.clear()


def picture(path: Path, colour: tuple[int, int, int, int]) -> str:
    pixels = np.full((64, 64, 4), colour, np.uint8)
    cv2.imwrite(str(path), cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))
    return str(path)


@pytest.fixture
def chosen(tmp_path: Path) -> AppSettings:
    avatar = picture(tmp_path / "red.png", RED)
    return AppSettings(tracker="ticking", animator="still", outputs=("null", "collecting"), avatar=avatar)


def until(condition: Any, timeout: float = 5) -> None:
    deadline = clock.now() + timeout
    while not condition():
        assert clock.now() < deadline, "this never happened"
        threading.Event().wait(0.005)


def error_of(session: Session, stage: str) -> str | None:
    return next(s.error for s in session.status().stages if s.name == stage)


def test_pictures_reach_every_output_and_keep_the_capture_time(chosen: AppSettings) -> None:
    with Session(chosen) as session:
        until(lambda: len(Collecting.seen) > 5)
        status = session.status()
    assert status.state == "running"
    assert {stage.name for stage in status.stages} == {"tracker", "animator", "null", "collecting"}
    assert status.latency is not None
    assert 0 <= status.latency < 0.5
    times = [frame.time for frame in Collecting.seen]
    assert times == sorted(times)
    assert tuple(Collecting.seen[0].pixels[0, 0]) == RED
    assert len(Collecting.closed) == 1
    assert Collecting.closed[0] != threading.get_ident()


def test_a_failed_output_is_named_and_the_rest_goes_on(chosen: AppSettings) -> None:
    with Session(chosen.with_part(CollectingSettings(fails=True))) as session:
        until(lambda: error_of(session, "collecting"))
        count = session.worker("null").meter.count
        until(lambda: session.worker("null").meter.count > count + 5)
        assert "disk full" in (error_of(session, "collecting") or "")
        assert session.status().state == "running"


def test_a_device_that_fails_is_opened_again(chosen: AppSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtuber_app.core.worker.RETRY", 0.3)
    with Session(chosen.with_part(TickingSettings(fails_at=5))) as session:
        until(lambda: error_of(session, "tracker"))
        assert "Wind it up" in (error_of(session, "tracker") or "")
        until(lambda: Ticking.opened == 2 and error_of(session, "tracker") is None)


def test_an_input_that_fails_for_good_ends_the_session_with_its_sentence(chosen: AppSettings) -> None:
    with (
        pytest.raises(StageError, match="Wind it up"),
        Session(chosen.with_part(TickingSettings(fails_at=3, fatal=True))) as session,
    ):
        assert session.wait(5)


def test_in_the_window_the_avatar_idles_on_and_a_change_brings_it_back(chosen: AppSettings) -> None:
    failing = chosen.with_part(TickingSettings(fails_at=3, fatal=True))
    with Session(failing, ends_with_input=False) as session:
        until(lambda: error_of(session, "tracker"))
        count = session.worker("animator").meter.count
        until(lambda: session.worker("animator").meter.count > count + 5)
        session.apply(chosen)
        until(lambda: session.worker("tracker").meter.count > 5)
        assert error_of(session, "tracker") is None


def test_avatar_outputs_and_hot_settings_change_while_it_runs(chosen: AppSettings, tmp_path: Path) -> None:
    with Session(chosen) as session:
        until(lambda: Collecting.seen)
        tracker, animator = session.worker("tracker"), session.worker("animator")
        session.apply(chosen.model_copy(update={"avatar": picture(tmp_path / "blue.png", BLUE)}))
        until(lambda: tuple(Collecting.seen[-1].pixels[0, 0]) == BLUE)
        session.apply(session.settings.with_part(TickingSettings(period=0.002)))
        until(lambda: tracker.part.settings.period == 0.002)
        assert session.worker("tracker") is tracker
        session.apply(session.settings.model_copy(update={"outputs": ("null",)}))
        until(lambda: Collecting.closed)
        assert session.worker("animator") is animator
        session.apply(session.settings.model_copy(update={"outputs": ("null", "collecting")}))
        count = len(Collecting.seen)
        until(lambda: len(Collecting.seen) > count)


def test_a_setting_that_is_not_hot_opens_the_part_anew(chosen: AppSettings) -> None:
    with Session(chosen) as session:
        until(lambda: Ticking.opened == 1)
        session.apply(chosen.with_part(TickingSettings(moments=7)))
        until(lambda: Ticking.opened == 2)
        count = len(Collecting.seen)
        until(lambda: len(Collecting.seen) > count)


def test_settings_that_can_not_work_leave_the_old_ones(chosen: AppSettings) -> None:
    with Session(chosen) as session:
        with pytest.raises(SettingsError, match="no-such-avatar"):
            session.apply(chosen.model_copy(update={"avatar": "no-such-avatar"}))
        with pytest.raises(SettingsError):
            session.apply(chosen.model_copy(update={"tracker": "no-such-tracker"}))
        assert session.settings is chosen
        count = len(Collecting.seen)
        until(lambda: len(Collecting.seen) > count)


def test_silence_makes_the_avatar_idle(chosen: AppSettings) -> None:
    with Session(chosen.with_part(TickingSettings(period=3))) as session:
        until(lambda: session.worker("animator").meter.count > 10, timeout=2.5)
        assert session.worker("tracker").meter.count == 0


def test_lossless_keeps_every_moment(tmp_path: Path) -> None:
    from vtuber_app.core import motion

    file, moments = tmp_path / "motion.npz", 40
    motion.save(motion.Motion.of([FaceState()] * moments, [i / 30 for i in range(moments)]), file)
    replay = plugins.trackers["replay"].settings_class().model_validate({"path": file, "paced": False, "loop": False})
    avatar = picture(tmp_path / "red.png", RED)
    chosen = AppSettings(animator="still", outputs=("collecting",), avatar=avatar).with_part(replay, tracker="replay")
    with Session(chosen, lossless=True) as session:
        assert session.wait(10)
    assert len(Collecting.seen) == moments


class WinkingSettings(Settings):
    kind: Literal["winking"] = "winking"


class Winking(Tracker[WinkingSettings]):
    """The performer's left eye is shut, and the head turned to the left."""

    title = "Winking"

    def read(self, timeout: float) -> Driving | None:
        threading.Event().wait(0.01)
        shapes = np.zeros(52, np.float32)
        shapes[INDEX["eyeBlinkLeft"]] = 0.6
        return Driving(clock.now(), FaceState(shapes, np.array([0, 0.3, 0], np.float32)), from_rest=True)


@pytest.mark.parametrize("mirrored", [True, False])
def test_faces_reach_other_programs_with_the_performers_own_sides(
    chosen: AppSettings, mirrored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(plugins.trackers._classes, "winking", Winking)  # type: ignore[arg-type]
    pose = PoseSettings(mirrored=mirrored, auto_calibrate=False)
    settings = chosen.model_copy(update={"tracker": "winking", "outputs": ("collecting", "watching"), "pose": pose})
    with Session(settings) as session:
        until(lambda: len(Watching.seen) > 5 and len(Collecting.seen) > 5)
        status = session.status()
    assert {stage.name for stage in status.stages} >= {"animator", "collecting", "watching"}
    face = Watching.seen[-1].face
    assert face
    assert face["eyeBlinkLeft"] > 0.5 > face["eyeBlinkRight"]
    assert face.rotation[1] > 0.2
    rendered = {picture.time for picture in Collecting.seen}
    assert any(driving.time in rendered for driving in Watching.seen)


def test_face_outputs_come_and_go_and_one_that_fails_is_named(chosen: AppSettings) -> None:
    watching = chosen.model_copy(update={"outputs": ("collecting", "watching")})
    with Session(watching) as session:
        until(lambda: Watching.seen)
        session.apply(chosen)
        until(lambda: "watching" not in {stage.name for stage in session.status().stages})
        session.apply(watching)
        count = len(Watching.seen)
        until(lambda: len(Watching.seen) > count)
        session.apply(watching.with_part(WatchingSettings(fails=True)))
        until(lambda: "unplugged" in (error_of(session, "watching") or ""))
        assert session.status().state == "running"
        count = len(Collecting.seen)
        until(lambda: len(Collecting.seen) > count)
