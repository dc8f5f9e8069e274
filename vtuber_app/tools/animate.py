"""A driving video turns into a video of the avatar, every frame of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vtuber_app import plugins
from vtuber_app.avatars import gallery
from vtuber_app.core.parts import each
from vtuber_app.outputs.recorder import Recorder, RecorderSettings
from vtuber_app.pose.filters import Filters
from vtuber_app.settings import AppSettings
from vtuber_app.sources.video import Video, VideoSettings


@dataclass(frozen=True, slots=True)
class Animated:
    """What was made: frames in all, and those in which the tracker saw no face."""

    n_frames: int
    n_without_face: int


def animate(video: Path, settings: AppSettings, out: Path, step: Callable[[int, int | None], None]) -> Animated:
    """Render every frame of the video and keep its sound.

    Args:
        video: The driving video.
        settings: Avatar, animator and pose to use, and the tracker if it is one that looks at pictures.
        out: A .mp4, .webm, or a folder for PNG pictures.
        step: Told after each frame how many are done, and of how many, if that is known.
    """
    watches = plugins.trackers.part(settings.part(settings.tracker)).uses_camera
    tracker_settings = settings.part(settings.tracker if watches else AppSettings().tracker)
    animator_settings = settings.part(settings.animator)
    avatar = gallery.load(settings.avatar)
    source = Video(VideoSettings(path=video, paced=False))
    recorder = Recorder(RecorderSettings(file=out, audio_from=video))
    tracker_class = plugins.trackers.part(tracker_settings)
    filters = Filters(settings.pose)
    done = without = 0
    with (
        source,
        tracker_class(tracker_settings, source) as tracker,
        plugins.animators.part(animator_settings)(animator_settings) as animator,
        recorder,
    ):
        animator.set_avatar(avatar)
        for driving in each(tracker):
            recorder.send(animator.render(filters(driving)))
            done += 1
            without += driving.face is None
            step(done, source.n_frames)
    return Animated(done, without)
