"""What a body does by itself: it breathes, and follows the head late and a little."""

import math

import numpy as np

from vtuber_app.avatars.rig.bend import Motion
from vtuber_app.avatars.rig.format import Rig
from vtuber_app.avatars.rig.springs import Springs

BREATH = 3.9
"""From one breath to the next, s."""
INHALED = 0.4
"""The share of it that fills the lungs; the rest empties them."""
FOLLOWS_YAW, FOLLOWS_ROLL = 0.32, 0.2
"""How far the torso turns and leans with the head."""
FREQUENCY, DAMPING = 1.2, 0.75
"""Of the torso's following, Hz and 1 being critical."""
WAY = 0.5
"""How far the figure goes at the head's full way, in head radii."""
NEARER = 0.12
"""How much larger it becomes at the head's full way toward the camera."""

Head = tuple[float, float, float, float, float, float]
"""Pitch, yaw, roll, rad, with signs as in `FaceState`; place to the picture's right, up and toward the camera, -1…1."""


class Life:
    """The motion of one rig's head and body."""

    def __init__(self, rig: Rig) -> None:
        self._radius = rig.head.radius[0]
        self._torso = Springs(np.full(4, FREQUENCY), np.full(4, DAMPING))

    def motion(self, head: Head, head_strength: float, body_strength: float, breathing: bool, time: float) -> Motion:
        """Give the motion at `time`, s, of a head moved so; the torso follows from the last time on."""
        pitch, yaw, roll = (angle * head_strength for angle in head[:3])
        x, y, z = (place * head_strength for place in head[3:])
        torso = self._torso.follow(np.array([yaw * FOLLOWS_YAW, roll * FOLLOWS_ROLL, x, y]), time) * body_strength
        breath = lungs(time) if breathing else 0.0
        radius = self._radius
        return Motion(
            yaw=yaw,
            pitch=pitch - 0.012 * breath,
            roll=roll,
            shift=(
                radius * (0.12 * math.sin(yaw) + 0.1 * x),
                radius * (0.45 * math.sin(pitch) ** 2 - 0.08 * math.sin(pitch) - 0.06 * y - 0.012 * breath),
            ),
            zoom=1 + NEARER * z,
            body_yaw=float(torso[0]),
            body_roll=float(torso[1]),
            body_shift=(radius * WAY * float(torso[2]), -0.6 * radius * WAY * float(torso[3])),
            breath=breath * body_strength,
        )


def lungs(time: float) -> float:
    """How full they are at `time`, s, 0…1: in faster than out."""
    phase = time / BREATH % 1
    phase = 0.5 * phase / INHALED if phase < INHALED else 0.5 + 0.5 * (phase - INHALED) / (1 - INHALED)
    return 0.5 - 0.5 * math.cos(2 * math.pi * phase)
