import contextlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from trying import opened, with_file

from vtuber_app import plugins
from vtuber_app.core import clock, paths
from vtuber_app.core.errors import PacketError
from vtuber_app.core.parts import Rank, Tracker
from vtuber_app.core.slot import Fifo
from vtuber_app.core.types import FACE_PARTS, Driving, Frame, StreamEnded


@pytest.fixture
def frames() -> Fifo[Frame]:
    return Fifo(1000)


@pytest.fixture(params=list(plugins.trackers))
def tracker(request: pytest.FixtureRequest, media: list[Path], frames: Fifo[Frame]) -> Tracker[Any]:
    made = with_file(plugins.trackers[request.param], media)
    made.frames = frames if made.uses_camera else None
    return made


def faces() -> list[Frame]:
    """The demo's face, fifteen frames of it."""
    shown = []
    capture = cv2.VideoCapture(str(paths.assets() / "demo" / "astronaut.mp4"))
    for index in range(15):
        got, pixels = capture.read()
        assert got
        shown.append(Frame(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB).astype(np.uint8), 50 + index / 30))
    capture.release()
    return shown


def noise(count: int = 5) -> list[Frame]:
    rng = np.random.default_rng(4)
    sizes = [(480, 640), (97, 33), (64, 64), (2, 3), (1, 1)]
    return [Frame(rng.integers(0, 255, (*sizes[i % 5], 3), np.uint8), 50 + i / 30) for i in range(count)]


def some(tracker: Tracker[Any], count: int, seconds: float = 10) -> list[Driving]:
    """Up to that many moments."""
    moments: list[Driving] = []
    deadline = clock.now() + seconds
    while len(moments) < count and clock.now() < deadline:
        try:
            moment = tracker.read(0.1)
        except StreamEnded:
            break
        if moment:
            moments.append(moment)
    return moments


def check(moment: Driving) -> None:
    if moment.face is None:
        return
    face = moment.face
    assert face.blendshapes.shape == (52,)
    assert face.rotation.shape == face.translation.shape == (3,)
    for values in (face.blendshapes, face.rotation, face.translation):
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
    assert face.blendshapes.min() >= 0
    assert face.blendshapes.max() <= 1
    assert 0 <= face.confidence <= 1
    if face.landmarks is not None:
        assert face.landmarks.ndim == 2
        assert face.landmarks.shape[1] == 2


def test_moments_are_sane_and_their_times_grow(tracker: Tracker[Any], frames: Fifo[Frame]) -> None:
    shown = faces() if tracker.uses_camera else []
    for frame in shown:
        frames.put(frame)
    frames.close()
    with opened(tracker):
        moments = some(tracker, 15, 30 if shown else 2)
    for moment in moments:
        check(moment)
    times = [moment.time for moment in moments]
    if shown:
        assert times == [frame.time for frame in shown]
        assert [moment.frame for moment in moments] == shown
        assert sum(moment.face is not None for moment in moments) >= 10
    else:
        assert (np.diff(times) > 0).all()


def test_silence_is_none_within_the_timeout(tracker: Tracker[Any]) -> None:
    with opened(tracker):
        for _ in range(3):
            started = clock.now()
            moment = tracker.read(0.01)
            assert clock.now() - started < 0.2
            assert moment is None or not tracker.uses_camera


def test_noise_is_no_face_and_no_failure(tracker: Tracker[Any], frames: Fifo[Frame]) -> None:
    if not tracker.uses_camera:
        pytest.skip("it looks at no pictures; what the network may bring is tested by its parser")
    for frame in noise():
        frames.put(frame)
    frames.close()
    with opened(tracker):
        try:
            moments = some(tracker, 5)
        except PacketError:
            return
    assert len(moments) == 5
    for moment in moments:
        check(moment)
        assert moment.face is None or moment.face.confidence < 0.9


def test_the_end_of_the_pictures_is_its_end(tracker: Tracker[Any], frames: Fifo[Frame]) -> None:
    if not tracker.uses_camera:
        pytest.skip("it reads no pictures")
    frames.close()
    with opened(tracker), pytest.raises(StreamEnded):
        tracker.read(1)


def test_it_opens_twice(tracker: Tracker[Any]) -> None:
    for _ in range(2):
        with opened(tracker):
            tracker.read(0.01)


def test_the_window_may_ask_for_its_notice_at_any_time(tracker: Tracker[Any]) -> None:
    assert tracker.notice is None
    with opened(tracker):
        assert tracker.notice is None or tracker.notice[0].isupper()
        with contextlib.suppress(StreamEnded):
            tracker.read(0.01)
        assert tracker.notice is None or tracker.notice[0].isupper()
    assert tracker.notice is None or tracker.notice[0].isupper()


def test_it_says_how_far_it_is_believed(tracker: Tracker[Any]) -> None:
    ranks = type(tracker).ranks(tracker.settings)
    assert set(ranks) <= set(FACE_PARTS)
    assert all(isinstance(rank, Rank) and rank < Rank.LEADS for rank in ranks.values()), "leading is the user's choice"
