"""Face state from VTube Studio on a phone (iOS and Android), and from MeowFace, which speaks as it does.

The phone is asked at UDP 21412, once a second, to send to a port of this computer for the next seconds; MeowFace also
sends unasked, to 12345. One JSON object comes 60 times a second:

`{"Timestamp": ms, "Hotkey": -1, "FaceFound": true, "Rotation": {"x", "y", "z"}, "Position": {…}, "EyeLeft": {…},
"EyeRight": {…}, "BlendShapes": [{"k": "JawOpen", "v": 0.4}, …]}`

Source: https://github.com/DenchiSoft/VTubeStudioBlendshapeUDPReceiverTest; MeowFace as published programs read it.
"""

import json
import math
from collections.abc import Collection, Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field
from pydantic_core import from_json

from vtuber_app.core.errors import PacketError
from vtuber_app.core.types import FaceState
from vtuber_app.trackers.network import PhoneNetworkSettings, PhoneTracker
from vtuber_app.trackers.shapes import merged, number, place

PORT = 11125
PHONE_PORT = 21412
MEOWFACE_PORT = 12345
SECONDS = 5.0
"""How long the phone sends when it was asked."""
POSITION_LIMIT = 10.0


class VTubeStudioSettings(PhoneNetworkSettings):
    """The phone apps VTube Studio and MeowFace."""

    kind: Literal["vtube_studio"] = "vtube_studio"
    port: int = Field(PORT, ge=1, le=65535, title="Port")
    phone: str = Field(
        "", title="Phone's address", description="The app shows it where it lets other programs take its tracking."
    )


class VTubeStudio(PhoneTracker[VTubeStudioSettings]):
    """Asks the phone every second, and hears it."""

    title = "VTube Studio, MeowFace (phone)"
    app = "VTube Studio or MeowFace"
    further = (MEOWFACE_PORT,)
    phone_port = PHONE_PORT
    period = 1.0
    always = True

    def hello(self) -> bytes:
        asked = {
            "messageType": "iOSTrackingDataRequest",
            "time": SECONDS,
            "sentBy": "vtuber_app",
            "ports": [self.listener.port],
        }
        return json.dumps(asked).encode()

    def parse(self, packet: bytes) -> tuple[FaceState | None, Collection[int]]:
        return parse(packet, self.face)

    def silence(self) -> str:
        if self._phone:
            return super().silence()
        return (
            "Type the phone's address: VTube Studio must be asked before it sends. It is shown in the app's settings, "
            "where tracking for other programs is switched on. MeowFace may also send unasked, to this computer's "
            f"address, {self._own_address}, UDP port {MEOWFACE_PORT}."
        )


def parse(packet: bytes, last: FaceState) -> tuple[FaceState | None, Collection[int]]:
    """Decode one datagram: degrees to radians, centimetres to metres.

    Pitch is `Rotation.y`, yaw `Rotation.x` and roll `Rotation.z`, with iFacialMocap's signs, which are ours. The unit
    of `Position` is not documented; phones at arm's length give z near -30. The eyes' vectors are not used: all
    of these apps send eyeLook blendshapes, and MeowFace's vectors squint.

    Args:
        packet: Unknown fields are passed over, and any but FaceFound may be missing.
        last: What missing or unreadable values keep.

    Returns:
        The face, None if the app has lost it, and the indices of the blendshapes in the packet.

    Raises:
        PacketError: It is no such object.
    """
    try:
        read = from_json(packet)  # twice as fast as json's
    except ValueError as error:
        raise PacketError("no JSON") from error
    if not isinstance(read, dict) or "FaceFound" not in read:
        raise PacketError("no tracking data")
    if read["FaceFound"] is not True:
        return None, ()
    shapes = read.get("BlendShapes")
    named: dict[int, float] = {}
    for shape in shapes if isinstance(shapes, list) else ():
        if isinstance(shape, dict) and isinstance(key := shape.get("k"), str) and (at := place(key)) is not None:
            value = shape.get("v")
            if (type(value) is float and math.isfinite(value)) or (value := number(value)) is not None:
                named[at] = value
    weights = merged(named, last.blendshapes)
    turns = _vector(read.get("Rotation"), "yxz", math.pi / 180, math.pi, last.rotation.tolist())
    places = _vector(read.get("Position"), "xyz", 0.01, POSITION_LIMIT, last.translation.tolist())
    rotation, translation = np.array(turns, np.float32), np.array(places, np.float32)
    for values in (weights, rotation, translation):
        values.setflags(write=False)
    return FaceState(weights, rotation, translation), named.keys()


def _vector(read: Any, keys: str, unit: float, limit: float, last: Sequence[float]) -> Sequence[float]:
    """An object's three numbers, in our unit and up to a limit; what it lacks is as before."""
    if not isinstance(read, dict):
        return last
    came = [number(read.get(key)) for key in keys]
    return [old if new is None else min(max(new * unit, -limit), limit) for new, old in zip(came, last, strict=True)]
