"""A driving video turns into a video of the avatar, every frame of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vtuber_app import plugins
from vtuber_app.animators.image_animation import ImageAnimation
from vtuber_app.avatars import gallery
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import Animator, each
from vtuber_app.core.types import Driving, Frame, Reader
from vtuber_app.finish.stage import Finish
from vtuber_app.outputs.recorder import Recorder, RecorderSettings
from vtuber_app.pose.filters import Filters
from vtuber_app.settings import AppSettings
from vtuber_app.sources.video import Video, VideoSettings
from vtuber_app.tools import best_frame


@dataclass(frozen=True, slots=True)
class Animated:
    """What was made: the video's frames, and those in which the tracker saw no face."""

    n_frames: int
    n_without_face: int


class Rendering:
    """A reader of the avatar's pictures.

    Attributes:
        done: Moments that were rendered; `without` a face in that many of them.
    """

    def __init__(self, driving: Reader[Driving], filters: Filters, animator: Animator[Any]) -> None:
        self._driving = driving
        self._filters = filters
        self._animator = animator
        self.done = self.without = 0

    def read(self, timeout: float) -> Frame | None:
        driving = self._driving.read(timeout)
        if driving is None:
            return None
        self.done += 1
        self.without += driving.face is None
        return self._animator.render(self._filters(driving))


def animate(
    video: Path,
    settings: AppSettings,
    out: Path,
    step: Callable[[int, int | None], None],
    find_best_frame: bool = False,
) -> Animated:
    """Render every frame of the video, and what is wanted in between, and keep its sound.

    Args:
        video: The driving video.
        settings: Avatar, animator, pose and finish to use, and the tracker if it is one that looks at pictures.
        out: A .mp4, .webm, or a folder for PNG pictures.
        step: Told after each frame how many are done, and of how many, if that is known.
        find_best_frame: Relative motion is counted from the frame in which the driver is most like the picture.

    Raises:
        VtuberError: Something can't be used, a model for the finish included.
    """
    watches = plugins.trackers.part(settings.part(settings.tracker)).uses_camera
    tracker_settings = settings.part(settings.tracker if watches else AppSettings().tracker)
    animator_settings = settings.part(settings.animator)
    avatar = gallery.load(settings.avatar)
    source = Video(VideoSettings(path=video, paced=False))
    recorder = Recorder(RecorderSettings(file=out, audio_from=video))
    tracker_class = plugins.trackers.part(tracker_settings)
    with (
        source,
        tracker_class(tracker_settings, source) as tracker,
        plugins.animators.part(animator_settings)(animator_settings) as animator,
        Finish(settings.finish, rendering := Rendering(tracker, Filters(settings.pose), animator), False) as finish,
        recorder,
    ):
        animator.set_avatar(avatar)
        if find_best_frame:
            if not isinstance(animator, ImageAnimation):
                raise SettingsError(f"{animator.title} counts from no frame, so no best one is looked for.")
            animator.begin(best_frame.find(avatar, video, tracker_settings))
        shown = 0
        for picture in each(finish):
            recorder.send(picture)
            if rendering.done > shown:
                shown = rendering.done
                step(shown, source.n_frames)
    return Animated(rendering.done, rendering.without)
