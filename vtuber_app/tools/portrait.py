"""A photographed face that acts what a FaceState says, by warping: a camera picture whose truth is known."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.types import FaceState

Map = NDArray[np.float32]

LIDS: Final = {
    "Right": ((33, 246, 161, 160, 159, 158, 157, 173, 133), (33, 7, 163, 144, 145, 153, 154, 155, 133)),
    "Left": ((362, 398, 384, 385, 386, 387, 388, 466, 263), (362, 382, 381, 380, 374, 373, 390, 249, 263)),
}
"""Mesh points of the upper and the lower lid, from the picture's left to its right."""

IRISES: Final = {"Right": 468, "Left": 473}
UPPER_LIP: Final = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LOWER_LIP: Final = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
FOREHEAD, CHIN, NOSE, CHEEKS, BROWS = 10, 152, 2, (234, 454), {"Right": 105, "Left": 334}
RELIEF = 1.5
"""The mesh is flatter than a head; measured so that trackers see the angles that were asked for."""
FINE = 2
"""The face is acted on a canvas this much finer than the picture, so that warping twice costs no sharpness."""


def _smooth(value: Map | float, low: Map | float, high: Map | float) -> Map:
    """0 up to `low`, 1 from `high`, smooth between."""
    u = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(u * u * (3 - 2 * u), np.float32)


def _sampled(picture: NDArray[np.uint8], place: Map) -> NDArray[np.uint8]:
    x, y = place[..., 0].copy(), place[..., 1].copy()
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101), np.uint8)


