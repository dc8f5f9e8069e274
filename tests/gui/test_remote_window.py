"""The window's side of the phone remote."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.outputs.web_client import BINARY, ask, free_port, page
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.gui.remote_page import RemotePage
from vtuber_app.tools.remote import server
from vtuber_app.tools.remote.state import token


@pytest.fixture
def remote_page(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> RemotePage:
    monkeypatch.setattr(server, "PORT", free_port())
    window.remote_button.click()
    assert window.remote_page
    return window.remote_page


def test_it_is_off_until_it_is_switched_on_and_ends_with_the_window(
    window: MainWindow, remote_page: RemotePage
) -> None:
    assert window.remote.remote is None
    remote_page.switch.click()
    assert window.remote.remote
    assert remote_page.code.isVisible()
    remote_page.copy.click()
    address = QGuiApplication.clipboard().text()
    assert address == window.remote.remote.address
    assert "token" not in remote_page.where.sentence
    port = window.remote.remote.port
    assert ask(port, "/?" + address.partition("?")[2])[0] == 200
    window.close()
    with pytest.raises(ConnectionRefusedError):
        ask(port)


def test_a_phone_changes_the_window(
    window: MainWindow, remote_page: RemotePage, paint: Callable[[str, str], Path], qtbot: QtBot
) -> None:
    remote_page.switch.click()
    remote = window.remote.remote
    assert remote
    with page(remote.port, "?" + remote.address.partition("?")[2]) as phone:
        qtbot.waitUntil(lambda: remote_page.phones.sentence.endswith("127.0.0.1"))
        phone.say(BINARY, json.dumps({"do": "rest"}).encode())
        qtbot.waitUntil(lambda: not window.live.settings.pose.follows)
        phone.say(BINARY, json.dumps({"do": "avatar", "what": token("mika")}).encode())
        qtbot.waitUntil(window.avatars.grid.tiles["mika"].isChecked)
        remote_page.renew.click()
        assert phone.closed() == 1001
    qtbot.waitUntil(lambda: remote_page.phones.sentence.startswith("No phone"))


def test_a_taken_port_is_told(remote_page: RemotePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "TRIED", 1)
    with socket.create_server(("0.0.0.0", server.PORT)):
        remote_page.switch.click()
    assert not remote_page.switch.isChecked()
    assert f"port {server.PORT}" in remote_page.fault.sentence
