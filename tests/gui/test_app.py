"""The entry point."""

import signal
import sys

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from vtuber_app import settings as files
from vtuber_app.gui.app import run
from vtuber_app.settings import AppSettings


def test_the_window_opens_and_a_signal_closes_it(qapp: QApplication, settings: AppSettings) -> None:
    titles: list[str] = []

    def interrupt() -> None:
        titles.extend(window.title() for window in qapp.topLevelWindows() if window.isVisible())
        signal.raise_signal(signal.SIGTERM)

    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    QTimer.singleShot(200, interrupt)
    try:
        assert run(settings, "A sentence.") == 0
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    assert titles == ["vtuber_app"]
    assert not files.path().exists(), "nothing was changed"


def test_qt_keeps_its_references(qapp: QApplication) -> None:
    """PySide6 6.12.0 gives None away without owning it, and Python 3.11 aborts after some thousand calls."""
    something = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        something.setObjectName("name")
    assert abs(sys.getrefcount(None) - before) < 500
