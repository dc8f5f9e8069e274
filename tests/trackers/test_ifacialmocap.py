import socket
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wire import PACKETS, free_port, raw

from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError, PacketError
from vtuber_app.core.types import BLENDSHAPES, INDEX, Driving, FaceState
from vtuber_app.outputs.ifacialmocap import encode
from vtuber_app.trackers.ifacialmocap import IFacialMocap, IFacialMocapSettings, parse
from vtuber_app.trackers.network import HELLOS

GRAMMAR = [packet for packet in PACKETS.values() if packet["id"].startswith(("ifm_", "fm3d_full", "meowface_text"))]
PHRASES = {name: raw(name) for name in ("ifm_handshake_v2", "ifm_tcp_two_frames")}
DATAGRAMS = [packet for packet in GRAMMAR if packet["transport"] == "udp"]


def test_all_packets_of_this_grammar_are_there() -> None:
    assert len(GRAMMAR) == 12
    assert len(DATAGRAMS) == 10


@pytest.mark.parametrize("packet", DATAGRAMS, ids=lambda packet: packet["id"])
def test_published_packet(packet: dict[str, Any]) -> None:
    face, expected = parse(packet["text"].encode()), packet["expect"]
    weights = {name: min(max(weight, 0), 1) for name, weight in expected["blend"].items()}
    assert {name: face[name] for name in weights} == pytest.approx(weights, abs=1e-6)
    unnamed = [face[name] for name in BLENDSHAPES if name not in weights and not name.startswith("cheekSquint")]
    assert not any(unnamed)
    if "head_deg" in expected:
        assert np.degrees(face.rotation) == pytest.approx(expected["head_deg"], abs=1e-4)
    if "head_pos" in expected:
        assert face.translation == pytest.approx(expected["head_pos"], abs=1e-6)
    if expected.get("reject_head"):
        assert not face.rotation.any()


def test_tcp_frames_are_the_same_grammar() -> None:
    packet = next(packet for packet in GRAMMAR if packet["transport"] == "tcp")
    frames = packet["text"].split("___iFacialMocap")[:-1]
    assert [parse(frame.encode())["jawOpen"] for frame in frames] == pytest.approx([0.1, 0.2])


def test_missing_keys_keep_their_last_value() -> None:
    first = parse(b"jawOpen&40|eyeBlink_L&85|=head#10,20,30,0.1,0.2,-0.6|")
    second = parse(b"jawOpen&50|eyeBlink_L&nan|=head#11|", first)
    assert (second["jawOpen"], second["eyeBlinkLeft"]) == pytest.approx((0.5, 0.85))
    assert np.degrees(second.rotation) == pytest.approx([11, 20, 30], abs=1e-4)
    assert second.translation == pytest.approx([0.1, 0.2, -0.6])


def test_inner_brows_are_averaged_and_cheeks_follow_the_eyes() -> None:
    face = parse(b"browInnerUp_L&40|browInnerUpRight&60|eyeSquint_L&30|")
    assert (face["browInnerUp"], face["cheekSquintLeft"]) == pytest.approx((0.5, 0.3))
    assert parse(b"eyeSquint_L&30|cheekSquint_L&10|")["cheekSquintLeft"] == pytest.approx(0.1)


def test_signs_are_ours() -> None:
    """The performer nods down, turns to their left and leans to their right, and looks to their left."""
    face = parse(b"=head#10,10,10,0,0,-0.6|eyeLookIn_R-60|eyeLookOut_L-60|eyeLookUp_L-20|eyeLookUp_R-20|")
    assert (face.rotation > 0).all()
    assert face.gaze == pytest.approx((0.6, 0.2))


@pytest.mark.parametrize("packet", [b"", b"\xff\xfe", b"hello", b"|||", b"trackingStatus-1|", b'{"FaceFound":true}'])
def test_what_is_none_of_its_packets_is_refused(packet: bytes) -> None:
    with pytest.raises(PacketError):
        parse(packet)


WEIGHTS = st.lists(st.floats(0, 1, width=32), min_size=52, max_size=52)
ANGLES = st.lists(st.floats(-1.5, 1.5, width=32), min_size=3, max_size=3)
PLACES = st.lists(st.floats(-2, 2, width=32), min_size=3, max_size=3)


@given(WEIGHTS, ANGLES, PLACES)
def test_encoding_then_parsing_gives_the_same_face(
    weights: list[float], angles: list[float], place: list[float]
) -> None:
    face = FaceState(np.array(weights, np.float32), np.array(angles, np.float32), np.array(place, np.float32))
    again = parse(encode(face))
    assert again.blendshapes == pytest.approx(face.blendshapes, abs=0.00501)  # whole percents
    assert again.rotation == pytest.approx(face.rotation, abs=1e-5)
    assert again.translation == pytest.approx(face.translation, abs=1e-4)


