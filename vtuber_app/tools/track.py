"""The motion of the face in a video, in a file that the tracker `replay` plays."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from vtuber_app.core import motion
from vtuber_app.core.motion import Motion
from vtuber_app.core.parts import each
from vtuber_app.sources.video import Video, VideoSettings
from vtuber_app.trackers.mediapipe import MediaPipe, MediaPipeSettings


def track(
    video: Path,
    out: Path,
    blendshapes: Literal["mesh", "landmarker"],
    step: Callable[[int, int | None], None] = lambda done, of: None,
) -> Motion:
    """Track every frame and write the motion, as the tracker gives it: without the live filters' calibration.

    Args:
        video: The video.
        out: The .npz file to write.
        blendshapes: Which of MediaPipe's results to use.
        step: Told after each frame how many are done, and of how many, if that is known.
    """
    faces, times = [], []
    source = Video(VideoSettings(path=video, paced=False))
    with source, MediaPipe(MediaPipeSettings(blendshapes=blendshapes), source) as tracker:
        for driving in each(tracker):
            faces.append(driving.face)
            times.append(driving.time)
            step(len(times), source.n_frames)
    result = Motion.of(faces, [time - times[0] for time in times])
    motion.save(result, out)
    return result
