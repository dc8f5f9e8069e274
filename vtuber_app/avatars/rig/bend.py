"""How every point of every layer moves with head and body, and where each picture pixel comes from.

A layer's point has a depth over the picture, from a rounded bulge; turning and nodding move it by that depth, with a
weak perspective; leaning turns it about the neck's pivot. All layers are computed at once.
"""

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.rig.format import Layer, Point, Rig
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
FARTHEST = 1.3
"""Where along its length a swinging layer stops to swing farther."""
SQUEEZED = 0.15
"""The smallest area that is inverted, as a share of what it was."""
ITERATIONS = 2


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
    """The motion of points, each of a layer of a rig."""

    def __init__(self, rig: Rig, layers: Sequence[Layer], tops: Sequence[float], bottoms: Sequence[float]) -> None:
        """For one point of each layer; `tops` and `bottoms` are the layers' extents on the canvas, px."""
        self._rig = rig
        # From where to where a point passes from the head to the body.
        blends = [_passage(layer, top, bottom) for layer, top, bottom in zip(layers, tops, bottoms, strict=True)]
        sways = [layer.sway for layer in layers]
        self._layers = np.array(
            [
                [layer.depth for layer in layers],
                [layer.curve * ROUND * rig.head.radius[0] for layer in layers],
                [start for start, _ in blends],
                [1 / (end - start) for start, end in blends],
                [sway.root[1] if sway else 0.0 for sway in sways],
                [(-1 if sway.upward else 1) / sway.length if sway else 0.0 for sway in sways],
                [0.0 if layer.parent in ("head", "face") else layer.depth for layer in layers],
            ],
            np.float32,
        )
        self._depth, self._round, self._from, self._slope, self._root, self._reach, self._flat = self._layers

    def of(self, layers: NDArray[np.intp]) -> Self:
        """The same for other points, given the layer of each."""
        bend = copy(self)
        bend._depth, bend._round, bend._from, bend._slope, bend._root, bend._reach, bend._flat = self._layers[:, layers]
        return bend

    def to_body(self, y: Plane) -> Plane:
        """How much a point at that height goes with the body, 0…1."""
        t = np.clip((y - self._from) * self._slope, 0, 1)
        return np.asarray(t * t * (3 - 2 * t), np.float32)

    def forward(self, x: Plane, y: Plane, motion: Motion, swing: Values) -> tuple[Plane, Plane]:
        """Where canvas points go.

        Args:
            x: (…, points) canvas px.
            y: Likewise.
            motion: Of head and body.
            swing: (2, points, 2) how far the tip of each point's layer is swung right and down, px: of its root's
                and its tip's mode.
        """
        return self._moved(x, y, motion, swing.astype(np.float32))[0]

    def inverse(self, x: Plane, y: Plane, motion: Motion, swing: Values) -> tuple[Plane, Plane]:
        """Which canvas points go to (x, y), by Newton's method on `forward`."""
        tips = swing.astype(np.float32)
        from_x, from_y = self._guess(x, y, motion)
        for _ in range(ITERATIONS):
            (to_x, to_y), (xx, xy, yx, yy) = self._moved(from_x, from_y, motion, tips)
            miss_x, miss_y = x - to_x, y - to_y
            area = np.maximum(xx * yy - xy * yx, SQUEEZED)
            from_x, from_y = (
                from_x + (yy * miss_x - xy * miss_y) / area,
                from_y + (xx * miss_y - yx * miss_x) / area,
            )
        return from_x, from_y

    def _guess(self, x: Plane, y: Plane, motion: Motion) -> tuple[Plane, Plane]:
        """About which points go to (x, y): as if head and body were stiff boards."""
        rig = self._rig
        pivot_x, pivot_y = carried(rig, rig.head.pivot, motion)
        board = rig.head.radius[0] * ROUND * 0.6
        head_x, head_y = _turned_back(x, y, motion.roll, motion.zoom, (pivot_x, pivot_y), motion.shift)
        head_x += rig.head.pivot[0] - board * math.sin(motion.yaw)
        head_y += rig.head.pivot[1] - board * math.sin(motion.pitch)
        body_x, body_y = _turned_back(x, y, motion.body_roll, motion.zoom, rig.body.pivot, motion.body_shift)
        body_x += rig.body.pivot[0]
        body_y += rig.body.pivot[1]
        to_body = self.to_body(body_y)
        return head_x + to_body * (body_x - head_x), head_y + to_body * (body_y - head_y)

    def _moved(
        self, x: Plane, y: Plane, motion: Motion, swing: Plane
    ) -> tuple[tuple[Plane, Plane], tuple[Plane, Plane, Plane, Plane]]:
        """Where points go, and the derivatives of that: x by x, x by y, y by x and y by y."""
        place = np.clip((y - self._from) * self._slope, 0, 1)
        to_body, passing = place * place * (3 - 2 * place), 6 * place * (1 - place) * self._slope
        (head_x, head_y), (xx, xy, yx, yy) = self._head(x, y, motion)
        body_x, body_y = _body(self._rig, x, y, self._flat, motion)
        apart_x, apart_y = body_x - head_x, body_y - head_y
        near, far = swing
        t = np.clip((y - self._root) * self._reach, 0, FARTHEST)
        root_mode, tip_mode = t * t * np.maximum(1 - t, 0), t * t * t
        along = self._reach * t * (t < FARTHEST)
        root_change, tip_change = (2 - 3 * t) * (t < 1) * along, 3 * t * along
        cos, sin = motion.zoom * math.cos(motion.body_roll), motion.zoom * math.sin(motion.body_roll)
        return (
            (
                head_x + to_body * apart_x + root_mode * near[:, 0] + tip_mode * far[:, 0],
                head_y + to_body * apart_y + root_mode * near[:, 1] + tip_mode * far[:, 1],
            ),
            (
                xx + to_body * (cos - xx),
                xy + to_body * (sin - xy) + passing * apart_x + root_change * near[:, 0] + tip_change * far[:, 0],
                yx + to_body * (-sin - yx),
                yy + to_body * (cos - yy) + passing * apart_y + root_change * near[:, 1] + tip_change * far[:, 1],
            ),
        )

    def _head(
        self, x: Plane, y: Plane, motion: Motion
    ) -> tuple[tuple[Plane, Plane], tuple[Plane, Plane, Plane, Plane]]:
        head = self._rig.head
        radius = head.radius[0]
        dx, dy = x - head.centre[0], y - head.centre[1]
        u, v = dx / radius, dy / head.radius[1]
        bulge = self._round * np.exp(-BULGE * (u * u + v * v))
        z = self._depth + bulge
        z_by_x, z_by_y = bulge * u * (-2 * BULGE / radius), bulge * v * (-2 * BULGE / head.radius[1])
        sin_yaw, sin_pitch = math.sin(motion.yaw), math.sin(motion.pitch)
        cos_yaw, cos_pitch = 1 - NARROWING * (1 - math.cos(motion.yaw)), 1 - NARROWING * (1 - math.cos(motion.pitch))
        nearer = 1 - (dx * sin_yaw + dy * sin_pitch) / (DISTANCE * radius)
        above_x = (dx * cos_yaw + z * sin_yaw) * nearer + (head.centre[0] - head.pivot[0])
        above_y = (dy * cos_pitch + z * sin_pitch) * nearer + (head.centre[1] - head.pivot[1])
        xx, xy = (cos_yaw + sin_yaw * z_by_x) * nearer, sin_yaw * z_by_y * nearer
        yx, yy = sin_pitch * z_by_x * nearer, (cos_pitch + sin_pitch * z_by_y) * nearer
        cos, sin = motion.zoom * math.cos(motion.roll), motion.zoom * math.sin(motion.roll)
        pivot_x, pivot_y = carried(self._rig, head.pivot, motion)
        return (
            (
                cos * above_x + sin * above_y + (pivot_x + motion.shift[0]),
                cos * above_y - sin * above_x + (pivot_y + motion.shift[1]),
            ),
            (cos * xx + sin * yx, cos * xy + sin * yy, cos * yx - sin * xx, cos * yy - sin * xy),
        )


def _turned_back(x: Plane, y: Plane, roll: float, zoom: float, pivot: Point, shift: Point) -> tuple[Plane, Plane]:
    """Undo a lean and a shift; relative to the pivot."""
    cos, sin = math.cos(roll) / zoom, math.sin(roll) / zoom
    dx, dy = x - (pivot[0] + shift[0]), y - (pivot[1] + shift[1])
    return cos * dx - sin * dy, cos * dy + sin * dx


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


def _passage(layer: Layer, top: float, bottom: float) -> tuple[float, float]:
    """From which y to which y a layer passes from the head to the body."""
    if layer.parent == "body":
        return -2e6, -1e6
    if layer.hang is not None:
        return layer.hang
    if layer.parent == "neck":
        return top, bottom
    return 1e6, 2e6
