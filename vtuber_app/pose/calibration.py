"""Learns how this performer's face rests and how far it goes, so that a resting face gives a resting avatar."""

import threading
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.types import BLENDSHAPES, INDEX, FaceState

Array = NDArray[np.float32]

AUTOMATIC_S = 2.0
"""How long the first faces are watched for the automatic neutral."""
REQUESTED_S = 0.5
EASE_S = 0.6
"""How long a new neutral takes to come into effect: the avatar glides, and does not jump."""

# How much of a blendshape may be taken for rest. Seen by chance, only a little: someone may start with a smile.
AUTOMATIC_LIMIT = 0.35
REQUESTED_LIMIT = 0.7
# Someone who sits beside the camera looks past it; someone turned further has not sat down yet.
FACING = np.radians([30.0, 25.0, 20.0])

# Where full expression is assumed to be until the performer has gone further: few faces reach 1.
REACH = {
    "eyeBlinkLeft": 0.6,
    "eyeBlinkRight": 0.6,
    "jawOpen": 0.7,
    "mouthSmileLeft": 0.8,
    "mouthSmileRight": 0.8,
    "mouthPucker": 0.85,
    "mouthFunnel": 0.6,
    "browInnerUp": 0.8,
}

# Opposite looks of one eye are one signed value, whose rest may be on either side.
OPPOSITES = np.array(
    [
        [INDEX[f"eyeLook{a}{side}"], INDEX[f"eyeLook{b}{side}"]]
        for side in ("Left", "Right")
        for a, b in (("Out", "In"), ("Up", "Down"))
    ]
)


class Calibration:
    """Subtracts the resting face. Its neutral is learnt from the first seconds, and anew on request.

    Args:
        automatic: Learn from the first seconds; otherwise only a request does.
    """

    def __init__(self, automatic: bool) -> None:
        self._requested = threading.Event()
        self._collecting_s = AUTOMATIC_S if automatic else 0.0
        self._collected: list[tuple[float, Array]] = []
        self._neutral: Array = np.zeros(58, np.float32)
        self._before: Array = np.zeros(58, np.float32)
        self._since = -np.inf
        self._placed = False
        self._reach = np.array([REACH.get(name, 1.0) for name in BLENDSHAPES], np.float32)

    def request(self) -> None:
        """Take the faces of the next half second as neutral. Any thread may ask."""
        self._requested.set()

    def __call__(self, face: FaceState, time: float) -> FaceState:
        """Give the face of that moment, s, relative to rest."""
        if self._requested.is_set():
            self._requested.clear()
            self._collecting_s, self._collected = REQUESTED_S, []
        if self._collecting_s:
            self._collect(face, time)
        if not self._placed:  # distances from the camera mean nothing to an avatar: count from where someone appears
            self._before[55:] = self._neutral[55:] = face.translation
            self._placed = True
        neutral = self._eased(time)
        blendshapes = self._stretched(relative(face.blendshapes, neutral[:52]))
        return replace(
            face,
            blendshapes=blendshapes,
            rotation=face.rotation - neutral[52:55],
            translation=face.translation - neutral[55:],
        )

    def _collect(self, face: FaceState, time: float) -> None:
        requested = self._collecting_s == REQUESTED_S
        if not requested and (np.abs(face.rotation) > FACING).any():
            self._collected = []
            return
        values = np.concatenate([face.blendshapes, face.rotation, face.translation])
        self._collected.append((time, values))
        if time - self._collected[0][0] < self._collecting_s:
            return
        rest = np.median([values for _, values in self._collected], axis=0).astype(np.float32)
        limit = REQUESTED_LIMIT if requested else AUTOMATIC_LIMIT
        rest[:52] = rest[:52].clip(0, limit)
        self._before, self._neutral, self._since = self._eased(time), rest, time
        self._collecting_s, self._collected = 0.0, []

    def _eased(self, time: float) -> Array:
        share = np.float32(np.clip((time - self._since) / EASE_S, 0, 1))
        return self._before + share * (self._neutral - self._before)

    def _stretched(self, blendshapes: Array) -> Array:
        self._reach = np.maximum(self._reach, blendshapes)
        return np.asarray(blendshapes / self._reach, np.float32)


def relative(blendshapes: Array, rest: Array) -> Array:
    """(52,) blendshapes with (52,) `rest` at 0 and 1 still at 1; looks are shifted, not stretched."""
    result = np.maximum(blendshapes - rest, 0) / (1 - rest)
    one, other = OPPOSITES.T
    aside = rest[one] - rest[other]
    for here, there, shift in ((one, other, aside), (other, one, -aside)):
        look = np.maximum(blendshapes[here] - np.maximum(shift, 0), 0) + np.maximum(-shift - blendshapes[there], 0)
        result[here] = look.clip(0, 1)
    return np.asarray(result, np.float32)
