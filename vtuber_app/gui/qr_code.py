"""A QR code as a widget."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from vtuber_app.gui.style import GRID
from vtuber_app.tools.remote import qr


class QrCode(QWidget):
    """Dark on white with rounded corners, as every phone's camera reads it; empty without a text."""

    def __init__(self, side: int = 26 * GRID) -> None:
        super().__init__()
        self.setFixedSize(QSize(side, side))
        self._modules: list[list[bool]] = []

    def put(self, text: str, name: str) -> None:
        """Show that text; `name` says to screen readers what it is."""
        self._modules = qr.modules(text) if text else []
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        if not self._modules:
            return
        painter = QPainter(self)
        scale = self.devicePixelRatioF()
        side = int(self.width() * scale) // len(self._modules) / scale  # whole pixels, so that no seam is seen
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("white"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(QRectF(self.rect()), GRID, GRID)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        margin = (self.width() - side * len(self._modules)) / 2
        for row, line in enumerate(self._modules):
            for column, dark in enumerate(line):
                if dark:
                    painter.fillRect(QRectF(margin + column * side, margin + row * side, side, side), QColor("black"))
