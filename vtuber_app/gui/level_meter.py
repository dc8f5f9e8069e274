"""How loud it is, and from where on that counts."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vtuber_app.gui.controls import tr
from vtuber_app.gui.style import DARK, GRID

QUIETEST, LOUDEST = -80.0, 0.0
"""The scale's ends, dBFS."""
FALL_DB = 2.0
"""How far the bar sinks at most from one look to the next, dB: it can be read, and shows each syllable."""


class LevelMeter(QWidget):
    """A bar for the level, a line for the threshold; the bar is green beyond it."""

    def __init__(self) -> None:
        super().__init__()
        self.level = QUIETEST
        self.threshold: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Loudness of the microphone"))
        self.setToolTip(tr("The mouth opens when your voice passes the line. It follows the noise of the room."))

    def sizeHint(self) -> QSize:
        return QSize(20 * GRID, 2 * GRID)

    def put(self, level: float | None, threshold: float | None) -> None:
        """Show these, dBFS; None where there is no sound."""
        shown = QUIETEST if level is None else max(level, self.level - FALL_DB)
        if (shown, threshold) != (self.level, self.threshold):
            self.level, self.threshold = shown, threshold
            self.update()

    @property
    def opens(self) -> bool:
        """Whether the voice passes the threshold."""
        return self.threshold is not None and self.level > self.threshold

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(0, self.height() / 2 - 3, self.width(), 6)
        painter.setBrush(QColor(DARK.edge))
        painter.drawRoundedRect(track, 3, 3)
        filled = QRectF(track)
        filled.setWidth(self._place(self.level))
        painter.setBrush(QColor(DARK.good if self.opens else DARK.muted))
        painter.drawRoundedRect(filled, 3, 3)
        if self.threshold is not None:
            painter.setBrush(QColor(DARK.text))
            painter.drawRoundedRect(QRectF(self._place(self.threshold) - 1, 0, 2, self.height()), 1, 1)

    def _place(self, level: float) -> float:
        return self.width() * min(max((level - QUIETEST) / (LOUDEST - QUIETEST), 0), 1)
