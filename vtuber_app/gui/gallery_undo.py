"""The bar that brings back what was deleted."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from vtuber_app.gui.controls import Words, named, tool, tr
from vtuber_app.gui.style import GRID


@dataclass(frozen=True)
class Deleted:
    """An avatar that was deleted.

    Attributes:
        instead: The avatar that took its place on the stream; None if it wasn't there.
        animator: Which one moved it.
    """

    name: str
    instead: str | None
    animator: str


class UndoBar(QFrame):
    """Stays until it is used, dismissed, or another avatar is deleted."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.deleted: Deleted | None = None
        self.words = Words(name="")
        self.button = QPushButton(tr("Undo"), autoDefault=False)
        self.button.clicked.connect(lambda: self.wanted.emit(self.deleted))
        self.close_button = named(tool("", "close", tr("Dismiss")), "small")
        self.close_button.clicked.connect(self.hide)
        line = QHBoxLayout(self)
        line.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        line.setSpacing(GRID)
        line.addWidget(self.words, 1)
        line.addWidget(self.button)
        line.addWidget(self.close_button)
        self.hide()

    def say(self, deleted: Deleted) -> None:
        """Offer to bring this back."""
        self.deleted = deleted
        self.words.say(tr("{} is deleted, and can be brought back for 30 days.").format(deleted.name))
        self.show()
