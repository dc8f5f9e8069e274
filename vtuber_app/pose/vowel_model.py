"""Which vowel a spectrum is: by the acoustics of the vocal tract for any voice, by what was enrolled for a known one.

Unknown voices are compared with spectra calculated for each vowel, length of vocal tract and pitch, so that men, women
and children need no recordings. Resonances: Fant, Acoustic Theory of Speech Production, 1960.
"""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

RATE = 16_000
"""Samples a second."""
WINDOW = 400
VOWELS = "AIUEO"
BANDS = 26
LOWEST_HZ, HIGHEST_HZ = 90.0, 5800.0
PRE_EMPHASIS = 0.97
FFT = 512
ANY_RANGE_DB, KNOWN_RANGE_DB = 25.0, 45.0
"""How far below the loudest band the others are looked at: valleys differ from voice to voice."""
SLOPE_KEPT, CURVE_KEPT = 0.45, 0.4
"""Of what a straight line and a parabola through the bands explain: microphone and mood as much as the vowel."""
UPPER_HZ, UPPER_SHARE = 2800.0, 0.25
"""Bands above tell voices apart rather than vowels, and count less."""

# First three resonances of an adult man, Hz; languages differ, so a vowel has several.
RESONANCES: dict[str, tuple[tuple[float, float, float], ...]] = {
    "A": ((720, 1180, 2480), (780, 1350, 2500), (680, 1080, 2450)),
    "I": ((285, 2270, 3000), (340, 2200, 2900)),
    "U": ((310, 880, 2280), (360, 1050, 2330), (340, 1300, 2250)),
    "E": ((400, 2080, 2650), (480, 1950, 2600), (560, 1780, 2500)),
    "O": ((490, 880, 2430), (580, 900, 2450)),
}
HIGHER_HZ = (3500.0, 4500.0, 5500.0)
BROADNESS = (60.0, 80.0, 120.0, 180.0, 250.0, 300.0)
LENGTHS: Floats = np.linspace(0.9, 1.42, 9)
"""Resonances relative to the man's: a shorter vocal tract has higher ones."""
PITCHES: Floats = np.geomspace(85, 400, 14)
NEAR_DB = 9.0
"""How far a vowel's bands lie from its calculated ones, as a standard deviation; neighbouring bands go together."""
FORGET_S = 6.0
"""The voice's length is learnt from about this much of what is said."""


def spectrum(sound: Floats) -> Floats:
    """Give the power of (WINDOW,) samples of sound in BANDS bands of mel width."""
    emphasised = np.append(sound[0], sound[1:] - PRE_EMPHASIS * sound[:-1])
    power = np.abs(np.fft.rfft(emphasised * np.hanning(WINDOW), FFT)) ** 2
    return np.asarray(_bands() @ power)


def decibels(bands: Floats, noise: Floats, reach: float) -> tuple[Floats, Floats]:
    """Give (BANDS,) powers in dB below the loudest, down to `reach`, and the noise's powers relative to it."""
    loudest = bands.max() + 1e-20
    silent = 10 ** (-reach / 10)
    return 10 * np.log10(bands / loudest + silent), np.minimum(noise / loudest, 0.5) + silent


class AnyVoice:
    """Knows vowels by acoustics, and learns how long the vocal tract is from what is said."""

    def __init__(self) -> None:
        self._templates, self._prior = _templates()
        self._length = np.zeros(len(LENGTHS))

    def __call__(self, bands: Floats, noise: Floats, step: float) -> Floats:
        """Give the (5,) probabilities of VOWELS.

        Args:
            bands: (BANDS,) powers of the window.
            noise: Those of the room's noise, (BANDS,).
            step: How much sound is new, s.
        """
        heard, added = decibels(bands, noise, ANY_RANGE_DB)
        likely = (
            self._prior + self._length[:, None] - _apart(self._templates, heard, added, _any_view()) / (2 * NEAR_DB**2)
        )
        shares = np.exp(likely - likely.max())
        of_length = shares.sum((0, 2))
        # Frames of one sound say the same again: each counts as far as it is new.
        told = np.log(of_length / of_length.sum() + 1e-3) - self._length
        self._length += min(step / FORGET_S, 1) * told
        self._length -= self._length.max()
        of_vowel = np.array([shares[rows].sum() for rows in _rows()])
        return np.asarray(of_vowel / of_vowel.sum())


class KnownVoice:
    """Knows the vowels that one voice has said.

    Args:
        means: For every vowel, its (BANDS,) mean, dB.
        spread: Standard deviation of a band within a vowel, dB.
    """

    def __init__(self, means: Mapping[str, Sequence[float]], spread: float) -> None:
        self._powers = _powers(np.array([means[vowel] for vowel in VOWELS], np.float64))
        self._spread = spread

    def __call__(self, bands: Floats, noise: Floats, step: float) -> Floats:
        """Give the (5,) probabilities of VOWELS; arguments as for `AnyVoice`."""
        heard, added = decibels(bands, noise, KNOWN_RANGE_DB)
        apart = _apart(self._powers, heard, added, _known_view()) / (2 * self._spread**2)
        shares = np.exp((apart.min() - apart) / 4)  # neighbouring bands say the same
        return np.asarray(shares / shares.sum())


