"""Face state from OpenSeeFace, a program that tracks faces in a webcam's pictures.

UDP port 11573, little-endian, packed, 1785 bytes for each face, one behind the other; nothing is sent while no face is
seen. Fields are as in `FACE`. Source: https://github.com/emilianavt/OpenSeeFace, facetracker.py and tracker.py.

Its head is fitted with rows and columns of the picture for x and y, and behind the camera: so an upright face has Euler
angles (180, 0, 90), and ours are (x + 180, y, z - 90), in the same order of turns. Its translation is (row, column,
depth) of the negative head, in units of a model that is one jaw wide.
"""

import math
import struct
from collections.abc import Collection
from typing import Literal

import numpy as np
from pydantic import Field

from vtuber_app.core import clock
from vtuber_app.core.errors import PacketError
from vtuber_app.core.types import INDEX, FaceState, Frame, Reader
from vtuber_app.trackers.network import NetworkSettings, NetworkTracker
from vtuber_app.trackers.recognise import OPENSEEFACE_SIZE
from vtuber_app.trackers.shapes import look

PORT = 11573
FACE = np.dtype(
    [
        ("time", "<f8"), ("id", "<i4"), ("size", "<f4", 2), ("right_open", "<f4"), ("left_open", "<f4"),
        ("fitted", "u1"), ("error", "<f4"), ("quaternion", "<f4", 4), ("euler", "<f4", 3), ("translation", "<f4", 3),
        ("confidence", "<f4", 68), ("points", "<f4", (68, 2)), ("solid", "<f4", (70, 3)),
        ("eye_left", "<f4"), ("eye_right", "<f4"),
        ("brow_steep_left", "<f4"), ("brow_up_left", "<f4"), ("brow_quirk_left", "<f4"),
        ("brow_steep_right", "<f4"), ("brow_up_right", "<f4"), ("brow_quirk_right", "<f4"),
        ("corner_down_left", "<f4"), ("corner_out_left", "<f4"),
        ("corner_down_right", "<f4"), ("corner_out_right", "<f4"), ("mouth_open", "<f4"), ("mouth_wide", "<f4"),
    ]
)  # fmt: skip
"""One face. Sides are the performer's; `size` and `points` (x, y) are px, `euler` degrees, `solid` (x, -y, -z) with x
to the performer's right, y up and z forward; the last 14 are relative to the face at rest, about -1…1."""
assert FACE.itemsize == OPENSEEFACE_SIZE
_AT = {name: at for name, (_, at, *_) in (FACE.fields or {}).items()}
ID = struct.Struct("<8xi")
OPEN, OPEN_AT = struct.Struct("<2fB"), _AT["right_open"]
HEAD, HEAD_AT = struct.Struct("<6f"), _AT["euler"]
CONFIDENCE, CONFIDENCE_AT = struct.Struct("<68f"), _AT["confidence"]
EYES, EYES_AT = struct.Struct("<12f"), _AT["solid"] + 66 * 12
FEATURES, FEATURES_AT = struct.Struct("<14f"), _AT["eye_left"]
JAW_M = 0.15
"""How wide the model's jaw is on people, m."""
POSITION_LIMIT = 10.0
KEPT = 1.0
"""How long a face that is lost is waited for before another is followed, s."""


class OpenSeeFaceSettings(NetworkSettings):
    """The program OpenSeeFace."""

    kind: Literal["openseeface"] = "openseeface"
    port: int = Field(PORT, ge=1, le=65535, title="Port")


class OpenSeeFace(NetworkTracker[OpenSeeFaceSettings]):
    """Follows one of the faces that the program sees: the largest at first, and then that one while it is there."""

    title = "OpenSeeFace"
    app = "OpenSeeFace"

    def __init__(self, settings: OpenSeeFaceSettings, frames: Reader[Frame] | None = None) -> None:
        super().__init__(settings, frames)
        self._followed: int | None = None
        self._seen = -math.inf

    def parse(self, packet: bytes) -> tuple[FaceState | None, Collection[int]]:
        starts = split(packet)
        time = clock.now()
        if time - self._seen > KEPT:
            self._followed = None
        if self._followed is None:
            self._followed = largest(packet)
        for start in starts:
            if ID.unpack_from(packet, start)[0] == self._followed:
                self._seen = time
                return state(packet, start, self.face), ()
        return None, ()

    def silence(self) -> str:
        return (
            f"{super().silence()} Start it with: facetracker -i 127.0.0.1 -p {self.settings.port} --discard-after 0 "
            "--scan-every 0 --no-3d-adapt 1 --max-feature-updates 900"
        )


