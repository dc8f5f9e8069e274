import socket

import pytest

from vtuber_app.core import clock, udp
from vtuber_app.core.errors import DeviceError


def test_silence_is_none_within_the_timeout() -> None:
    with udp.Listener(0) as heard:
        started = clock.now()
        assert heard.newest(0.05) is None
        assert clock.now() - started < 0.5


def test_a_flood_ends() -> None:
    with udp.Listener(0) as heard, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(udp.AT_ONCE + 100):
            sender.sendto(b"%d" % number, ("127.0.0.1", heard.port))
        first = heard.newest(1)
        assert first
        assert int(first) < udp.AT_ONCE


def test_a_port_is_taken_once() -> None:
    with udp.Listener(0) as heard, pytest.raises(DeviceError, match="Close the other program"):
        udp.Listener(heard.port)


def test_an_answer_reaches_ipv4_through_the_same_socket() -> None:
    with udp.Listener(0) as heard, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", 0))
        phone.settimeout(5)
        heard.send(b"hello", heard.address(" 127.0.0.1", phone.getsockname()[1]))
        assert phone.recv(10) == b"hello"


def test_the_own_address_is_one() -> None:
    assert "." in udp.own_address() or "unknown" in udp.own_address()
