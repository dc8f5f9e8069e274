"""Videos as training data: files, GIFs, strips of square frames, folders of pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars import pictures
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import each
from vtuber_app.sources.video import Video, VideoSettings

Frames = NDArray[np.uint8]
"""(N, H, W, 3) RGB."""

VIDEOS = frozenset({".mp4", ".mov", ".webm", ".mkv", ".avi", ".gif"})
KEPT_BYTES = 2_000_000_000
"""How much of decoded videos is kept in memory; what is beyond is decoded each time it is wanted."""


@dataclass(frozen=True)
class Clip:
    """One video, read in one size.

    Attributes:
        path: A video, a picture that is a strip of square frames side by side, or a folder of pictures.
        size: Width and height of the frames that are given, px.
    """

    path: Path
    size: tuple[int, int]

    @property
    def person(self) -> str:
        """Who is seen, of file names like `id10001#scene#frames.mp4`; otherwise the file's own name."""
        return self.path.name.split("#")[0] if "#" in self.path.name else self.path.stem

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """The pictures, if it is a folder of them."""
        if not self.path.is_dir():
            return ()
        return tuple(sorted(file for file in self.path.iterdir() if file.suffix.lower() in pictures.SUFFIXES))

    def read(self) -> Frames:
        """Decode every frame.

        Raises:
            SettingsError: It can't be read, or has no frames.
        """
        if self.path.is_dir():
            return self.pick(range(len(self.files)))
        if self.path.suffix.lower() in VIDEOS:
            with Video(VideoSettings(path=self.path, paced=False)) as video:
                return np.stack([self._sized(frame.pixels) for frame in each(video)])
        strip = pictures.read(self.path)[..., :3]
        return np.stack([self._sized(frame) for frame in split(strip, self.path.name)])

    def pick(self, places: Sequence[int]) -> Frames:
        """Decode only those frames of a folder of pictures."""
        return np.stack([self._sized(pictures.read(self.files[place])[..., :3]) for place in places])

    def _sized(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        smaller = pixels.shape[0] > self.size[1]
        how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(pixels, self.size, interpolation=how), np.uint8)


class Clips:
    """The videos of a folder, by person where their names say who it is: one of hers is drawn then.

    Args:
        folder: It, or its `train` folder where there is one, holds videos, strips and folders of pictures.
        size: Width and height to read in, px.

    Raises:
        SettingsError: There are none.
    """

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        inner = folder / "train"
        self.folder = inner if inner.is_dir() else folder
        if not self.folder.is_dir():
            raise SettingsError(f"There is no folder {self.folder} with videos.")
        found = [Clip(path, size) for path in sorted(self.folder.iterdir()) if holds_frames(path)]
        if not found:
            raise SettingsError(
                f"{self.folder} holds no videos. Put in videos (MP4, MOV, WebM, GIF), strips of square frames as PNG, "
                "or a folder of pictures for each video."
            )
        self.people: dict[str, list[Clip]] = {}
        for clip in found:
            self.people.setdefault(clip.person, []).append(clip)
        self._names = sorted(self.people)
        self._kept: dict[Path, Frames] = {}
        self._kept_bytes = 0

    def __len__(self) -> int:
        """How many people, or videos where names don't say who it is."""
        return len(self._names)

    def __getitem__(self, place: int) -> Frames:
        """Every frame of the first video of a person."""
        return self._read(self.people[self._names[place]][0])

    def draw(self, place: int, rng: np.random.Generator, count: int = 2) -> Frames:
        """Frames by lot of one of that person's videos, in the order of time; one may come twice.

        Raises:
            SettingsError: The video can't be read.
        """
        clips = self.people[self._names[place]]
        clip = clips[rng.integers(len(clips))]
        n_frames = len(clip.files) or len(self._read(clip))
        places = np.sort(rng.choice(n_frames, count))
        return clip.pick([int(one) for one in places]) if clip.files else self._read(clip)[places]

    def _read(self, clip: Clip) -> Frames:
        if clip.path in self._kept:
            return self._kept[clip.path]
        frames = clip.read()
        if self._kept_bytes + frames.nbytes <= KEPT_BYTES:
            self._kept[clip.path] = frames
            self._kept_bytes += frames.nbytes
        return frames


def split(strip: NDArray[np.uint8], name: str) -> list[NDArray[np.uint8]]:
    """The square frames that lie side by side in a picture (H, N * H, C), which sentences call by `name`.

    Raises:
        SettingsError: It is no such picture.
    """
    side = strip.shape[0]
    if strip.shape[1] % side:
        raise SettingsError(
            f"{name} is {strip.shape[1]}x{side}: no strip of square frames side by side. Make it a "
            "video, or a folder with a picture for each frame."
        )
    return np.split(strip, strip.shape[1] // side, axis=1)


def holds_frames(path: Path) -> bool:
    """Whether that is a video, a picture, or a folder of pictures."""
    if path.name.startswith("."):
        return False
    if path.is_dir():
        return any(file.suffix.lower() in pictures.SUFFIXES for file in path.iterdir())
    return path.suffix.lower() in VIDEOS or path.suffix.lower() in pictures.SUFFIXES
