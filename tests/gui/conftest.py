"""The window over a real session of parts that need neither a camera nor a face."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vtuber_app import plugins
from vtuber_app.core.parts import Tracker
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Driving, FaceState
from vtuber_app.gui import style
from vtuber_app.gui.live import Live
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.settings import AppSettings

RED = "#c02030"


class WatcherSettings(Settings):
    kind: Literal["watcher"] = "watcher"


class Watcher(Tracker[WatcherSettings]):
    """Sees a face in every frame of the camera, without a network to load."""

    title = "Watcher"
    uses_camera = True

    def read(self, timeout: float) -> Driving | None:
        frame = self.frames.read(timeout) if self.frames else None
        return Driving(frame.time, FaceState(), frame) if frame else None


@pytest.fixture
def watcher(monkeypatch: pytest.MonkeyPatch) -> str:
    """A light tracker that looks at the camera, in the registry."""
    assert "idle" in plugins.trackers
    monkeypatch.setitem(plugins.trackers._classes, "watcher", Watcher)
    return "watcher"


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)  # OpenCV's, once it is imported
    return QApplication


@pytest.fixture
def styled(qapp: QApplication) -> QApplication:
    if not qapp.styleSheet():
        style.install(qapp)
    return qapp


@pytest.fixture
def paint(tmp_path: Path, qapp: QApplication) -> Callable[[str, str], Path]:
    """Makes a picture of one colour."""

    def painted(name: str, colour: str) -> Path:
        picture = QImage(64, 64, QImage.Format.Format_RGB32)
        picture.fill(QColor(colour))
        assert picture.save(str(tmp_path / name))
        return tmp_path / name

    return painted


@pytest.fixture
def settings(paint: Callable[[str, str], Path]) -> AppSettings:
    return AppSettings(tracker="idle", animator="still", avatar=str(paint("red.png", RED)))


@pytest.fixture
def show(qtbot: QtBot, styled: QApplication) -> Iterator[Callable[..., MainWindow]]:
    """Opens windows, and closes them when the test is over."""
    windows: list[MainWindow] = []

    def shown(settings: AppSettings, notice: str | None = None) -> MainWindow:
        live = Live(settings)
        window = MainWindow(live, notice)
        windows.append(window)
        window.show()
        live.open()
        return window

    yield shown
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def seen() -> Callable[[MainWindow], str]:
    """Gives the colour in the middle of a window's preview."""

    def middle(window: MainWindow) -> str:
        picture = window.preview.grab().toImage()
        return picture.pixelColor(picture.rect().center()).name()

    return middle


@pytest.fixture
def window(
    show: Callable[..., MainWindow], settings: AppSettings, seen: Callable[[MainWindow], str], qtbot: QtBot
) -> MainWindow:
    """A window in which the red picture is seen."""
    window = show(settings)
    qtbot.waitUntil(lambda: seen(window) == RED)
    return window
