"""One still picture, as if a camera looked at it."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field

from vtuber_app.core import clock
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import Source
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Frame

PERIOD = 1 / 30


class PictureSettings(Settings):
    """A still picture."""

    kind: Literal["picture"] = "picture"
    path: Path | None = Field(None, title="Picture")


class Picture(Source[PictureSettings]):
    """Shows the picture 30 times a second, so that trackers settle on it."""

    title = "Picture"

    def __enter__(self) -> Self:
        from vtuber_app.avatars import pictures

        if self.settings.path is None:
            raise SettingsError("No picture is chosen. Choose a PNG or JPEG file with a face.")
        self._pixels = pictures.read(self.settings.path)[..., :3].copy()
        self._pixels.setflags(write=False)
        self._due = clock.now()
        return self

    def read(self, timeout: float) -> Frame | None:
        if not clock.wait_until(self._due, timeout):
            return None
        time = self._due
        self._due = max(time + PERIOD, clock.now())  # after a stop, no burst to catch up
        return Frame(self._pixels, time)
