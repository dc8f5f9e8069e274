"""How every point of every layer moves with head and body, and where each picture pixel comes from.

A layer's point has a depth over the picture, from a rounded bulge; turning and nodding move it by that depth, with a
weak perspective; leaning turns it about the neck's pivot. All layers are computed at once: arrays are (layers, rows,
columns).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vtuber_app.avatars.rig.format import Layer, Rig
from vtuber_app.avatars.rig.springs import Values
from vtuber_app.avatars.rig.textures import Plane

BULGE = 0.8
"""Exponent of the bulge at the ellipsoid's rim: a bell has no rim that could fold over, as a true ellipsoid would."""
ROUND = 0.8
"""The bulge's height, in head radii."""
NARROWING = 0.35
"""How much of the true narrowing of a turned board is shown: a head is as wide from the side as from the front."""
DISTANCE = 7.0
"""Of the eye that sees the perspective, in head radii."""
STEEPEST = 0.3
"""The strongest squeezing that is inverted, as a share of the width."""
ITERATIONS = 4


@dataclass(frozen=True, slots=True)
class Motion:
    """What head and body do at one moment; lengths in canvas px, angles in rad, signs as in `FaceState`.

    Attributes:
        yaw: Of the head; `pitch` and `roll` likewise.
        shift: Of the head against the body, right and down.
        zoom: Of the whole figure, 1 at rest.
        body_yaw: Of the torso; `body_roll` likewise.
        body_shift: Of the whole figure, right and down.
        breath: 0…1, 1 with full lungs.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    zoom: float = 1.0
    body_yaw: float = 0.0
    body_roll: float = 0.0
    body_shift: tuple[float, float] = (0.0, 0.0)
    breath: float = 0.0


class Bend:
    """The motion of some layers of a rig."""

    def __init__(self, rig: Rig, layers: Sequence[Layer], tops: Sequence[float], bottoms: Sequence[float]) -> None:
        """`tops` and `bottoms` are the layers' extents on the canvas, px."""
        self._rig = rig
        flat = [0.0 if layer.parent in ("head", "face") else 1.0 for layer in layers]
        self._depth = _column([layer.depth for layer in layers])
        self._curve = _column([layer.curve for layer in layers])
        # From where to where a point passes from the head to the body, and how far a layer goes with it at all.
        blends = [_passage(layer, top, bottom) for layer, top, bottom in zip(layers, tops, bottoms, strict=True)]
        self._from = _column([start for start, _ in blends])
        self._span = _column([end - start for start, end in blends])
        sways = [layer.sway for layer in layers]
        self._root_y = _column([sway.root[1] if sway else 0.0 for sway in sways])
        self._length = _column([sway.length if sway else 1.0 for sway in sways])
        self._upward = _column([-1.0 if sway and sway.upward else 1.0 for sway in sways])
        self._flat = _column(flat)

    def to_body(self, y: Plane) -> Plane:
        """How much a point at that height of each layer goes with the body, 0…1."""
        t = np.clip((y - self._from) / self._span, 0, 1)
        return t * t * (3 - 2 * t)

    def forward(self, x: Plane, y: Plane, motion: Motion, swing: Values) -> tuple[Plane, Plane]:
        """Where canvas points of the layers go.

        Args:
            x: (layers, rows, columns) canvas px.
            y: Likewise.
            motion: Of head and body.
            swing: (2, layers, 2) how far each layer's tip is swung right and down, px: of its root's and tip's mode.
        """
        to_body = self.to_body(y)
        head_x, head_y = self._head(x, y, motion)
        body_x, body_y = self._body(x, y, motion)
        near, far = swing.astype(np.float32)[..., None, None]
        t = np.clip((y - self._root_y) * self._upward / self._length, 0, 1.3)
        square = t * t
        rest = square * np.maximum(1 - t, 0)
        along = square * t
        return (
            head_x + to_body * (body_x - head_x) + rest * near[:, 0] + along * far[:, 0],
            head_y + to_body * (body_y - head_y) + rest * near[:, 1] + along * far[:, 1],
        )

    def inverse(self, x: Plane, y: Plane, motion: Motion, swing: Values) -> tuple[Plane, Plane]:
        """Which canvas points go to (x, y), by quasi-Newton steps on `forward`."""
        sin_yaw, sin_pitch = math.sin(motion.yaw), math.sin(motion.pitch)
        radius_x, radius_y = self._rig.head.radius
        centre_x, centre_y = self._rig.head.centre
        px, py = x, y
        for _ in range(ITERATIONS):
            fx, fy = self.forward(px, py, motion, swing)
            miss_x, miss_y = x - fx, y - fy
            to_body = self.to_body(py)
            angle = motion.roll + to_body * np.float32(motion.body_roll - motion.roll)
            miss_x, miss_y = (
                (miss_x - angle * miss_y) / np.float32(motion.zoom),
                (miss_y + angle * miss_x) / np.float32(motion.zoom),
            )
            # The depth's slope makes the Jacobian 1 + (sin yaw, sin pitch) slope^T: invert it by Sherman and Morrison.
            u, v = (px - centre_x) / radius_x, (py - centre_y) / radius_y
            steep = -2 * BULGE * (1 - to_body) * (ROUND * radius_x) * self._curve * np.exp(-BULGE * (u * u + v * v))
            slope_x, slope_y = steep * u / radius_x, steep * v / radius_y
            share = (slope_x * miss_x + slope_y * miss_y) / np.maximum(
                1 + slope_x * sin_yaw + slope_y * sin_pitch, STEEPEST
            )
            px, py = px + miss_x - sin_yaw * share, py + miss_y - sin_pitch * share
        return px, py

    def _head(self, x: Plane, y: Plane, motion: Motion) -> tuple[Plane, Plane]:
        head = self._rig.head
        radius = head.radius[0]
        dx, dy = x - head.centre[0], y - head.centre[1]
        u, v = dx / radius, dy / head.radius[1]
        bell = np.exp(-BULGE * (u * u + v * v))
        z = self._depth + (ROUND * radius) * self._curve * bell
        sin_yaw, sin_pitch, sin_roll = math.sin(motion.yaw), math.sin(motion.pitch), math.sin(motion.roll)
        cos_yaw, cos_pitch = 1 - NARROWING * (1 - math.cos(motion.yaw)), 1 - NARROWING * (1 - math.cos(motion.pitch))
        turned_x = dx * cos_yaw + z * sin_yaw
        turned_y = dy * cos_pitch + z * sin_pitch
        nearer = 1 - (dx * sin_yaw + dy * sin_pitch) / np.float32(DISTANCE * radius)
        base = motion.zoom * math.cos(motion.roll), motion.zoom * sin_roll
        above_x = turned_x * nearer + (head.centre[0] - head.pivot[0])
        above_y = turned_y * nearer + (head.centre[1] - head.pivot[1])
        pivot_x, pivot_y = carried(self._rig, head.pivot, motion)
        return (
            base[0] * above_x + base[1] * above_y + (pivot_x + motion.shift[0]),
            base[0] * above_y - base[1] * above_x + (pivot_y + motion.shift[1]),
        )

    def _body(self, x: Plane, y: Plane, motion: Motion) -> tuple[Plane, Plane]:
        return _body(self._rig, x, y, self._flat * self._depth, motion)


