"""Our window with an avatar, and its page that sets up OBS pressed twice; in a process of its own, on a real display.

Prints what the page said, a line each time, then waits so long that OBS records some seconds.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QApplication

from vtuber_app.gui import style
from vtuber_app.gui.live import Live
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.gui.obs_page import ObsPage
from vtuber_app.settings import AppSettings

PATIENCE = 30.0
RECORDED = 4.0


def until(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Let the window work until that holds, at most so many seconds."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.01)


def main(avatar: str) -> None:
    application = QApplication([])
    style.install(application)
    live = Live(AppSettings(tracker="idle", animator="still", avatar=avatar))
    window = MainWindow(live)
    window.show()
    live.open()
    until(lambda: live.session and live.session.preview.peek())
    asked = ObsPage.wish
    ObsPage.wish = lambda self: replace(asked(self), way="screen")  # type: ignore[method-assign]
    window.outputs.obs_button.click()
    page = window.outputs.obs
    assert page
    page.record.click()
    for _ in range(2):
        page.show()
        page.begin_button.click()
        until(page.begin_button.isEnabled)
        sys.stdout.write(page.said.sentence.replace("\n", " ") + "\n")
    page.hide()
    sys.stdout.flush()
    until(lambda: False, RECORDED)
    window.close()


if __name__ == "__main__":
    main(sys.argv[1])
