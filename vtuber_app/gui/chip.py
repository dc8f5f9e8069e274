"""The button of an expression, with the key that puts it on."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolButton

from vtuber_app.gui.controls import tr
from vtuber_app.gui.style import DARK, GRID

HIGH_PX = 12


class Chip(QToolButton):
    """Shows its key in the corner."""

    def __init__(self) -> None:
        super().__init__()
        self.key = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def put_key(self, key: str) -> None:
        """Show that key; none where it is empty."""
        if key != self.key:
            self.key = key
            self.setAccessibleDescription(tr("Key {}").format(key) if key else "")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.key:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(9)
        font.setBold(True)
        painter.setFont(font)
        wide = max(painter.fontMetrics().horizontalAdvance(self.key) + GRID // 2, HIGH_PX)
        place = QRectF(self.width() - wide - 2, 2, wide, HIGH_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK.stage))
        painter.drawRoundedRect(place, 3, 3)
        painter.setPen(QColor(DARK.accent if self.isChecked() else DARK.muted))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self.key)
