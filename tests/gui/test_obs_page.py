"""The page that sets up OBS, over a server that behaves like it."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.tools.obs_server import FakeObs, serving
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.gui.obs_page import ObsPage
from vtuber_app.gui.obs_steps import Picture, by_hand, letting_in
from vtuber_app.settings import AppSettings
from vtuber_app.tools.obs import files

Show = Callable[..., MainWindow]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def port() -> int:
    """Of our own page."""
    return free_port()


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeObs]:
    """OBS, whose own files tell where it listens, but not its password."""
    monkeypatch.setattr(files, "folders", lambda: [tmp_path / "obs-studio"])
    with serving(FakeObs()) as obs:
        file = tmp_path / "obs-studio" / files.NEW
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"server_enabled": True, "server_port": obs.port, "auth_required": False}))
        yield obs


@pytest.fixture
def window(show: Show, settings: AppSettings, port: int) -> MainWindow:
    return show(settings.with_part(settings.part("browser").model_copy(update={"port": port})))


def page_of(window: MainWindow, qtbot: QtBot) -> ObsPage:
    qtbot.waitUntil(lambda: bool(window.live.session and window.live.session.preview.peek()))
    window.outputs.obs_button.click()
    assert window.outputs.obs
    return window.outputs.obs


def test_one_click_brings_the_page_into_obs(window: MainWindow, fake: FakeObs, port: int, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    page.record.click()
    page.begin_button.click()
    qtbot.waitUntil(lambda: page.said.sentence.startswith("Your avatar is in OBS now"))
    source = fake.inputs["vtuber_app"]["settings"]
    assert (source["url"], source["width"], source["height"]) == (f"http://127.0.0.1:{port}/", 64, 64)
    assert "browser" in window.live.settings.outputs
    assert fake.running == {"Record"}
    page.begin_button.click()
    qtbot.waitUntil(lambda: page.said.sentence.startswith("Your avatar in OBS is up to date"))
    assert list(fake.inputs) == ["vtuber_app"]


def test_the_password_is_typed_once(window: MainWindow, fake: FakeObs, qtbot: QtBot) -> None:
    fake.password = "neko"
    page = page_of(window, qtbot)
    page.begin_button.click()
    qtbot.waitUntil(page.password.isVisible)
    qtbot.keyClicks(page.password, "inu")
    qtbot.keyClick(page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "another password" in page.said.sentence)
    page.password.setText("neko")
    qtbot.keyClick(page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.said.sentence.startswith("Your avatar is in OBS now"))
    assert page.password.isHidden()
    page.begin_button.click()
    qtbot.waitUntil(lambda: page.said.sentence.startswith("Your avatar in OBS is up to date"))


def test_the_microphone_is_delayed_only_by_what_is_known(
    window: MainWindow, fake: FakeObs, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.inputs["Mic"] = {"kind": "pulse_input_capture", "settings": {}, "ms": 0}
    fake.special = {"mic1": "Mic"}
    page = page_of(window, qtbot)
    assert not page.delay.isEnabled()
    assert not page.delay.isChecked()
    monkeypatch.setattr(page, "latency", lambda: 0.1234)
    qtbot.waitUntil(page.delay.isChecked)
    monkeypatch.setattr(page, "latency", lambda: 0.125)  # no more than noise
    assert "123 ms" in page.delay.text()
    page.begin_button.click()
    qtbot.waitUntil(lambda: '"Mic" is delayed by 123 ms' in page.said.sentence)
    assert fake.inputs["Mic"]["ms"] == 123


def test_without_obs_it_shows_where_to_let_it_in_and_the_way_by_hand(
    window: MainWindow, port: int, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "folders", list)
    monkeypatch.setattr("vtuber_app.tools.obs.setup.PORT", free_port())
    page = page_of(window, qtbot)
    page.begin_button.click()
    qtbot.waitUntil(lambda: "Start OBS" in page.said.sentence)
    assert page.server.isVisible()
    assert page.begin_button.isEnabled()
    assert "browser" not in window.live.settings.outputs
    page.hand.button.click()
    assert len(page.hand.findChildren(Picture)) == 3
    page.copy.click()
    assert QGuiApplication.clipboard().text() == f"http://127.0.0.1:{port}/"
    assert "browser" in window.live.settings.outputs


def test_the_pictures_are_filled_in(qtbot: QtBot) -> None:
    for step in [*letting_in(), *by_hand("http://127.0.0.1:1/", (720, 1280), 80)]:
        picture = Picture(step)
        qtbot.addWidget(picture)
        assert picture.svg.isValid()
        assert "{" not in picture.text
    assert "80 ms" in picture.text
