"""What several trackers gave as one stream of moments, and silence as moments without a face."""

import numpy as np
import pytest

from vtuber_app.core import clock
from vtuber_app.core.types import Driving, FaceState, Frame
from vtuber_app.pose.moments import RECENT, Joined, Living

PICTURE = np.zeros((4, 4, 3), np.uint8)


def camera(time: float) -> Driving:
    return Driving(time, FaceState(), Frame(PICTURE, time), tracker="mediapipe")


def voice(time: float) -> Driving:
    return Driving(time, FaceState(), from_rest=True, tracker="microphone")


def test_one_tracker_s_moments_are_passed_on_themselves() -> None:
    joined = Joined()
    for moment in (camera(1.0), camera(1.1), camera(1.2)):
        assert joined((moment,)) is moment
    alone = Joined()
    moment = voice(1.0)
    assert alone((moment,)) is moment


def test_times_only_grow_and_each_moment_keeps_its_own() -> None:
    joined = Joined()
    together = joined((voice(2.0), camera(1.95)))
    assert together.time == 2.0
    assert [moment.time for moment in together.given] == [2.0, 1.95]
    late = joined((camera(1.98),))
    assert late.time == 2.0
    assert [moment.time for moment in late.given] == [1.98]
    assert joined((voice(2.02),)).time == 2.02


def test_the_newest_frame_goes_along_while_it_is_recent() -> None:
    joined = Joined()
    seen = camera(1.0)
    assert joined((voice(1.01), seen)).frame is seen.frame
    follows = joined((voice(1.02),))
    assert follows.frame is seen.frame
    assert (follows.tracker, follows.time) == ("microphone", 1.02)
    assert joined((voice(1.1 + RECENT),)).frame is None


class Given:
    """A reader of what it was given, on a clock of its own; reading nothing takes as long as asked."""

    def __init__(self, times: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 10.0
        self._times = times
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def read(self, timeout: float) -> Driving | None:
        if self._times and self._times[0] <= self.now + timeout:
            self.now = self._times.pop(0)
            return Driving(self.now, FaceState())
        self.now += timeout
        return None


def test_silence_becomes_moments_without_a_face(monkeypatch: pytest.MonkeyPatch) -> None:
    given = Given([10.0 + i / 30 for i in range(30)] + [13.0], monkeypatch)
    living = Living(given)
    moments = [moment for _ in range(130) if (moment := living.read(0.1))]
    without = [moment.time for moment in moments if moment.face is None and moment.time < 13]
    assert without[0] - (10 + 29 / 30) == pytest.approx(0.3, abs=0.06)
    assert np.diff(without).max() < 0.05
    assert sum(moment.face is not None for moment in moments) == 31
