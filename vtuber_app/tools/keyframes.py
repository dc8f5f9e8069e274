"""Motion written by hand: curves through keys, and blinks."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.motion import Motion
from vtuber_app.core.types import BLENDSHAPES, INDEX

Curve = NDArray[np.float64]


def curve(time: Curve, *keys: tuple[float, float]) -> Curve:
    """Pass through (s, value) keys smoothly and without overshoot: it rests at every extreme and between equal keys.

    Before the first key and after the last the value stays. `time` is (T,), s.

    Source: Fritsch and Butland, A Method for Constructing Local Monotone Piecewise Cubic Interpolants, 1984.
    """
    at, value = np.array(keys, np.float64).T
    if len(at) == 1:
        return np.full_like(time, value[0])
    step = np.diff(at)
    slope = np.diff(value) / step
    tangent = np.zeros_like(value)
    before, after = slope[:-1], slope[1:]
    near, far = 2 * step[1:] + step[:-1], step[1:] + 2 * step[:-1]
    onward = before * after > 0
    tangent[1:-1][onward] = (near + far)[onward] / (near[onward] / before[onward] + far[onward] / after[onward])
    k = np.clip(np.searchsorted(at, time, side="right") - 1, 0, len(step) - 1)
    h = step[k]
    u = np.clip((time - at[k]) / h, 0, 1)
    begin = (1 + 2 * u) * (1 - u) ** 2 * value[k] + u * (1 - u) ** 2 * h * tangent[k]
    end = u**2 * (3 - 2 * u) * value[k + 1] - u**2 * (1 - u) * h * tangent[k + 1]
    return np.asarray(begin + end)


def blinks(
    time: Curve, starts: Sequence[float], shut: float = 0.075, hold: float = 0.035, opening: float = 0.15
) -> Curve:
    """Lids that fall fast, stay a moment and rise slowly: 1 where shut."""
    lid = np.zeros_like(time)
    for start in starts:
        end = start + shut + hold
        pulse = curve(time, (start, 0), (start + shut, 1), (end, 1), (end + opening * 0.55, 0.3), (end + opening, 0))
        lid = np.maximum(lid, pulse)
    return lid


def drift(time: Curve, seed: int, period: float) -> Curve:
    """Slow wandering of about ±1 that never repeats soon: a body that is alive holds nothing still."""
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, 3)
    waves = [
        np.sin(2 * np.pi * time / (period * ratio) + phase)
        for ratio, phase in zip((1, 0.618, 0.377), phases, strict=True)
    ]
    return np.asarray(np.sum([wave * size for wave, size in zip(waves, (0.6, 0.3, 0.15), strict=True)], axis=0))


def saccades(time: Curve, *looks: tuple[float, float], swift: float = 0.055) -> Curve:
    """Eyes jump from look to look and rest between: (s, value) when each jump begins."""
    keys = [(looks[0][0] - swift, 0.0)]
    for start, value in looks:
        keys += [(max(start, keys[-1][0] + 1e-3), keys[-1][1]), (start + swift, value)]
    return curve(time, *keys)


def gaze(left: Curve, up: Curve) -> dict[str, Curve]:
    """Blendshapes of both eyes for a look to the performer's left and up, -1…1."""
    return {
        "eyeLookOutLeft": left.clip(0, 1),
        "eyeLookInRight": left.clip(0, 1),
        "eyeLookInLeft": (-left).clip(0, 1),
        "eyeLookOutRight": (-left).clip(0, 1),
        "eyeLookUp": up.clip(0, 1),
        "eyeLookDown": (-up).clip(0, 1),
    }


def performed(time: Curve, shapes: Mapping[str, Curve], angles: Curve, place: Curve | None = None) -> Motion:
    """Gather what was authored.

    Args:
        time: (T,) s.
        shapes: (T,) by blendshape; a name without Left or Right means both.
        angles: (T, 3) pitch, yaw, roll, degrees.
        place: (T, 3) of the head, m.
    """
    blendshapes = np.zeros((len(time), len(BLENDSHAPES)), np.float32)
    for name, values in shapes.items():
        for side in [name] if name in INDEX else [f"{name}Left", f"{name}Right"]:
            blendshapes[:, INDEX[side]] = np.maximum(blendshapes[:, INDEX[side]], values.clip(0, 1))
    return Motion(
        blendshapes=blendshapes,
        rotation=np.radians(angles).astype(np.float32),
        translation=np.zeros((len(time), 3), np.float32) if place is None else place.astype(np.float32),
        detected=np.ones(len(time), np.bool_),
        time=time,
    )
