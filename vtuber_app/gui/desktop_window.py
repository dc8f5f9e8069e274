"""The avatar over the desktop: a window without a frame, transparent around it."""

from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from vtuber_app.core.types import Frame
from vtuber_app.gui.controls import Fold, tr
from vtuber_app.gui.form import Form
from vtuber_app.gui.live import Live
from vtuber_app.gui.part_row import Row
from vtuber_app.gui.preview import PERIOD_MS
from vtuber_app.outputs.canvas import Canvas
from vtuber_app.settings import AppSettings, DesktopSettings

LOWEST, HIGHEST = 64, 2160


class DesktopWindow(QWidget):
    """Shows the session's newest picture. Dragged it moves, the wheel sizes it, Escape or a double click ends it."""

    def __init__(self, live: Live) -> None:
        super().__init__()
        self.live = live
        self.picture: Frame | None = None
        self._settings = DesktopSettings()
        self._canvas: Canvas | None = None
        self._grip: QPoint | None = None
        self.setWindowTitle(tr("vtuber_app avatar"))
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.resize(self._settings.height, self._settings.height)
        self._timer = QTimer(self, interval=PERIOD_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)

    def put(self, settings: DesktopSettings) -> None:
        """Be as these settings say."""
        self._settings = settings
        flags = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
        if settings.on_top:
            flags |= Qt.WindowType.WindowStaysOnTopHint
        if settings.click_through:
            flags |= Qt.WindowType.WindowTransparentForInput
        if flags != self.windowFlags():  # no tool window: OBS' window capture on Windows doesn't list those
            self.setWindowFlags(flags)  # which hides it
        self._fit()
        self.setVisible(settings.shown)

    def look(self) -> None:
        """Repaint if the session has a picture that isn't shown yet."""
        session = self.live.session
        picture = session.preview.peek() if session else None
        if picture is not self.picture:
            self.picture = picture
            self._fit()
            self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(self.rect(), Qt.GlobalColor.transparent)
        if not self.picture:
            return
        ratio = self.devicePixelRatioF()
        size = round(self.width() * ratio), round(self.height() * ratio)
        if self._canvas is None or self._canvas.size != size:
            self._canvas = Canvas(size, None, premultiplied=True)
        shown = self._canvas.place(self.picture.pixels)
        kind = QImage.Format.Format_RGBA8888_Premultiplied
        image = QImage(shown.data, *size, shown.strides[0], kind)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(0, 0, image)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            handle = self.windowHandle()
            if handle and handle.startSystemMove():  # Wayland lets no window move itself
                self._grip = None
            else:
                self.move(event.globalPosition().toPoint() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._end()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        height = round(self.height() * 1.1 ** (event.angleDelta().y() / 120))
        self._keep(height=min(max(height, LOWEST), HIGHEST))
        self._fit()

    def moveEvent(self, event: QMoveEvent) -> None:
        if self.isVisible() and self.size() == self._shape():
            self._keep(feet=_feet(self.geometry()))

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        if event.spontaneous():  # the system's own way to close a window
            self._end()
        super().closeEvent(event)

    def _fit(self) -> None:
        """Take the picture's shape at the height that is set; the avatar's feet stay where they are."""
        shape, feet = self._shape(), self._settings.feet
        if shape != self.size() or (feet and feet != _feet(self.geometry())):
            x, y = feet or _feet(self.geometry())
            self.setGeometry(QRect(QPoint(x - shape.width() // 2, y - shape.height()), shape))

    def _shape(self) -> QSize:
        high = self._settings.height
        if not self.picture:
            return QSize(high, high)
        rows, columns = self.picture.pixels.shape[:2]
        return QSize(max(1, round(high * columns / rows)), high)

    def _keep(self, **changes: Any) -> None:
        self._settings = self._settings.model_copy(update=changes)
        self.live.keep(self.live.settings.model_copy(update={"desktop": self._settings}))

    def _end(self) -> None:
        self.live.change(desktop=self._settings.model_copy(update={"shown": False}))


def _feet(place: QRect) -> tuple[int, int]:
    return place.x() + place.width() // 2, place.y() + place.height()


class DesktopRow(Row):
    """Switches the avatar over the desktop like an output."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.details = Fold(tr("Details"))
        super().__init__(tr("Over the desktop"), "avatar", self.details)
        self.window_: DesktopWindow | None = None
        self.form = Form(live.settings.desktop)
        self.form.edited.connect(lambda desktop: self.live.change(desktop=desktop))
        self.details.put(self.form)

    def show_settings(self, settings: AppSettings) -> None:
        """Show what is in force, the window too."""
        desktop = settings.desktop
        self.switch.blockSignals(True)
        self.switch.setChecked(desktop.shown)
        self.switch.blockSignals(False)
        self.form.put(desktop)
        if desktop.shown and self.window_ is None:
            self.window_ = DesktopWindow(self.live)
        if self.window_:
            self.window_.put(desktop)
        how = tr("Drag it to move, turn the wheel to size it, press Escape to close.")
        through = tr("Clicks go through it: switch that off to move it.")
        words = (through if desktop.click_through else how) if desktop.shown else tr("Off")
        self.say("live" if desktop.shown else "muted", words)

    def toggle(self, on: bool) -> None:
        self.live.change(desktop=self.live.settings.desktop.model_copy(update={"shown": on}))

    def close_window(self) -> None:
        """Take the window away with the program; it comes back at the next start."""
        if self.window_:
            self.window_.close()
            self.window_.deleteLater()
            self.window_ = None
