"""Several trackers at once: who drives what, loss and return, moves between first and further, failure."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import cv2
import numpy as np
import pytest

from vtuber_app import plugins
from vtuber_app.core import clock, motion
from vtuber_app.core.errors import DeviceError, SettingsError
from vtuber_app.core.parts import Animator, Rank, Tracker
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import FACE_PARTS, INDEX, Avatar, Driving, FacePart, FaceState, Frame
from vtuber_app.pose.filters import PoseSettings
from vtuber_app.session import Session
from vtuber_app.settings import AppSettings


def face(jaw: float, smile: float = 0.0) -> FaceState:
    shapes = np.zeros(52, np.float32)
    shapes[[INDEX["jawOpen"], INDEX["mouthSmileLeft"]]] = jaw, smile
    return FaceState(shapes)


class FirstSettings(Settings):
    kind: Literal["first"] = "first"
    jaw: float = 0.6
    there: bool = True
    fails: bool = False
    lives: int = 0


class Scripted(Tracker[Any]):
    """A face with that jaw every 10 ms, as long as it is there; only one of a kind may be open, as with a port."""

    hot = frozenset({"jaw", "there"})
    open_now: ClassVar[int] = 0

    def __enter__(self) -> "Scripted":
        if type(self).open_now:
            raise DeviceError("The port is taken.")
        type(self).open_now += 1
        self._counted = True
        return self

    def __exit__(self, *exc: object) -> None:
        if self.__dict__.pop("_counted", False):
            type(self).open_now -= 1

    def read(self, timeout: float) -> Driving | None:
        threading.Event().wait(0.01)
        if self.settings.fails:
            raise SettingsError("This one is broken.")
        return Driving(clock.now(), face(self.settings.jaw), from_rest=True) if self.settings.there else None


class First(Scripted, Tracker[FirstSettings]):
    title = "First"

    @classmethod
    def ranks(cls, settings: Any) -> Mapping[FacePart, Rank]:
        return dict.fromkeys(FACE_PARTS, Rank.PHONE)


class SecondSettings(FirstSettings):
    kind: Literal["second"] = "second"  # type: ignore[assignment]
    jaw: float = 0.2


class Second(Scripted, Tracker[SecondSettings]):
    title = "Second"


class LookingSettings(Settings):
    kind: Literal["looking"] = "looking"


class Looking(Tracker[LookingSettings]):
    """Sees a face in every frame."""

    title = "Looking"
    uses_camera = True

    def read(self, timeout: float) -> Driving | None:
        frame = self.frames.read(timeout) if self.frames else None
        return Driving(frame.time, face(0.4), frame) if frame else None


class WatchedSettings(Settings):
    kind: Literal["watched"] = "watched"


class Watched(Animator[WatchedSettings]):
    """Keeps what it is given."""

    title = "Watched"
    given: ClassVar[list[Driving]] = []

    def set_avatar(self, avatar: Avatar) -> None:
        self._pixels = avatar.pixels

    def render(self, driving: Driving) -> Frame:
        self.given.append(driving)
        return Frame(self._pixels, driving.time)


@pytest.fixture(autouse=True)
def parts(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[tuple[Any, Any]] = [(plugins.trackers, part) for part in (First, Second, Looking)]
    for registry, part in (*chosen, (plugins.animators, Watched)):
        assert len(registry)
        monkeypatch.setitem(registry._classes, part.kind(), part)
    First.open_now = Second.open_now = 0
    Watched.given.clear()


@pytest.fixture
def chosen(tmp_path: Path) -> AppSettings:
    cv2.imwrite(str(tmp_path / "a.png"), np.full((16, 16, 4), 255, np.uint8))
    pose = PoseSettings(mirrored=False, smoothing=0, blink_hold_s=0, idle=False)
    return AppSettings(tracker="second", also=("first",), animator="watched", avatar=str(tmp_path / "a.png"), pose=pose)


def until(condition: Any, timeout: float = 5) -> None:
    deadline = clock.now() + timeout
    while not condition():
        assert clock.now() < deadline, "this never happened"
        threading.Event().wait(0.005)


def driven_by(session: Session, kind: str) -> bool:
    return set(session.status().drives.values()) == {kind}


def jaws() -> Iterator[tuple[float, float]]:
    for driving in Watched.given:
        assert driving.face
        yield driving.time, driving.face["jawOpen"]


def test_the_best_drives_and_loss_and_return_pass_over_gently(chosen: AppSettings) -> None:
    with Session(chosen) as session:
        until(lambda: driven_by(session, "first"))
        assert {"tracker", "first", "animator"} == {stage.name for stage in session.status().stages}
        threading.Event().wait(0.4)
        session.apply(chosen.with_part(FirstSettings(there=False)))
        until(lambda: driven_by(session, "second"))
        until(lambda: Watched.given[-1].face and Watched.given[-1].face["jawOpen"] == pytest.approx(0.2))
        session.apply(chosen)
        until(lambda: driven_by(session, "first"))
        until(lambda: Watched.given[-1].face and Watched.given[-1].face["jawOpen"] == pytest.approx(0.6))
        assert session.worker("first").meter.count > 20
    times, values = np.array(list(jaws())).T
    assert (np.diff(times) >= 0).all()
    settled = values[np.argmax(values > 0.59) :]
    times = times[-len(settled) :]
    pace = np.abs(np.diff(settled)) - 1.55 * 0.4 / 0.3 * np.maximum(np.diff(times), 0.001)
    assert settled.min() == pytest.approx(0.2)
    assert pace.max() < 0.02, "a jump would be 0.4"


def test_first_and_further_change_places_and_no_port_is_opened_twice(chosen: AppSettings) -> None:
    with Session(chosen) as session:
        until(lambda: driven_by(session, "first"))
        for _ in range(3):
            session.apply(chosen.model_copy(update={"tracker": "first", "also": ("second",)}))
            until(lambda: session.worker("second").meter.count > 5 and session.worker("tracker").meter.count > 5)
            assert not any(stage.error for stage in session.status().stages)
            session.apply(chosen)
            until(lambda: session.worker("first").meter.count > 5 and session.worker("tracker").meter.count > 5)
            assert not any(stage.error for stage in session.status().stages)
        session.apply(chosen.model_copy(update={"also": ()}))
        until(lambda: driven_by(session, "second") and not First.open_now)
        assert {"tracker", "animator"} == {stage.name for stage in session.status().stages}


def test_a_further_tracker_that_fails_is_named_and_the_rest_goes_on(chosen: AppSettings) -> None:
    with Session(chosen.with_part(FirstSettings(fails=True))) as session:
        until(lambda: any(stage.error for stage in session.status().stages))
        until(lambda: driven_by(session, "second"))
        broken = next(stage for stage in session.status().stages if stage.error)
        assert (broken.name, session.status().state) == ("first", "running")
        session.apply(chosen)
        until(lambda: driven_by(session, "first"))


def test_a_camera_beside_a_phone_is_opened_and_closed(chosen: AppSettings) -> None:
    picture = plugins.sources["picture"].settings_class().model_validate({"path": chosen.avatar})
    both = chosen.with_part(picture, source="picture", tracker="first", also=("looking",))
    with Session(both) as session:
        until(lambda: driven_by(session, "first") and session.worker("looking").meter.count > 3)
        session.apply(both.with_part(FirstSettings(there=False)))
        until(lambda: driven_by(session, "looking"))
        assert Watched.given[-1].frame is not None
        session.apply(both.model_copy(update={"also": ()}))
        until(lambda: "source" not in {stage.name for stage in session.status().stages})


def test_a_tracker_is_opened_anew_on_request(chosen: AppSettings) -> None:
    with Session(chosen) as session:
        until(lambda: driven_by(session, "first"))
        before = session.worker("first")
        session.reopen("first")
        until(lambda: session.worker("first") is not before and session.worker("first").meter.count > 3)
        assert session.worker("first").error is None


def test_each_further_tracker_must_exist(chosen: AppSettings) -> None:
    with pytest.raises(SettingsError, match="nobody"), Session(chosen.model_copy(update={"also": ("nobody",)})):
        pass


def test_alone_a_tracker_s_moments_come_through_as_they_are(chosen: AppSettings, tmp_path: Path) -> None:
    """One tracker's faces are the same to the last bit, whether a session or nobody stands between."""
    faces, file = [face(0.5 + 0.4 * np.sin(i / 3)) for i in range(60)], tmp_path / "motion.npz"
    motion.save(motion.Motion.of(faces, [i / 30 for i in range(60)]), file)
    replay = plugins.trackers["replay"].settings_class().model_validate({"path": file, "paced": False, "loop": False})
    alone = chosen.with_part(replay, tracker="replay", also=())
    with Session(alone, lossless=True) as session:
        assert session.wait(10)
    from vtuber_app.pose.filters import Filters

    filters = Filters(alone.pose)
    assert len(Watched.given) == 60
    for given, wanted in zip(Watched.given, faces, strict=True):
        found = filters(replace(given, face=wanted, tracker="", held={})).face
        assert given.face
        assert found
        assert np.array_equal(given.face.blendshapes, found.blendshapes)
