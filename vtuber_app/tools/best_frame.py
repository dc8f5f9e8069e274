"""The frame of a driving video in which the driver's face is most like the picture's."""

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app import plugins
from vtuber_app.avatars import faces
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.parts import each
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Avatar, Driving
from vtuber_app.sources.video import Video, VideoSettings

Points = NDArray[np.float32]


def find(avatar: Avatar, video: Path, tracker: Settings) -> Driving:
    """Look through a video for the frame from which relative motion is best counted.

    Args:
        avatar: The picture.
        video: The driving video.
        tracker: Settings of the one that looks at its frames.

    Raises:
        SettingsError: The picture or the video shows no face.
    """
    face = faces.find(avatar.pixels)
    if face is None:
        raise SettingsError(f"No face is found in {avatar.name}, so no frame can be most like it.")
    with (
        Video(VideoSettings(path=video, paced=False)) as frames,
        plugins.trackers.part(tracker)(tracker, frames) as tracked,
    ):
        seen = (one for one in each(tracked) if one.face is not None and one.face.landmarks is not None)
        best = nearest(face.points, face.places, seen)
    if best is None:
        raise SettingsError(f"No face is found in {video.name}.")
    return best


def nearest(points: Points, places: NDArray[np.intp], moments: Iterable[Driving]) -> Driving | None:
    """The moment whose face is nearest to `points` (N, 2), which are its landmarks `places`; None if there is none."""
    best, smallest = None, np.inf
    for moment in moments:
        assert moment.face is not None
        assert moment.face.landmarks is not None
        away = distance(points, moment.face.landmarks[places])
        if away < smallest:
            best, smallest = moment, away
    return best


def distance(one: Points, other: Points) -> float:
    """How different two faces (N, 2) are, wherever they are and however large.

    Source: the rule of Siarohin et al.'s published demo (First Order Motion Model): the sum of squared differences,
    each face about its mean and in units of the square root of its convex hull's area.
    """
    return float(np.square(_normalised(one) - _normalised(other)).sum())


def _normalised(points: Points) -> Points:
    about = points - points.mean(axis=0)
    hull = cv2.convexHull(about.astype(np.float32))
    return np.asarray(about / np.sqrt(cv2.contourArea(hull)))
