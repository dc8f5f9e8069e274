"""The picture that is being brought in, with handles for the head's box, landmarks and a brush for the cut-out."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from vtuber_app.avatars.autorig.draft import Draft
from vtuber_app.avatars.autorig.found import LANDMARKS, Pixels
from vtuber_app.gui import import_box
from vtuber_app.gui.controls import tr
from vtuber_app.gui.preview import image
from vtuber_app.gui.style import DARK, GRID

Mode = Literal["head", "points", "cut"]
MARGIN = 2 * GRID
GRIP = 10.0
"""How near to a handle a press counts as on it, px of the screen."""
DOT = 4.0
CLOSEST = 12.0
"""The strongest zoom."""
GHOST = 0.28
"""How much is seen of what is cut away, while that is corrected."""
COLOURS = {"eye": DARK.accent, "brow": DARK.warn, "mouth": DARK.bad, "nose": DARK.bad, "other": DARK.good}
ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class Canvas(QWidget):
    """Shows a draft; what the user changes is emitted, and drawn at once, until the next draft is shown."""

    boxed = Signal(object)
    """The head's box, as `Draft.box`."""
    moved = Signal(str, object)
    """A landmark, and its (x, y)."""
    stroked = Signal(object, float)
    """Points (n, 2) and the brush's radius, px of the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.mode: Mode = "head"
        self.brush = 14.0
        """Radius of the brush, px of the screen."""
        self.keeps = False
        self.said = ""
        self.box: import_box.Box | None = None
        self.points: NDArray[np.float32] | None = None
        self.chosen = 0
        self._draft: Draft | None = None
        self._pictures: tuple[Pixels, Pixels] | None = None
        self._zoom, self._middle = 1.0, QPointF()
        self._drag: import_box.Drag | Literal["point"] | None = None
        self._stroke: list[tuple[float, float]] = []
        self._at: QPointF | None = None
        self.setMinimumSize(40 * GRID, 40 * GRID)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("The picture, its head's box and its points"))
        self.setAccessibleDescription(
            tr("Arrow keys move the box or the chosen point, plus and minus change the box, page keys choose a point")
        )

    def sizeHint(self) -> QSize:
        return QSize(76 * GRID, 76 * GRID)

    def say(self, sentence: str) -> None:
        """Show a sentence instead of a picture."""
        self._draft = self._pictures = self.box = self.points = None
        self.said = sentence
        self.update()

    def show_draft(self, draft: Draft) -> None:
        """Show this one's picture, box and points."""
        first = self._draft is None or self._draft.original is not draft.original
        self._draft, self.box = draft, draft.box
        self.points = draft.found.landmarks.copy() if draft.found else None
        self._pictures = np.ascontiguousarray(draft.pixels), _ghost(draft)
        self._stroke = []
        if first:
            self.set_mode(self.mode)
        self.update()

    def set_mode(self, mode: Mode) -> None:
        """Choose what is corrected; the view goes to the head, or back to the whole picture."""
        self.mode, self._drag, self._stroke = mode, None, []
        self._zoom = 1.0
        if self._draft:
            height, width = self._draft.pixels.shape[:2]
            self._middle = QPointF(width / 2, height / 2)
            if mode == "points" and self.box:
                left, top, wide, tall = self.box
                self._middle = QPointF(left + wide / 2, top + tall / 2)
                self._zoom = float(np.clip(0.75 * min(height / tall, width / wide), 1.0, CLOSEST))
        self.setCursor(Qt.CursorShape.CrossCursor if mode == "cut" else Qt.CursorShape.ArrowCursor)
        self.update()

    def to_screen(self, x: float, y: float) -> QPointF:
        """Where a point of the picture is seen."""
        return QPointF(self.rect().center()) + (QPointF(x, y) - self._middle) * self._scale

    def to_picture(self, at: QPointF) -> tuple[float, float]:
        """The point of the picture that is seen there."""
        point = (at - QPointF(self.rect().center())) / self._scale + self._middle
        return point.x(), point.y()

    @property
    def _scale(self) -> float:
        """Px of the screen per px of the picture."""
        if self._draft is None:
            return 1.0
        height, width = self._draft.pixels.shape[:2]
        room = min((self.width() - 2 * MARGIN) / width, (self.height() - 2 * MARGIN) / height)
        return max(room, 1e-3) * self._zoom

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._draft is None:
            return
        x, y = self.to_picture(event.position())
        if self.mode == "cut":
            self._stroke = [(x, y)]
        elif self.mode == "points":
            self._drag = "point" if self._choose(event.position()) else None
        else:
            self._drag = import_box.grip(self.box, (x, y), GRIP / self._scale)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._at = event.position()
        x, y = self.to_picture(event.position())
        if self._stroke and event.buttons() & Qt.MouseButton.LeftButton:
            self._stroke.append((x, y))
        elif self._drag == "point" and self.points is not None:
            self.points[self.chosen] = x, y
        elif isinstance(self._drag, import_box.Drag):
            self.box = self._drag.to((x, y))
        elif self.mode == "head" and self._draft:
            self.setCursor(import_box.cursor(self.box, (x, y), GRIP / self._scale))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._stroke and event.button() == Qt.MouseButton.LeftButton:
            self.stroked.emit(np.array(self._stroke, np.float32), self.brush / self._scale)
        elif self._drag == "point" and self.points is not None:
            self._tell_point()
        elif isinstance(self._drag, import_box.Drag) and self.box != self._drag.box:
            if self.box and self.box[3] * self._scale > 2 * GRIP:
                self.boxed.emit(self.box)
            else:
                self.box = self._drag.box
        self._drag = None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._at = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._draft is None:
            return
        before = QPointF(*self.to_picture(event.position()))
        self._zoom = float(np.clip(self._zoom * 1.2 ** (event.angleDelta().y() / 120), 1.0, CLOSEST))
        self._middle += before - QPointF(*self.to_picture(event.position()))
        if self._zoom == 1.0:
            height, width = self._draft.pixels.shape[:2]
            self._middle = QPointF(width / 2, height / 2)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, step = Qt.Key(event.key()), 1 / self._scale
        by_page = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        grows = {Qt.Key.Key_Plus: 1.0, Qt.Key.Key_Minus: -1.0}
        if self.mode == "points" and self.points is not None and key in by_page:
            self.chosen = (self.chosen + by_page[key]) % len(LANDMARKS)
        elif self.mode == "points" and self.points is not None and key in ARROWS:
            self.points[self.chosen] += np.array(ARROWS[key], np.float32) * step
            self._tell_point()
        elif self.mode == "head" and self.box and (key in ARROWS or key in grows):
            right, down = ARROWS.get(key, (0.0, 0.0))
            self.box = import_box.shifted(self.box, right * step, down * step, 2 * step * grows.get(key, 0.0))
            self.boxed.emit(self.box)
        else:
            super().keyPressEvent(event)
            return
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(DARK.stage))
        if self._pictures is None:
            painter.setPen(QColor(DARK.text))
            room = self.rect().adjusted(4 * GRID, 0, -4 * GRID, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.said)
            return
        pixels = self._pictures[self.mode == "cut"]
        place = QRectF(self.to_screen(0, 0), self.to_screen(pixels.shape[1], pixels.shape[0]))
        painter.fillRect(place, QColor(DARK.card))
        painter.fillRect(place, checks())
        painter.drawImage(place, image(pixels).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))
        if self.mode == "head":
            self._paint_box(painter)
        elif self.mode == "points":
            self._paint_points(painter)
        else:
            self._paint_brush(painter)

    def _choose(self, at: QPointF) -> bool:
        """Choose the point there; whether there is one."""
        if self.points is None:
            return False
        far = [(self.to_screen(float(x), float(y)) - at).manhattanLength() for x, y in self.points]
        nearest = int(np.argmin(far))
        if far[nearest] > 1.5 * GRIP:
            return False
        self.chosen = nearest
        return True

    def _tell_point(self) -> None:
        assert self.points is not None
        x, y = self.points[self.chosen]
        self.moved.emit(LANDMARKS[self.chosen], (float(x), float(y)))

    def _paint_box(self, painter: QPainter) -> None:
        if self.box is None:
            return
        left, top, wide, tall = self.box
        frame = QRectF(self.to_screen(left, top), self.to_screen(left + wide, top + tall))
        for colour, width in ((DARK.stage, 4.0), (DARK.accent, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRect(frame)
        painter.setPen(QPen(QColor(DARK.stage), 1.5))
        painter.setBrush(QColor(DARK.text))
        for corner in (frame.topLeft(), frame.topRight(), frame.bottomLeft(), frame.bottomRight()):
            painter.drawEllipse(corner, GRIP / 2, GRIP / 2)

    def _paint_points(self, painter: QPainter) -> None:
        for number, (x, y) in enumerate(self.points if self.points is not None else ()):
            at, chosen = self.to_screen(float(x), float(y)), number == self.chosen
            kind = next((kind for kind in COLOURS if kind in _kind(LANDMARKS[number])), "other")
            painter.setPen(QPen(QColor(DARK.on_primary if chosen else DARK.stage), 2.0 if chosen else 1.5))
            painter.setBrush(QColor(COLOURS[kind]))
            painter.drawEllipse(at, DOT + chosen, DOT + chosen)

    def _paint_brush(self, painter: QPainter) -> None:
        colour = QColor(DARK.good if self.keeps else DARK.bad)
        if self._stroke:
            veil = QColor(colour)
            veil.setAlphaF(0.5)
            pen = QPen(veil, 2 * self.brush, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            line = [self.to_screen(x, y) for x, y in self._stroke]
            painter.drawPolyline(QPolygonF(line)) if len(line) > 1 else painter.drawPoint(line[0])
        if self._at is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 1.5))
            painter.drawEllipse(self._at, self.brush, self.brush)


def _kind(landmark: str) -> str:
    """What a landmark belongs to, in a word of `COLOURS`."""
    name = landmark.removeprefix("right ").removeprefix("left ")
    eye = name.startswith(("corner", "upper", "lower", "far", "iris"))
    return "eye" if eye else name.split()[0]


def _ghost(draft: Draft) -> Pixels:
    """The cut-out, with a shade of what was cut away."""
    shade = (draft.original[..., 3] * GHOST).astype(np.uint8)
    gone = draft.pixels[..., 3] < shade
    shown = draft.pixels.copy()
    shown[gone, :3] = draft.original[gone, :3]
    shown[..., 3] = np.maximum(shown[..., 3], shade)
    return shown


def checks() -> QBrush:
    """What shows through where a picture is clear: squares, over `DARK.card`."""
    tile = QPixmap(4 * GRID, 4 * GRID)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    for side in (0, 2 * GRID):
        painter.fillRect(side, side, 2 * GRID, 2 * GRID, QColor(DARK.raised))
    painter.end()
    return QBrush(tile)
