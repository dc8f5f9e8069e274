"""The avatar's own life: what it does while nobody drives it, and how it passes to the performer and back."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.types import INDEX, FaceState

Array = NDArray[np.float32]

LOSS_S = 0.3
"""How long a face that is lost takes to become idle."""
RETURN_S = 0.4

BLINK_CLOSING_S = 0.07
BLINK_SHUT_S = 0.04
BLINK_OPENING_S = 0.14
SACCADE_S = 0.06
"""Eyes jump, they don't glide."""
FOLLOW_S = 0.7
"""The head follows them slowly."""

# Sums of slow sines never repeat visibly: amplitude rad, period s, phase, of pitch, yaw and roll.
SWAY = (
    ((0.022, 4.1, 0.0), (0.020, 9.7, 1.0)),
    ((0.050, 7.3, 0.4), (0.035, 13.1, 2.0)),
    ((0.030, 8.9, 1.7), (0.018, 5.3, 0.2)),
)
BREATH_S = 3.7
BREATH_M = 0.003


class Blinks:
    """Lids that shut now and then, some twice, as people's do; the same for the same numbers and times.

    Args:
        random: Chooses when.
    """

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        self._start: float | None = None
        self._plan = self._planned()
        self._blink = next(self._plan)

    def __call__(self, time: float) -> float:
        """How closed they are at that moment, s; moments only grow."""
        if self._start is None:
            self._start = time
        age = time - self._start
        while age > self._blink + BLINK_CLOSING_S + BLINK_SHUT_S + BLINK_OPENING_S:
            self._blink = next(self._plan)
        return lid(age - self._blink)

    def _planned(self) -> Iterator[float]:
        moment = 0.0
        while True:
            moment += self._random.uniform(1.8, 5.5)
            yield moment
            if self._random.random() < 0.18:  # some come in twos
                moment += 0.38
                yield moment


class Idle:
    """A face that blinks, looks around, breathes and sways; the same for the same seed and times.

    Args:
        seed: Chooses when it blinks and where it looks.
    """

    def __init__(self, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        self._start: float | None = None
        self._blinks, self._looks = Blinks(self._random), self._plan_looks()
        self._previous = self._look = (0.0, np.zeros(2))
        self._next_look = next(self._looks)

    def __call__(self, time: float) -> FaceState:
        """The face at that moment, s; moments only grow."""
        if self._start is None:
            self._start = time
        age = time - self._start
        closed = self._blinks(time)
        while age >= self._next_look[0]:
            self._previous, self._look, self._next_look = self._look, self._next_look, next(self._looks)
        (since, target), before = self._look, self._previous[1]
        eyes = before + smoothstep((age - since) / SACCADE_S) * (target - before)
        head = before + smoothstep((age - since) / FOLLOW_S) * (target - before)

        shape = np.zeros(len(INDEX), np.float32)
        shape[[INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]] = closed
        shape[[INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]] = 0.12 + 0.06 * np.sin(2 * np.pi * age / 11)
        look(shape, *eyes)
        sway = [sum(size * np.sin(2 * np.pi * age / period + phase) for size, period, phase in axis) for axis in SWAY]
        left, up = head
        breath = BREATH_M * np.sin(2 * np.pi * age / BREATH_S)
        return FaceState(
            blendshapes=shape,
            rotation=np.array([sway[0] - 0.1 * up, sway[1] + 0.12 * left, sway[2]], np.float32),
            translation=np.array([0, breath, 0], np.float32),
            confidence=0.0,
        )

    def _plan_looks(self) -> Iterator[tuple[float, NDArray[np.float64]]]:
        moment = 0.0
        while True:
            moment += self._random.uniform(0.8, 2.6)
            ahead = self._random.random() < 0.5
            yield moment, np.zeros(2) if ahead else self._random.uniform((-0.45, -0.25), (0.45, 0.2))


class Presence:
    """Passes from the performer to the idle face when tracking is lost, and back, without a jump.

    Args:
        idle: Live on while nobody is there; otherwise rest, motionless.
    """

    def __init__(self, idle: bool) -> None:
        self.idle = idle
        self._idle = Idle()
        self._last: FaceState | None = None
        self._present = 0.0
        self._time: float | None = None

    def __call__(self, face: FaceState | None, time: float) -> FaceState:
        """Give a face for that moment, s, whether there is one or not."""
        if self._time is None:
            self._present = float(face is not None)
        else:
            step = time - self._time
            self._present += step / RETURN_S if face else -step / LOSS_S
            self._present = min(max(self._present, 0.0), 1.0)
        self._time = time
        self._last = face or self._last
        if face and self._present == 1:
            return face
        alone = self._idle(time) if self.idle else FaceState(confidence=0.0)
        if self._last is None or self._present == 0:
            return alone
        return mix(alone, self._last, smoothstep(self._present))


def mix(one: FaceState, other: FaceState, share: float) -> FaceState:
    """The face between the two; the other's share is 0…1, and its landmarks stay."""

    def between(a: Array, b: Array) -> Array:
        return a + np.float32(share) * (b - a)

    return replace(
        other,
        blendshapes=between(one.blendshapes, other.blendshapes),
        rotation=between(one.rotation, other.rotation),
        translation=between(one.translation, other.translation),
        confidence=one.confidence + share * (other.confidence - one.confidence),
    )


def look(blendshapes: Array, left: float, up: float) -> None:
    """Turn both eyes to the performer's left and up, -1…1, in the (52,) blendshapes given."""
    for side, outward in (("Left", left), ("Right", -left)):
        blendshapes[INDEX[f"eyeLookOut{side}"]] = max(outward, 0)
        blendshapes[INDEX[f"eyeLookIn{side}"]] = max(-outward, 0)
        blendshapes[INDEX[f"eyeLookUp{side}"]] = max(up, 0)
        blendshapes[INDEX[f"eyeLookDown{side}"]] = max(-up, 0)


def lid(age: float) -> float:
    """How closed a lid is that long after its blink began, s."""
    opening = age - BLINK_CLOSING_S - BLINK_SHUT_S
    return smoothstep(age / BLINK_CLOSING_S) * (1 - smoothstep(opening / BLINK_OPENING_S))


def smoothstep(x: float) -> float:
    """From 0 to 1 with x, starting and ending gently."""
    x = min(max(x, 0.0), 1.0)
    return x * x * (3 - 2 * x)
