"""A small picture of what a map makes of every input, with the live value on it."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from vtuber_app.gui.style import DARK, GRID
from vtuber_app.pose.mapping import Map, value
from vtuber_app.pose.parameters import Parameter

POINTS = 49
SIDE = 12 * GRID
INSET = 6.0


class CurveView(QWidget):
    """The performer's values to the right, the avatar's up, each over all that they may be."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__()
        self.parameter = parameter
        self._curve: list[tuple[float, float]] = []
        self._live: tuple[float, float] | None = None
        self.setFixedSize(QSize(SIDE, SIDE))

    def put(self, by: Map) -> None:
        """Show that map."""
        inputs = np.linspace(*self.parameter.limits, POINTS)
        self._curve = [(float(at), value(by, self.parameter, float(at))) for at in inputs]
        self.update()

    def show_live(self, live: tuple[float, float] | None) -> None:
        """Show where the performer and the avatar are now."""
        if live != self._live:
            self._live = live
            self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(DARK.line), 1))
        painter.setBrush(QColor(DARK.window))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, GRID, GRID)
        low, high = self.parameter.limits
        painter.setPen(QPen(QColor(DARK.edge), 1, Qt.PenStyle.DotLine))
        painter.drawLine(self._at(low, low), self._at(high, high))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(DARK.accent), 2))
        painter.drawPolyline(QPolygonF([self._at(*point) for point in self._curve]))
        if self._live:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(DARK.good))
            painter.drawEllipse(self._at(*self._live), 4, 4)

    def _at(self, x: float, y: float) -> QPointF:
        low, high = self.parameter.limits
        room = SIDE - 2 * INSET
        across, up = ((min(max(each, low), high) - low) / (high - low) for each in (x, y))
        return QPointF(INSET + across * room, SIDE - INSET - up * room)
