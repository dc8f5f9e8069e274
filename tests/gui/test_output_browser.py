"""The browser source's row: its address is copied, its pages are counted."""

import socket
from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from vtuber_app.gui.main_window import MainWindow
from vtuber_app.gui.output_card import BrowserRow
from vtuber_app.outputs.web import guard
from vtuber_app.settings import AppSettings

Show = Callable[..., MainWindow]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def row_of(window: MainWindow) -> BrowserRow:
    row = window.outputs.rows["browser"]
    assert isinstance(row, BrowserRow)
    return row


def with_browser(settings: AppSettings, **changes: object) -> AppSettings:
    return settings.with_part(settings.part("browser").model_copy(update=changes))


def test_switched_on_its_address_is_copied(show: Show, settings: AppSettings, port: int, qtbot: QtBot) -> None:
    row = row_of(show(with_browser(settings, port=port)))
    assert row.copy.isHidden()
    row.switch.click()
    qtbot.waitUntil(lambda: row.state.sentence.startswith("Ready"))
    assert not row.copy.isHidden()
    row.copy.click()
    assert QGuiApplication.clipboard().text() == f"http://127.0.0.1:{port}/"
    assert "Copied" in row.copy.text()
    qtbot.waitUntil(lambda: "Copy address" in row.copy.text())
    row.switch.click()
    assert row.copy.isHidden()


def test_open_to_others_its_address_has_the_token(show: Show, settings: AppSettings, port: int) -> None:
    row = row_of(show(with_browser(settings, port=port, open=True)))
    row.copy.click()
    assert QGuiApplication.clipboard().text().endswith(f":{port}/?token={guard.token()}")


def test_a_token_that_cannot_be_kept_is_told(
    show: Show, settings: AppSettings, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(guard, "token", full)
    window = show(with_browser(settings, port=port, open=True))
    QGuiApplication.clipboard().setText("before")
    row_of(window).copy.click()
    assert "No space left" in window.banner.text.text()
    assert QGuiApplication.clipboard().text() == "before"


def test_pages_that_show_it_are_counted(show: Show, settings: AppSettings, port: int, qtbot: QtBot) -> None:
    window = show(with_browser(settings, port=port).model_copy(update={"outputs": ("browser",)}))
    row = row_of(window)
    qtbot.waitUntil(lambda: row.state.sentence.startswith("Ready"))
    asks = (
        f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: c2l4dGVlbiBieXRlcyBvaw==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as one, socket.create_connection(("127.0.0.1", port)) as two:
        one.sendall(asks.encode())
        qtbot.waitUntil(lambda: row.state.sentence == "Live on one page")
        two.sendall(asks.encode())
        qtbot.waitUntil(lambda: row.state.sentence == "Live on 2 pages")
    qtbot.waitUntil(lambda: row.state.sentence.startswith("Ready"))


def test_a_taken_port_is_told_with_what_to_do(show: Show, settings: AppSettings, qtbot: QtBot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        row = row_of(show(with_browser(settings, port=port).model_copy(update={"outputs": ("browser",)})))
        qtbot.waitUntil(lambda: f"Port {port} can't be opened" in row.state.sentence)
    assert "choose another Port" in row.state.sentence
