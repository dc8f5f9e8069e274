"""Recordings: a video, a video with alpha, or single pictures with alpha."""

import contextlib
import errno
from pathlib import Path
from typing import Literal, Self

from pydantic import Field

from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError, SettingsError
from vtuber_app.core.parts import Output
from vtuber_app.core.types import Frame
from vtuber_app.outputs import files
from vtuber_app.outputs.layout import MOVES, Layout, LayoutSettings
from vtuber_app.outputs.movie import Film, Movie, PngSequence

Format = Literal["mp4", "webm", "mov", "png"]
CHECK_PERIOD = 1.0
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class RecorderSettings(LayoutSettings):
    """Where and how to record."""

    kind: Literal["recorder"] = "recorder"
    format: Format = Field(
        "mp4",
        title="Format",
        description="mp4 is for every player and has a background. webm, mov (ProRes 4444, large, for cutting) and png "
        "keep the transparency.",
    )
    folder: Path | None = Field(None, title="Folder", description="Empty: vtuber_app among your videos.")
    fps: int = Field(30, ge=1, le=120, title="Pictures a second", description="About: each picture keeps its time.")
    file: Path | None = Field(
        None,
        title="Exact file",
        description="Replaced if it exists; its ending is the format.",
        json_schema_extra={"internal": True},
    )
    audio_from: Path | None = Field(None, title="Sound of a video", json_schema_extra={"internal": True})


class Recorder(Output[RecorderSettings]):
    """Keeps every picture with its time; what was recorded survives a kill and a full disk.

    Attributes:
        path: The file, or the folder of pictures.
    """

    title = "Recording"
    lossless = True
    hot = MOVES

    path: Path
    _film: Film | None = None
    _made = False

    def __enter__(self) -> Self:
        self._first: float | None = None
        self._last = -1.0
        self._checked = clock.now()
        self._format, self._made = self.settings.format, False
        try:
            self._reserve()
            film = self._format != "png"
            self._layout = Layout(even=film, fixed=film)
        except OSError as error:
            raise SettingsError(
                f"The recording can't be written to {error.filename} ({error.strerror}). Choose another folder."
            ) from error
        return self

    def __exit__(self, *exc: object) -> None:
        film, self._film = self._film, None
        if film:
            try:
                film.close()
            except OSError as error:
                raise self._failure(error) from error
        elif self._made and self._first is None:
            self._discard()

    def send(self, picture: Frame) -> None:
        try:
            opaque = self._format == "mp4"
            settings = self.settings.model_copy(update={"filled": True}) if opaque else self.settings
            pixels = self._layout(picture.pixels, settings)
            if self._first is None:
                self._film = self._open(pixels.shape[1], pixels.shape[0])
                self._first = picture.time
            moment = picture.time - self._first
            if moment > self._last and self._film:
                self._film.write(pixels, moment)
                self._last = moment
                self._check()
        except OSError as error:
            film, self._film = self._film, None
            with contextlib.suppress(OSError):
                if film:
                    film.close()
            raise self._failure(error) from error

    def _open(self, width: int, height: int) -> Film:
        if self._format == "png":
            return PngSequence(self.path)
        return Movie(self.path, self._format, (width, height), self.settings.fps, self.settings.audio_from)

    def _reserve(self) -> None:
        """Choose the file and make it, so that a folder that can't be written shows at once."""
        file = self.settings.file
        if file:
            self._exactly(file)
            return
        self.path = files.reserve(self.settings.folder, "" if self._format == "png" else f".{self._format}")
        self._made = True

    def _exactly(self, file: Path) -> None:
        """Take the file the user named; its ending is the format, and without one it is a folder of pictures."""
        endings: dict[str, Format] = {".mp4": "mp4", ".webm": "webm", ".mov": "mov", "": "png"}
        ending = file.suffix.lower()
        if ending not in endings:
            raise SettingsError(f"{file.name} can't be recorded. Let it end in .mp4, .webm or .mov, or name a folder.")
        self.path, self._format = file, endings[ending]
        sound = self.settings.audio_from
        if sound and sound.exists() and file.exists() and file.samefile(sound):
            raise SettingsError(f"{file} is the video that is read. Choose another file for the result.")
        self._made = not file.exists()
        file.parent.mkdir(parents=True, exist_ok=True)
        if ending:
            file.open("ab").close()
            return
        file.mkdir(exist_ok=True)
        if any(file.iterdir()):
            raise SettingsError(f"The folder {file} holds files already. Choose another.")

    def _discard(self) -> None:
        """Remove what was reserved and got no picture."""
        self._made = False
        if self._format == "png":
            self.path.rmdir()
        else:
            self.path.unlink(missing_ok=True)

    def _check(self) -> None:
        """Notice a file that was taken away: the system lets a program write on into nothing."""
        if clock.now() - self._checked > CHECK_PERIOD:
            self._checked = clock.now()
            if not self.path.exists():
                raise FileNotFoundError(errno.ENOENT, "it was removed", str(self.path))

    def _failure(self, error: OSError) -> DeviceError:
        if error.errno in FULL:
            return DeviceError(f"The disk is full. What was recorded until now is in {self.path}.")
        return DeviceError(f"The recording {self.path} can't be continued: {error.strerror or error}.")
