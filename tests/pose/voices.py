"""Voices made of pulses and resonators, from measured averages of people.

Sources: Peterson and Barney, JASA 24, 1952, table II; Hillenbrand and others, JASA 97, 1995, table V.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
HIGH = 48_000

PETERSON = {
    "man": {
        "I": (270, 2290, 3010), "E": (530, 1840, 2480),
        "A": (730, 1090, 2440), "O": (570, 840, 2410), "U": (300, 870, 2240),
    },
    "woman": {
        "I": (310, 2790, 3310), "E": (610, 2330, 2990),
        "A": (850, 1220, 2810), "O": (590, 920, 2710), "U": (370, 950, 2670),
    },
    "child": {
        "I": (370, 3200, 3730), "E": (690, 2610, 3570),
        "A": (1030, 1370, 3170), "O": (680, 1060, 3180), "U": (430, 1170, 3260),
    },
}  # fmt: skip
HILLENBRAND = {
    "man": {
        "I": (342, 2322, 3000), "E": (476, 2089, 2691),
        "A": (768, 1333, 2522), "O": (497, 910, 2459), "U": (378, 997, 2343),
    },
    "woman": {
        "I": (437, 2761, 3372), "E": (536, 2530, 3047),
        "A": (936, 1551, 2815), "O": (555, 1035, 2828), "U": (459, 1105, 2735),
    },
    "child": {
        "I": (452, 3081, 3702), "E": (564, 2656, 3323),
        "A": (1002, 1688, 2950), "O": (597, 1137, 2987), "U": (494, 1345, 2988),
    },
}  # fmt: skip
TABLES = {"Peterson": PETERSON, "Hillenbrand": HILLENBRAND}
PITCH = {"man": 125.0, "woman": 215.0, "child": 260.0}
HIGHER = {"man": (3500, 4500), "woman": (4100, 5300), "child": (4600, 5900)}


@dataclass(frozen=True)
class Speaker:
    """A person.

    Attributes:
        length: Resonances relative to the table's.
        pitch: Hz.
        open_share: How long the glottis is open, of a period: longer is softer.
    """

    table: str
    kind: str
    length: float
    pitch: float
    open_share: float


def speakers() -> Iterator[Speaker]:
    """Thirty-six people: two tables, man, woman and child, three sizes, two pitches."""
    for table in TABLES:
        for kind, pitch in PITCH.items():
            for length in (0.94, 1.0, 1.06):
                for higher, share in ((0.86, 0.55), (1.14, 0.68)):
                    yield Speaker(table, kind, length, pitch * higher, share)


def say(speaker: Speaker, vowel: str, seconds: float, seed: int, snr_db: float = 20.0) -> NDArray[np.float32]:
    """Give `seconds` of that vowel at 16 kHz, -23 dBFS, with jitter, shimmer, a slow melody and white noise."""
    rng = np.random.default_rng(seed)
    count = int(seconds * HIGH)
    source = np.zeros(count)
    at, melody = 0.0, rng.uniform(0, 2 * np.pi)
    while True:
        pitch = speaker.pitch * (1 + 0.05 * np.sin(2 * np.pi * 0.9 * at / HIGH + melody)) * (1 + rng.normal(0, 0.008))
        period = HIGH / pitch
        pulse = _pulse(period * speaker.open_share) * (1 + rng.normal(0, 0.04))
        start = int(at)
        if start + len(pulse) >= count:
            break
        source[start : start + len(pulse)] += pulse
        at += period
    hertz = np.fft.rfftfreq(count, 1 / HIGH)
    formants = np.array(TABLES[speaker.table][speaker.kind][vowel]) * speaker.length * rng.normal(1, 0.03, 3)
    broad = 45 + 0.035 * np.array([*formants, *HIGHER[speaker.kind]]) * rng.uniform(0.8, 1.4)
    s = 2j * np.pi * hertz
    response = s / 1000
    for centre, width in zip([*formants, *(speaker.length * h for h in HIGHER[speaker.kind])], broad, strict=True):
        pole = np.pi * width + 2j * np.pi * centre
        response = response * (abs(pole) ** 2 / ((s + pole) * (s + np.conj(pole))))
    shaped = np.fft.rfft(source) * response
    samples = int(seconds * RATE)
    sound = np.fft.irfft(shaped[: samples // 2 + 1], samples)
    sound /= np.sqrt(np.mean(sound**2))
    sound += rng.normal(0, 10 ** (-snr_db / 20), samples)
    return (0.07 * sound).astype(np.float32)


def _pulse(opening: float) -> NDArray[np.float64]:
    """Rosenberg's glottal flow: it opens for two thirds of that time, samples, and closes for one."""
    t = np.arange(int(opening)) / opening
    rising, falling = 0.5 * (1 - np.cos(np.pi * t / 0.67)), np.cos(np.pi / 2 * (t - 0.67) / 0.33)
    return np.where(t < 0.67, rising, falling.clip(0))