def split(packet: bytes) -> range:
    """Where each face begins; PacketError if it isn't one whole face or more."""
    if not packet or len(packet) % FACE.itemsize:
        raise PacketError("not a number of whole faces")
    return range(0, len(packet), FACE.itemsize)


def largest(packet: bytes) -> int:
    """The id of the largest face in the picture."""
    faces = np.frombuffer(packet, FACE)
    with np.errstate(invalid="ignore"):  # signalling NaNs
        points = np.nan_to_num(faces["points"].astype(np.float64), posinf=0, neginf=0)
    return int(faces["id"][np.ptp(points, axis=1).prod(1).argmax()])


def state(packet: bytes, start: int, last: FaceState) -> FaceState:
    """Turn a face into ours, with the nearest blendshapes; plain numbers, as NumPy's calls would take most of the time.

    Args:
        packet: Values in it that are no numbers count as at rest.
        start: Where the face begins.
        last: Whose head is kept where the fit failed.
    """
    right_open, left_open, fitted = OPEN.unpack_from(packet, start + OPEN_AT)
    head = HEAD.unpack_from(packet, start + HEAD_AT)
    eyes = EYES.unpack_from(packet, start + EYES_AT)
    features = [_finite(value) for value in FEATURES.unpack_from(packet, start + FEATURES_AT)]
    weights = np.zeros(len(INDEX), np.float32)
    shapes = _shapes(features) | {
        "eyeBlinkLeft": 1 - _finite(left_open, 1.0),
        "eyeBlinkRight": 1 - _finite(right_open, 1.0),
    }
    for name, value in shapes.items():
        if value > 0:
            weights[INDEX[name]] = min(value, 1.0)
    rotation, translation = last.rotation, last.translation
    if fitted and math.isfinite(sum(head)):
        x, y, z, row, column, depth = head
        turns = [math.radians((angle + 180) % 360 - 180) for angle in (x + 180, y, z - 90)]
        rotation = np.array(turns, np.float32)
        places = [min(max(JAW_M * way, -POSITION_LIMIT), POSITION_LIMIT) for way in (-column, row, depth)]
        translation = np.array(places, np.float32)
    if fitted and math.isfinite(sum(eyes)):
        for side, pupil in (("Right", 0), ("Left", 3)):
            right, down, back = (eyes[pupil + axis] - eyes[pupil + 6 + axis] for axis in range(3))
            below = math.degrees(math.atan2(down, math.hypot(right, back)))
            look(weights, side, below, math.degrees(math.atan2(-right, -back)))
    for values in (weights, rotation, translation):
        values.setflags(write=False)
    sure = _finite(sum(CONFIDENCE.unpack_from(packet, start + CONFIDENCE_AT)) / 68)
    return FaceState(weights, rotation, translation, confidence=min(max(sure, 0.0), 1.0))


def _shapes(features: list[float]) -> dict[str, float]:
    """Blendshapes by name, unbounded, of the last 14 values."""
    eye_left, eye_right, _, brow_left, _, _, brow_right, _, down_left, _, down_right, _, mouth, wide = features
    return {
        "eyeWideLeft": eye_left,
        "eyeWideRight": eye_right,
        "browOuterUpLeft": brow_left,
        "browOuterUpRight": brow_right,
        "browInnerUp": (max(brow_left, 0.0) + max(brow_right, 0.0)) / 2,
        "browDownLeft": -brow_left,
        "browDownRight": -brow_right,
        "mouthFrownLeft": down_left,
        "mouthFrownRight": down_right,
        "mouthSmileLeft": -down_left,
        "mouthSmileRight": -down_right,
        "jawOpen": mouth,
        "mouthStretchLeft": wide,
        "mouthStretchRight": wide,
        "mouthPucker": -wide,
    }


def _finite(value: float, otherwise: float = 0.0) -> float:
    return value if math.isfinite(value) else otherwise
