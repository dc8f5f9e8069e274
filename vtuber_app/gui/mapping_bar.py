"""Two tracks, what the performer does above what the avatar does, with handles for the ends of both ranges."""

from typing import Literal, get_args

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from vtuber_app.gui.controls import tr
from vtuber_app.gui.style import DARK, GRID
from vtuber_app.pose.mapping import NARROWEST, Map
from vtuber_app.pose.parameters import Parameter

End = Literal["low", "high", "to_low", "to_high"]
ENDS: tuple[End, ...] = get_args(End)
WORDS, FIGURE = 6 * GRID, 6 * GRID
"""Room for what a track is, and for its live value."""
ABOVE, BELOW, TALL = 2 * GRID - 2, 6 * GRID - 6, 7 * GRID
RADIUS, DOT = 6.0, 4.5
STEPS = 100


class RangeBar(QWidget):
    """Emits `moved` with an end and its value while a handle is dragged or moved by the arrow keys.

    Attributes:
        learnt: A range that is being learnt; it is drawn over the upper track.
    """

    moved = Signal(str, float)

    def __init__(self, parameter: Parameter, title: str) -> None:
        super().__init__()
        self.parameter, self.title = parameter, title
        self.by: Map | None = None
        self.learnt: tuple[float, float] | None = None
        self._live: tuple[float, float] | None = None
        self._end: End = "high"
        self._dragged = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(TALL)
        self.setToolTip(tr("Drag the ends; arrow keys move the marked one, up and down mark another"))

    def sizeHint(self) -> QSize:
        return QSize(40 * GRID, TALL)

    def put(self, by: Map) -> None:
        """Show that map."""
        if by != self.by:
            self.by = by
            figures = [self._written(getattr(by, end)) for end in ENDS]
            self.setAccessibleName(tr("{}: from {} to {}, becomes {} to {}").format(self.title, *figures))
            self.update()

    def show_live(self, live: tuple[float, float] | None) -> None:
        """Show where the performer and the avatar are now; None: nobody is seen."""
        if live != self._live:
            self._live = live
            self.update()

    def where(self, end: End) -> QPointF:
        """The middle of an end's handle, px."""
        assert self.by
        return QPointF(self._x(getattr(self.by, end)), ABOVE if end in ("low", "high") else BELOW)

    def bounds(self, end: End) -> tuple[float, float]:
        """How far an end may go, so that its range stays one."""
        assert self.by
        low, high = self.parameter.limits
        least = NARROWEST * (self.parameter.high - self.parameter.low)
        match end:
            case "low":
                return low, self.by.high - least
            case "high":
                return self.by.low + least, high
            case "to_low":
                return low, self.by.to_high
            case _:
                return self.by.to_low, high

    def mousePressEvent(self, event: QMouseEvent) -> None:
        nearest = self._nearest(event.position())
        if nearest and event.button() == Qt.MouseButton.LeftButton:
            self._end, self._dragged = nearest, True
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = Qt.CursorShape.SizeHorCursor if self._nearest(event.position()) else Qt.CursorShape.ArrowCursor
        self.setCursor(over)
        if self._dragged:
            low, high = self.parameter.limits
            share = (event.position().x() - self._x(low)) / (self._x(high) - self._x(low))
            self._move(low + share * (high - low))

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        self._dragged = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        low, high = self.parameter.limits
        step = (high - low) / STEPS * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right if self.by:
                sign = 1 if event.key() == Qt.Key.Key_Right else -1
                self._move(getattr(self.by, self._end) + sign * step)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                by = 1 if event.key() == Qt.Key.Key_Down else -1
                self._end = ENDS[(ENDS.index(self._end) + by) % len(ENDS)]
                self.update()
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        if not self.by:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ranges(painter, self.by)
        self._paint_words(painter)
        if self._live:
            self._paint_live(painter, self._live)
        for end in ENDS:
            marked = self.hasFocus() and end == self._end
            painter.setPen(QPen(QColor(DARK.accent if marked else DARK.card), 3 if marked else 1))
            painter.setBrush(QColor(DARK.text))
            painter.drawEllipse(self.where(end), RADIUS, RADIUS)

    def _paint_ranges(self, painter: QPainter, by: Map) -> None:
        low, high = self.parameter.limits
        to = (by.to_high, by.to_low) if by.invert else (by.to_low, by.to_high)
        corners = [(by.low, ABOVE), (by.high, ABOVE), (to[1], BELOW), (to[0], BELOW)]
        painter.setPen(Qt.PenStyle.NoPen)
        between = QColor(DARK.accent)
        between.setAlphaF(0.13)
        painter.setBrush(between)
        painter.drawPolygon(QPolygonF([QPointF(self._x(at), y) for at, y in corners]))
        for y, first, last in ((ABOVE, by.low, by.high), (BELOW, by.to_low, by.to_high)):
            painter.setBrush(QColor(DARK.edge))
            painter.drawRoundedRect(QRectF(self._x(low), y - 2, self._x(high) - self._x(low), 4), 2, 2)
            painter.setBrush(QColor(DARK.accent))
            painter.drawRoundedRect(QRectF(self._x(first), y - 2, self._x(last) - self._x(first), 4), 2, 2)
            if self.parameter.two_sided:
                painter.setBrush(QColor(DARK.muted))
                painter.drawRect(QRectF(self._x(0) - 0.5, y - 5, 1, 10))
        if self.learnt:
            first, last = (self._x(at) for at in self.learnt)
            painter.setBrush(QColor(DARK.good))
            painter.drawRoundedRect(QRectF(first, ABOVE - 9, last - first, 3), 1.5, 1.5)

    def _paint_words(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        middle = Qt.AlignmentFlag.AlignVCenter
        for y, words, value in ((ABOVE, tr("You"), 0), (BELOW, tr("Avatar"), 1)):
            painter.setPen(QColor(DARK.muted))
            painter.drawText(QRectF(0, y - GRID, WORDS - GRID, 2 * GRID), middle | Qt.AlignmentFlag.AlignLeft, words)
            if self._live:
                painter.setPen(QColor(DARK.text))
                place = QRectF(self.width() - FIGURE, y - GRID, FIGURE, 2 * GRID)
                painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, self._written(self._live[value]))

    def _paint_live(self, painter: QPainter, live: tuple[float, float]) -> None:
        low, high = self.parameter.limits
        above, below = (self._x(min(max(value, low), high)) for value in live)
        line = QColor(DARK.good)
        line.setAlphaF(0.45)
        painter.setPen(QPen(line, 1.5))
        painter.drawLine(QPointF(above, ABOVE), QPointF(below, BELOW))
        painter.setPen(QPen(QColor(DARK.card), 1))
        painter.setBrush(QColor(DARK.good))
        for x, y in ((above, ABOVE), (below, BELOW)):
            painter.drawEllipse(QPointF(x, y), DOT, DOT)

    def _x(self, value: float) -> float:
        low, high = self.parameter.limits
        left, right = WORDS + RADIUS, self.width() - FIGURE - RADIUS - GRID / 2
        return left + (value - low) / (high - low) * (right - left)

    def _nearest(self, at: QPointF) -> End | None:
        if not self.by:
            return None
        found = min(ENDS, key=lambda end: (self.where(end) - at).manhattanLength())
        return found if (self.where(found) - at).manhattanLength() <= 3 * RADIUS else None

    def _move(self, value: float) -> None:
        low, high = self.bounds(self._end)
        step = (self.parameter.high - self.parameter.low) / (2 * STEPS)
        value = min(max(round(value / step) * step, low), high)
        if self.by and value != getattr(self.by, self._end):
            self.moved.emit(self._end, value)

    def _written(self, value: float) -> str:
        unit = self.parameter.unit
        value = round(value, 0 if unit else 2) + 0.0  # no minus before a zero
        return f"{value:.0f}{'' if unit == '°' else ' '}{unit}" if unit else f"{value:.2f}"
