"""A good packet for every tracker over the network, and what becomes of packets on a bad day."""

import json
import random
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from pythonosc import osc_bundle_builder, osc_message_builder
from wire import free_port

from vtuber_app import plugins
from vtuber_app.core.types import BLENDSHAPES, FaceState
from vtuber_app.outputs import ifacialmocap
from vtuber_app.trackers.network import NetworkTracker
from vtuber_app.trackers.openseeface import FACE

TRACKERS: dict[str, type[NetworkTracker[Any]]] = {
    kind: part for kind, part in plugins.trackers.items() if issubclass(part, NetworkTracker)
}
BONES = [
    "Hips",
    "Spine",
    "Chest",
    "UpperChest",
    "Neck",
    "LeftEye",
    "RightEye",
    *[f"Finger{index}" for index in range(48)],
]


def weights(jaw: float) -> list[float]:
    """52 weights, of which jawOpen is that."""
    return [jaw if name == "jawOpen" else (index % 10) / 10 for index, name in enumerate(BLENDSHAPES)]


def mocap(jaw: float) -> list[bytes]:
    face = FaceState(np.array(weights(jaw), np.float32), np.array([0.1, 0.2, 0.3], np.float32))
    return [ifacialmocap.encode(face)]


def vtube_studio(jaw: float) -> list[bytes]:
    angles = {"x": 11.459, "y": 5.7296, "z": 17.189}
    read: dict[str, Any] = {"Timestamp": 1700000000123, "Hotkey": -1, "FaceFound": True, "Rotation": angles}
    read |= {"Position": {"x": 1.0, "y": 2.0, "z": -30.0}, "EyeLeft": angles, "EyeRight": angles}
    read["BlendShapes"] = [{"k": name, "v": value} for name, value in zip(BLENDSHAPES, weights(jaw), strict=True)]
    return [json.dumps(read).encode()]


def live_link_face(jaw: float) -> list[bytes]:
    head = struct.pack("<i", 6) + b"$AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE" + b"\0\0\0\x06iPhone"
    return [head + struct.pack(">ifiiB61f", 1, 0.0, 60, 1, 61, *weights(jaw), 0.2, 0.1, 0.3, *[0.0] * 6)]


def openseeface(jaw: float) -> list[bytes]:
    face = np.zeros(1, FACE)
    face["fitted"], face["mouth_open"] = 1, jaw
    face["euler"] = (np.degrees(0.1) - 180, np.degrees(0.2), np.degrees(0.3) + 90)
    return [face.tobytes()]


def vmc(jaw: float) -> list[bytes]:
    """As programs send it: full bodies, some 6 kB in bundles of up to 1500 bytes; our angles by the head's bone."""
    (cx, sx), (cy, sy), (cz, sz) = ((float(np.cos(angle / 2)), float(np.sin(angle / 2))) for angle in (0.1, -0.2, -0.3))
    head = (sx * cy * cz - cx * sy * sz, cx * sy * cz + sx * cy * sz)
    head += (cx * cy * sz - sx * sy * cz, cx * cy * cz + sx * sy * sz)
    contents: list[tuple[Any, ...]] = [("/VMC/Ext/OK", 1), ("/VMC/Ext/T", 1.5)]
    contents += [("/VMC/Ext/Bone/Pos", "Head", 0.0, 0.0, 0.0, *head)]
    contents += [("/VMC/Ext/Bone/Pos", name, 0.0, 0.1, 0.0, 0.0, 0.0, 0.0, 1.0) for name in BONES]
    contents += [("/VMC/Ext/Blend/Val", name, value) for name, value in zip(BLENDSHAPES, weights(jaw), strict=True)]
    contents += [("/VMC/Ext/Blend/Apply",)]
    packets, size, builder = [], 16, osc_bundle_builder.OscBundleBuilder(osc_bundle_builder.IMMEDIATELY)
    for address, *arguments in contents:
        message = osc_message_builder.OscMessageBuilder(address)
        for argument in arguments:
            message.add_arg(argument)
        built = message.build()
        if size + 4 + built.size > 1500:
            packets.append(builder.build().dgram)
            size, builder = 16, osc_bundle_builder.OscBundleBuilder(osc_bundle_builder.IMMEDIATELY)
        builder.add_content(built)
        size += 4 + built.size
    return [*packets, builder.build().dgram]


GOOD: dict[str, Callable[[float], list[bytes]]] = {
    "facemotion3d": mocap,
    "ifacialmocap": mocap,
    "live_link_face": live_link_face,
    "openseeface": openseeface,
    "vmc": vmc,
    "vtube_studio": vtube_studio,
}
"""The datagrams of one frame, with this jawOpen and a head at (0.1, 0.2, 0.3) rad."""


def made(kind: str) -> NetworkTracker[Any]:
    """The tracker of that kind at a free port."""
    part = TRACKERS[kind]
    return part(part.settings_class()(port=free_port()))


def spoilt(packet: bytes, chance: random.Random) -> bytes:
    """The packet, cut, with wrong bytes, doubled, or noise in its place."""
    way = chance.randrange(5)
    if way == 0:
        return chance.randbytes(chance.randrange(1, 1800))
    if way == 1:
        return packet[: chance.randrange(1, len(packet))]
    if way == 2:
        at = chance.randrange(len(packet))
        return packet[:at] + chance.randbytes(chance.randrange(8)) + packet[at:]
    changed = bytearray(packet)
    for _ in range(chance.randrange(1, 12)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)
