"""The face as a VMC performer sends it: to VSeeFace, Warudo, VMagicMirror, VNyan, Unity, Blender, and others.

OSC over UDP in bundles of at most 1500 bytes, the last of which has Apply. Bones are local, in Unity's frame;
a VMC program's sides are the character's own, and it shows them as they come. Source: https://protocol.vmc.info/english.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import Field

from vtuber_app.core.types import BLENDSHAPES, FaceState
from vtuber_app.outputs.datagrams import DatagramOutput, DatagramSettings
from vtuber_app.pose import eyes, vrm

PORT = 39539
LARGEST = 1472
"""Of a bundle, bytes: with the heads of IP and UDP an Ethernet frame's 1500."""
NECK = 0.4
"""The neck's share of what head and neck turn together."""
PLACES = {
    "Spine": (0.0, 0.06, 0.0),
    "Neck": (0.0, 0.12, -0.01),
    "Head": (0.0, 0.08, 0.01),
    "LeftEye": (-0.03, 0.06, 0.03),
    "RightEye": (0.03, 0.06, 0.03),
}
"""Of bones in those above them, m: a usual avatar's, for receivers that take places too."""
Quaternion = tuple[float, float, float, float]


class VmcOutSettings(DatagramSettings):
    """Programs that receive the VMC protocol."""

    kind: Literal["vmc_out"] = "vmc_out"
    port: int = Field(PORT, ge=1, le=65535, title="Port")
    shapes: Literal["VRM", "perfect sync"] = Field(
        "VRM",
        title="Blendshapes",
        description="VRM: vowels, blinks, moods. Perfect sync: ARKit's 52, if the model has them.",
    )
    body: float = Field(0.1, ge=0, le=0.5, title="Body follows", description="How far it turns along with the head.")


class VmcOut(DatagramOutput[VmcOutSettings]):
    """Sends head, eyes and blendshapes, as the protocol's “performer”."""

    title = "Face by VMC protocol"
    app = "the program that receives VMC"
    hot = DatagramOutput.hot | {"shapes", "body"}

    def datagrams(self, face: FaceState, time: float) -> Iterable[bytes]:
        return bundles(messages(face, time, self.settings.shapes == "perfect sync", self.settings.body))


def messages(face: FaceState, time: float, perfect_sync: bool = False, body: float = 0.0) -> Iterator[Any]:
    """What a moment is, message by message, as python-osc has them.

    Neck and head together turn as the performer's head does against the body; the spine's turn comes on top.
    """
    seen = int(face.confidence > 0)
    yield _message("/VMC/Ext/OK", 1, 3, 0, seen)  # the avatar is loaded and calibrated
    yield _message("/VMC/Ext/T", float(time))
    yield _message("/VMC/Ext/Root/Pos", "root", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    head = turned(*(float(angle) for angle in face.rotation))
    turns = {"Spine": share(head, body), "Neck": share(head, NECK), "Head": share(head, 1 - NECK)}
    for side in ("Left", "Right"):
        down, left = eyes.angles(face, side)
        turns[f"{side}Eye"] = turned(down, left, 0.0)
    for bone, turn in turns.items():
        yield _message("/VMC/Ext/Bone/Pos", bone, *PLACES[bone], *turn)
    shapes = {name: face[name] for name in BLENDSHAPES} if perfect_sync else vrm.expressions(face)
    for name, value in shapes.items():
        yield _message("/VMC/Ext/Blend/Val", name, float(value))
    yield _message("/VMC/Ext/Blend/Apply")


def turned(pitch: float, yaw: float, roll: float) -> Quaternion:
    """x, y, z, w in Unity's frame of angles as `FaceState` has them, rad: its x is the other way."""
    (sx, cx), (sy, cy), (sz, cz) = ((math.sin(angle / 2), math.cos(angle / 2)) for angle in (pitch, yaw, roll))
    return (
        cz * cy * sx - sz * sy * cx,
        -(cz * sy * cx + sz * cy * sx),
        -(sz * cy * cx - cz * sy * sx),
        cz * cy * cx + sz * sy * sx,
    )


def share(turn: Quaternion, much: float) -> Quaternion:
    """That much of a turn, about the same axis."""
    *axis, w = turn
    length = math.hypot(*axis)
    if length < 1e-9:
        return 0.0, 0.0, 0.0, 1.0
    half = much * math.atan2(length, w)
    x, y, z = (math.sin(half) / length * part for part in axis)
    return x, y, z, math.cos(half)


def bundles(contents: Iterable[Any]) -> Iterator[bytes]:
    """As few bundles as hold these messages, in order."""
    from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder

    builder, size = OscBundleBuilder(IMMEDIATELY), HEAD
    for message in contents:
        if size + 4 + message.size > LARGEST:
            yield builder.build().dgram
            builder, size = OscBundleBuilder(IMMEDIATELY), HEAD
        builder.add_content(message)
        size += 4 + message.size
    yield builder.build().dgram


HEAD = 16
"""Of a bundle, bytes; before each message come 4 more."""


def _message(address: str, *arguments: str | int | float) -> Any:
    from pythonosc.osc_message_builder import OscMessageBuilder

    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument, {str: "s", int: "i", float: "f"}[type(argument)])
    return builder.build()
