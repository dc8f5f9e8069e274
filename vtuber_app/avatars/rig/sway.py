"""The swing of hair and ribbons: each layer's tip hangs on springs from where its root goes."""

import math
from collections.abc import Sequence

import numpy as np

from vtuber_app.avatars.rig.bend import Bend, Motion
from vtuber_app.avatars.rig.format import Layer
from vtuber_app.avatars.rig.springs import Springs, Values

SLOWER = 0.62
"""The tip's frequency against the root's: a lock follows in a curve, its tip last."""
PLUMB = 0.6
"""How far a lock hangs down when its root leans with the head, 1 being straight down."""
FARTHEST = 0.3
"""The farthest a tip swings, of its length."""
HIGHEST = 0.08
"""The farthest it swings up or down."""
BOUNCE = 0.5
"""Strength of the swing up and down, against that to the sides."""


class Sways:
    """The springs of all layers of a figure; those of layers without sway do nothing."""

    def __init__(self, layers: Sequence[Layer], bend: Bend) -> None:
        """`bend` is that of the same layers."""
        self._bend = bend
        sways = [layer.sway for layer in layers]
        self._x = np.array([sway.root[0] if sway else 0.0 for sway in sways], np.float32)
        self._y = np.array([sway.root[1] if sway else 0.0 for sway in sways], np.float32)
        self._length = np.array([sway.length if sway else 1.0 for sway in sways])[:, None]
        gain = np.array([sway.gain if sway else 0.0 for sway in sways])[:, None]
        self._gain = gain * np.array([1.0, BOUNCE])
        hangs = [bool(layer.sway and not layer.sway.upward and layer.parent == "head") for layer in layers]
        tips = self._y + np.array(self._length[:, 0], np.float32)
        self._plumb = PLUMB * np.array(hangs)[:, None] * (1 - bend.to_body(tips))[:, None] * self._length
        frequency = np.array([sway.frequency if sway else 1.0 for sway in sways])[:, None]
        damping = np.array([sway.damping if sway else 1.0 for sway in sways])[:, None]
        shape = (2, len(layers), 2)
        self._springs = Springs(
            np.broadcast_to(np.stack([frequency, frequency * SLOWER]), shape),
            np.broadcast_to(np.stack([damping, damping]), shape),
        )
        self._still = np.zeros(shape)

    def swing(self, motion: Motion, strength: float, time: float) -> Values:
        """How far the layers' tips are swung right and down, (2, layers, 2) canvas px, as `Bend.forward` takes it.

        Args:
            motion: Of head and body, at `time`.
            strength: Of the swing, 1 being natural.
            time: s.
        """
        x, y = self._bend.forward(self._x, self._y, motion, self._still)
        root = np.stack([x, y], 1).astype(np.float64)
        hanging = np.concatenate([-self._plumb * math.sin(motion.roll), np.zeros_like(self._plumb)], 1)
        follow = self._springs.follow(np.broadcast_to(root + hanging, self._still.shape), time) - root
        limit = self._length * np.array([FARTHEST, HIGHEST])
        swing: Values = limit * np.tanh(follow * self._gain * strength / limit)
        return swing
