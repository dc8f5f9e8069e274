import math
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc import osc_bundle, osc_bundle_builder, osc_message_builder, udp_client
from wire import PACKETS, free_port, raw, send

from vtuber_app.core.errors import PacketError
from vtuber_app.core.types import BLENDSHAPES
from vtuber_app.trackers.osc import Argument, arguments, messages
from vtuber_app.trackers.vmc import Vmc, VmcSettings
from vtuber_app.trackers.vmc_performer import ALIKE, SIZES, Performer


@pytest.fixture
def tracker() -> Iterator[Vmc]:
    with Vmc(VmcSettings(port=free_port())) as part:
        yield part


@pytest.fixture
def peer(tracker: Vmc) -> Iterator[udp_client.SimpleUDPClient]:
    with udp_client.SimpleUDPClient("127.0.0.1", tracker.settings.port) as client:
        yield client


def message(address: str, *arguments: object) -> Any:
    builder = osc_message_builder.OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build()


def bundle(*contents: Any) -> Any:
    builder = osc_bundle_builder.OscBundleBuilder(osc_bundle_builder.IMMEDIATELY)
    for content in contents:
        builder.add_content(content)
    return builder.build()


def bone(name: str, x: float, y: float, z: float, w: float) -> Any:
    return message("/VMC/Ext/Bone/Pos", name, 0.0, 1.5, 0.0, x, y, z, w)


def about(axis: int, degrees: float) -> list[float]:
    quaternion = [0.0, 0.0, 0.0, math.cos(math.radians(degrees) / 2)]
    quaternion[axis] = math.sin(math.radians(degrees) / 2)
    return quaternion


def read_all(packet: bytes) -> list[tuple[bytes, list[Argument]]]:
    return [(address, arguments(packet, at, end)[0]) for address, at, end in messages(packet)]


def test_the_published_bundle() -> None:
    expected = PACKETS["vmc_bundle"]["expect"]
    read = read_all(raw("vmc_bundle"))
    assert len(read) == expected["messages"]
    values = {came[0]: came[1] for address, came in read if address == b"/VMC/Ext/Blend/Val"}
    assert values == pytest.approx(expected["blend"])
    (head,) = [came for address, came in read if address == b"/VMC/Ext/Bone/Pos"]
    assert head[0] == "Head"
    assert head[4:] == pytest.approx(expected["head_quat"])
    performer = Performer()
    assert performer.take(raw("vmc_bundle")).applied is expected["apply"]
    face = performer.face()
    assert face
    assert np.degrees(face.rotation) == pytest.approx([0, -expected["head_yaw_deg_unity"], 0], abs=1e-4)
    assert face["eyeBlinkLeft"] == 1
    assert face["eyeBlinkRight"] == 0
    assert face["jawOpen"] == 0.25  # by its own name, though A would open it further
    assert face["mouthLowerDownLeft"] == pytest.approx(0.2)


def test_the_published_messages_with_more_arguments() -> None:
    ((address, read),) = read_all(raw("vmc_ok_v27"))
    assert address == b"/VMC/Ext/OK"
    assert read == list(PACKETS["vmc_ok_v27"]["expect"].values())
    ((_, root),) = read_all(raw("vmc_root_v21"))
    expected = PACKETS["vmc_root_v21"]["expect"]
    assert root == ["root", 0, 0, 0, *expected["quat"], *expected["scale"], *expected["offset"]]


def test_a_python_osc_peer_is_heard(tracker: Vmc, peer: udp_client.SimpleUDPClient) -> None:
    values = {name: (index + 1) / 60 for index, name in enumerate(BLENDSHAPES)}
    shapes = [message("/VMC/Ext/Blend/Val", name[0].upper() + name[1:], value) for name, value in values.items()]
    peer.send(bundle(message("/VMC/Ext/OK", 1), message("/VMC/Ext/T", 1.5), *shapes[:26]))
    assert tracker.read(0.1) is None  # not before Apply
    head = bone("Head", *about(0, 10))
    peer.send(bundle(head, bone("Hips", 0, 0, 0, 1), *shapes[26:], message("/VMC/Ext/Blend/Apply")))
    driving = tracker.read(1)
    assert driving
    assert driving.face
    assert {name: driving.face[name] for name in values} == pytest.approx(values, abs=1e-6)
    assert np.degrees(driving.face.rotation) == pytest.approx([10, 0, 0], abs=1e-4)
    assert tracker.notice is None
    peer.send(message("/VMC/Ext/Blend/Val", "jawOpen", 1.0))
    peer.send(message("/VMC/Ext/Blend/Apply"))
    moved = [driving for _ in range(3) if (driving := tracker.read(0.1))]
    assert moved[-1].face
    assert moved[-1].face["jawOpen"] == 1
    assert moved[-1].face["tongueOut"] == pytest.approx(52 / 60)