def carried(rig: Rig, point: tuple[float, float], motion: Motion) -> tuple[float, float]:
    """Where a point of the torso goes."""
    x, y = np.array([point[0]], np.float32), np.array([point[1]], np.float32)
    moved_x, moved_y = _body(rig, x, y, np.zeros(1, np.float32), motion)
    return float(moved_x[0]), float(moved_y[0])


def _body(rig: Rig, x: Plane, y: Plane, depth: Plane, motion: Motion) -> tuple[Plane, Plane]:
    body, width = rig.body, 1.6 * rig.head.radius[0]
    u, v = (x - body.chest[0]) / width, (y - body.chest[1]) / width
    chest = np.exp(-0.5 * (u * u + v * v))
    lungs = body.breath * motion.breath
    turned = math.sin(motion.body_yaw) * (depth + 0.5 * width * chest)
    dx = x + (lungs * 0.8) * u * chest + turned - body.pivot[0]
    dy = y - lungs * chest - body.pivot[1]
    cos, sin = motion.zoom * math.cos(motion.body_roll), motion.zoom * math.sin(motion.body_roll)
    return (
        cos * dx + sin * dy + (body.pivot[0] + motion.body_shift[0]),
        cos * dy - sin * dx + (body.pivot[1] + motion.body_shift[1]),
    )


def _column(values: Sequence[float]) -> Plane:
    return np.array(values, np.float32)[:, None, None]


def _passage(layer: Layer, top: float, bottom: float) -> tuple[float, float]:
    """From which y to which y a layer passes from the head to the body."""
    if layer.parent == "body":
        return -2e6, -1e6
    if layer.hang is not None:
        return layer.hang
    if layer.parent == "neck":
        return top, bottom
    return 1e6, 2e6
