"""Training clips cut out of videos: as long as a face stays about where it is, the square around all its places.

Source: the rule of the published crop-video (First Order Motion Model), for the largest face of each frame.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars import framing
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import each
from vtuber_app.core.square import Square
from vtuber_app.core.types import Frame
from vtuber_app.outputs.recorder import Recorder, RecorderSettings
from vtuber_app.sources.video import Video, VideoSettings
from vtuber_app.tools.train.animation.clips import VIDEOS
from vtuber_app.trackers.mediapipe import MediaPipe, MediaPipeSettings

Box = NDArray[np.float64]
"""(2, 2): its corners, px."""


@dataclass(frozen=True)
class Rule:
    """How clips are cut.

    Attributes:
        size: Of the square frames, px.
        min_frames: Shorter ones are left out.
        increase: How much wider the square is than the face's places, to each side.
        iou: How much of the face's first place its others must share with it: intersection over union.
    """

    size: int = 256
    min_frames: int = 150
    increase: float = 0.1
    iou: float = 0.25


@dataclass
class Trajectory:
    """A face that stays about where it is.

    Attributes:
        start: Its first frame; `end` is the one after its last.
        initial: Where it is at first; `whole` holds all its places.
    """

    start: int
    end: int
    initial: Box
    whole: Box

    def square(self, increase: float, width: int, height: int) -> Square:
        """Around it, within a picture of that size where it fits."""
        side = (1 + 2 * increase) * float((self.whole[1] - self.whole[0]).max())
        centre = self.whole.mean(axis=0)
        for axis, length in enumerate((width, height)):
            if side <= length:
                centre[axis] = np.clip(centre[axis], side / 2, length - side / 2)
        return Square(float(centre[0]), float(centre[1]), side)


def trajectories(boxes: Iterable[Box | None], iou: float) -> Iterator[Trajectory]:
    """Yield them in order, of where the face is in each frame; None where there is none."""
    current: Trajectory | None = None
    for place, box in enumerate(boxes):
        if current and (box is None or overlap(current.initial, box) < iou):
            yield current
            current = None
        if box is None:
            continue
        if current is None:
            current = Trajectory(place, place, box, box)
        low, high = np.stack([current.whole, box], axis=1)
        current.end, current.whole = place + 1, np.stack([low.min(axis=0), high.max(axis=0)])
    if current:
        yield current


def overlap(one: Box, other: Box) -> float:
    """What two share, of what both cover."""
    shared = np.prod(np.clip(np.minimum(one[1], other[1]) - np.maximum(one[0], other[0]), 0, None))
    both = np.prod(one[1] - one[0]) + np.prod(other[1] - other[0]) - shared
    return float(shared / both) if both else 0.0


def cut(source: Path, out: Path, rule: Rule, frames: bool, step: Callable[[int, int | None], None]) -> list[Path]:
    """Cut all clips out of a video, or out of every video of a folder.

    Args:
        source: The video or the folder.
        out: The folder for the clips, as `NAME#START#END`, so that training knows of whom they are.
        rule: How.
        frames: Folders of PNG pictures instead of MP4.
        step: Told after each frame how many are done, of how many, of one video and one pass over it.

    Returns:
        The clips.

    Raises:
        SettingsError: There is no video, or one can't be read.
    """
    videos = sorted(file for file in source.iterdir() if file.suffix.lower() in VIDEOS) if source.is_dir() else [source]
    if not videos:
        raise SettingsError(f"{source} holds no videos. Put in MP4, MOV, WebM, MKV, AVI or GIF.")
    made: list[Path] = []
    for video in videos:
        found = [one for one in trajectories(_boxes(video, step), rule.iou) if one.end - one.start >= rule.min_frames]
        made += _written(video, found, out, rule, frames, step)
    return made


def _boxes(video: Path, step: Callable[[int, int | None], None]) -> Iterator[Box | None]:
    settings = MediaPipeSettings(blendshapes="mesh")
    with Video(VideoSettings(path=video, paced=False)) as source, MediaPipe(settings, source) as tracker:
        for place, driving in enumerate(each(tracker)):
            landmarks = driving.face.landmarks if driving.face else None
            yield None if landmarks is None else np.stack([landmarks.min(axis=0), landmarks.max(axis=0)]).astype(float)
            step(place + 1, source.n_frames)


def _written(
    video: Path,
    found: Sequence[Trajectory],
    out: Path,
    rule: Rule,
    frames: bool,
    step: Callable[[int, int | None], None],
) -> list[Path]:
    """The second pass: only one frame at a time is in memory."""
    if not found:
        return []
    made: list[Path] = []
    waiting = list(found)
    with ExitStack() as stack, Video(VideoSettings(path=video, paced=False)) as source:
        square, recorder = Square(0, 0, 1), None
        for place, frame in enumerate(each(source)):
            if place == waiting[0].start:
                square = waiting[0].square(rule.increase, *source.size)
                name = f"{video.stem.replace('#', '_')}#{waiting[0].start:06}#{waiting[0].end:06}"
                made.append(out / (name if frames else f"{name}.mp4"))
                fps = min(max(round(source.fps), 1), 120)
                recorder = stack.enter_context(Recorder(RecorderSettings(file=made[-1], fps=fps)))
            if recorder:
                part = framing.taken(frame.pixels, square, rule.size)
                opaque = np.full((*part.shape[:2], 1), 255, np.uint8)
                recorder.send(Frame(np.concatenate([part, opaque], axis=2), frame.time))
            step(place + 1, source.n_frames)
            if place + 1 == waiting[0].end:
                stack.close()
                recorder = None
                waiting.pop(0)
                if not waiting:
                    break
    return made
