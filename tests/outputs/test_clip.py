"""The last seconds, saved as animated WebP and GIF, read back by other decoders."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from vtuber_app.core import paths
from vtuber_app.core.types import Frame
from vtuber_app.outputs import animation
from vtuber_app.outputs.clip import Clip, ClipSettings, looped


def turning(moment: float, size: int = 64, period: float = 2.0) -> Frame:
    """A disc that goes round a transparent picture."""
    angle = 2 * np.pi * moment / period
    y, x = np.mgrid[:size, :size]
    place = size / 2 + size / 4 * np.array([np.cos(angle), np.sin(angle)])
    pixels = np.zeros((size, size, 4), np.uint8)
    pixels[(x - place[0]) ** 2 + (y - place[1]) ** 2 < (size / 5) ** 2] = (250, 120, 30, 255)
    return Frame(pixels, 100 + moment)


def saved(settings: ClipSettings, moments: list[float]) -> Path:
    with Clip(settings) as clip:
        for moment in moments:
            clip.send(turning(moment))
        clip.save()
    assert clip.saved
    assert clip.notice is None
    return clip.saved


def frames(path: Path) -> tuple[list[np.ndarray], list[int]]:
    with Image.open(path) as film:
        assert film.info["loop"] == 0
        pictures = [(np.asarray(each.convert("RGBA")), each.info["duration"]) for each in ImageSequence.Iterator(film)]
    return [pixels for pixels, _ in pictures], [duration for _, duration in pictures]


@pytest.mark.parametrize(("kind", "accuracy"), [("webp", 12), ("gif", 4)])
def test_pictures_alpha_and_times_are_kept(kind: str, accuracy: int, tmp_path: Path) -> None:
    moments = [0, 0.1, 0.2, 0.35, 0.4, 0.6]
    settings = ClipSettings.model_validate(
        {"format": kind, "fps": 20, "height": None, "loops": False, "folder": tmp_path}
    )
    path = saved(settings, moments)
    assert (path.parent, path.suffix) == (tmp_path, f".{kind}")
    pictures, shown = frames(path)
    assert shown == [100, 100, 150, 50, 200, 100]
    for pixels, moment in zip(pictures, moments, strict=True):
        wanted = turning(moment).pixels
        assert (pixels[..., 3] == wanted[..., 3]).all()
        inside = wanted[..., 3] > 0
        assert np.abs(pixels[inside].astype(int) - wanted[inside]).mean() < accuracy


def test_only_the_last_seconds_are_kept_at_the_rate_that_was_asked_for() -> None:
    with Clip(ClipSettings(seconds=5, fps=10, height=None)) as clip:
        for index in range(600):
            clip.send(turning(index / 60))
        length, size = clip.held
        assert length == pytest.approx(5, abs=0.11)
        assert 0 < size < 200_000
        clip.update(clip.settings.model_copy(update={"fps": 5, "seconds": 8}))
        for index in range(600, 1200):
            clip.send(turning(index / 60))
        assert clip.held[0] == pytest.approx(8, abs=0.21)


def test_the_pictures_are_within_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtuber_app.outputs.clip.MOST", 20_000)
    with Clip(ClipSettings(height=None)) as clip:
        for index in range(100):
            clip.send(turning(index / 20))
        assert 10_000 < clip.held[1] <= 20_000


def test_it_ends_where_it_began(tmp_path: Path) -> None:
    path = saved(ClipSettings(folder=tmp_path, fps=20, height=None), [index / 20 for index in range(231)])  # 11.5 s
    pictures, shown = frames(path)
    assert sum(shown) / 1000 == pytest.approx(10, abs=0.01)
    step = [np.abs(a.astype(int) - b).mean() for a, b in pairwise(pictures)]
    assert np.abs(pictures[-1].astype(int) - pictures[0]).mean() < 1.5 * np.median(step)


def test_a_clip_of_one_picture_and_of_none(tmp_path: Path) -> None:
    assert len(frames(saved(ClipSettings(folder=tmp_path), [0.0]))[0]) == 1
    with Clip(ClipSettings(folder=tmp_path)) as clip:
        clip.save()
        assert not clip.saving
    assert clip.saved is None
    assert looped([np.zeros((16, 16, 4), np.uint8)], [1.0]) == slice(None)


def test_both_and_switched_off() -> None:
    with Clip(ClipSettings(format="both", at_end=True, height=32)) as clip:
        clip.send(turning(0.0))
        clip.send(turning(0.1))
    found = list((paths.videos() / "vtuber_app").iterdir())
    assert {path.suffix for path in found} == {".webp", ".gif"}
    assert all(frames(path)[0][0].shape == (32, 32, 4) for path in found)


def test_another_size_begins_anew_and_opaque_pictures_are_taken(tmp_path: Path) -> None:
    with Clip(ClipSettings(folder=tmp_path, format="both", at_end=True)) as clip:
        clip.send(turning(0.0))
        clip.update(clip.settings.model_copy(update={"filled": True, "height": 40}))
        for moment in (0.1, 0.2, 0.3):
            clip.send(turning(moment))
    for path in tmp_path.iterdir():
        pictures, _ = frames(path)
        assert [pixels.shape for pixels in pictures] == [(40, 40, 4)] * 3
        assert (pictures[1][..., 3] == 255).all()


def test_a_folder_that_can_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Clip(ClipSettings(folder=tmp_path / "file", at_end=True)) as clip:
        clip.send(turning(0.0))
    assert clip.saved is None
    assert "Choose another folder" in (clip.notice or "")


def test_rounded_durations_never_add_up() -> None:
    times = [index / 30 for index in range(900)]
    shown = animation.durations(times, 1 / 30, 0.01, animation.SHORTEST_CS)
    assert set(shown) == {3, 4}
    assert sum(shown) == 3000
    assert animation.durations([0, 0.001, 0.1], 0.05, 0.01, 2) == [2, 8, 5]
