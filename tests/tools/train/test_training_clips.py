from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vtuber_app.core.errors import SettingsError
from vtuber_app.core.types import Frame
from vtuber_app.outputs.recorder import Recorder, RecorderSettings
from vtuber_app.tools.train.animation.clips import Clips

SIZE = (32, 24)
COUNT = 6


def marked(place: int, height: int = 48, width: int = 64) -> NDArray[np.uint8]:
    """A frame whose grey says which it is."""
    return np.full((height, width, 3), 20 + 30 * place, np.uint8)


def place_of(frame: NDArray[np.uint8]) -> int:
    return round((float(frame.mean()) - 20) / 30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A video, a strip and a folder of pictures, each of six frames."""
    with Recorder(RecorderSettings(file=tmp_path / "video.mp4", fps=25)) as recorder:
        for place in range(COUNT):
            recorder.send(Frame(np.dstack([marked(place), np.full((48, 64), 255, np.uint8)]), place / 25))
    cv2.imwrite(str(tmp_path / "strip.png"), np.concatenate([marked(p, 48, 48) for p in range(COUNT)], axis=1))
    (tmp_path / "frames").mkdir()
    for place in range(COUNT):
        cv2.imwrite(str(tmp_path / "frames" / f"{place:04}.png"), marked(place))
    (tmp_path / "notes.txt").write_text("no video")
    return tmp_path


def test_every_kind_gives_its_frames_in_order(folder: Path) -> None:
    clips = Clips(folder, SIZE)
    assert len(clips) == 3
    for place in range(3):
        frames = clips[place]
        assert frames.shape == (COUNT, SIZE[1], SIZE[0], 3)
        assert [place_of(frame) for frame in frames] == list(range(COUNT))


def test_drawn_frames_are_in_order_and_all_come(folder: Path) -> None:
    clips, rng = Clips(folder, SIZE), np.random.default_rng(0)
    for place in range(3):
        drawn = [[place_of(frame) for frame in clips.draw(place, rng)] for _ in range(60)]
        assert all(first <= second for first, second in drawn)
        assert {place for pair in drawn for place in pair} == set(range(COUNT))


def test_names_say_who_is_seen(tmp_path: Path) -> None:
    strip = np.concatenate([marked(p, 8, 8) for p in range(3)], axis=1)
    for name in ("id1#a.png", "id1#b.png", "id2#a.png"):
        cv2.imwrite(str(tmp_path / name), strip)
    clips = Clips(tmp_path, (8, 8))
    assert {person: len(videos) for person, videos in clips.people.items()} == {"id1": 2, "id2": 1}


def test_the_train_folder_is_taken(folder: Path) -> None:
    (folder / "train").mkdir()
    (folder / "strip.png").rename(folder / "train" / "strip.png")
    assert len(Clips(folder, SIZE)) == 1


def test_bad_folders_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="holds no videos"):
        Clips(tmp_path, SIZE)
    with pytest.raises(SettingsError, match="There is no folder"):
        Clips(tmp_path / "gone", SIZE)
    cv2.imwrite(str(tmp_path / "photo.png"), np.zeros((10, 25, 3), np.uint8))
    with pytest.raises(SettingsError, match="no strip of square frames"):
        Clips(tmp_path, SIZE).draw(0, np.random.default_rng(0))
