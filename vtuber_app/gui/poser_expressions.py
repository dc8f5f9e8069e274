"""The expressions of the pose page: click one to put it on, again to take it off; save, rename, give away."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QInputDialog,
    QMenu,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from vtuber_app import actions
from vtuber_app.core.errors import SettingsError
from vtuber_app.gui.chip import Chip
from vtuber_app.gui.controls import Words, named, tool, tr
from vtuber_app.gui.live import Live
from vtuber_app.gui.style import GRID
from vtuber_app.pose import wearing
from vtuber_app.pose.expressions import Expression, expressions

COLUMNS = 3
NAME_PX = 10 * GRID
"""Room for a name on its button."""


class Expressions(QWidget):
    """A button for each, with its key; `keyed` asks for a place to choose keys, at that expression's."""

    keyed = Signal(str)

    def __init__(self, live: Live) -> None:
        super().__init__()
        self.live = live
        self.chips: dict[str, Chip] = {}
        self.known: dict[str, Expression] = {}
        self._fault = Words(name="notice")
        self._grid = QGridLayout()
        self._grid.setSpacing(GRID)
        for place in range(COLUMNS):
            self._grid.setColumnStretch(place, 1)
        self.save_button = QPushButton(tr("Save as…"))
        self.save_button.setToolTip(tr("Keep what is held as an expression of your own"))
        self.save_button.clicked.connect(self._ask_to_save)
        self.load_button = QPushButton(tr("Load file…"))
        self.load_button.setToolTip(tr("Take over an expression that somebody gave you"))
        self.load_button.clicked.connect(self._ask_to_load)
        self.keys_button = named(QPushButton(tr("Keys…")), "quiet")
        self.keys_button.setToolTip(tr("Which key puts on which expression, in games too"))
        self.keys_button.clicked.connect(lambda: self.keyed.emit(""))
        self.more = named(tool("", "more", tr("Rename, export or delete the expression that is on")), "more")
        self.more.clicked.connect(self._show_more)
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(self.save_button, 1)
        line.addWidget(self.load_button, 1)
        line.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(self._grid)
        column.addWidget(self._fault)
        column.addLayout(line)
        self.refresh()

    def refresh(self) -> None:
        """Look which there are."""
        found, faults = expressions.found()
        self._fault.say(" ".join(faults))
        self._fault.setVisible(bool(faults))
        known = {expression.name: expression for expression in found}
        if known != self.known:
            self.known = known
            self._fill()
        self.mark()

    def mark(self) -> None:
        """Mark the one that is on."""
        on, pose = self.worn_now(), self.live.settings.pose
        keys = actions.expression_keys(self.live.settings).by_name
        for name, chip in self.chips.items():
            with QSignalBlocker(chip):
                chip.setChecked(name in pose.worn or (on is not None and name == on.name))
            chip.put_key(keys[name].key if name in keys else "")
        self.save_button.setEnabled(bool(self.live.settings.pose.held))
        self.more.setEnabled(on is not None)

    def worn_now(self) -> Expression | None:
        """The expression that is on as it was saved."""
        held = self.live.settings.pose.held
        return next((each for each in self.known.values() if each.values == held), None)

    def save(self, name: str) -> bool:
        """Keep what is held under that name; False if that was refused."""
        held = self.live.settings.pose.held
        return self._changed(lambda: expressions.save(name, held))

    def rename(self, expression: Expression, name: str) -> bool:
        """Give one another name; False if that was refused."""
        return self._changed(lambda: expressions.rename(expression, name))

    def delete(self, expression: Expression) -> bool:
        """Remove one of the user's; False if that was refused."""
        return self._changed(lambda: expressions.delete(expression))

    def load(self, path: Path) -> bool:
        """Take over a file; False if it is no expression."""
        return self._changed(lambda: expressions.bring(path))

    def export(self, expression: Expression, path: Path) -> bool:
        """Write one to give away; False if that failed."""
        return self._changed(lambda: expressions.write(expression, path))

    def menu_of(self, expression: Expression) -> QMenu:
        """What can be done with one."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Key…"), lambda: self.keyed.emit(expression.name))
        rename = menu.addAction(tr("Rename…"), lambda: self._ask_to_rename(expression))
        menu.addAction(tr("Export…"), lambda: self._ask_to_export(expression))
        delete = menu.addAction(tr("Delete…"), lambda: self._ask_to_delete(expression))
        rename.setEnabled(not expression.ships)
        delete.setEnabled(not expression.ships)
        return menu

    def _fill(self) -> None:
        for chip in self.chips.values():
            self._grid.removeWidget(chip)
            chip.deleteLater()
        self.chips = {}
        for place, expression in enumerate(self.known.values()):
            self.chips[expression.name] = chip = named(Chip(), "chip")
            name = expression.name
            chip.setText(chip.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, NAME_PX))
            chip.setToolTip(name)
            chip.setAccessibleName(tr("Expression {}").format(name))
            chip.setSizePolicy(chip.sizePolicy().Policy.Ignored, chip.sizePolicy().Policy.Fixed)
            chip.toggled.connect(lambda on, name=name: self._wear(name, on))
            chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            chip.customContextMenuRequested.connect(
                lambda at, chip=chip, name=name: self.menu_of(self.known[name]).popup(chip.mapToGlobal(at))
            )
            self._grid.addWidget(chip, *divmod(place, COLUMNS))

    def _wear(self, name: str, on: bool) -> None:
        pose = self.live.settings.pose
        pose = wearing.only(pose, self.known[name]) if on else wearing.take_off(pose, name, self.known)
        self.live.change(pose=pose)

    def _changed(self, change: Callable[[], object]) -> bool:
        try:
            change()
        except SettingsError as error:
            self.live.refused.emit(str(error))
            return False
        self.refresh()
        return True

    def _show_more(self) -> None:
        if expression := self.worn_now():
            self.menu_of(expression).popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _ask_to_save(self) -> None:
        on = self.worn_now()
        name = on.name if on and not on.ships else ""
        name, wanted = QInputDialog.getText(self.window(), tr("Save expression"), tr("Its name"), text=name)
        if wanted:
            self.save(name)

    def _ask_to_rename(self, expression: Expression) -> None:
        title, label = tr("Rename expression"), tr("New name of {}").format(expression.name)
        name, wanted = QInputDialog.getText(self.window(), title, label, text=expression.name)
        if wanted:
            self.rename(expression, name)

    def _ask_to_delete(self, expression: Expression) -> None:
        question = tr("Delete the expression {}?").format(expression.name)
        answer = QMessageBox.question(self.window(), tr("Delete expression"), question)
        if answer == QMessageBox.StandardButton.Yes:
            self.delete(expression)

    def _ask_to_load(self) -> None:
        about = tr("Expressions") + " (*.json)"
        chosen, _ = QFileDialog.getOpenFileName(self.window(), tr("Load an expression"), "", about)
        if chosen:
            self.load(Path(chosen))

    def _ask_to_export(self, expression: Expression) -> None:
        about = tr("Expressions") + " (*.json)"
        title = tr("Export {}").format(expression.name)
        chosen, _ = QFileDialog.getSaveFileName(self.window(), title, expression.path.name, about)
        if chosen:
            self.export(expression, Path(chosen))
