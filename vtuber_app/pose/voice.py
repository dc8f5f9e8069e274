"""A voice that was enrolled: how it says each of the five vowels."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from vtuber_app.core.errors import SettingsError
from vtuber_app.core.settings import Settings
from vtuber_app.pose.vowel_model import BANDS, RATE, VOWELS, WINDOW, Floats, KnownVoice, spectrum

Vowel = Literal["A", "I", "U", "E", "O"]

HOP = 160
LEAST_S = 0.4
QUIET_DB = -55.0
NEAR_LOUDEST_DB = 10.0
PARTS, UNSTEADY_DB = 4, 5.5
"""A held vowel's quarters are alike, whatever noise does from window to window."""
LEAST_SPREAD_DB = 2.5


class Said(Settings):
    """A vowel, as heard.

    Attributes:
        levels: Mean of each band, dB below the loudest.
        spread: Standard deviation of a band, dB.
    """

    levels: tuple[float, ...] = Field(min_length=BANDS, max_length=BANDS)
    spread: float = Field(ge=0, le=40)


class Voice(Settings):
    """The vowels that were enrolled so far; it is used when all five are there."""

    vowels: dict[Vowel, Said] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _finite(self) -> "Voice":
        if not all(np.isfinite(said.levels).all() for said in self.vowels.values()):
            raise ValueError("a level is not a number")
        return self

    @property
    def missing(self) -> str:
        """Those of VOWELS that were not said yet."""
        return "".join(vowel for vowel in VOWELS if vowel not in self.vowels)

    def known(self) -> KnownVoice | None:
        """What recognises it; None while a vowel is missing."""
        if self.missing:
            return None
        spread = float(np.sqrt(np.mean([said.spread**2 for said in self.vowels.values()])))
        means = {str(name): said.levels for name, said in self.vowels.items()}
        return KnownVoice(means, float(np.hypot(spread, LEAST_SPREAD_DB)))


def enrol(voice: Voice, vowel: Vowel, sound: NDArray[np.float32]) -> Voice:
    """Learn how a voice says one vowel.

    Args:
        voice: What is known already; `Voice()` at first.
        vowel: What was said; said again, it replaces what was there.
        sound: (N,) samples at RATE, -1…1: that vowel held, two seconds being plenty; pauses around it do no harm.

    Returns:
        The voice with that vowel.

    Raises:
        SettingsError: Nothing loud or long enough is heard, or it isn't one steady vowel.
    """
    heard = _held(vowel, sound)
    bands = _levels(heard)
    parts = np.array([part.mean(0) for part in np.array_split(bands, PARTS)])
    if np.abs(parts - bands.mean(0)).mean(1).max() > UNSTEADY_DB:
        raise SettingsError(
            f"The {vowel} changed while it was heard. Hold one vowel, without words or music around it."
        )
    return voice.model_copy(update={"vowels": {**voice.vowels, vowel: _said(bands)}})


def sureness(sounds: Mapping[Vowel, NDArray[np.float32]]) -> dict[Vowel, float]:
    """How often each vowel is told from the others, 0…1: learnt from the first half of its sound, asked of the second.

    Raises:
        SettingsError: As `enrol`.
    """
    heard = {vowel: _held(vowel, sound) for vowel, sound in sounds.items()}
    halves = {vowel: np.array_split(windows, 2) for vowel, windows in heard.items()}
    first = Voice(vowels={vowel: _said(_levels(half)) for vowel, (half, _) in halves.items()})
    known = first.known()
    if known is None:
        raise SettingsError(f"Say {', '.join(first.missing)} first.")
    sure: dict[Vowel, float] = {}
    for vowel, (_, half) in halves.items():
        guesses = [int(known(bands, np.zeros(BANDS), HOP / RATE).argmax()) for bands in half]
        sure[vowel] = guesses.count(VOWELS.index(vowel)) / len(guesses)
    return sure


def _held(vowel: Vowel, sound: NDArray[np.float32]) -> Floats:
    """(n, BANDS) powers of the windows in which the vowel is heard."""
    starts = range(0, len(sound) - WINDOW + 1, HOP)
    windows = np.array([sound[start : start + WINDOW] for start in starts], np.float64).reshape(-1, WINDOW)
    levels = 10 * np.log10((windows**2).mean(1) + 1e-12)
    loudest = float(np.percentile(levels, 90)) if len(levels) else -120.0
    if loudest < QUIET_DB:
        raise SettingsError(f"No {vowel} is heard. Check that the microphone is on, come nearer and say it again.")
    held = windows[levels > max(loudest - NEAR_LOUDEST_DB, QUIET_DB)]
    if len(held) * HOP < LEAST_S * RATE:
        raise SettingsError(f"The {vowel} was too short. Hold it for two seconds.")
    return np.array([spectrum(window) for window in held])


def _levels(powers: Floats) -> Floats:
    """(n, BANDS) powers in dB below each window's loudest."""
    levels = 10 * np.log10(powers + 1e-20)
    return np.asarray(levels - levels.max(1, keepdims=True))


def _said(levels: Floats) -> Said:
    spread = round(float(levels.std(0).mean()), 2)
    return Said(levels=tuple(float(level) for level in levels.mean(0).round(2)), spread=spread)
