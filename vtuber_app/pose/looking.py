"""What an avatar does beside its performer: it looks at the mouse pointer, and breathes."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import DeviceError
from vtuber_app.core.pointer import Pointer
from vtuber_app.core.types import FaceState
from vtuber_app.pose.held import Ease
from vtuber_app.pose.idle import BREATH_M, BREATH_S, look

EYES_S, HEAD_S = 0.05, 0.22
"""Eyes come first, the head follows."""
GAZE = np.array([0.7, 0.6])
"""How far eyes look at the edges of the screen, right and up."""
HEAD = np.radians([9, 6])
"""How far a performer's head is turned towards them."""
BREATH_NOD = 0.018
"""How far the head rises and sinks with each breath, rad."""


class Pursuit:
    """Eyes and head on their way to a point, each -1…1 right and up."""

    def __init__(self) -> None:
        self.eyes: NDArray[np.float64] = np.zeros(2)
        self.head: NDArray[np.float64] = np.zeros(2)
        self._time: float | None = None

    def go(self, at: tuple[float, float], time: float) -> None:
        """Come nearer, by as much as the time that passed allows, s."""
        step = 0.0 if self._time is None else max(time - self._time, 0.0)
        self._time = time
        self.eyes = self.eyes + (1 - np.exp(-step / EYES_S)) * (np.array(at) - self.eyes)
        self.head = self.head + (1 - np.exp(-step / HEAD_S)) * (np.array(at) - self.head)


class Looking:
    """Has a face look at the pointer, softly on and off; the thread that calls it opens the pointer.

    Args:
        opens: Gives the pointer.

    Attributes:
        fault: Why it can't; empty if it can.
    """

    def __init__(self, opens: Callable[[], Pointer]) -> None:
        self._opens = opens
        self._pointer: Pointer | None = None
        self._ease = Ease()
        self._pursuit = Pursuit()
        self.fault = ""

    def __call__(self, face: FaceState, on: bool, time: float) -> FaceState:
        """The face at that moment, s, already mirrored: its right is the screen's left."""
        if on and not self._pointer and not self.fault:
            try:
                self._pointer = self._opens()
            except DeviceError as error:
                self.fault = str(error)
        elif not on:
            self.fault = ""
        share = self._ease(on and self._pointer is not None, time)
        if self._pointer is None:
            return face
        if share == 0 and not on:
            self.close()
            return face
        self._pursuit.go(self._pointer.place(), time)
        return looking(face, self._pursuit, share)

    def close(self) -> None:
        """Let the pointer go."""
        if self._pointer:
            self._pointer.close()
            self._pointer = None


def looking(face: FaceState, pursuit: Pursuit, share: float) -> FaceState:
    """The face whose eyes look there instead, and whose head is turned a little further, as far as `share`, 0…1."""
    right, up = pursuit.eyes * GAZE
    left_before, up_before = face.gaze
    shape = face.blendshapes.copy()
    look(shape, left_before + share * (right - left_before), up_before + share * (up - up_before))
    right, up = share * pursuit.head * HEAD
    turned = np.array([-up, right, 0], np.float32)
    return replace(face, blendshapes=shape, rotation=face.rotation + turned)


def breathing(face: FaceState, share: float, time: float) -> FaceState:
    """The face with a breath in it, as far as `share`, 0…1, at that moment, s."""
    breath = share * np.sin(2 * np.pi * time / BREATH_S)
    moved = np.array([0, BREATH_M * breath, 0], np.float32)
    turned = np.array([-BREATH_NOD * breath, 0, 0], np.float32)
    return replace(face, rotation=face.rotation + turned, translation=face.translation + moved)
