import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire import PACKETS, raw

from vtuber_app.core.errors import PacketError
from vtuber_app.core.types import BLENDSHAPES, FaceState
from vtuber_app.trackers.live_link_face import parse

REST = FaceState()
NAMES = """
eyeBlinkLeft eyeLookDownLeft eyeLookInLeft eyeLookOutLeft eyeLookUpLeft eyeSquintLeft eyeWideLeft eyeBlinkRight
eyeLookDownRight eyeLookInRight eyeLookOutRight eyeLookUpRight eyeSquintRight eyeWideRight jawForward jawLeft jawRight
jawOpen mouthClose mouthFunnel mouthPucker mouthLeft mouthRight mouthSmileLeft mouthSmileRight mouthFrownLeft
mouthFrownRight mouthDimpleLeft mouthDimpleRight mouthStretchLeft mouthStretchRight mouthRollLower mouthRollUpper
mouthShrugLower mouthShrugUpper mouthPressLeft mouthPressRight mouthLowerDownLeft mouthLowerDownRight mouthUpperUpLeft
mouthUpperUpRight browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft
cheekSquintRight noseSneerLeft noseSneerRight tongueOut"""


def packet(values: list[float], name: bytes = b"iPhone") -> bytes:
    head = struct.pack("<i", 6) + b"$AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE" + struct.pack(">i", len(name)) + name
    return head + struct.pack(">ifiiB61f", 1, 0.0, 60, 1, 61, *values)


def test_the_published_packet() -> None:
    expected = PACKETS["llf"]["expect"]
    face = parse(raw("llf"), REST)
    assert face
    assert {name: face[name] for name in expected["blend"]} == pytest.approx(expected["blend"])
    assert not any(face[name] for name in BLENDSHAPES if name not in expected["blend"])
    angles = [expected["head_pitch"], expected["head_yaw"], expected["head_roll"]]
    assert face.rotation == pytest.approx(angles)


def test_no_face() -> None:
    assert parse(raw("llf_no_face"), REST) is None


def test_the_order_is_the_documented_one() -> None:
    for index, name in enumerate(NAMES.split()):
        face = parse(packet([float(place == index) for place in range(61)], "Søren".encode()), REST)
        assert face
        assert [place for place in BLENDSHAPES if face[place]] == [name]


def test_values_that_are_no_numbers_keep_the_last() -> None:
    last = parse(packet([0.5] * 61), REST)
    assert last
    face = parse(packet([float("nan"), float("inf"), -1.0, 7.0, *[float("nan")] * 57]), last)
    assert face
    assert face.blendshapes[:5] == pytest.approx([0.5, 0.5, 0, 1, 0.5])
    assert face.rotation == pytest.approx([0.5] * 3)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        raw("llf")[:40],
        raw("llf")[:-1],
        raw("llf") + b"\0",
        b"\x07" + raw("llf")[1:],
        raw("llf")[:41] + b"\xff\xff\xff\xff" + raw("llf")[45:],
        raw("llf")[:41] + b"\x7f\xff\xff\xff" + raw("llf")[45:],
        raw("llf")[:67] + b"\x3c" + raw("llf")[68:],
    ],
)
def test_what_is_none_of_its_packets_is_refused(wrong: bytes) -> None:
    with pytest.raises(PacketError):
        parse(wrong, REST)


@given(st.lists(st.floats(width=32), min_size=61, max_size=61), st.binary(max_size=30))
def test_any_values_give_a_sane_face(values: list[float], name: bytes) -> None:
    face = parse(packet(values, name), REST)
    assert face
    assert ((face.blendshapes >= 0) & (face.blendshapes <= 1)).all()
    assert np.isfinite(face.rotation).all()
