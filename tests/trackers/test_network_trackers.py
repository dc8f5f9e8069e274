"""What every tracker over the network must do, on this machine's own network."""

import contextlib
import random
import socket
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network_samples import GOOD, TRACKERS, made, spoilt
from wire import PACKETS, raw, send

from vtuber_app.core import clock, udp
from vtuber_app.core.errors import DeviceError, PacketError
from vtuber_app.core.types import Driving
from vtuber_app.trackers import network
from vtuber_app.trackers.network import NetworkTracker
from vtuber_app.trackers.recognise import protocol

SAME_TEXT = {"ifacialmocap", "facemotion3d"}


@pytest.fixture(params=list(TRACKERS))
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(TRACKERS[request.param], "further", ())
    return str(request.param)


@pytest.fixture
def tracker(kind: str) -> Iterator[NetworkTracker[Any]]:
    with made(kind) as part:
        yield part


def say(tracker: NetworkTracker[Any], packets: list[bytes], host: str = "127.0.0.1") -> None:
    for packet in packets:
        send(packet, tracker.settings.port, host)


def seen(tracker: NetworkTracker[Any], seconds: float = 2.0) -> Driving:
    """The next moment; what is spoilt before it is passed over."""
    until = clock.now() + seconds
    while clock.now() < until:
        with contextlib.suppress(PacketError):
            if driving := tracker.read(0.1):
                return driving
    raise AssertionError("nothing came")


def test_there_is_a_sample_for_each() -> None:
    assert GOOD.keys() == TRACKERS.keys()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_all_give_the_same_face(kind: str, tracker: NetworkTracker[Any], host: str) -> None:
    say(tracker, GOOD[kind](0.4), host)
    driving = seen(tracker)
    assert driving.face
    assert driving.face["jawOpen"] == pytest.approx(0.4)
    assert driving.face.rotation == pytest.approx([0.1, 0.2, 0.3], abs=1e-4)
    assert tracker.sender == host
    assert tracker.notice is None
    for values in (driving.face.blendshapes, driving.face.rotation, driving.face.translation):
        assert values.dtype == np.float32
        assert not values.flags.writeable


def test_the_newest_wins(kind: str, tracker: NetworkTracker[Any]) -> None:
    for jaw in (0.1, 0.2, 0.3):
        say(tracker, GOOD[kind](jaw))
    before = clock.now()
    driving = seen(tracker)
    assert driving.face
    assert driving.face["jawOpen"] == pytest.approx(0.3)
    assert before <= driving.time <= clock.now()
    assert tracker.read(0.01) is None


def test_garbage_costs_only_itself(kind: str, tracker: NetworkTracker[Any]) -> None:
    say(tracker, [b"\xff\0garbage"])
    with pytest.raises(PacketError):
        tracker.read(1)
    say(tracker, GOOD[kind](0.4))
    assert seen(tracker).face


def test_axes_are_inverted_while_running(kind: str, tracker: NetworkTracker[Any]) -> None:
    assert {"invert_pitch", "invert_yaw", "invert_roll"} <= tracker.hot
    tracker.update(tracker.settings.model_copy(update={"invert_pitch": True, "invert_roll": True}))
    say(tracker, GOOD[kind](0.4))
    face = seen(tracker).face
    assert face
    assert face.rotation == pytest.approx([-0.1, 0.2, -0.3], abs=1e-4)


def test_silence_says_what_to_do(kind: str, tracker: NetworkTracker[Any]) -> None:
    assert tracker.read(0.01) is None
    assert tracker.notice
    assert "address" in tracker.notice


def test_a_taken_port_is_a_sentence(kind: str, tracker: NetworkTracker[Any]) -> None:
    second = type(tracker)(tracker.settings)
    with pytest.raises(DeviceError, match=r"Port \d+ can't be opened"), second:
        pass
    assert second.notice is None


def test_another_protocol_is_named(kind: str, tracker: NetworkTracker[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "QUIET", 0.0)
    for other, part in TRACKERS.items():
        if other == kind or {other, kind} <= SAME_TEXT:
            continue
        say(tracker, GOOD[other](0.4)[:1])
        with pytest.raises(PacketError):
            tracker.read(1)
        monkeypatch.setattr(network, "QUIET", 1.0)
        assert tracker.notice
        titles = [part.title] if other != "facemotion3d" else [TRACKERS[name].title for name in SAME_TEXT]
        assert any(
            f"127.0.0.1, but in another protocol: it looks like that of “{title}”" in tracker.notice for title in titles
        )
        monkeypatch.setattr(network, "QUIET", 0.0)
    say(tracker, [b"hello"])
    with pytest.raises(PacketError):
        tracker.read(1)
    monkeypatch.setattr(network, "QUIET", 1.0)
    assert tracker.notice
    assert f"not {tracker.app}'s" in tracker.notice


@pytest.mark.parametrize("packet_id", [name for name, packet in PACKETS.items() if packet["transport"] == "udp"])
def test_published_packets_are_recognised(packet_id: str) -> None:
    titles = {
        "ifm": "iFacialMocap (phone)", "meowface": "iFacialMocap (phone)", "fm3d": "Facemotion3d (phone)",
        "vts": "VTube Studio, MeowFace (phone)", "osf": "OpenSeeFace", "llf": "Live Link Face (iPhone)",
        "vmc": "VMC protocol",
    }  # fmt: skip
    assert set(titles.values()) == {part.title for part in TRACKERS.values()}
    expected = None if packet_id == "osf_bad_length" else titles[packet_id.partition("_")[0]]
    assert protocol(raw(packet_id)) == expected


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), noise=st.lists(st.binary(min_size=1, max_size=200), max_size=2))
def test_the_network_may_send_anything(kind: str, tracker: NetworkTracker[Any], seed: int, noise: list[bytes]) -> None:
    chance = random.Random(seed)
    for packet in [*noise, *(spoilt(packet, chance) for packet in GOOD[kind](0.3))]:
        say(tracker, [packet])
        with contextlib.suppress(PacketError):
            driving = tracker.read(0.2)
            if driving and driving.face:
                assert driving.face.blendshapes.shape == (52,)
                assert ((driving.face.blendshapes >= 0) & (driving.face.blendshapes <= 1)).all()
                assert np.isfinite(driving.face.rotation).all()
                assert np.isfinite(driving.face.translation).all()
    tracker.notice  # noqa: B018


def test_after_all_that_a_good_packet_is_read(kind: str, tracker: NetworkTracker[Any]) -> None:
    chance = random.Random(kind)
    for _ in range(300):
        say(tracker, [spoilt(chance.choice(GOOD[kind](0.3)), chance)])
        with contextlib.suppress(PacketError):
            tracker.read(0.2)
    for _ in range(3):  # of OpenSeeFace's faces, one that a spoilt packet named may be waited for
        say(tracker, GOOD[kind](0.7))
        driving = seen(tracker)
    if kind == "openseeface":
        assert driving.face is None or driving.face["jawOpen"] == pytest.approx(0.7)
    else:
        assert driving.face
        assert driving.face["jawOpen"] == pytest.approx(0.7)


def test_a_port_that_is_heard_on_ipv4_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(udp, "dual_stack", lambda: False)
    with udp.Listener(0) as listener:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"hello", ("127.0.0.1", listener.port))
        assert listener.newest(1) == b"hello"
        assert listener.sender == "127.0.0.1"
        assert listener.address("127.0.0.1", 9) == ("127.0.0.1", 9)
