"""Videos, strips and folders of pictures, frame by frame."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars import pictures
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import each
from vtuber_app.sources.video import Video, VideoSettings
from vtuber_app.tools.train.animation.clips import VIDEOS, Clip, holds_frames, split

Pixels = NDArray[np.uint8]
HEAD = 1 << 16
"""Bytes of a picture file in which its size stands."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A clip that is read.

    Attributes:
        size: Width and height of its first frame, px.
        fps: Frames a second; None where frames have no times.
        n_frames: None where it isn't known yet.
        frames: Each with its time since the first, s (its place, where frames have no times); RGB without alpha.
    """

    name: str
    size: tuple[int, int]
    fps: float | None
    n_frames: int | None
    frames: Iterator[tuple[float, Pixels]]


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open a video, a strip of square frames side by side, or a folder with a picture for each frame.

    Raises:
        SettingsError: It can't be read.
    """
    if path.is_file() and path.suffix.lower() in VIDEOS:
        with Video(VideoSettings(path=path, paced=False)) as video:
            yield Opened(path.name, video.size, video.fps, video.n_frames, _timed(video))
        return
    files = Clip(path, (0, 0)).files
    stills: Iterator[Pixels]
    if path.is_dir():
        stills, count, first = (_picture(file) for file in files), len(files), _picture(files[0])
    else:
        strip = split(_picture(path), path.name)
        stills, count, first = iter(strip), len(strip), strip[0]
    size = (first.shape[1], first.shape[0])
    yield Opened(path.name, size, None, count, ((float(place), one) for place, one in enumerate(stills)))


def matched(generated: Path, reference: Path) -> tuple[dict[str, tuple[Path, Path]], list[str]]:
    """Which clips belong together, by name, and sentences on those that stand alone.

    Two clips belong together whatever they are called; of two folders of clips those of equal names, without ending.

    Raises:
        SettingsError: One isn't there, holds nothing, or nothing belongs together.
    """
    one, other = _clips(generated), _clips(reference)
    if (one is None) != (other is None):
        raise SettingsError(
            f"{(generated if one is None else reference).name} is one clip and the other a folder of clips. Give two "
            "clips, or two folders with clips of equal names."
        )
    if one is None or other is None:
        return {generated.stem: (generated, reference)}, []
    notes = [
        f"{folder.name} alone has {', '.join(sorted(alone))}: left out."
        for folder, alone in ((generated, one.keys() - other.keys()), (reference, other.keys() - one.keys()))
        if alone
    ]
    both = {name: (one[name], other[name]) for name in sorted(one.keys() & other.keys())}
    if not both:
        raise SettingsError(
            f"No clip in {generated} has the name of one in {reference}. Name them alike; their endings may differ."
        )
    return both, notes


def _clips(path: Path) -> dict[str, Path] | None:
    """The clips of a folder; None if it is a clip itself."""
    if path.is_file():
        return None
    if not path.is_dir():
        raise SettingsError(f"There is no video and no folder {path}.")
    inside = [file for file in sorted(path.iterdir()) if holds_frames(file)]
    if not inside:
        raise SettingsError(f"{path} holds no videos and no pictures.")
    stills = [file for file in inside if file.is_file() and file.suffix.lower() in pictures.SUFFIXES]
    if len(stills) < len(inside) or all(_is_strip(file) for file in stills):
        return {file.stem: file for file in inside if file not in stills or _is_strip(file)}
    return None


def _is_strip(file: Path) -> bool:
    with file.open("rb") as stream:
        size = pictures.header_size(stream.read(HEAD))
    return size is not None and size[0] > size[1] and size[0] % size[1] == 0


def _timed(video: Video) -> Iterator[tuple[float, Pixels]]:
    first: float | None = None
    for frame in each(video):
        first = frame.time if first is None else first
        yield frame.time - first, frame.pixels


def _picture(file: Path) -> Pixels:
    return np.ascontiguousarray(pictures.read(file)[..., :3])
