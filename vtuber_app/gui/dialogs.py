"""What small windows beside the stream share."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QToolButton, QVBoxLayout, QWidget

from vtuber_app.gui.controls import tr
from vtuber_app.gui.style import GRID

COPIED_MS = 2000


def fitted(page: QDialog, width: int) -> QVBoxLayout:
    """The column of a page that is `width` px wide, and always as tall as what it shows."""
    whole = QVBoxLayout(page)
    whole.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
    whole.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
    inner = QWidget()
    inner.setFixedWidth(width)
    whole.addWidget(inner)
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(3 * GRID // 2)
    return column


def bring_up(page: QDialog) -> None:
    """Show a page before all other windows, ready for keys."""
    page.show()
    page.raise_()
    page.activateWindow()


def copy(text: str, button: QToolButton) -> None:
    """Put a text into the clipboard; the button that was pressed says so for a moment."""
    QGuiApplication.clipboard().setText(text)
    words, done = button.text(), " " + tr("Copied")
    if words != done:
        button.setText(done)
        QTimer.singleShot(COPIED_MS, button, lambda: button.setText(words))
