"""Vowels said one after the other: learnt, told apart, and what went wrong."""

import threading
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from test_microphone import buzz, room

from vtuber_app.core.errors import DeviceError, SettingsError
from vtuber_app.pose.voice import sureness
from vtuber_app.trackers.enrolment import ALL, ANNOUNCED_S, SAID_S, Enrolment, Saying

Sound = NDArray[np.float32]


class Speaker:
    """Ears that hear someone who says what the enrolment asks for.

    Args:
        says: The sound of so many seconds for a vowel.
    """

    def __init__(self, enrolment: Enrolment, says: Callable[[str, float], Sound]) -> None:
        self._enrolment, self._says = enrolment, says
        self.seen: list[Saying] = []
        self.closed = False

    def read(self, timeout: float) -> Sound | None:
        saying = self._enrolment.saying.peek()
        assert saying
        self.seen.append(saying)
        heard = sum(seen.vowel == saying.vowel for seen in self.seen) * 0.05
        return room(0.05) if heard <= ANNOUNCED_S else self._says(saying.vowel, 0.05)

    def close(self) -> None:
        self.closed = True


def test_all_five_are_learnt_from_ten_seconds_and_told_apart() -> None:
    enrolment = Enrolment()
    speaker = Speaker(enrolment, buzz)
    enrolment.run(speaker)
    assert speaker.closed
    assert enrolment.problems == {}
    assert enrolment.voice.missing == ""
    assert list(dict.fromkeys(seen.vowel for seen in speaker.seen)) == list(ALL)
    spoken = sum(seen.said > 0 for seen in speaker.seen) * 0.05
    assert spoken == pytest.approx(len(ALL) * SAID_S, abs=0.5)
    sure = enrolment.sure()
    assert list(sure) == list(ALL)
    assert min(sure.values()) > 0.9


def test_a_vowel_that_was_not_said_is_asked_for_again_alone() -> None:
    enrolment = Enrolment()
    enrolment.run(Speaker(enrolment, lambda vowel, seconds: room(seconds) if vowel == "U" else buzz(vowel, seconds)))
    assert list(enrolment.problems) == ["U"]
    assert "No U is heard" in enrolment.problems["U"]
    assert enrolment.voice.missing == "U"
    with pytest.raises(SettingsError, match="Say U first"):
        enrolment.sure()
    again = Speaker(enrolment, buzz)
    enrolment.run(again)
    assert {seen.vowel for seen in again.seen} == {"U"}
    assert enrolment.voice.missing == ""
    assert enrolment.problems == {}


def test_it_stops_when_asked_and_learns_nothing_of_half_a_vowel() -> None:
    enrolment = Enrolment()

    def interrupted(vowel: str, seconds: float) -> Sound:
        if vowel == "I":
            asked = threading.Thread(target=enrolment.stop)  # as from the window
            asked.start()
            asked.join()
        return buzz(vowel, seconds)

    speaker = Speaker(enrolment, interrupted)
    enrolment.run(speaker)
    assert speaker.closed
    assert enrolment.voice.missing == "IUEO"
    assert speaker.seen[-1].vowel == "I"


def test_a_silent_device_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    class Dead(Speaker):
        def read(self, timeout: float) -> Sound | None:
            threading.Event().wait(0.01)
            return None

    monkeypatch.setattr("vtuber_app.trackers.enrolment.ANNOUNCED_S", 0.05)
    enrolment = Enrolment()
    dead = Dead(enrolment, buzz)
    with pytest.raises(DeviceError, match="no sound"):
        enrolment.run(dead)
    assert dead.closed


def test_vowels_that_sound_alike_are_unsure() -> None:
    noise = np.random.default_rng(8)
    sounds = {vowel: buzz(vowel, 1.0) for vowel in ALL}
    assert min(sureness(sounds).values()) > 0.9
    alike = buzz("A", 1.0)
    sounds["O"] = (alike + noise.normal(0, 0.002, len(alike))).astype(np.float32)
    sounds["A"] = (alike + noise.normal(0, 0.002, len(alike))).astype(np.float32)
    unsure = sureness(sounds)
    assert unsure["I"] > 0.9
    assert min(unsure["A"], unsure["O"]) < 0.8
