"""Opens the window."""

import os
import signal
import sys

from PySide6.QtWidgets import QApplication

from vtuber_app.settings import AppSettings


def run(settings: AppSettings, notice: str | None = None) -> int:
    """Show the window until it is closed.

    Args:
        settings: What the user chose last time.
        notice: A sentence for the user, e.g. that the settings file was broken.

    Returns:
        The exit status.
    """
    if "cv2" in os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH", ""):
        del os.environ["QT_QPA_PLATFORM_PLUGIN_PATH"]  # OpenCV brings a Qt of its own, which is not ours
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("vtuber_app")

    # these load OpenCV, which must come after the application
    from vtuber_app.gui import style
    from vtuber_app.gui.live import Live
    from vtuber_app.gui.main_window import MainWindow

    style.install(app)
    live = Live(settings)
    window = MainWindow(live, notice)
    window.show()
    live.open()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())  # so that a recording is finished
    return app.exec()