def _powers(levels: Floats) -> Singles:
    return np.asarray(10 ** ((levels - levels.max(-1, keepdims=True)) / 10), np.float32)


def _apart(powers: Singles, heard: Floats, noise: Floats, view: Singles) -> Floats:
    """Squared distance of (…, BANDS) clean powers, with the noise added, from what is heard, dB²."""
    apart = np.float32(10 / np.log(10)) * np.log(powers + noise.astype(np.float32)) - heard.astype(np.float32)
    return np.asarray(((apart @ view) ** 2).sum(-1), np.float64)


@cache
def _any_view() -> Singles:
    return _view(np.where(centres() > UPPER_HZ, UPPER_SHARE, 1.0), np.array([0, SLOPE_KEPT, CURVE_KEPT]))


@cache
def _known_view() -> Singles:
    return _view(np.ones(BANDS), np.array([0, SLOPE_KEPT, 1]))


def _view(weight: Floats, kept: Floats) -> Singles:
    """(BANDS, BANDS) by which levels are multiplied before they are compared.

    Args:
        weight: (BANDS,) what each counts.
        kept: (3,) shares of mean, slope and curve that count.
    """
    root = np.sqrt(weight * BANDS / weight.sum())
    curves, _ = np.linalg.qr(root[:, None] * np.linspace(-1, 1, BANDS)[:, None] ** np.arange(3))
    return np.asarray(root[:, None] * (np.eye(BANDS) - curves * (1 - kept) @ curves.T), np.float32)


@cache
def centres() -> Floats:
    """(BANDS,) the bands' middles, Hz."""
    return _corners()[1:-1]


def _corners() -> Floats:
    low, high = (float(np.log1p(hertz / 700)) for hertz in (LOWEST_HZ, HIGHEST_HZ))
    return np.asarray(700 * np.expm1(np.linspace(low, high, BANDS + 2)))


@cache
def _bands() -> Floats:
    """(BANDS, FFT / 2 + 1) triangles, evenly spaced in mel."""
    corners = _corners()
    hertz = np.arange(FFT // 2 + 1) * RATE / FFT
    low, middle, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    triangles = np.minimum((hertz - low) / (middle - low), (high - hertz) / (high - middle)).clip(0)
    return np.asarray(triangles / triangles.sum(1, keepdims=True))


def _rows() -> list[slice]:
    """Which of the templates are each vowel's."""
    ends = np.cumsum([len(RESONANCES[vowel]) for vowel in VOWELS])
    return [slice(end - len(RESONANCES[vowel]), end) for vowel, end in zip(VOWELS, ends, strict=True)]


@cache
def _templates() -> tuple[Singles, Floats]:
    """(sounds, LENGTHS, PITCHES, BANDS) powers, and how likely each is before anything is heard, as logarithms."""
    tables = [(table, 1 / len(RESONANCES[vowel])) for vowel in VOWELS for table in RESONANCES[vowel]]
    hertz = np.arange(FFT // 2 + 1) * RATE / FFT
    powers = np.zeros((len(tables), len(LENGTHS), len(PITCHES), BANDS))
    for at_pitch, pitch in enumerate(PITCHES):
        tones = pitch * np.arange(1, int(RATE / 2 / pitch) + 1)
        smeared = _bands() @ _lobe(hertz[:, None] - tones)
        for row, (table, _) in enumerate(tables):
            for at_length, length in enumerate(LENGTHS):
                powers[row, at_length, at_pitch] = smeared @ _tract(tones, np.array([*table, *HIGHER_HZ]) * length)
    usual = 120 * (LENGTHS / 1.0) ** 2.7  # a woman's 1.17 with 185 Hz, a child's 1.35 with 270 Hz
    apart = np.log(PITCHES / usual[:, None]) / 0.4
    prior = np.log([share for _, share in tables])[:, None, None] - apart**2 / 2
    powers /= powers.max(-1, keepdims=True)
    return powers.astype(np.float32), np.asarray(prior)


def _tract(tones: Floats, resonances: Floats) -> Floats:
    """The power of harmonics at `tones`, Hz, after vocal tract, lips and pre-emphasis."""
    angle = 2j * np.pi * tones
    response = np.ones(len(tones), np.complex128)
    for resonance, broad in zip(resonances, BROADNESS, strict=True):
        pole = np.pi * broad + 2j * np.pi * resonance
        response *= abs(pole) ** 2 / ((angle + np.conj(pole)) * (angle + pole))
    source = 1 / (1 + (tones / 200) ** 2) * tones  # the glottis falls by 12 dB an octave, the lips give back 6
    emphasis = np.abs(1 - PRE_EMPHASIS * np.exp(-2j * np.pi * tones / RATE))
    return np.asarray(np.abs(response * source * emphasis) ** 2)


def _lobe(apart: Floats) -> Floats:
    """The Hann window's power that far, Hz, from a tone."""
    x = apart * WINDOW / RATE
    wide = np.sinc(x) + 0.5 * (np.sinc(x - 1) + np.sinc(x + 1))
    return np.asarray(wide**2)
