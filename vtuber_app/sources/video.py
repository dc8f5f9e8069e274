"""Frames of a video file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field

from vtuber_app.core import clock
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import Source
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Frame, StreamEnded

AREA_LIMIT = 64_000_000
"""The largest frame that is decoded, px."""


class VideoSettings(Settings):
    """A video file."""

    kind: Literal["video"] = "video"
    path: Path | None = Field(None, title="Video")
    paced: bool = Field(True, title="At its own speed", description="Off: as fast as its frames are read.")
    loop: bool = Field(False, title="Start again at the end")


class Video(Source[VideoSettings]):
    """Gives every frame in order; paced, those that came due while nobody read are skipped.

    Attributes:
        fps: Frames a second on average, and 30 where the file does not say.
        duration: s, or None where the file does not say; `n_frames` likewise.
        size: Width and height as shown, px.
    """

    title = "Video"
    fps: float
    duration: float | None
    n_frames: int | None
    size: tuple[int, int]

    def __enter__(self) -> Self:
        import av

        path = self.settings.path
        if path is None:
            raise SettingsError("No video is chosen. Choose a file such as MP4, MOV, WebM or MKV.")
        if not path.is_file():
            raise SettingsError(f"There is no video file {path}.")
        try:
            self._container = av.open(str(path))
        except (av.FFmpegError, OSError) as error:
            raise _unreadable(path, error) from error
        try:
            self._open_stream(path)
        except Exception:
            self._container.close()
            raise
        return self

    def _open_stream(self, path: Path) -> None:
        if not self._container.streams.video:
            raise SettingsError(f"{path.name} holds no pictures. Choose a video file.")
        stream = self._stream = self._container.streams.video[0]
        if not 0 < stream.width * stream.height <= AREA_LIMIT:
            raise SettingsError(
                f"The video {path.name} has a size that can't be played: {stream.width}x{stream.height}."
            )
        stream.thread_type = "AUTO"
        self.fps = float(stream.average_rate or stream.guessed_rate or 30)
        self.duration = None
        if stream.duration and stream.time_base:
            self.duration = float(stream.duration * stream.time_base)
        elif self._container.duration:
            self.duration = self._container.duration / 1_000_000
        self.n_frames = stream.frames or (round(self.duration * self.fps) if self.duration else None)
        self._decoded = self._decode()
        self._waiting = next(self._decoded, None)
        if self._waiting is None:
            raise SettingsError(f"No picture of {path.name} can be decoded; the file seems to be damaged.")
        time, image = self._waiting
        turned = _rotation(image) % 2
        self.size = (image.height, image.width) if turned else (image.width, image.height)
        self._begin = time
        self._start = clock.now()
        self._last = time

    def __exit__(self, *exc: object) -> None:
        if hasattr(self, "_container"):
            self._container.close()

    def read(self, timeout: float) -> Frame | None:
        if self._waiting is None:
            self._again()
        assert self._waiting
        time, image = self._waiting
        if self.settings.paced and not clock.wait_until(self._moment(time), timeout):
            return None
        while following := next(self._decoded, None):
            if not self.settings.paced or self._moment(following[0]) > clock.now():
                break
            time, image = following
        self._waiting = following
        self._last = time
        return Frame(_pixels(image), self._moment(time))

    def _moment(self, time: float) -> float:
        return self._start + time - self._begin

    def _again(self) -> None:
        """Go back to the first frame; StreamEnded if that is not wanted."""
        if not self.settings.loop:
            raise StreamEnded
        self._start = self._moment(self._last) + 1 / self.fps
        self._container.seek(0)
        self._decoded = self._decode()
        self._waiting = next(self._decoded, None)
        if self._waiting is None:
            raise StreamEnded

    def _decode(self) -> Iterator[tuple[float, Any]]:
        """Yield decodable frames and their times, which only grow, s; damaged ones are passed over."""
        import av

        last = -1.0
        packets = self._container.demux(self._stream)
        while True:
            try:
                images = next(packets).decode()
            except (StopIteration, av.EOFError):
                return
            except av.InvalidDataError:
                continue
            except (av.FFmpegError, OSError) as error:
                raise _unreadable(Path(self._container.name), error) from error
            for image in images:
                time = image.time
                if time is None or time <= last:
                    time = last + 1 / self.fps if last >= 0 else 0.0
                last = time
                yield time, image


def _rotation(image: Any) -> int:
    """Quarter turns counterclockwise that put the picture upright."""
    return round(float(image.rotation) / 90) % 4


def _pixels(image: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Convert a decoded picture of any format to read-only RGB."""
    pixels = np.ascontiguousarray(np.rot90(image.to_ndarray(format="rgb24"), _rotation(image)))
    pixels.setflags(write=False)
    return pixels


def _unreadable(path: Path, error: Exception) -> SettingsError:
    reason = getattr(error, "strerror", None) or error
    return SettingsError(
        f"The video {path} can't be read ({reason}). Play it in another program, or convert it to MP4."
    )
