"""A line of a card for one part: a switch, how it fares, its details."""

from abc import abstractmethod
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vtuber_app.core.parts import Part
from vtuber_app.gui.controls import Fold, Switch, Words, restyle, tr
from vtuber_app.gui.details import Details
from vtuber_app.gui.live import Live
from vtuber_app.gui.style import DARK, GRID, ICON, drawn
from vtuber_app.session import StageStatus
from vtuber_app.settings import AppSettings


class Row(QWidget):
    """Something that may be at work or not.

    Args:
        title: Its name for the user; `symbol` that of its icon.
        details: What opens below it.
    """

    def __init__(self, title: str, symbol: str, details: Fold) -> None:
        super().__init__()
        self.switch = Switch(title)
        self.switch.toggled.connect(self.toggle)
        self.state = Words(tr("Off"))
        self.state.setContentsMargins(0, 0, 0, GRID // 2)
        self.state.hide()
        details.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        about = f"{title}: {details.button.text().strip()}"
        details.button.setToolTip(about)
        details.button.setAccessibleName(about)
        picture = QLabel(pixmap=drawn(symbol, DARK.muted, ICON, self.devicePixelRatioF()))
        name = QLabel(title)
        name.setBuddy(self.switch)
        head = QHBoxLayout()
        head.setSpacing(3 * GRID // 2)
        head.addWidget(picture)
        head.addWidget(name, 1)
        head.addWidget(details.button)
        head.addWidget(self.switch)
        self.column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        self.line = line = QHBoxLayout()
        line.setContentsMargins(ICON + 3 * GRID // 2, 0, 0, 0)
        line.addWidget(self.state, 1)
        column.addLayout(line)
        column.addWidget(details)
        self._named = (self.switch, name, picture)

    def say(self, style: str, words: str) -> None:
        """Say how it fares; that it is off, the switch says."""
        restyle(self.state, style)
        self.state.say(words)
        self.state.setVisible(words != tr("Off"))

    def refuse(self, reason: str) -> None:
        """Say why it can't be had here."""
        self.say("muted", reason)
        for widget in self._named:
            widget.setEnabled(False)
            widget.setToolTip(reason)

    @abstractmethod
    def toggle(self, on: bool) -> None:
        """Have it at work, or not."""


class PartRow(Row):
    """One part that may be at work or not.

    Args:
        title: Its name for the user; `symbol` that of its icon.
        hidden: Fields that have a better control than the details.
    """

    def __init__(
        self,
        live: Live,
        kind: str,
        part: type[Part[Any]],
        title: str,
        symbol: str,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self.live, self.kind, self.part = live, kind, part
        self.details = Details(live, lambda _: kind, hidden)
        super().__init__(title, symbol, self.details)
        if reason := part.why_not():
            self.refuse(reason)
            self.details.put(None)

    def show_settings(self, settings: AppSettings) -> None:
        with QSignalBlocker(self.switch):
            self.switch.setChecked(self.wanted(settings))
        if not self.part.why_not():
            self.details.show_settings(settings)
            self.show_stage(None)

    def show_stage(self, stage: StageStatus | None) -> None:
        """Say how it fares; None if it is not at work."""
        if self.part.why_not():
            return
        name, text = "muted", tr("Off")
        if stage and stage.error:
            name, text = "fault", stage.error.removeprefix(f"{self.kind}: ")
        elif stage and stage.notice:
            name, text = "notice", stage.notice
        elif stage and stage.count:
            name, text = "live", self.success(stage)
        elif stage or self.switch.isChecked():
            text = tr("Starting…")
        self.say(name, text)

    @abstractmethod
    def wanted(self, settings: AppSettings) -> bool:
        """Whether these settings have it at work."""

    @abstractmethod
    def success(self, stage: StageStatus) -> str:
        """What is said of it while all is well."""
