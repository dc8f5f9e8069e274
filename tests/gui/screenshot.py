"""Makes the README's picture of the window: python tests/gui/screenshot.py [--out FILE] [--size 1280x800] …

It needs the project installed. Where there is no display, start it with QT_QPA_PLATFORM=offscreen.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from vtuber_app.core import clock, paths


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=paths.assets() / "screenshots/window.png")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--avatar", default="sora")
    parser.add_argument("--motion", type=Path, default=paths.assets() / "motions/showcase.npz")
    parser.add_argument("--after", type=float, default=5.3, help="s of motion before the picture is taken")
    asked = parser.parse_args()
    app = QApplication(sys.argv[:1])

    from vtuber_app.gui import style
    from vtuber_app.gui.live import Live
    from vtuber_app.gui.main_window import MainWindow
    from vtuber_app.settings import AppSettings

    style.install(app)
    width, height = (int(side) for side in asked.size.split("x"))
    recorder = AppSettings().part("recorder").model_copy(update={"folder": Path(tempfile.mkdtemp())})
    settings = AppSettings(tracker="replay", avatar=asked.avatar, window_size=(width, height), outputs=("recorder",))
    settings = settings.with_part(recorder)
    settings = settings.with_part(settings.part("replay").model_copy(update={"path": asked.motion}))
    live = Live(settings)
    window = MainWindow(live)
    window.show()
    live.open()
    started: list[float] = []

    def look() -> None:
        status = live.status()
        if not status or status.state != "running":
            return
        started.append(clock.now())
        if started[-1] - started[0] > asked.after:
            timer.stop()
            asked.out.parent.mkdir(parents=True, exist_ok=True)
            window.grab().save(str(asked.out))
            window.live.keep = lambda _: None  # type: ignore[method-assign]  the user's own settings stay
            window.close()

    timer = QTimer(interval=50)
    timer.timeout.connect(look)
    timer.start()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
