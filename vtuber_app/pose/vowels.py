"""Sound in, a speaking mouth out: how open it is, and between which of five vowels."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.types import BLENDSHAPES, INDEX
from vtuber_app.pose.vowel_model import BANDS, RATE, VOWELS, WINDOW, AnyVoice, Floats, KnownVoice, centres, spectrum

Array = NDArray[np.float32]

HOP = 160
LEVEL_SAMPLES = 200
"""The level is taken from the window's newest half, so that it doesn't come late."""
STEP_S = HOP / RATE

QUIETEST_DB = -90.0
START_DB = -40.0
"""The noise floor is at most this before a pause was heard, dBFS."""
FALL_S = 0.05
RISE_DB_S, RISE_SPEAKING_DB_S = 2.0, 1.0
NOISE_S, AFTER_S = 0.4, 0.045
HYSTERESIS_DB = 4.0
LOUD_AT_LEAST_DB = 14.0
"""The loudest of a voice is assumed to be at least that far above the gate."""
LOUD_FALL_DB_S = 1.5
OPENING_S, CLOSING_S, SHAPING_S = 0.012, 0.022, 0.025
LEAST_OPEN = 0.4

HISS_ABOVE_HZ, HUM_BELOW_HZ = 4200.0, 1000.0
"""An s or f is loud above and quiet below; a vowel isn't."""

_FACES: dict[str, dict[str, float]] = {
    "A": {"jawOpen": 0.6, "mouthLowerDown": 0.3},
    "I": {"jawOpen": 0.1, "mouthStretch": 0.6, "mouthLowerDown": 0.4, "mouthUpperUp": 0.2},
    "U": {"jawOpen": 0.12, "mouthPucker": 0.75, "mouthFunnel": 0.2},
    "E": {"jawOpen": 0.25, "mouthStretch": 0.4, "mouthLowerDown": 0.4, "mouthSmile": 0.3},
    "O": {"jawOpen": 0.4, "mouthFunnel": 0.6, "mouthPucker": 0.25},
}


class Heard(NamedTuple):
    """A mouth at one moment.

    Attributes:
        vowels: (5,) shares of A I U E O, together 1.
        opened: 0…1, 0 while nobody speaks.
        level: Of the newest sound, dBFS.
        floor: Of the room's noise, dBFS.
    """

    vowels: Floats
    opened: float
    level: float
    floor: float


class Listener:
    """Follows a voice, 100 times a second of sound.

    Args:
        voice: Who speaks, if it was enrolled.
        above_db: How far above the room's noise a voice opens the mouth.
    """

    def __init__(self, voice: KnownVoice | None = None, above_db: float = 10.0) -> None:
        self.above_db = above_db
        self._voice = voice or AnyVoice()
        self._sound = np.zeros(WINDOW)
        self._waiting: Floats = np.zeros(0)
        self._noise = np.zeros(BANDS)
        self._noise_s, self._quiet_s = 0.0, 0.0
        self._floor, self._loud = START_DB, QUIETEST_DB
        self._speaking = False
        self._hiss = 0.0
        self._heard = Heard(np.full(5, 0.2), 0.0, QUIETEST_DB, self._floor)

    def __call__(self, sound: Array) -> Heard:
        """Take the next (N,) samples at RATE, -1…1, any number; give the mouth at the last of them."""
        self._waiting = np.concatenate([self._waiting, sound])
        while len(self._waiting) >= HOP:
            self._sound = np.concatenate([self._sound[HOP:], self._waiting[:HOP]])
            self._waiting = self._waiting[HOP:]
            self._heard = self._step()
        return self._heard

    def _step(self) -> Heard:
        level = max(10 * np.log10(np.mean(self._sound[-LEVEL_SAMPLES:] ** 2) + 1e-12), QUIETEST_DB)
        began = self._gate(level)
        bands = spectrum(self._sound)
        vowels, opened = self._heard.vowels, 0.0
        if self._speaking:
            shares = self._voice(bands, self._noise, STEP_S)
            vowels = shares if began else vowels + _share(SHAPING_S) * (shares - vowels)
            self._hiss += _share(SHAPING_S) * (_hiss(np.maximum(bands - self._noise, 0)) - self._hiss)
            opened = self._openness(level) * (1 - 0.7 * self._hiss)
        self._learn(bands)
        before = self._heard.opened
        opened = before + _share(OPENING_S if opened > before else CLOSING_S) * (opened - before)
        return Heard(vowels, opened if opened > 1e-3 else 0.0, level, self._floor)

    def _gate(self, level: float) -> bool:
        """Follow the noise floor, a slow minimum; whether a voice has just begun."""
        if level < self._floor:
            self._floor += _share(FALL_S) * (level - self._floor)
        else:
            self._floor += STEP_S * (RISE_SPEAKING_DB_S if self._speaking else RISE_DB_S)
            self._floor = min(self._floor, level)
        threshold = self._floor + self.above_db
        spoke = self._speaking
        self._speaking = level > (threshold - HYSTERESIS_DB if spoke else threshold)
        self._loud = max(self._loud - LOUD_FALL_DB_S * STEP_S, level, threshold + LOUD_AT_LEAST_DB)
        return self._speaking and not spoke

    def _openness(self, level: float) -> float:
        quiet = self._floor + self.above_db - HYSTERESIS_DB
        # Full a little below the loudest: a voice is rarely at its peak.
        share = float(np.clip((level - quiet) / (self._loud - 6 - quiet), 0, 1))
        return LEAST_OPEN + (1 - LEAST_OPEN) * share

    def _learn(self, bands: Floats) -> None:
        """Follow the noise's spectrum while nobody has spoken for longer than a window."""
        self._quiet_s = 0.0 if self._speaking else self._quiet_s + STEP_S
        if self._quiet_s < AFTER_S:
            return
        self._noise_s += STEP_S
        share = max(_share(NOISE_S), STEP_S / self._noise_s)  # first the plain mean
        self._noise += share * (bands - self._noise)


def blendshapes(vowels: Floats, opened: float) -> Array:
    """Give the (52,) of a mouth that says (5,) shares of vowels, `opened` so far, 0…1."""
    return np.asarray((opened * vowels @ _SHAPES).clip(0, 1), np.float32)


def _shapes() -> Floats:
    shapes = np.zeros((5, len(BLENDSHAPES)))
    for row, vowel in enumerate(VOWELS):
        for name, value in _FACES[vowel].items():
            for side in ("",) if name in INDEX else ("Left", "Right"):
                shapes[row, INDEX[name + side]] = value
    return shapes


_SHAPES = _shapes()


def _share(seconds: float) -> float:
    """What a low-pass of that time takes of a new value."""
    return float(1 - np.exp(-STEP_S / seconds))


def _hiss(bands: Floats) -> float:
    """How far it is an s or f, 0…1."""
    high, low = bands[centres() > HISS_ABOVE_HZ].mean(), bands[centres() < HUM_BELOW_HZ].mean()
    return float(np.clip((high / (high + low + 1e-20) - 0.7) / 0.25, 0, 1))