class Portrait:
    """Acts on a picture of a person who looks into the camera, smiling with the teeth shown.

    Args:
        canvas: (FINE*H, FINE*W, 3) uint8, the picture at the finer scale.
        mesh: (478, 3) of MediaPipe on the canvas, px; z grows away from the camera.
        hair: Centre and half axes of the ellipse around the hair, px of the canvas.
    """

    def __init__(self, canvas: NDArray[np.uint8], mesh: Map, hair: tuple[float, float, float, float]) -> None:
        self.canvas = canvas
        self.mesh = mesh.astype(np.float32)
        height, width = canvas.shape[:2]
        self.size = (width // FINE, height // FINE)
        self._face_width = float(mesh[CHEEKS[1], 0] - mesh[CHEEKS[0], 0])
        self._grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).astype(np.float32)
        self._depth, self._weight = self._head(hair)
        low = self.mesh[:, :2].min(0) - 0.2 * self._face_width
        high = self.mesh[:, :2].max(0) + np.array([0.2, 0.75], np.float32) * self._face_width
        left, top, right, bottom = (round(float(edge)) for edge in (*np.maximum(low, 0), *high))
        self._acting = np.s_[top : min(bottom, height), left : min(right, width)]
        chin, nose = mesh[CHIN], mesh[NOSE]
        self._pivot = np.array([chin[0], chin[1] - 0.1 * (chin[1] - nose[1])], np.float32)

    def act(self, face: FaceState) -> NDArray[np.uint8]:
        """Give the (H, W, 3) picture of that face."""
        return self._turned(self._expression(face), face)

    def _head(self, hair: tuple[float, float, float, float]) -> tuple[Map, Map]:
        """How far each place of the picture is in front of the head's axis, px, and how far it moves with the head."""
        width, height = self.size
        x, y, rx, ry = hair
        mesh = self.mesh[:468]
        axis = float(mesh[list(CHEEKS), 2].mean()) + 0.06 * self._face_width
        angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        rim = np.stack([x + rx * np.cos(angles), y + ry * np.sin(angles)], -1)
        rim = rim[rim[:, 1] < y + 0.55 * ry]
        points = np.concatenate([mesh[:, :2], rim]).astype(np.float32)
        depths = np.concatenate([axis - mesh[:, 2], np.zeros(len(rim), np.float32)])
        coarse = 8
        cells = self._grid[::coarse, ::coarse][..., None, :] - points
        near = np.exp(-(cells**2).sum(-1) / (2 * (0.055 * self._face_width) ** 2)) + 1e-12
        depth = RELIEF * (near * depths).sum(-1) / near.sum(-1)
        depth = cv2.resize(depth.astype(np.float32), self.size, interpolation=cv2.INTER_CUBIC)

        solid = np.zeros((height, width), np.uint8)
        cv2.ellipse(
            solid, (round(x / FINE), round(y / FINE)), (round(rx / FINE), round(ry / FINE)), 0, 0, 360, (1,), -1
        )
        outline = np.asarray(cv2.convexHull((mesh[:, :2] / FINE).astype(np.int32)), np.int32)
        cv2.fillConvexPoly(solid, outline, (1,))
        away = cv2.distanceTransform(1 - solid, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        rows = np.arange(height, dtype=np.float32)[:, None]
        chin = self.mesh[CHIN, 1] / FINE
        nose = self.mesh[NOSE, 1] / FINE
        reach = 100 - 45 * _smooth(rows, nose, chin)
        weight = 1 - _smooth(away / reach, 0.02, 1)
        depth *= 1 - _smooth(away / reach, 0.0, 0.6)
        fringe = _smooth(rows, self.mesh[FOREHEAD, 1] / FINE + 25, self.mesh[FOREHEAD, 1] / FINE - 10)
        depth += (cv2.GaussianBlur(depth, (0, 0), 22) - depth) * (0.25 + 0.75 * fringe)
        return (
            np.asarray(cv2.GaussianBlur(depth, (0, 0), 5), np.float32),
            np.asarray(cv2.GaussianBlur(weight, (0, 0), 4), np.float32),
        )

    def _turned(self, canvas: NDArray[np.uint8], face: FaceState) -> NDArray[np.uint8]:
        """Rotate the head: each pixel looks for the place that comes to lie on it."""
        pitch, yaw, roll = (float(angle) for angle in face.rotation)
        cp, sp, cy, sy, cr, sr = np.cos(pitch), np.sin(pitch), np.cos(yaw), np.sin(yaw), np.cos(roll), np.sin(roll)
        turn = (
            np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
            @ np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
            @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
        )
        width, height = self.size
        base = self._grid[:height, :width]
        x = base[..., 0] - self._pivot[0] / FINE
        y = self._pivot[1] / FINE - base[..., 1]
        z = self._depth / FINE
        moved_x = turn[0, 0] * x + turn[0, 1] * y + turn[0, 2] * z
        moved_y = turn[1, 0] * x + turn[1, 1] * y + turn[1, 2] * z
        nearer = 1 + 0.0006 * (turn[2, 0] * x + turn[2, 1] * y + turn[2, 2] * z - z)
        shift = np.stack([(moved_x * nearer - x) * self._weight, (y - moved_y * nearer) * self._weight], -1)
        shift = shift.astype(np.float32)
        source = base.copy()
        for _ in range(14):
            there = cv2.remap(shift, source[..., 0].copy(), source[..., 1].copy(), cv2.INTER_LINEAR)
            source += 0.8 * (base - there - source)
        place = source * FINE + (FINE - 1) / 2
        return _sampled(canvas, place)

    def _expression(self, face: FaceState) -> NDArray[np.uint8]:
        """The canvas with that expression, head unturned."""
        place = self._soft(self._grid[self._acting], face)
        place, inner, depth = self._jaw(place, face)
        shade = np.zeros(place.shape[:2], np.float32)
        for side in ("Left", "Right"):
            self._gaze(place, side, face)
            shade = np.maximum(shade, self._lid(place, side, face))
        canvas = _sampled(self.canvas, place)
        picture = canvas.astype(np.float32)
        picture += (np.array([58, 38, 32], np.float32) - picture) * shade[..., None]
        tongue = _smooth(depth, 0.45, 1.0)[..., None] * 0.75
        dark = np.array([44, 14, 16], np.float32) * (1 - tongue) + np.array([150, 72, 74], np.float32) * tongue
        picture += (dark - picture) * inner[..., None]
        result = self.canvas.copy()
        result[self._acting] = picture.clip(0, 255).round()
        return result

    def _soft(self, place: Map, face: FaceState) -> Map:
        """Pull the mouth's corners, lips, cheeks and brows: broad bumps that add up."""
        mesh, unit = self.mesh, self._face_width
        smile = {side: face["mouthSmile" + side] for side in ("Left", "Right")}
        narrow = face["mouthPucker"] * 0.085 + face["mouthFunnel"] * 0.05 + face["jawOpen"] * 0.03
        pulls: list[tuple[int, float, float, float]] = []  # mesh point, to the right and down, width; all of the face's
        for side, corner, cheek, sign in (("Right", 61, 205, -1), ("Left", 291, 425, 1)):
            slack = 0.85 - smile[side]
            pulls.append((corner, -sign * (0.05 * slack + narrow), 0.045 * slack, 0.11))
            pulls.append((cheek, -sign * 0.01 * slack, 0.03 * slack - 0.03 * face["eyeBlink" + side], 0.12))
            brow = face["browInnerUp"] * 0.6 + face["browOuterUp" + side] * 0.5 - face["browDown" + side] * 0.8
            pulls.append((BROWS[side], 0.0, -0.05 * brow, 0.09))
        pout = face["mouthPucker"] * 0.022
        pulls += [(0, 0.0, -pout, 0.07), (17, 0.0, pout, 0.07)]
        shift = np.zeros_like(place)
        for point, right, down, spread in pulls:
            move = np.array([right, down], np.float32) * unit
            distance = ((place - mesh[point, :2] - move) ** 2).sum(-1)
            shift += move * np.exp(-distance / (2 * (spread * unit) ** 2))[..., None]
        return np.asarray(place - shift)

    def _jaw(self, place: Map, face: FaceState) -> tuple[Map, Map, Map]:
        """Part the lips along their inner line and let chin and lower lip fall; or shut them over the teeth.

        Returns:
            Where each pixel comes from, how far it is the dark of the open mouth, and how deep below the teeth, 0…1.
        """
        mesh, unit = self.mesh, self._face_width
        x, y = place[..., 0], place[..., 1]
        upper, lower = mesh[list(UPPER_LIP), :2], mesh[list(LOWER_LIP), :2]
        middle, half = (upper[0, 0] + upper[-1, 0]) / 2, (upper[-1, 0] - upper[0, 0]) / 2
        along = (x - middle) / half
        top = np.interp(x, upper[:, 0], upper[:, 1]).astype(np.float32)
        bottom = np.interp(x, lower[:, 0], lower[:, 1]).astype(np.float32)
        gap = bottom - top
        opened = face["jawOpen"]
        fall = opened * 0.27 * unit
        nose, chin = mesh[NOSE, 1], mesh[CHIN, 1]
        wide = np.exp(-(((x - middle) / (0.36 * unit)) ** 4))
        below_chin = 1 - _smooth(y, chin + 0.02 * unit + fall, chin + 0.42 * unit + fall)
        teeth = max(face["mouthSmileLeft"], face["mouthSmileRight"]) / 0.85
        shut = float(np.clip(1.05 - teeth, 0, 1)) * (1 - 0.5 * opened)
        lips = 0.08 * unit

        def cheek(row: Map) -> Map:
            return np.asarray(fall * wide * _smooth(row, nose, chin))

        def up(row: Map) -> Map:
            shutting = 0.5 * shut * gap * np.exp(-(((row - top) / lips) ** 2))
            return np.asarray(cheek(row) * np.minimum(1, along**2) + shutting)

        def down(row: Map) -> Map:
            whole = cheek(row) + (fall * wide - cheek(row)) * np.maximum(0, 1 - along**2)
            return np.asarray(whole - 0.5 * shut * gap * np.exp(-(((row - bottom) / lips) ** 2)))

        new_top, new_bottom = top.copy(), bottom.copy()
        for _ in range(6):
            new_top, new_bottom = top + up(new_top), bottom + down(new_bottom)
        in_mouth = np.abs(along) < 1
        under = np.where(in_mouth, y > (new_top + new_bottom) / 2, y > bottom)
        shift = np.where(under, down(y), up(y)) * below_chin
        open_here = np.clip((new_bottom - new_top) / 3, 0, 1) * in_mouth
        inside = open_here * np.clip(y - new_top + 0.5, 0, 1) * np.clip(new_bottom - y + 0.5, 0, 1)
        source = y - shift
        teeth_row = np.minimum(y, bottom - 0.5)
        source = np.where(inside > 0.5, teeth_row, source)
        cavity = inside * _smooth(y - bottom, -4, 3) * (bottom < new_bottom)
        deep = (y - bottom) / np.maximum(new_bottom - bottom, 1)
        result = np.stack([x, source], -1).astype(np.float32)
        return result, cavity.astype(np.float32), np.clip(deep, 0, 1).astype(np.float32)

    def _gaze(self, place: Map, side: str, face: FaceState) -> None:
        """Slide the iris within the lids' opening."""
        left, up = face.gaze
        if not left and not up:
            return
        upper, lower = (self.mesh[list(points), :2] for points in LIDS[side])
        iris = self.mesh[IRISES[side], :2]
        half = (upper[-1, 0] - upper[0, 0]) / 2
        move = np.array([left * 0.46, -up * 0.16], np.float32) * half
        x, y = place[..., 0], place[..., 1]
        top, bottom = np.interp(x, *upper.T).astype(np.float32), np.interp(x, *lower.T).astype(np.float32)
        within = _smooth(y, top - 1, top + 3) * (1 - _smooth(y, bottom - 3, bottom + 1)) * (top < bottom)
        distance = ((place - iris - move) ** 2).sum(-1)
        pull = (np.exp(-((distance / (0.62 * half) ** 2) ** 2)) * within).astype(np.float32)
        place -= move * pull[..., None]

    def _lid(self, place: Map, side: str, face: FaceState) -> Map:
        """Draw the upper lid over the eye, the lower one a little to meet it; give the shade the lashes cast, 0…1."""
        shut = max(0.0, face["eyeBlink" + side] + 0.25 * face["eyeSquint" + side])
        wide = face["eyeWide" + side] * 0.2
        upper, lower = (self.mesh[list(points), :2] for points in LIDS[side])
        width = upper[-1, 0] - upper[0, 0]
        x, y = place[..., 0], place[..., 1].copy()
        ends = _smooth(x, upper[0, 0] - 0.10 * width, upper[0, 0] + 0.1 * width) * (
            1 - _smooth(x, upper[-1, 0] - 0.1 * width, upper[-1, 0] + 0.10 * width)
        )
        top = np.interp(x, *upper.T).astype(np.float32)
        bottom = np.interp(x, *lower.T).astype(np.float32)
        lash = 0.035 * width
        gap = (bottom - top + 2 * lash) * ends
        new_top = top - lash + (shut * 0.92 - wide) * gap
        new_bottom = bottom - shut * 0.16 * gap
        crease = 0.6 * width
        fall = (new_top - top + lash + 0.06 * width * shut * ends) * np.clip(1.1 - (new_top - y) / crease, 0, 1)
        rise = (bottom - new_bottom) * (1 - _smooth((y - new_bottom) / crease, 0.05, 0.8))
        over = y < np.minimum(new_top + 2 * lash, new_bottom + lash)
        beneath = ~over & (y > new_bottom)
        place[..., 1] = np.where(over, y - fall, np.where(beneath, y + rise, y))
        outward = (x - upper[0, 0]) / width
        outward = outward if side == "Left" else 1 - outward
        line = (
            np.exp(-(((y - new_bottom + 0.2 * lash) / (1.5 * lash)) ** 2)) * ends * (0.55 + 0.45 * outward.clip(0, 1))
        )
        return np.asarray(0.75 * line * _smooth(shut, 0.3, 0.9), np.float32)
