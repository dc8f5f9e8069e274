"""The demo: an avatar follows a filmed face, then plays an authored performance; into one video and a contact sheet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.animators.puppet import Puppet, PuppetSettings
from vtuber_app.avatars import gallery
from vtuber_app.core import clock, motion, paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import each
from vtuber_app.core.types import Driving, Frame
from vtuber_app.outputs.canvas import Canvas
from vtuber_app.outputs.recorder import Recorder, RecorderSettings
from vtuber_app.pose.filters import Filters, PoseSettings
from vtuber_app.settings import AppSettings
from vtuber_app.sources.video import Video, VideoSettings
from vtuber_app.trackers.mediapipe import MediaPipe, MediaPipeSettings
from vtuber_app.trackers.replay import Replay, ReplaySettings

Pixels = NDArray[np.uint8]

SIZE: Final = (1280, 720)
FPS: Final = 30
TOP, BOTTOM = (70, 74, 112), (30, 31, 49)
"""Colours between which the background fades."""
INSET: Final = (256, 192)
MARGIN: Final = 24
ZOOM: Final = 0.88
"""Room for hair that swings."""
FRAME: Final = (236, 238, 248)
CELL: Final = 240
COLUMNS: Final = 8
FILMED: Final = (0.3, 1.7, 2.35, 2.7, 3.25, 3.45, 4.65, 5.4, 5.75, 6.3, 7.05, 7.9)
"""Moments of the clip on the contact sheet, s; each is shown beside the avatar."""
PLAYED: Final = (
    0.0, 1.03, 1.6, 3.1, 4.45, 5.25, 6.1, 6.8, 7.2, 7.6, 7.97, 8.25,
    9.2, 10.55, 11.2, 12.9, 13.85, 15.6, 17.9, 19.25, 21.2, 22.3, 23.1, 24.7,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What was made, and how fast."""

    video: Path
    sheet: Path
    n_frames: int
    fps: float


def demo(
    folder: Path,
    step: Callable[[int, int | None], None],
    clip: Path | None = None,
    performance: Path | None = None,
    avatar: str | Path | None = None,
) -> DemoResult:
    """Make `demo.mp4` and `demo.png`.

    Args:
        folder: Where they go; made if need be.
        step: Told after each frame how many are done, and of how many.
        clip: Video of a face that drives the first part; by default the one that ships, as is the next.
        performance: Motion file that drives the second.
        avatar: Name or path; by default that of the settings' defaults.
    """
    clip = clip or paths.assets() / "demo" / "astronaut.mp4"
    performance = performance or paths.assets() / "motions" / "showcase.npz"
    background = _background()
    stage, sheet = Stage(background), Sheet(background)
    source = Video(VideoSettings(path=clip, paced=False))
    tracker = MediaPipe(MediaPipeSettings(), source)
    replay = Replay(ReplaySettings(path=performance, paced=False, loop=False))
    result = folder / "demo.mp4"
    began = clock.now()
    done = 0
    with (
        source,
        replay,
        Puppet(PuppetSettings(size=SIZE[1], zoom=ZOOM)) as puppet,
        Recorder(RecorderSettings(file=result, fps=FPS)) as recorder,
    ):
        puppet.set_avatar(gallery.load(avatar or AppSettings().avatar))
        total = source.n_frames + len(motion.load(performance)) if source.n_frames else None
        with tracker:
            for driving, second in _filmed(tracker):
                picture = puppet.render(driving)
                assert driving.frame is not None, "MediaPipe passes on what it saw"
                sheet.pair(second, driving.frame.pixels, picture.pixels)
                recorder.send(stage.show(picture, driving.frame.pixels))
                end = driving.time
                done += 1
                step(done, total)
        for driving, second in _played(replay, end + 1 / FPS):
            picture = puppet.render(driving)
            sheet.single(second, picture.pixels)
            recorder.send(stage.show(picture, None))
            done += 1
            step(done, total)
    return DemoResult(result, sheet.save(folder / "demo.png"), done, done / (clock.now() - began))


