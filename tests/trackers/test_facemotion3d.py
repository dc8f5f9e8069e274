import socket

import numpy as np
import pytest
from wire import PACKETS, free_port, raw, send

from vtuber_app.core import udp
from vtuber_app.trackers.facemotion3d import Facemotion3d, Facemotion3dSettings
from vtuber_app.trackers.network import HELLOS


def settings(**changes: object) -> Facemotion3dSettings:
    made = Facemotion3dSettings(port=free_port(), tcp_port=free_port(socket.SOCK_STREAM))
    return made.model_copy(update=changes)


@pytest.fixture(autouse=True)
def further(monkeypatch: pytest.MonkeyPatch) -> int:
    port = free_port()
    monkeypatch.setattr(Facemotion3d, "further", (port,))
    return port


def test_the_published_packet() -> None:
    expected = PACKETS["fm3d_full"]["expect"]
    with Facemotion3d(settings()) as tracker:
        face, found = tracker.parse(raw("fm3d_full"))
    assert face
    assert {name: face[name] for name in expected["blend"]} == pytest.approx(expected["blend"], abs=1e-6)
    assert len(expected["blend"]) == len(found) == 52
    assert np.degrees(face.rotation) == pytest.approx(expected["head_deg"], abs=1e-4)
    assert face.translation == pytest.approx(expected["head_pos"], abs=1e-6)


def test_both_documented_ports_are_heard(further: int) -> None:
    with Facemotion3d(settings()) as tracker:
        for port, percent in ((further, 10), (tracker.settings.port, 20)):
            send(b"jawOpen&%d|" % percent, port)
            driving = tracker.read(1)
            assert driving
            assert driving.face
            assert driving.face["jawOpen"] == pytest.approx(percent / 100)


def test_the_second_port_may_be_taken_and_the_user_is_told(further: int) -> None:
    with udp.listen(further), Facemotion3d(settings()) as tracker:
        assert tracker.notice
        assert f"Port {further}, which it may use, is taken" in tracker.notice
        send(b"jawOpen&10|", tracker.settings.port)
        assert tracker.read(1)


@pytest.mark.parametrize(
    ("transport", "said", "farewell"),
    [
        ("UDP", raw("fm3d_handshake"), []),
        ("TCP", b"FACEMOTION3D_OtherStreaming|protocol=tcp", [b"StopStreaming_FACEMOTION3D"]),
    ],
)
def test_the_phone_is_asked_and_let_go(
    transport: str, said: bytes, farewell: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", 0))
        phone.settimeout(5)
        monkeypatch.setattr(Facemotion3d, "phone_port", phone.getsockname()[1])
        with Facemotion3d(settings(phone="127.0.0.1", transport=transport)):
            assert [phone.recv(100) for _ in range(HELLOS)] == [said] * HELLOS
        assert [phone.recv(100) for _ in farewell] == farewell