PIECES = st.one_of(
    st.text(max_size=20),
    st.tuples(st.sampled_from([*BLENDSHAPES, "eyeBlink_L", "=head"]), st.sampled_from("-&#"), st.text("0-9.,e+na i∞"))
    .map("".join),
)  # fmt: skip


@given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=8).map(lambda pieces: "|".join(pieces).encode())))
def test_any_bytes_give_a_sane_face_or_a_packet_error(packet: bytes) -> None:
    try:
        face = parse(packet)
    except PacketError:
        return
    assert face.blendshapes.shape == (52,)
    assert ((face.blendshapes >= 0) & (face.blendshapes <= 1)).all()
    assert np.isfinite(face.rotation).all()
    assert np.abs(face.rotation).max() <= np.pi + 1e-6
    assert np.isfinite(face.translation).all()


@pytest.fixture
def tracker() -> Iterator[IFacialMocap]:
    with IFacialMocap(IFacialMocapSettings(port=free_port())) as part:
        yield part


@pytest.fixture
def phone() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        yield sender


def say(phone: socket.socket, tracker: IFacialMocap, packet: bytes) -> None:
    phone.sendto(packet, ("127.0.0.1", tracker.settings.port))


def test_the_newest_packet_wins(tracker: IFacialMocap, phone: socket.socket) -> None:
    before = clock.now()
    for percent in (10, 20, 30):
        say(phone, tracker, b"jawOpen-%d|" % percent)
    driving = tracker.read(1)
    assert driving
    assert driving.face
    assert driving.face["jawOpen"] == pytest.approx(0.3)
    assert before <= driving.time <= clock.now()
    assert tracker.read(0.01) is None


def test_ipv6_is_heard(tracker: IFacialMocap) -> None:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"jawOpen-10|", ("::1", tracker.settings.port))
    except OSError as error:
        pytest.skip(f"this machine has no IPv6: {error}")
    assert tracker.read(1)


def test_garbage_is_a_packet_error_and_the_next_packet_is_heard(tracker: IFacialMocap, phone: socket.socket) -> None:
    say(phone, tracker, b"\xff\x00garbage")
    with pytest.raises(PacketError):
        tracker.read(1)
    say(phone, tracker, b"jawOpen-10|")
    assert tracker.read(1)


