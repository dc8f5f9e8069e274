"""The face as the phone app iFacialMocap sends it."""

import socket
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import pytest

from tests.trackers.wire import free_port
from vtuber_app.core import ifacialmocap as app
from vtuber_app.core.errors import DeviceError
from vtuber_app.core.types import INDEX, Driving, FaceState
from vtuber_app.outputs import ifacialmocap
from vtuber_app.outputs.ifacialmocap import ASKERS, IFacialMocapOut, IFacialMocapOutSettings, Version, encode
from vtuber_app.trackers.ifacialmocap import IFacialMocap, IFacialMocapSettings, parse


def by_chance(seed: int = 0) -> FaceState:
    chance = np.random.default_rng(seed)
    angles, place = chance.uniform(-0.9, 0.9, (2, 3)).astype(np.float32)
    return FaceState(chance.random(52, np.float32), angles, place)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A program that takes the phone, at a free port instead of the app's own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(2)
        monkeypatch.setattr(ifacialmocap, "PORT", listening.getsockname()[1])
        yield listening


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_our_tracker_hears_the_same_face(version: Version) -> None:
    sent = by_chance()
    text = encode(sent, version)
    assert 800 < len(text) <= 1024, "receivers' buffers are as the phone's packets"
    again = parse(text)
    assert again.blendshapes == pytest.approx(sent.blendshapes, abs=0.00501)
    assert again.rotation == pytest.approx(sent.rotation, abs=1e-5)
    assert again.translation == pytest.approx(sent.translation, abs=1e-4)


def test_eyes_alone_come_back_as_their_looks() -> None:
    shapes = np.zeros(52, np.float32)
    shapes[[INDEX["eyeLookOutLeft"], INDEX["eyeLookInRight"], INDEX["eyeLookUpLeft"]]] = 0.6, 0.4, 0.2
    pieces = encode(FaceState(shapes)).decode().split("|")
    eyes = "|".join(piece for piece in pieces if "eyeLook" not in piece)
    assert parse(eyes.encode()).blendshapes == pytest.approx(shapes, abs=0.001)


def test_our_tracker_hears_it_over_the_network() -> None:
    with (
        IFacialMocap(IFacialMocapSettings(port=free_port())) as tracker,
        IFacialMocapOut(IFacialMocapOutSettings(port=tracker.settings.port)) as output,
    ):
        output.send(Driving(0.0, by_chance()))
        assert "own tracker listens at port" in (output.notice or "")
        output._ours = False  # as if the tracker were another program
        output._pace = type(output._pace)()
        output.send(Driving(0.0, by_chance(1)))
        driving = tracker.read(1)
        assert driving
        assert driving.face
        assert driving.face.rotation == pytest.approx(by_chance(1).rotation, abs=1e-5)


def test_who_asks_is_answered_in_the_version_it_wants(program: socket.socket) -> None:
    asked_at = free_port()
    settings = IFacialMocapOutSettings(port=free_port(), answers="this computer", ask_port=asked_at, fps=120)
    with IFacialMocapOut(settings) as output, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        for question, join in ((app.HELLO + app.VERSION_2, b"jawOpen&"), (app.HELLO, b"jawOpen-")):
            other.sendto(b"garbage", ("127.0.0.1", asked_at))
            other.sendto(question, ("127.0.0.1", asked_at))  # from any port; the answer comes to the app's own
            output._pace = type(output._pace)()
            output.send(Driving(0.0, by_chance()))
            assert join in program.recv(2000)


def test_nobody_is_answered_who_did_not_ask_or_is_far_away(program: socket.socket) -> None:
    settings = IFacialMocapOutSettings(port=free_port(), answers="this computer", ask_port=free_port())
    program.settimeout(0.05)
    with IFacialMocapOut(settings) as output:
        output.send(Driving(0.0, by_chance()))
        with pytest.raises(TimeoutError):
            program.recv(2000)

        class Far:
            questions: ClassVar = [(app.HELLO, (f"8.8.8.{host}", 1)) for host in range(3)]
            questions += [(app.HELLO, (f"192.168.1.{host}", 1)) for host in range(10)]

            def recvfrom(self, size: int) -> tuple[bytes, tuple[str, int]]:
                if not self.questions:
                    raise BlockingIOError
                return self.questions.pop(0)

        output._hear(Far())  # type: ignore[arg-type]
        assert [host for host, _ in output._askers] == [f"192.168.1.{host}" for host in range(10 - ASKERS, 10)]


def test_only_this_computer_may_ask_unless_it_is_opened() -> None:
    with IFacialMocapOut(IFacialMocapOutSettings(answers="this computer", ask_port=free_port())) as output:
        assert output._asked
        assert output._asked.getsockname()[0] == "127.0.0.1"
    with IFacialMocapOut(IFacialMocapOutSettings(ask_port=free_port())) as output:
        assert output._asked is None


def test_a_taken_port_is_a_sentence() -> None:
    with IFacialMocap(IFacialMocapSettings(port=free_port())) as tracker:
        settings = IFacialMocapOutSettings(answers="my network", ask_port=tracker.settings.port)
        with pytest.raises(DeviceError, match="own tracker listens there"), IFacialMocapOut(settings):
            pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        settings = IFacialMocapOutSettings(answers="this computer", ask_port=other.getsockname()[1])
        with pytest.raises(DeviceError, match="need not ask"), IFacialMocapOut(settings):
            pass
