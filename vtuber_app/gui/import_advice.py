"""What the doctor says of a picture, a line each."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from vtuber_app.gui.controls import Words, tr
from vtuber_app.gui.style import DARK, GRID, drawn


class Advice(QScrollArea):
    """A list of sentences with a sign in front; it scrolls where it is long."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("tiles")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sentences: list[str] = []
        self.setAccessibleName(tr("What may go wrong"))
        self.setWidget(QWidget())

    def say(self, doubts: Sequence[str], flat: bool | None = None) -> None:
        """Show these doubts; `flat` tells whether it moves only as a whole, None that there is nothing yet."""
        lines = [("alert", DARK.warn, "notice", doubt) for doubt in doubts if doubt]
        if flat:
            lines.append(("picture", DARK.muted, "muted", tr("It will be kept flat, and moves only as a whole.")))
        elif flat is False and not doubts:
            lines.append(("avatar", DARK.good, "live", tr("Everything was found. It blinks, speaks and turns.")))
        self.sentences = [text for _, _, _, text in lines]
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, GRID // 2, 0)
        column.setSpacing(GRID)
        for symbol, colour, style, text in lines:
            sign = QLabel()
            sign.setPixmap(drawn(symbol, colour, 2 * GRID, self.devicePixelRatioF()))
            line = QHBoxLayout()
            line.setSpacing(GRID)
            line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Words(text, style), 1)
            column.addLayout(line)
        column.addStretch()
        self.setWidget(content)
