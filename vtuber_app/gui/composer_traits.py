"""The traits of a character, one by one: chosen from a list, drawn anew, or kept."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from vtuber_app.avatars.composer.dna import Dna
from vtuber_app.avatars.composer.pools import POOLS
from vtuber_app.avatars.composer.steps import STEPS
from vtuber_app.gui.controls import Choice, Words, named, tool, tr
from vtuber_app.gui.style import GRID

LABEL, BOX, BUTTON = 11 * GRID, 23 * GRID, 4 * GRID


class TraitRow(QWidget):
    """One trait: its options, a die, and a lock that keeps it in everything that is drawn."""

    changed = Signal(str, str)
    rolled = Signal(str)
    locked = Signal(str, bool)

    def __init__(self, trait: str) -> None:
        super().__init__()
        self.trait = trait
        title = tr(trait).capitalize()
        self.box = Choice(title)
        for option in POOLS[trait]:
            self.box.addItem(tr(option), option)
        self.box.setFixedWidth(BOX)
        self.die = named(tool("", "dice", tr("Draw {} anew").format(title)), "small")
        self.lock = named(tool("", "lock", tr("Keep {} in all that is drawn").format(title), checkable=True), "small")
        for button in (self.die, self.lock):
            button.setFixedSize(BUTTON, BUTTON)
        words = Words(title, "label")
        words.setFixedWidth(LABEL)
        words.setBuddy(self.box)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID // 2)
        line.addWidget(words)
        line.addWidget(self.box)
        line.addWidget(self.die)
        line.addWidget(self.lock)
        self.box.activated.connect(lambda _: self.changed.emit(trait, self.box.currentData()))
        self.die.clicked.connect(lambda: self.rolled.emit(trait))
        self.lock.clicked.connect(lambda on: self.locked.emit(trait, on))

    def show_option(self, option: str, kept: bool) -> None:
        """Show what the character has, and whether that is kept."""
        self.box.setCurrentIndex(self.box.findData(option))
        self.box.setToolTip(tr(option))  # the longest don't fit in
        self.lock.setChecked(kept)


class TraitList(QScrollArea):
    """All of them, in the order of the steps."""

    changed = Signal(str, str)
    rolled = Signal(str)
    locked = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("tiles")
        self.setWidgetResizable(True)
        self.rows = {trait: TraitRow(trait) for step in STEPS for trait in step.traits}
        self._heads: list[QLabel] = []
        lines = QWidget()
        column = QVBoxLayout(lines)
        column.setContentsMargins(0, 0, GRID, 0)
        column.setSpacing(GRID // 2)
        for step in STEPS:
            head = named(QLabel(tr(step.name).capitalize()), "figure")
            head.setContentsMargins(0, GRID if self._heads else 0, 0, 0)
            self._heads.append(head)
            column.addWidget(head)
            for trait in step.traits:
                row = self.rows[trait]
                row.changed.connect(self.changed)
                row.rolled.connect(self.rolled)
                row.locked.connect(self.locked)
                column.addWidget(row)
        column.addStretch()
        self.setWidget(lines)
        self.setFixedWidth(lines.sizeHint().width() + 2 * GRID)

    def show_dna(self, dna: Dna, kept: set[str]) -> None:
        """Show what the chosen character has."""
        for trait, row in self.rows.items():
            row.show_option(dna.options[trait], trait in kept)

    def show_step(self, step: int) -> None:
        """Bring the traits of that step into view."""
        if step < len(self._heads):
            self.verticalScrollBar().setValue(max(0, self._heads[step].y() - GRID // 2))
