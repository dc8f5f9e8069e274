"""Face state from Epic's Live Link Face app, which must be in its “Live Link (ARKit)” mode.

One datagram a frame, big-endian but for its version: int32 version 6, little-endian; `$` and the phone's 36 letters;
int32 and that many bytes of the subject's name; int32 frame, float32 part of a frame, int32 frames a second, int32
divisor; a byte, 61; 61 float32: ARKit's 52 blendshapes in Apple's order, then yaw, pitch and roll of the head, the
left eye and the right eye. A packet that ends behind the name says that there is no face.

Source: https://github.com/JimWest/PyLiveLinkFace, and Unreal Engine's ARKit face support for the signs: unless it is
mirrored, its head turns, nods and leans as ARKit's axes have it, which are ours. The angles are taken for radians.
"""

import math
import struct
from collections.abc import Collection, Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from vtuber_app.core.errors import PacketError
from vtuber_app.core.types import BLENDSHAPES, FaceState
from vtuber_app.trackers.network import NetworkSettings, NetworkTracker

PORT = 11111
VERSION = struct.pack("<i", 6)
NAME_AT = 41
NAME_LIMIT = 256
MOMENT = struct.Struct(">ifiiB")
VALUES = 61
VALUES_OF = struct.Struct(f">{VALUES}f")
ALL = frozenset(range(len(BLENDSHAPES)))


class LiveLinkFaceSettings(NetworkSettings):
    """The phone app Live Link Face."""

    kind: Literal["live_link_face"] = "live_link_face"
    port: int = Field(PORT, ge=1, le=65535, title="Port")


class LiveLinkFace(NetworkTracker[LiveLinkFaceSettings]):
    """Hears the phone, in which this computer's address is typed as a target."""

    title = "Live Link Face (iPhone)"
    app = "Live Link Face"

    def parse(self, packet: bytes) -> tuple[FaceState | None, Collection[int]]:
        return parse(packet, self.face), ALL

    def silence(self) -> str:
        return f"{super().silence()} The app must be in its “Live Link (ARKit)” mode."


def parse(packet: bytes, last: FaceState) -> FaceState | None:
    """Decode one datagram.

    Args:
        packet: As above.
        last: What values that are no numbers keep.

    Returns:
        The face, or None if the phone sees none.

    Raises:
        PacketError: It is none of Live Link Face's.
    """
    if packet[:4] != VERSION or packet[4:5] != b"$" or len(packet) < NAME_AT + 4:
        raise PacketError("not Live Link Face's header")
    length = int.from_bytes(packet[NAME_AT : NAME_AT + 4], "big", signed=True)
    start = NAME_AT + 4 + length
    if not 0 <= length <= NAME_LIMIT or len(packet) < start:
        raise PacketError("a name that doesn't end")
    if len(packet) == start:
        return None
    values_at = start + MOMENT.size
    if len(packet) != values_at + 4 * VALUES or packet[values_at - 1] != VALUES:
        raise PacketError("not 61 values")
    values: Sequence[float] = VALUES_OF.unpack_from(packet, values_at)
    if not math.isfinite(sum(values)):
        before = [*last.blendshapes.tolist(), *last.rotation[[1, 0, 2]].tolist()]
        values = [new if math.isfinite(new) else old for new, old in zip(values, before, strict=False)]
    weights = np.array([0.0 if value < 0 else 1.0 if value > 1 else value for value in values[:52]], np.float32)
    yaw, pitch, roll = (min(max(value, -math.pi), math.pi) for value in values[52:55])
    rotation = np.array((pitch, yaw, roll), np.float32)
    for out in (weights, rotation):
        out.setflags(write=False)
    return FaceState(weights, rotation)
