from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vtuber_app.core.parts import each
from vtuber_app.sources.video import Video, VideoSettings
from vtuber_app.trackers.mediapipe import MediaPipe, MediaPipeSettings
from vtuber_app.trackers.mouth_sight import CHEEKS, CLEAR, INNER, OUTER, MouthSight, redness

SKIN, LIPS, MASK = (205, 160, 140), (190, 100, 100), (170, 200, 225)


def face(lips: tuple[int, int, int]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Skin, and lips of that colour; and the mesh's points in it."""
    points = np.full((478, 2), 50, np.float32)
    turn = np.linspace(0, 2 * np.pi, len(OUTER), endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    points[list(OUTER)], points[list(INNER)] = (100, 140) + 20 * ring, (100, 140) + 10 * ring
    points[list(CHEEKS)] = [(40 + 15 * i, 80) for i in range(len(CHEEKS))]
    pixels = np.full((200, 200, 3), SKIN, np.uint8)
    cv2.circle(pixels, (100, 140), 22, lips, -1)
    return pixels, points


def told(sight: MouthSight, lips: tuple[int, int, int], start: float, seconds: float) -> list[bool]:
    pixels, points = face(lips)
    return [sight(pixels, points, start + i / 30) for i in range(round(seconds * 30))]


def test_a_hand_before_the_mouth_is_told_and_its_going_too() -> None:
    sight = MouthSight()
    assert not any(told(sight, LIPS, 0, 3))
    covered = told(sight, SKIN, 3, 2)
    assert not covered[0], "one frame is no hand"
    assert all(covered[20:])
    seen = told(sight, LIPS, 5, 2)
    assert not any(seen[20:])


def test_a_mask_is_told_though_the_mouth_was_never_seen() -> None:
    assert all(told(MouthSight(), MASK, 0, 1))


def test_lips_as_pale_as_the_cheeks_tell_nothing() -> None:
    sight = MouthSight()
    pale = (205, 158, 139)
    pixels, points = face(pale)
    assert redness(pixels, points) < CLEAR
    assert not any(told(sight, pale, 0, 2))
    assert not any(told(sight, SKIN, 2, 2))


@pytest.mark.parametrize("clip", ["driving/d10", "driving/d0", "animation/tpsmm_driving"])
def test_people(shared: Path, clip: str) -> None:
    """A hand's colour over the mouth in the second half of a clip."""
    video = Video(VideoSettings(path=shared / "data" / f"{clip}.mp4", paced=False))
    sight, answers = MouthSight(), []
    with video, MediaPipe(MediaPipeSettings(blendshapes="mesh"), video) as tracker:
        moments = [one for one in each(tracker) if one.face is not None][:160]
    for place, moment in enumerate(moments):
        assert moment.face
        assert moment.frame
        assert moment.face.landmarks is not None
        pixels, points = moment.frame.pixels, moment.face.landmarks
        if place >= len(moments) // 2:
            pixels = pixels.copy()
            cheek = points[[50, 280, 205, 425]].astype(int)
            colour = np.median(pixels[cheek[:, 1], cheek[:, 0]], axis=0)
            size = 0.3 * np.ptp(points[:, 0])
            middle = points[[13, 14]].mean(axis=0).astype(int)
            cv2.ellipse(pixels, middle.tolist(), (int(size), int(0.7 * size)), 0, 0, 360, colour.tolist(), -1)
        answers.append(sight(pixels, points, moment.time))
    half = len(moments) // 2
    assert np.mean(answers[:half]) < 0.02
    assert np.mean(answers[half + 15 :]) > 0.9
