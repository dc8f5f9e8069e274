"""The avatar, live, over a checkerboard, a colour or a picture."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from vtuber_app.core.types import Frame
from vtuber_app.gui.controls import tr
from vtuber_app.gui.live import Live
from vtuber_app.gui.style import DARK, GRID
from vtuber_app.settings import PreviewSettings

PERIOD_MS = 16
TILE = 2 * GRID
STEP, GROWTH = 0.02, 1.05
MOVES = {
    Qt.Key.Key_Left: (-STEP, 0.0, 1.0),
    Qt.Key.Key_Right: (STEP, 0.0, 1.0),
    Qt.Key.Key_Up: (0.0, -STEP, 1.0),
    Qt.Key.Key_Down: (0.0, STEP, 1.0),
    Qt.Key.Key_Plus: (0.0, 0.0, GROWTH),
    Qt.Key.Key_Minus: (0.0, 0.0, 1 / GROWTH),
}
"""What a key does to the avatar: to the right, down, and by which factor it grows."""
CAMERA_SHARE = 0.24
"""Width of the camera's picture, as a part of the preview's."""


class Preview(QWidget):
    """Looks at the session's newest picture some 60 times a second and paints it when it is another one.

    Dragging it, turning the wheel over it, arrow keys, + and - emit `framed`: how far the avatar is moved, in widths
    of its picture, and the factor by which it grows.
    """

    framed = Signal(float, float, float)

    def __init__(self, live: Live, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.live = live
        self.picture: Frame | None = None
        self.camera: Frame | None = None
        self._settings = PreviewSettings()
        self._shows_camera = False
        self._mirrored = True
        self._backdrop: QPixmap | None = None
        self._dragged_from: QPointF | None = None
        self._ringed = False
        self.setMinimumSize(40 * GRID, 40 * GRID)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Preview of the avatar"))
        self.setAccessibleDescription(tr("Arrow keys move the avatar, plus and minus change its size"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._timer = QTimer(self, interval=PERIOD_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def sizeHint(self) -> QSize:
        return QSize(112 * GRID, 84 * GRID)

    def put(self, settings: PreviewSettings, shows_camera: bool, mirrored: bool) -> None:
        """Take what lies behind the avatar, and whether the camera's picture is shown in the corner."""
        if settings.background_picture != self._settings.background_picture or self._backdrop is None:
            self._backdrop = _backdrop(settings.background_picture)
        self._settings, self._shows_camera, self._mirrored = settings, shows_camera, mirrored
        self.update()

    def look(self) -> None:
        """Repaint if the session has a picture we have not painted yet."""
        session = self.live.session
        picture = session.preview.peek() if session else None
        camera = session.camera.peek() if session and self._shows_camera else None
        if picture is not self.picture or camera is not self.camera:
            self.picture, self.camera = picture, camera
            self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter)
        if self.picture:
            self._paint_avatar(painter, self.picture.pixels)
        if self.camera:
            self._paint_camera(painter, self.camera.pixels)
        if self._ringed:
            painter.setPen(QPen(QColor(DARK.accent), 4))
            painter.drawRect(self.rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in MOVES:
            self.framed.emit(*MOVES[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ringed = False
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None:
            moved = event.position() - self._dragged_from
            self._dragged_from = event.position()
            side = min(self.width(), self.height())
            self.framed.emit(moved.x() / side, moved.y() / side, 1.0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None
        self.unsetCursor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.framed.emit(0.0, 0.0, 1.1 ** (event.angleDelta().y() / 120))

    def _paint_background(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(DARK.stage))
        match self._settings.background:
            case "colour":
                painter.fillRect(self.rect(), QColor(self._settings.background_colour))
            case "picture" if self._backdrop and not self._backdrop.isNull():
                size = self._backdrop.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
                place = QRectF(QPointF(0, 0), size)
                place.moveCenter(QRectF(self.rect()).center())
                painter.drawPixmap(place, self._backdrop, QRectF(self._backdrop.rect()))
            case _:
                painter.drawTiledPixmap(self.rect(), _checkerboard(self.devicePixelRatioF()))

    def _paint_avatar(self, painter: QPainter, pixels: NDArray[np.uint8]) -> None:
        height, width = pixels.shape[:2]
        room = QRectF(self.rect())
        scale = min(room.width() / width, room.height() / height)
        place = QRectF(0, 0, width * scale, height * scale)
        place.moveCenter(room.center())
        place.moveBottom(room.bottom() + 1)
        painter.drawImage(place, image(pixels).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))

    def _paint_camera(self, painter: QPainter, pixels: NDArray[np.uint8]) -> None:
        height, width = pixels.shape[:2]
        wide = max(20.0 * GRID, self.width() * CAMERA_SHARE)
        place = QRectF(0, 0, wide, wide * height / width)
        place.moveBottomLeft(QPointF(2 * GRID, self.height() - 2 * GRID))
        outline = QPainterPath()
        outline.addRoundedRect(place, 1.5 * GRID, 1.5 * GRID)
        painter.save()
        painter.setClipPath(outline)
        shown = image(pixels)
        painter.drawImage(place, shown.flipped(Qt.Orientation.Horizontal) if self._mirrored else shown)
        painter.restore()
        painter.setPen(QPen(QColor(DARK.edge), 1.5))
        painter.drawPath(outline)


def image(pixels: NDArray[np.uint8]) -> QImage:
    """A view of (H, W, 3 or 4) pixels, without a copy; valid as long as they are."""
    height, width, channels = pixels.shape
    kind = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, pixels.strides[0], kind)


def _checkerboard(scale: float) -> QPixmap:
    """Two by two squares, to be tiled."""
    side = round(TILE * scale)
    tile = QPixmap(2 * side, 2 * side)
    tile.fill(QColor(DARK.window))
    painter = QPainter(tile)
    for x, y in ((0, 0), (side, side)):
        painter.fillRect(x, y, side, side, QColor(DARK.card))
    painter.end()
    tile.setDevicePixelRatio(scale)
    return tile


def _backdrop(path: Path | None) -> QPixmap:
    return QPixmap(str(path)) if path else QPixmap()
