"""Who is let in, and what is served."""

import os
import socket
import sys
from collections.abc import Iterator

import pytest
from web_client import WEBSOCKET, ask, free_port, page, raw

from vtuber_app.core import clock, paths
from vtuber_app.outputs.browser import Browser, BrowserSettings, address
from vtuber_app.outputs.web import guard, server


@pytest.fixture
def port() -> Iterator[int]:
    with Browser(BrowserSettings(port=free_port())) as output:
        yield output.settings.port


@pytest.fixture
def open_port() -> Iterator[int]:
    """Of a page that other devices may watch."""
    with Browser(BrowserSettings(port=free_port(), open=True)) as output:
        yield output.settings.port


def test_the_page_is_served_and_nothing_else_may_be_loaded_by_it(port: int) -> None:
    status, headers, text = ask(port)
    assert status == 200
    assert "<canvas" in text
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert ask(port, "/page.js")[0] == ask(port, "/page.css")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../gui/style.qss",
        "/..%2fgui%2fstyle.qss",
        "/%2e%2e/gui/style.qss",
        "//etc/passwd",
        "/..\\gui\\style.qss",
        "/index.html/../../gui/style.qss",
        "/C:/Windows/win.ini",
        "/browser-source-token.txt",
        "/page.js%00.html",
    ],
)
def test_no_other_file_is_served(port: int, path: str) -> None:
    assert ask(port, path)[0] in (400, 404)


def test_only_this_computer_can_connect(port: int) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has more than one loopback address to try")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=2)


def test_other_devices_can_connect_once_it_is_opened(open_port: int) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has more than one loopback address to try")
    socket.create_connection(("127.0.0.2", open_port), timeout=2).close()


@pytest.mark.parametrize("host", ["evil.example:{}", "127.0.0.1", "127.0.0.1:1", "192.168.1.5:{}", "", None])
def test_a_page_whose_name_points_here_gets_nothing(port: int, host: str | None) -> None:
    host = host and host.format(port)
    status, _, text = ask(port, Host=host)
    assert (status, "<canvas" in text) == (403, False)
    assert ask(port, "/live", Host=host, Origin=f"http://{host}", **WEBSOCKET)[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{}", "http://127.0.0.1", None])
def test_another_web_page_gets_no_pictures(port: int, origin: str | None) -> None:
    assert ask(port, "/live", Origin=origin and origin.format(port), **WEBSOCKET)[0] == 403


def test_opened_it_is_shown_with_the_token_only(open_port: int) -> None:
    token = guard.token()
    own = {"Origin": f"http://127.0.0.1:{open_port}", **WEBSOCKET}
    for query in ("", "?token=", f"?token={token[:-1]}", f"?token={token}x", "?token=%C3%A9"):
        for path in ("/", "/live"):
            assert ask(open_port, path + query, **own)[0] == 403
    assert ask(open_port, f"/?token={token}")[0] == 200
    assert ask(open_port, f"/?token={token}", Host=f"192.168.1.5:{open_port}")[0] == 200
    assert ask(open_port, f"/?token={token}", Host=f"evil.example:{open_port}")[0] == 403
    with page(open_port, f"?token={token}&size=64"):
        pass


def test_the_token_stays_and_is_kept_from_other_users() -> None:
    token = guard.token()
    assert guard.token() == token
    assert len(token) >= 32
    if os.name == "posix":
        assert guard.token_file().stat().st_mode & 0o777 == 0o600
    guard.token_file().write_text("short")
    assert guard.token() not in (token, "short")


def test_the_copied_address_opens_the_page(port: int, open_port: int) -> None:
    assert address(BrowserSettings(port=port)) == f"http://127.0.0.1:{port}/"
    opened = address(BrowserSettings(port=open_port, open=True))
    path = opened.partition(f":{open_port}")[2]
    assert ask(open_port, path)[0] == 200


@pytest.mark.parametrize(
    ("query", "word"),
    [("size=15", "size"), ("size=x", "size"), ("size=-5", "size"), ("size=", "size"), ("size=²0", "understood"),
     ("fps=0", "fps"), ("fps=1e2", "fps"), ("hold=yes", "hold"), ("fsp=3", "fsp"), ("size=64&size=65", "understood")],
)  # fmt: skip
def test_an_address_with_a_mistake_says_which(port: int, query: str, word: str) -> None:
    status, _, text = raw(port, f"GET /?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    assert status == 400
    assert word in text


def test_what_is_no_plain_request_is_refused(port: int) -> None:
    host = f"Host: 127.0.0.1:{port}\r\n".encode()
    assert ask(port, method="POST")[0] == 405
    assert raw(port, b"GET / HTTP/1.1\r\n" + host + host + b"\r\n")[0] == 400
    assert raw(port, b"GET http://evil.example/ HTTP/1.1\r\n" + host + b"\r\n")[0] == 400
    assert raw(port, b"GET /\r\n\r\n")[0] == 400
    assert raw(port, b"\xff\x00\x01 / HTTP/1.1\r\n\r\n")[0] == 400
    assert ask(port, "/live", Origin=f"http://127.0.0.1:{port}")[0] == 400
    assert ask(port)[0] == 200


def test_an_endless_request_is_cut_off(port: int) -> None:
    assert raw(port, b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000)[0] == 0
    assert ask(port)[0] == 200


def test_who_never_asks_is_cut_off(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "TO_ASK", 0.2)
    with socket.create_connection(("127.0.0.1", port), timeout=3) as silent:
        silent.sendall(b"GET / HT")
        assert silent.recv(1) == b""


def test_a_flood_of_connections_is_turned_away_and_passes(port: int) -> None:
    answers = [ask(port)[0] for _ in range(100)]
    assert answers.count(200) >= 50
    assert 0 in answers
    end = clock.now() + 3
    while ask(port)[0] != 200:
        assert clock.now() < end


def test_tokens_lie_with_the_users_data() -> None:
    assert guard.token_file().is_relative_to(paths.data())
