"""The presets of the mapping page: choose, save, import, export, delete."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QPushButton, QWidget

from vtuber_app.core.errors import SettingsError
from vtuber_app.core.shelf import LONGEST_NAME
from vtuber_app.gui.controls import tr
from vtuber_app.pose.mapping import Map
from vtuber_app.pose.mapping_presets import Preset, presets


class Presets(QPushButton):
    """Emits `chosen` with a preset and `said` with a sentence and its style.

    Args:
        maps: Gives what is in force, to be saved or exported.
    """

    chosen = Signal(object)
    said = Signal(str, str)

    def __init__(self, maps: Callable[[], Mapping[str, Map]]) -> None:
        super().__init__(tr("Presets"))
        self._maps = maps
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: self.fill(menu))
        self.setMenu(menu)

    def fill(self, menu: QMenu) -> None:
        """Show which presets there are now."""
        menu.clear()
        found, faults = presets.found()
        for preset in found:
            menu.addAction(preset.name, partial(self.chosen.emit, preset))
        menu.addSeparator()
        menu.addAction(tr("Save as…"), self._ask_to_save).setEnabled(bool(self._maps()))
        menu.addAction(tr("Import a file…"), self._ask_to_import)
        menu.addAction(tr("Export to a file…"), self._ask_to_export).setEnabled(bool(self._maps()))
        if own := [preset for preset in found if not preset.ships]:
            gone = menu.addMenu(tr("Delete"))
            for preset in own:
                gone.addAction(preset.name, partial(self.delete, preset))
        if faults:
            self.said.emit(" ".join(faults), "notice")

    def save(self, name: str) -> None:
        """Keep what is in force as a preset."""
        self._try(lambda: tr("Saved as {}.").format(presets.save(name, self._maps()).name))

    def bring(self, path: Path) -> None:
        """Take over a file, and put it to work."""

        def brought() -> str:
            preset = presets.bring(path)
            self.chosen.emit(preset)
            return tr("{} is among the presets now.").format(preset.name)

        self._try(brought)

    def export(self, path: Path) -> None:
        """Write what is in force to a file."""

        def exported() -> str:
            presets.write(Preset(path.stem[:LONGEST_NAME], self._maps(), path), path)
            return tr("Exported to {}.").format(path.name)

        self._try(exported)

    def delete(self, preset: Preset) -> None:
        """Remove one of the user's; what it set stays set."""

        def deleted() -> str:
            presets.delete(preset)
            return tr("{} is deleted.").format(preset.name)

        self._try(deleted)

    def _try(self, deed: Callable[[], str]) -> None:
        try:
            self.said.emit(deed(), "muted")
        except SettingsError as error:
            self.said.emit(str(error), "fault")

    def _ask_to_save(self) -> None:
        name, given = QInputDialog.getText(self._window(), tr("Save as a preset"), tr("Name"))
        if given:
            self.save(name)

    def _ask_to_import(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self._window(), tr("Import a mapping"), "", "*.json")
        if chosen:
            self.bring(Path(chosen))

    def _ask_to_export(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self._window(), tr("Export the mapping"), "mapping.json", "*.json")
        if chosen:
            self.export(Path(chosen))

    def _window(self) -> QWidget:
        return self.window()