def test_a_phone_that_repeats_itself_has_lost_the_face(
    tracker: IFacialMocap, phone: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 100.0
    monkeypatch.setattr(clock, "now", lambda: moment)
    faces = []
    for moment in (100.0, 100.3, 100.4, 100.7, 100.8):
        say(phone, tracker, b"jawOpen-10|" if moment < 100.8 else b"jawOpen-11|")
        driving = tracker.read(1)
        assert driving
        faces.append(driving.face is not None)
    assert faces == [True, True, True, False, True]


def test_a_half_that_is_switched_off_is_noticed(
    tracker: IFacialMocap, phone: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 100.0
    monkeypatch.setattr(clock, "now", lambda: moment)
    for step in range(60):
        moment = 100 + step / 10
        say(phone, tracker, b"eyeBlink_L-0|jawOpen-%d|" % (10 + step))
        tracker.read(1)
        assert (tracker.notice is not None) == (moment > 105)
    assert tracker.notice
    assert "upper half" in tracker.notice
    moment = 106.2
    say(phone, tracker, b"eyeBlink_L-50|jawOpen-1|")
    tracker.read(1)
    assert tracker.notice
    assert "half" not in tracker.notice


def test_silence_says_what_to_type_into_the_phone(tracker: IFacialMocap) -> None:
    assert tracker.read(0.01) is None
    assert tracker.notice
    assert str(tracker.settings.port) in tracker.notice


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, PHRASES["ifm_handshake_v2"]),
        ({"version": "v1"}, b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719"),
        (
            {"transport": "TCP"},
            b"iFacialMocap_UDPTCP_sahuasouryya9218sauhuiayeta91555dy3719|sendDataVersion=v2",
        ),
    ],
)
def test_the_phone_is_asked_and_asked_again(
    changes: dict[str, str], expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IFacialMocap, "period", 0.05)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", 0))
        phone.settimeout(5)
        monkeypatch.setattr(IFacialMocap, "phone_port", phone.getsockname()[1])
        settings = IFacialMocapSettings(
            port=free_port(), phone="127.0.0.1", tcp_port=free_port(socket.SOCK_STREAM)
        ).model_copy(update=changes)
        with IFacialMocap(settings) as tracker:
            assert [phone.recv(100) for _ in range(HELLOS)] == [expected] * HELLOS
            assert tracker.read(0.1) is None
            assert phone.recv(100) == expected
            assert tracker.notice
            assert "127.0.0.1" in tracker.notice


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_connection_brings_frames_glued_and_split(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port(socket.SOCK_STREAM)
    frames = PHRASES["ifm_tcp_two_frames"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as app:
        app.bind(("127.0.0.1", 0))
        app.settimeout(5)
        monkeypatch.setattr(IFacialMocap, "phone_port", app.getsockname()[1])
        settings = IFacialMocapSettings(port=free_port(), phone="127.0.0.1", transport="TCP", tcp_port=port)
        with IFacialMocap(settings) as tracker:
            try:
                phone = socket.create_connection((host, port), 5)
            except OSError as error:
                pytest.skip(f"this machine has no IPv6: {error}")
            with phone:
                phone.sendall(frames)
                driving = tracker.read(1)
                assert driving
                assert driving.face
                assert driving.face["jawOpen"] == pytest.approx(0.2)
                assert tracker.sender == host
                phone.sendall(b"jawOpen-30|___iFaci")
                assert tracker.read(0.05) is None
                phone.sendall(b"alMocapjawOpen-4")
                driving = tracker.read(1)
                assert driving
                assert driving.face
                assert driving.face["jawOpen"] == pytest.approx(0.3)
            assert tracker.read(0.01) is None  # the phone has gone; another may come
            with socket.create_connection((host, port), 5) as phone:
                phone.sendall(b"jawOpen-50|___iFacialMocap")
                assert tracker.read(1)
                phone.sendall(b"x" * 200_000)
                with pytest.raises(PacketError, match="without an end"):
                    read_often(tracker)
                phone.sendall(b"___iFacialMocapjawOpen-60|___iFacialMocap")
                read = [driving for _ in range(10) if (driving := tolerant(tracker))]
                assert read[-1].face
                assert read[-1].face["jawOpen"] == pytest.approx(0.6)
        said = [app.recv(100) for _ in range(HELLOS + 1)]
        assert said[-1] == b"iFacialMocap_UDPTCPSTOP_sahuasouryya9218sauhuiayeta91555dy3719"


def read_often(tracker: IFacialMocap) -> None:
    for _ in range(10):
        tracker.read(0.1)


def tolerant(tracker: IFacialMocap) -> Driving | None:
    try:
        return tracker.read(0.02)
    except PacketError:
        return None


def test_eyes_that_come_as_angles_become_blendshapes() -> None:
    """The maker's samples: down 6.03, the right eye 2.44 toward the left, the left eye 1.67 toward the right."""
    face = parse(b"jawOpen&1|rightEye#6.03,2.44,0.25|leftEye#6.03,-1.67,-0.18|")
    assert face["eyeLookDownLeft"] == face["eyeLookDownRight"] == pytest.approx(0.17, abs=0.005)
    assert face["eyeLookInRight"] == pytest.approx(0.07, abs=0.005)
    assert face["eyeLookInLeft"] == pytest.approx(0.05, abs=0.005)
    assert face["eyeLookOutLeft"] == face["eyeLookOutRight"] == face["eyeLookUpLeft"] == 0
    assert parse(b"eyeLookUp_L&5|leftEye#6.03,-1.67,-0.18|")["eyeLookInLeft"] == 0


def test_a_taken_port_and_a_wrong_address_are_sentences(tracker: IFacialMocap) -> None:
    with (
        pytest.raises(DeviceError, match=r"Port \d+ can't be opened .* Close the other program"),
        IFacialMocap(tracker.settings),
    ):
        pass
    with (
        pytest.raises(DeviceError, match="no device at"),
        IFacialMocap(IFacialMocapSettings(port=free_port(), phone="300.1.1.1.x!")),
    ):
        pass


def test_axes_are_inverted_while_running(tracker: IFacialMocap, phone: socket.socket) -> None:
    tracker.update(tracker.settings.model_copy(update={"invert_yaw": True}))
    say(phone, tracker, b"=head#10,20,30,0,0,0|")
    driving = tracker.read(1)
    assert driving
    assert driving.face
    assert np.degrees(driving.face.rotation) == pytest.approx([10, -20, 30], abs=1e-4)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(garbage=st.binary(min_size=1, max_size=300))
def test_the_network_may_send_anything(tracker: IFacialMocap, phone: socket.socket, garbage: bytes) -> None:
    say(phone, tracker, garbage)
    try:
        driving = tracker.read(1)
    except PacketError:
        return
    assert driving
    assert driving.face is None or driving.face.blendshapes.shape == (len(INDEX),)
