"""The last half minute, kept ready to be saved as a picture that moves."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtuber_app.core.parts import Output
from vtuber_app.core.types import Frame
from vtuber_app.outputs import animation, files
from vtuber_app.outputs.layout import HOT, PICTURE, Layout, LayoutSettings
from vtuber_app.outputs.pace import Pace

MOST = 128 * 2**20
"""The most that is kept, bytes: of very large pictures that is less than what was asked for."""
TURN = 1.0
"""As long may be left out at either end, s, so that the end meets the beginning; a clip must be some times longer."""


class ClipSettings(LayoutSettings):
    """What is kept, and how it is saved."""

    kind: Literal["clip"] = "clip"
    seconds: int = Field(30, ge=5, le=60, title="Seconds")
    fps: int = Field(20, ge=5, le=30, title="Pictures a second")
    format: Literal["webp", "gif", "both"] = Field(
        "webp", title="Format", description="webp keeps soft edges, in half the bytes; gif is shown everywhere."
    )
    loops: bool = Field(True, title="Loop smoothly", description="Leaves out up to a second at both ends.")
    folder: Path | None = Field(None, title="Folder", description="Empty: vtuber_app among your videos.")
    at_end: bool = Field(False, title="Save when switched off")
    height: int | None = Field(
        360,
        ge=16,
        le=2160,
        title="Height, px",
        description="About 0.4 MB a second at 360 px.",
        json_schema_extra=PICTURE,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A picture as it is kept: when it was captured, s, as WebP, and 16 x 16 px of it, to be compared."""

    time: float
    content: bytes
    small: NDArray[np.uint8]


class Clip(Output[ClipSettings]):
    """Keeps the last seconds, compressed; `save` writes them without holding up the stream.

    Attributes:
        saved: The file that was written last.
    """

    title = "Clip"
    hot = HOT | {"seconds", "fps", "format", "loops", "folder", "at_end"}

    saved: Path | None = None
    _fault: str | None = None
    _writing: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._layout, self._pace = Layout(), Pace()
        self._kept: deque[Kept] = deque()
        self._size, self._bytes = (0, 0), 0
        self.saved = self._fault = None
        return self

    def __exit__(self, *exc: object) -> None:
        kept: deque[Kept] | None = getattr(self, "_kept", None)
        if kept and self.settings.at_end:
            self.save()
        if self._writing:
            self._writing.join()
            self._writing = None
        if kept:
            kept.clear()

    @property
    def notice(self) -> str | None:
        return self._fault

    @property
    def saving(self) -> bool:
        """Whether a clip is being written."""
        return self._writing is not None and self._writing.is_alive()

    @property
    def held(self) -> tuple[float, int]:
        """How much is kept: s, and bytes."""
        kept = getattr(self, "_kept", None)
        return (kept[-1].time - kept[0].time, self._bytes) if kept else (0.0, 0)

    def send(self, picture: Frame) -> None:
        import cv2

        kept = self._kept
        if kept and picture.time <= kept[-1].time:
            return
        if not self._pace.allows(picture.time, self.settings.fps):
            return
        pixels = self._layout(picture.pixels, self.settings)
        size = pixels.shape[1], pixels.shape[0]
        if size != self._size:
            kept.clear()
            self._size, self._bytes = size, 0
        small = np.asarray(cv2.resize(pixels, (16, 16), interpolation=cv2.INTER_AREA), np.uint8)
        kept.append(Kept(picture.time, animation.still(pixels), small))
        self._bytes += len(kept[-1].content)
        while kept[-1].time - kept[0].time > self.settings.seconds or self._bytes > MOST:
            self._bytes -= len(kept.popleft().content)

    def save(self) -> None:
        """Write what is kept, on a thread of its own; one clip at a time."""
        if self._kept and not self.saving:
            arguments = tuple(self._kept), self._size, self.settings
            self._writing = threading.Thread(target=self._write, args=arguments, name="clip")
            self._writing.start()

    def _write(self, kept: tuple[Kept, ...], size: tuple[int, int], settings: ClipSettings) -> None:
        whole = looped([each.small for each in kept], [each.time for each in kept]) if settings.loops else slice(None)
        part = kept[whole]
        times, stills = [each.time for each in part], [each.content for each in part]
        last = median(after - before for before, after in pairwise(times)) if len(times) > 1 else 1 / settings.fps
        path: Path | None = None
        try:
            if settings.format != "gif":
                path = files.reserve(settings.folder, ".webp")
                animation.write_webp(path, stills, size, animation.durations(times, last, 0.001))
            if settings.format != "webp":
                path = files.reserve(settings.folder, ".gif")
                shown = animation.durations(times, last, 0.01, animation.SHORTEST_CS)
                animation.write_gif(path, stills, shown)
        except OSError as error:
            if path:
                path.unlink(missing_ok=True)
            where = path or settings.folder or "your videos"
            self._fault = f"The clip can't be written to {where} ({error.strerror}). Choose another folder, save again."
        else:
            self.saved, self._fault = path, None


def looped(small: Sequence[NDArray[np.uint8]], times: Sequence[float]) -> slice:
    """Which pictures to show so that the one that would follow the last is most like the first."""
    if times[-1] - times[0] < 4 * TURN:
        return slice(None)
    begins = [place for place, time in enumerate(times) if time <= times[0] + TURN]
    ends = [place for place, time in enumerate(times) if time >= times[-1] - TURN]

    def apart(begin: int, end: int) -> float:
        return float(np.abs(small[begin].astype(np.int16) - small[end]).mean())

    begin, end = min(((b, e) for b in begins for e in ends), key=lambda both: apart(*both))
    return slice(begin, end)
