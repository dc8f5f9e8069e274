"""Face state from OpenSeeFace, a program that tracks faces in a webcam's pictures.

UDP port 11573, little-endian, packed, 1785 bytes for each face, one behind the other; nothing is sent while no face is
seen. Fields are as in `FACE`. Source: https://github.com/emilianavt/OpenSeeFace, facetracker.py and tracker.py.

Its head is fitted with rows and columns of the picture for x and y, and behind the camera: so an upright face has Euler
angles (180, 0, 90), and ours are (x + 180, y, z - 90), in the same order of turns. Its translation is (row, column,
depth) of the negative head, in units of a model that is one jaw wide.
"""

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtuber_app.core import clock
from vtuber_app.core.errors import PacketError
from vtuber_app.core.types import INDEX, FaceState, zeros
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

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._followed: int | None = None
        self._seen = -math.inf

    def parse(self, packet: bytes) -> tuple[FaceState | None, set[int]]:
        faces = split(packet)
        time = clock.now()
        if time - self._seen > KEPT:
            self._followed = None
        if self._followed is None:
            self._followed = largest(faces)
        for face in faces:
            if face["id"] == self._followed:
                self._seen = time
                return state(face, self.face), set()
        return None, set()

    def silence(self) -> str:
        return (
            f"{super().silence()} Start it with: facetracker -i 127.0.0.1 -p {self.settings.port} --discard-after 0 "
            "--scan-every 0 --no-3d-adapt 1 --max-feature-updates 900"
        )


def split(packet: bytes) -> NDArray[Any]:
    """(N,) of `FACE`, N at least 1; PacketError if it isn't whole faces."""
    if not packet or len(packet) % FACE.itemsize:
        raise PacketError("not a number of whole faces")
    return np.frombuffer(packet, FACE)


def largest(faces: NDArray[Any]) -> int:
    """The id of the largest of (N,) faces in the picture."""
    with np.errstate(invalid="ignore"):
        points = np.nan_to_num(faces["points"].astype(np.float64), posinf=0, neginf=0)
    return int(faces["id"][np.ptp(points, axis=1).prod(1).argmax()])


def state(face: Any, last: FaceState) -> FaceState:
    """Turn one of `FACE` into ours, with the nearest blendshapes.

    Args:
        face: Values that are no numbers count as at rest.
        last: Whose head is kept where the fit failed.
    """
    weights = zeros(len(INDEX)).copy()
    up = []
    for side in ("left", "right"):
        name = side.capitalize()
        weights[INDEX[f"eyeBlink{name}"]] = _share(1 - _finite(face[f"{side}_open"], 1.0))
        weights[INDEX[f"eyeWide{name}"]] = _share(_finite(face[f"eye_{side}"]))
        brow = _finite(face[f"brow_up_{side}"])
        up.append(_share(brow))
        weights[INDEX[f"browOuterUp{name}"]] = _share(brow)
        weights[INDEX[f"browDown{name}"]] = _share(-brow)
        corner = _finite(face[f"corner_down_{side}"])
        weights[INDEX[f"mouthFrown{name}"]] = _share(corner)
        weights[INDEX[f"mouthSmile{name}"]] = _share(-corner)
        wide = _finite(face["mouth_wide"])
        weights[INDEX[f"mouthStretch{name}"]] = _share(wide)
    weights[INDEX["browInnerUp"]] = sum(up) / 2
    weights[INDEX["mouthPucker"]] = _share(-wide)
    weights[INDEX["jawOpen"]] = _share(_finite(face["mouth_open"]))
    rotation, translation = last.rotation, last.translation
    with np.errstate(invalid="ignore"):  # signalling NaNs
        euler, place, solid = (face[name].astype(np.float64) for name in ("euler", "translation", "solid"))
        confidence = _share(_finite(face["confidence"].astype(np.float64).mean()))
    if face["fitted"] and np.isfinite(euler).all() and np.isfinite(place).all():
        degrees = (euler + (180, 0, -90) + 180) % 360 - 180
        rotation = np.radians(degrees).astype(np.float32)
        column, row, depth = place[1], place[0], place[2]
        place = np.clip(JAW_M * np.array([-column, row, depth]), -POSITION_LIMIT, POSITION_LIMIT)
        translation = place.astype(np.float32)
    if face["fitted"] and np.isfinite(solid[66:]).all():
        for side, pupil in (("Right", 66), ("Left", 67)):
            right, up_, forward = (solid[pupil] - solid[pupil + 2]) * (1, -1, -1)
            down = math.degrees(math.atan2(-up_, math.hypot(right, forward)))
            look(weights, side, down, math.degrees(math.atan2(-right, forward)))
    for values in (weights, rotation, translation):
        values.setflags(write=False)
    return FaceState(weights, rotation, translation, confidence=confidence)


def _finite(value: Any, otherwise: float = 0.0) -> float:
    number = float(value)
    return number if math.isfinite(number) else otherwise


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