def _filmed(tracker: MediaPipe) -> Iterator[tuple[Driving, float]]:
    """The filmed face, as it goes to an animator, and its second; not mirrored, for the film is shown beside."""
    filters = Filters(PoseSettings(mirrored=False))
    first: float | None = None
    for driving in each(tracker):
        first = driving.time if first is None else first
        yield filters(driving), driving.time - first


def _played(replay: Replay, start: float) -> Iterator[tuple[Driving, float]]:
    """The performance from `start` on. It was authored for avatars, so nothing is filtered."""
    first: float | None = None
    for driving in each(replay):
        first = driving.time if first is None else first
        yield replace(driving, time=start + driving.time - first), driving.time - first


def _background() -> Pixels:
    """A calm backdrop, lighter behind the head."""
    width, height = SIZE
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(0, 1, height))
    light = np.exp(-((x / 0.75) ** 2 + ((y - 0.4) / 0.6) ** 2))[..., None]
    dither = np.random.default_rng(0).uniform(-0.5, 0.5, (height, width, 1))  # 8 bits would show bands
    return np.asarray((np.array(BOTTOM) + light * np.subtract(TOP, BOTTOM) + dither).round(), np.uint8)


class Stage:
    """Puts the avatar before the background, and who drives it into the corner."""

    def __init__(self, background: Pixels) -> None:
        self._canvas = Canvas(SIZE, background)

    def show(self, avatar: Frame, performer: Pixels | None) -> Frame:
        """Compose a picture of the video, RGBA."""
        pixels = cv2.cvtColor(self._canvas.place(avatar.pixels), cv2.COLOR_RGB2RGBA)
        if performer is not None:
            width, height = INSET
            small = cv2.resize(performer, INSET, interpolation=cv2.INTER_AREA)
            top, left = SIZE[1] - height - MARGIN, MARGIN
            pixels[top - 3 : top + height + 3, left - 3 : left + width + 3, :3] = FRAME
            pixels[top : top + height, left : left + width, :3] = small
        pixels.setflags(write=False)
        return Frame(np.asarray(pixels, np.uint8), avatar.time)


class Sheet:
    """The contact sheet: moments in rows, first those of the clip, then those of the performance."""

    def __init__(self, background: Pixels) -> None:
        self._behind = np.asarray(cv2.resize(background, (CELL, CELL), interpolation=cv2.INTER_AREA), np.uint8)
        self._cells: list[Pixels] = []
        self._n_pairs = self._n_singles = 0

    def pair(self, second: float, performer: Pixels, avatar: Pixels) -> None:
        """Keep the performer and the avatar if one of FILMED is due."""
        if self._n_pairs < len(FILMED) and second >= FILMED[self._n_pairs]:
            self._n_pairs += 1
            self._cells += [_square(performer), self._placed(avatar)]

    def single(self, second: float, avatar: Pixels) -> None:
        """Keep the avatar if one of PLAYED is due."""
        if self._n_singles < len(PLAYED) and second >= PLAYED[self._n_singles]:
            self._n_singles += 1
            self._cells.append(self._placed(avatar))

    def save(self, path: Path) -> Path:
        """Write it as PNG."""
        empty = np.full((CELL, CELL, 3), BOTTOM, np.uint8)
        cells = self._cells + [empty] * (-len(self._cells) % COLUMNS)
        rows = [np.hstack(cells[start : start + COLUMNS]) for start in range(0, len(cells), COLUMNS)]
        encoded, image = cv2.imencode(".png", cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))
        assert encoded
        try:
            path.write_bytes(image.tobytes())
        except OSError as error:
            raise SettingsError(f"The contact sheet can't be written to {path}: {error.strerror}.") from error
        return path

    def _placed(self, avatar: Pixels) -> Pixels:
        side = round(ZOOM * len(avatar))
        left = (len(avatar) - side) // 2
        return Canvas((CELL, CELL), self._behind).place(avatar[:side, left : left + side]).copy()


def _square(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    middle = pixels[top : top + side, left : left + side]
    return np.asarray(cv2.resize(middle, (CELL, CELL), interpolation=cv2.INTER_AREA), np.uint8)
