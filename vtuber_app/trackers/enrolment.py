"""Saying the five vowels, one after the other, and what is learnt from that."""

import threading
from dataclasses import dataclass
from typing import get_args

import numpy as np

from vtuber_app.core.errors import SettingsError
from vtuber_app.core.slot import Slot
from vtuber_app.pose.voice import Voice, Vowel, enrol, sureness
from vtuber_app.trackers.microphones import RATE, Ears, Sound, record

ALL: tuple[Vowel, ...] = get_args(Vowel)
ANNOUNCED_S = 1.0
"""How long a vowel is shown before it is to be said."""
SAID_S = 2.0


@dataclass(frozen=True, slots=True)
class Saying:
    """Where it is.

    Attributes:
        said: 0…1 of the vowel's time; 0 while it is only announced.
        level: Of the newest sound, dBFS.
    """

    vowel: Vowel
    said: float
    level: float


class Enrolment:
    """What one person has said so far.

    Attributes:
        saying: Any thread may peek while `run` is at work.
        problems: Why a vowel could not be learnt.
    """

    def __init__(self) -> None:
        self.saying: Slot[Saying] = Slot()
        self.problems: dict[Vowel, str] = {}
        self.voice = Voice()
        self._sounds: dict[Vowel, Sound] = {}
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Have `run` end soon; any thread may ask."""
        self._stopping.set()

    def run(self, ears: Ears) -> None:
        """Hear each vowel that is missing, and close the ears; blocks.

        Raises:
            DeviceError: They give no sound.
        """
        self._stopping.clear()
        self.problems = {}
        try:
            for vowel in ALL:
                if vowel in self.voice.missing and not self._stopping.is_set():
                    self._take(vowel, self._heard(ears, vowel))
        finally:
            ears.close()

    def sure(self) -> dict[Vowel, float]:
        """How surely each vowel is told from the others, 0…1; SettingsError while one is missing."""
        return sureness(self._sounds)

    def _take(self, vowel: Vowel, sound: Sound) -> None:
        if self._stopping.is_set():
            return
        try:
            self.voice = enrol(self.voice, vowel, sound)
            self._sounds[vowel] = sound
        except SettingsError as error:
            self.problems[vowel] = str(error)

    def _heard(self, ears: Ears, vowel: Vowel) -> Sound:
        """The sound of that vowel, after it was announced."""
        self.saying.put(Saying(vowel, 0.0, -90.0))
        for sound in record(ears, ANNOUNCED_S):
            self.saying.put(Saying(vowel, 0.0, _level(sound)))
            if self._stopping.is_set():
                break
        heard, count = [np.zeros(0, np.float32)], 0
        for sound in record(ears, SAID_S):
            heard.append(sound)
            count += len(sound)
            self.saying.put(Saying(vowel, min(count / RATE / SAID_S, 1), _level(sound)))
            if self._stopping.is_set():
                break
        return np.concatenate(heard)


def _level(sound: Sound) -> float:
    return float(10 * np.log10(np.mean(sound**2) + 1e-9))