@pytest.mark.parametrize(
    ("bones", "expected"),
    [
        ({"Head": about(0, 10)}, [10, 0, 0]),
        ({"Head": about(1, 15)}, [0, -15, 0]),
        ({"Head": about(2, 20)}, [0, 0, -20]),
        ({"Head": about(1, -15), "Neck": about(1, -10)}, [0, 25, 0]),
        ({"Head": [0.0, 0.0, 0.0, 5.0]}, [0, 0, 0]),
        ({"Head": [0.0, 0.0, 0.0, 0.0], "Spine": about(0, 40)}, [0, 0, 0]),
    ],
)
def test_the_head_turns_as_unitys_frame_has_it(bones: dict[str, list[float]], expected: list[float]) -> None:
    """Left-handed, x to the character's right, y up: about x nods down, about y turns right, about z leans left."""
    performer = Performer()
    performer.take(bundle(*(bone(name, *turn) for name, turn in bones.items())).dgram)
    face = performer.face()
    assert face
    assert np.degrees(face.rotation) == pytest.approx(expected, abs=1e-4)


def test_the_head_alone_makes_moments(tracker: Vmc, peer: udp_client.SimpleUDPClient) -> None:
    peer.send(bone("Head", *about(0, 10)))
    assert tracker.read(1)
    peer.send(bone("LeftHand", *about(0, 10)))
    assert tracker.read(0.05) is None


def test_eyes_turn_as_bones_or_by_name() -> None:
    performer = Performer()
    performer.take(bundle(*(bone(name, *about(1, -17.75)) for name in ("LeftEye", "RightEye"))).dgram)
    face = performer.face()
    assert face
    assert face.gaze == pytest.approx((0.5, 0), abs=1e-5)
    named = bundle(message("/VMC/Ext/Blend/Val", "LookRight", 0.75), message("/VMC/Ext/Blend/Apply"))
    performer.take(named.dgram)
    face = performer.face()
    assert face
    assert face.gaze == pytest.approx((-0.75, 0))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("A", "jawOpen"), ("aa", "jawOpen"), ("I", "mouthStretchLeft"), ("ou", "mouthPucker"),
        ("E", "mouthStretchRight"), ("O", "mouthFunnel"), ("Blink", "eyeBlinkRight"), ("Blink_R", "eyeBlinkRight"),
        ("blinkLeft", "eyeBlinkLeft"), ("JOY", "mouthSmileLeft"), ("sad", "mouthFrownRight"), ("Angry", "browDownLeft"),
        ("surprised", "eyeWideLeft"),
    ],
)  # fmt: skip
def test_expressions_of_vrm_avatars(name: str, shown: str) -> None:
    performer = Performer()
    performer.take(message("/VMC/Ext/Blend/Val", name, 1.0).dgram)
    face = performer.face()
    assert face
    assert not face.blendshapes.any()
    performer.take(message("/VMC/Ext/Blend/Apply").dgram)
    face = performer.face()
    assert face
    assert face[shown] >= 0.4


@pytest.mark.parametrize(
    ("arguments", "seen"), [((1,), True), ((0,), False), ((1, 3, 0, 1), True), ((1, 3, 0, 0), False)]
)
def test_a_performer_who_is_lost(arguments: tuple[int, ...], seen: bool) -> None:
    performer = Performer()
    performer.take(message("/VMC/Ext/OK", *arguments).dgram)
    assert (performer.face() is not None) is seen


def test_too_few_and_wrong_arguments_are_passed_over() -> None:
    performer = Performer()
    wrong = [
        message("/VMC/Ext/Blend/Val", "jawOpen"),
        message("/VMC/Ext/Blend/Val", 1.0, "jawOpen"),
        message("/VMC/Ext/Blend/Val", "jawOpen", float("nan")),
        message("/VMC/Ext/Blend/Val", "jawOpen", True),
        message("/VMC/Ext/Bone/Pos", "Head", 0.0, 0.0),
        message("/VMC/Ext/Bone/Pos", "Head", *[float("inf")] * 7),
        message("/VMC/Ext/OK"),
        message("/VMC/Ext/OK", "yes"),
        message("/VMC/Ext/Blend/Val", "mouthPucker", 0.5, "more"),
        message("/VMC/Ext/Blend/Apply", 1),
    ]
    assert performer.take(bundle(*wrong).dgram).applied
    face = performer.face()
    assert face
    assert {name: face[name] for name in BLENDSHAPES if face[name]} == {"mouthPucker": 0.5}
    assert not face.rotation.any()


