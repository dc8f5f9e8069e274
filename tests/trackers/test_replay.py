import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vtuber_app.core import clock, motion
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.motion import Motion
from vtuber_app.core.parts import each
from vtuber_app.core.types import BLENDSHAPES, FaceState, StreamEnded
from vtuber_app.trackers.replay import Replay, ReplaySettings

RNG = np.random.default_rng(3)


def face(number: int) -> FaceState:
    return FaceState(
        RNG.random(52).astype(np.float32), np.full(3, number / 10, np.float32), np.full(3, -number / 10, np.float32)
    )


FACES = [None if number == 2 else face(number) for number in range(6)]
TIMES = [10.0, 10.05, 10.1, 10.2, 10.25, 10.3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "new folder" / "motion.npz"
    motion.save(Motion.of(FACES, TIMES), path)
    return path


def test_saved_motion_is_read_again(path: Path) -> None:
    loaded = motion.load(path)
    assert len(loaded) == 6
    for index, expected in enumerate(FACES):
        found = loaded[index]
        if expected is None:
            assert found is None
            continue
        assert found
        assert (found.blendshapes == expected.blendshapes).all()
        assert (found.rotation == expected.rotation).all()
        assert (found.translation == expected.translation).all()
    assert loaded.time.tolist() == TIMES


def test_blendshapes_are_found_by_name(path: Path) -> None:
    with np.load(path) as file:
        arrays = dict(file)
    arrays["names"] = np.array([*BLENDSHAPES[::-1][:51], "somethingElse"])
    arrays["blendshapes"] = arrays["blendshapes"][:, ::-1]
    np.savez(path, **arrays)
    found, expected = motion.load(path)[0], FACES[0]
    assert found
    assert expected
    assert (found.blendshapes[1:] == expected.blendshapes[1:]).all()
    assert found.blendshapes[0] == 0


def test_every_moment_in_order(path: Path) -> None:
    with Replay(ReplaySettings(path=path, paced=False, loop=False)) as tracker:
        moments = list(each(tracker))
        with pytest.raises(StreamEnded):
            tracker.read(0.01)
    assert [moment.time - moments[0].time for moment in moments] == pytest.approx([time - 10 for time in TIMES])
    assert [moment.face is not None for moment in moments] == [face is not None for face in FACES]


def test_times_grow_across_loops(path: Path) -> None:
    with Replay(ReplaySettings(path=path, paced=False)) as tracker:
        moments = [tracker.read(1) for _ in range(14)]
    times = [moment.time for moment in moments if moment]
    assert len(times) == 14
    assert min(np.diff(times)) > 0.04


def test_paced_it_keeps_its_speed_and_skips_what_was_missed(path: Path) -> None:
    with Replay(ReplaySettings(path=path, loop=False)) as tracker:
        first = tracker.read(1)
        assert first
        assert tracker.read(0.001) is None
        clock.wait_until(first.time + 0.22, 1)
        late = tracker.read(1)
        assert late
        assert late.time - first.time == pytest.approx(0.2)
        assert [moment.time - first.time for moment in each(tracker)] == pytest.approx([0.25, 0.3])
        assert clock.now() - first.time > 0.3


def without(name: str) -> Any:
    def change(arrays: dict[str, Any]) -> None:
        del arrays[name]

    return change


def with_value(name: str, value: Any) -> Any:
    def change(arrays: dict[str, Any]) -> None:
        arrays[name] = value

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (without("time"), "time"),
        (without("names"), "names"),
        (with_value("rotation", np.zeros((6, 2))), r"rotation is \(6, 2\)"),
        (with_value("time", np.zeros(6)), "do not grow"),
        (with_value("time", np.zeros(0)), "no moments"),
        (with_value("translation", np.full((6, 3), np.nan)), "no numbers"),
        (with_value("blendshapes", np.array([[object()]])), "motion file"),
    ],
)
def test_a_broken_file_is_a_sentence(path: Path, change: Any, sentence: str) -> None:
    with np.load(path) as file:
        arrays = dict(file)
    change(arrays)
    np.savez(path, **arrays)
    with pytest.raises(SettingsError, match=sentence), Replay(ReplaySettings(path=path)):
        pass


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04" + b"\x00" * 100])
def test_another_file_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "motion.npz"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="no motion file"), Replay(ReplaySettings(path=path)):
        pass


def test_damage_anywhere_is_a_sentence_or_a_motion(path: Path) -> None:
    content = path.read_bytes()
    for place in range(0, len(content), 37):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        with contextlib.suppress(SettingsError):
            assert len(motion.load(path)) == 6


def test_no_file_is_a_sentence(tmp_path: Path) -> None:
    for settings in (ReplaySettings(), ReplaySettings(path=tmp_path / "none.npz"), ReplaySettings(path=tmp_path)):
        with pytest.raises(SettingsError), Replay(settings):
            pass


def test_a_folder_that_can_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="can't be written"):
        motion.save(Motion.of(FACES, TIMES), tmp_path / "file" / "motion.npz")
