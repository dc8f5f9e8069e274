"""Who may use the remote, and how much; what attackers in the same network get."""

import contextlib
import ipaddress
import json
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.outputs.web_client import BINARY, CLOSE, WEBSOCKET, Page, ask, free_port, page, raw
from vtuber_app.core import clock, interfaces
from vtuber_app.core.errors import DeviceError
from vtuber_app.outputs.web.guard import Guard
from vtuber_app.tools.remote import server
from vtuber_app.tools.remote.server import PHONES, Remote, token_file
from vtuber_app.tools.remote.state import Choice, State, Wish


@pytest.fixture
def remote() -> Iterator[Remote]:
    with Remote(free_port()) as remote:
        yield remote


def query(remote: Remote) -> str:
    return "?" + remote.address.partition("?")[2]


def until(true: Callable[[], object]) -> None:
    end = clock.now() + 5
    while not true():
        assert clock.now() < end


def wish(open_: Page, **what: object) -> None:
    open_.say(BINARY, json.dumps(what).encode())


def test_only_who_has_the_token_sees_the_page(remote: Remote) -> None:
    own = {"Origin": f"http://127.0.0.1:{remote.port}", **WEBSOCKET}
    token = query(remote)
    for wrong in ("", "?token=", token[:-1], token + "x", "?token=%C3%A9"):
        assert ask(remote.port, "/" + wrong)[0] == ask(remote.port, "/live" + wrong, **own)[0] == 403
    status, headers, text = ask(remote.port, "/" + token)
    assert status == 200
    assert "Expressions" in text
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    with page(remote.port, token):
        until(lambda: remote.phones == ["127.0.0.1"])


@pytest.mark.parametrize("host", ["evil.example:{}", "127.0.0.1:1", "", None])
def test_a_page_whose_name_points_here_gets_nothing(remote: Remote, host: str | None) -> None:
    host = host and host.format(remote.port)
    assert ask(remote.port, "/" + query(remote), Host=host)[0] == 403
    assert ask(remote.port, "/live" + query(remote), Host=host, Origin=f"http://{host}", **WEBSOCKET)[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{}", None])
def test_another_web_page_can_wish_nothing(remote: Remote, origin: str | None) -> None:
    origin = origin and origin.format(remote.port)
    assert ask(remote.port, "/live" + query(remote), Origin=origin, **WEBSOCKET)[0] == 403


@pytest.mark.parametrize("path", ["/../gui/style.qss", "/%2e%2e/gui/style.qss", "//etc/passwd", "/remote-token.txt"])
def test_no_other_file_is_served(remote: Remote, path: str) -> None:
    assert ask(remote.port, path + query(remote))[0] in (400, 404)


def test_huge_and_endless_requests_are_cut_off(remote: Remote) -> None:
    host = f"Host: 127.0.0.1:{remote.port}\r\n"
    post = f"POST /{query(remote)} HTTP/1.1\r\n{host}Content-Length: 100000000\r\n\r\n".encode()
    assert raw(remote.port, post + b"x" * 1_000_000)[0] in (0, 405)
    assert raw(remote.port, b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000)[0] == 0
    assert ask(remote.port, "/" + query(remote))[0] == 200


@pytest.mark.parametrize(
    "said",
    [b"{", b"[]", b'{"do": "quit"}', b'{"do": "avatar", "path": "/etc"}', b'{"do": "rest", "on": "yes"}', b"\xff" * 9,
     b"x" * 126],
)  # fmt: skip
def test_what_is_no_wish_ends_the_connection(remote: Remote, said: bytes) -> None:
    with page(remote.port, query(remote)) as phone:
        phone.say(BINARY, said)
        assert phone.closed() in (1008, 1009)
    assert remote.wishes() == []


def test_wishes_arrive_in_order_and_a_flood_is_cut_off(remote: Remote) -> None:
    with page(remote.port, query(remote)) as phone:
        wish(phone, do="rest", on=True)
        wish(phone, do="calibrate")
        heard: list[Wish] = []
        until(lambda: heard.extend(remote.wishes()) or len(heard) == 2)
        assert [each.do for each in heard] == ["rest", "calibrate"]
        with contextlib.suppress(ConnectionError):
            for _ in range(2000):
                wish(phone, do="rest", on=True)
        until(lambda: not remote.phones)
    assert len(remote.wishes()) <= 40


def test_no_more_phones_than_there_is_room_for(remote: Remote) -> None:
    token = query(remote)
    held = [page(remote.port, token) for _ in range(PHONES)]
    for each in held:
        each.__enter__()
    until(lambda: len(remote.phones) == PHONES)
    own = {"Origin": f"http://127.0.0.1:{remote.port}", **WEBSOCKET}
    status, _, text = ask(remote.port, "/live" + token, **own)
    assert status == 503
    assert "Close one" in text
    for each in held:
        each.__exit__(None, None, None)
    until(lambda: not remote.phones)


def test_a_flood_of_connections_leaves_connected_phones_alone(remote: Remote) -> None:
    with page(remote.port, query(remote)) as phone:
        with ThreadPoolExecutor(16) as attackers:
            answers = list(attackers.map(lambda _: ask(remote.port)[0], range(400)))
        assert set(answers) <= {0, 403}
        assert answers.count(0) > 200
        wish(phone, do="rest", on=True)
        until(remote.wishes)
    until(lambda: ask(remote.port, "/" + query(remote))[0] == 200)


def test_another_token_disconnects_all(remote: Remote) -> None:
    old = query(remote)
    with page(remote.port, old) as phone:
        until(lambda: remote.phones)
        remote.renew()
        assert phone.closed() == 1001
    assert query(remote) != old
    assert ask(remote.port, "/" + old)[0] == 403
    assert ask(remote.port, "/" + query(remote))[0] == 200


def test_the_token_is_kept_from_other_users(remote: Remote) -> None:
    assert token_file().read_text() in remote.address
    if sys.platform != "win32":
        assert token_file().stat().st_mode & 0o777 == 0o600


def test_off_nothing_is_open() -> None:
    port = free_port()
    with Remote(port):
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_a_second_program_gets_its_own_port(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("0.0.0.0", 0)) as other:
        taken = other.getsockname()[1]
        monkeypatch.setattr(server, "PORT", taken)
        with Remote() as second:
            assert second.port > taken
        with pytest.raises(DeviceError, match=str(taken)):
            Remote(taken).__enter__()


def test_only_the_local_network_may_connect() -> None:
    near = Guard(1, "t", interfaces.neighbours())
    assert all(near.admits(peer) for peer in ("127.0.0.1", "192.168.1.7", "10.1.2.3", "169.254.9.9"))
    assert not any(near.admits(peer) for peer in ("8.8.8.8", "172.32.0.1"))
    assert Guard(1, "t").admits("8.8.8.8")


def test_a_stranger_is_not_even_answered(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interfaces, "neighbours", lambda: (ipaddress.IPv4Network("192.168.77.0/24"),))
    with Remote(free_port()) as closed:
        assert ask(closed.port, "/" + query(closed))[0] == 0


def test_phones_are_told_what_changes(remote: Remote) -> None:
    with page(remote.port, query(remote)) as phone:
        assert phone.hear()[1][:1] == b"S"
        remote.publish(State(avatars=(Choice("a", "Sora", True),), words="60 pictures a second"))
        opcode, said = phone.hear()
        assert opcode != CLOSE
        assert json.loads(said[1:])["avatars"] == [{"id": "a", "name": "Sora", "on": True, "words": "", "fault": False}]