def test_strange_names_are_not_kept() -> None:
    performer = Performer()
    for number in range(1000):
        performer.take(message("/VMC/Ext/Blend/Val", f"shape {number}", 1.0).dgram)
        assert sum(map(len, performer._forms.values())) <= SIZES * ALIKE
    assert not performer._coming_named
    assert not performer._coming_presets


def test_datagrams_of_one_form_are_told_apart_by_all_but_their_numbers() -> None:
    """Same lengths, other names, other numbers, another time: each is read as a performer who hears it first does."""
    chance = np.random.default_rng(3)
    old = Performer()
    names = ["jawOpen", "jawLeft", "noMatch", "Blink_L", "Blink_R"]
    for _ in range(200):
        values = [(names[chance.integers(len(names))], float(chance.random())) for _ in range(3)]
        shapes = [message("/VMC/Ext/Blend/Val", *value) for value in values]
        status = message("/VMC/Ext/OK", int(chance.integers(2)))
        packet = bundle(status, *shapes, bone("Head", *about(1, 40 * chance.random())), message("/VMC/Ext/Blend/Apply"))
        timed = packet.dgram[:8] + chance.bytes(8) + packet.dgram[16:]
        new = Performer()
        new._named, new._presets = dict(old._named), dict(old._presets)
        assert old.take(timed) == new.take(timed) == (True, True)
        faces = old.face(), new.face()
        assert (faces[0] is None) == (faces[1] is None)
        if faces[0] and faces[1]:
            assert faces[0].blendshapes.tolist() == faces[1].blendshapes.tolist()
            assert faces[0].rotation.tolist() == faces[1].rotation.tolist()
    assert 1 < max(map(len, old._forms.values())) <= ALIKE
    assert len(old._forms) < SIZES


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"/VMC/Ext/OK",
        b"/VMC/Ext/OK\0,i\0\0",
        b"/VMC/Ext/OK\0i\0\0\0",
        b"#bundle\0/VMC/",
        b"#bundle\0" + b"\0" * 8 + b"\xff\xff\xff\xff/VMC/Ext",
        b"#bundle\0" + b"\0" * 8 + b"\0\0\0\x40/VMC/Ext",
        b"/VMC/Ext/Blend/Val\0\0,sf\0jawO",
        b"/tracking/head\0\0,f\0\0\0\0\0\0",
    ],
)
def test_what_is_none_of_its_packets_is_refused(packet: bytes) -> None:
    with pytest.raises(PacketError):
        Performer().take(packet)


def test_bundles_may_lie_deep_in_each_other() -> None:
    inner: bytes = message("/VMC/Ext/Blend/Apply").dgram
    for _ in range(2500):
        inner = b"#bundle\0" + b"\0" * 8 + struct.pack(">i", len(inner)) + inner
    assert Performer().take(inner).applied


PARTS = st.lists(
    st.sampled_from([b"#bundle\0", b"\0" * 8, b"/VMC/Ext/OK\0", b",i\0\0", b"/VMC/Ext/Blend/Val\0\0", b",sf\0",
                     b"A\0\0\0", b"\0\0\0\x18", b"\0\0\0\0"]) | st.binary(max_size=8),
    max_size=14,
).map(b"".join)  # fmt: skip


@given(PARTS)
def test_any_bytes_are_taken_or_refused(packet: bytes) -> None:
    performer = Performer()
    with suppress(PacketError):
        performer.take(packet)
    with suppress(PacketError):
        performer.take(packet + b"/VMC/")
    face = performer.face()
    if face:
        assert ((face.blendshapes >= 0) & (face.blendshapes <= 1)).all()


NUMBERS = st.floats(width=32, allow_nan=False) | st.integers(-(2**30), 2**30) | st.text("aé0 ", max_size=9)


@given(st.lists(st.lists(NUMBERS, max_size=9), max_size=5))
def test_python_osc_reads_the_same(contents: list[list[Any]]) -> None:
    packet = bundle(*(message("/VMC/Ext/OK", *arguments) for arguments in contents)).dgram
    ours = [came for _, came in read_all(packet)]
    assert ours == [content.params for content in osc_bundle.OscBundle(packet)]


def test_a_mistake_behind_good_messages_costs_only_itself(tracker: Vmc) -> None:
    send(raw("vmc_bundle") + b"\0\0\0\x03", tracker.settings.port)
    with pytest.raises(PacketError):
        tracker.read(1)
    send(raw("vmc_bundle"), tracker.settings.port)
    assert tracker.read(1)
