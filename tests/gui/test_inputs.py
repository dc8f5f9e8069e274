"""The one friendly list over cameras, files, phones and nothing."""

from pathlib import Path

import pytest

from vtuber_app.core import clock
from vtuber_app.core.types import Driving, FaceState
from vtuber_app.gui import inputs
from vtuber_app.gui.status_line import state
from vtuber_app.session import StageStatus, Status
from vtuber_app.settings import AppSettings
from vtuber_app.sources.camera import CameraInfo

CAMERAS = [CameraInfo(0, "Desk"), CameraInfo(1, "Twin"), CameraInfo(2, "Twin")]


def titles(settings: AppSettings, cameras: list[CameraInfo] | None) -> list[str]:
    return [entry.title for entry in inputs.inputs(settings, cameras)]


def test_cameras_come_first_and_all_else_follows() -> None:
    names = titles(AppSettings(), CAMERAS)
    assert names[:4] == ["Webcam: the first one found", "Webcam: Desk", "Webcam: Twin", "Webcam: Twin"]
    assert {"Video file…", "Picture…", "iPhone (iFacialMocap)", "Recorded motion…", "No camera (idle)"} <= set(names)


@pytest.mark.parametrize("place", range(4))
def test_a_chosen_camera_is_the_one_shown_as_chosen(place: int) -> None:
    settings = AppSettings(tracker="idle")
    entries = inputs.inputs(settings, CAMERAS)
    settings = inputs.choose(settings, entries[place])
    assert (settings.source, settings.tracker) == ("camera", "mediapipe")
    assert inputs.chosen(settings, inputs.inputs(settings, CAMERAS)) == place
    assert settings.part("camera").camera == ["", "Desk", "1", "2"][place]  # type: ignore[attr-defined]


def test_a_camera_that_is_gone_stays_in_the_list() -> None:
    settings = AppSettings()
    settings = settings.with_part(settings.part("camera").model_copy(update={"camera": "Old"}))
    assert "Webcam: Old (not connected)" in titles(settings, CAMERAS)
    assert "Webcam: Old" in titles(settings, None)
    assert "Webcam: none found yet" in titles(AppSettings(), [])


def test_files_are_kept_with_the_part_that_plays_them() -> None:
    entries = {entry.kind: entry for entry in inputs.inputs(AppSettings(), [])}
    film = inputs.choose(AppSettings(tracker="idle"), entries["video"], Path("film.mp4"))
    assert (film.source, film.tracker) == ("video", "mediapipe")
    assert (film.part("video").path, film.part("video").loop) == (Path("film.mp4"), True)  # type: ignore[attr-defined]
    moved = inputs.choose(film, entries["replay"], Path("wave.npz"))
    assert (moved.source, moved.tracker) == ("video", "replay")
    assert inputs.main_part(moved) == "replay"


def status(**errors: str) -> Status:
    stages = tuple(
        StageStatus(name, name not in errors, 5, 30.0, 0.02, 0, errors.get(name), None)
        for name in ("source", "tracker", "animator")
    )
    return Status("running", stages, 30.0, 0.02, 0, None)


@pytest.mark.parametrize(
    ("settings", "seen", "age", "errors", "words"),
    [
        (AppSettings(), FaceState(), 0.0, {}, "Face found"),
        (AppSettings(), None, 0.0, {}, "No face: idling"),
        (AppSettings(), FaceState(), 5.0, {}, "No signal: idling"),
        (AppSettings(), FaceState(), 0.0, {"source": "source: unplugged"}, "No camera: retrying"),
        (AppSettings(source="video"), FaceState(), 0.0, {"source": "source: damaged"}, "Can't be played"),
        (AppSettings(), FaceState(), 0.0, {"tracker": "tracker: bug"}, "Tracking stopped"),
        (AppSettings(tracker="idle"), None, 0.0, {}, "No camera: idling"),
        (AppSettings(tracker="ifacialmocap"), FaceState(), 0.0, {"source": "of the one before"}, "Face found"),
    ],
)
def test_the_badge_says_what_the_input_does(
    settings: AppSettings, seen: FaceState | None, age: float, errors: dict[str, str], words: str
) -> None:
    assert state(settings, status(**errors), Driving(clock.now() - age, seen)).words == words
