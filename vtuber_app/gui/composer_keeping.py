"""The last step of the composer: a name, and the character is painted at full size into the gallery, or as a PSD."""

import tempfile
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QProgressBar, QPushButton, QWidget

from vtuber_app.avatars import keep
from vtuber_app.avatars.composer.dna import Dna
from vtuber_app.core.errors import SettingsError
from vtuber_app.gui.background import Runner
from vtuber_app.gui.composer_painters import Painters
from vtuber_app.gui.controls import Words, named, restyle, tr
from vtuber_app.gui.style import GRID
from vtuber_app.tools import compose

SIZE = 2048
"""Of the canvas that is painted, px."""
Kept = tuple[str, str]
"""The name in the gallery, or empty, and what went wrong, or empty."""


class Keeping(QWidget):
    """A line of controls; emits `made` with the name in the gallery."""

    made = Signal(str)

    def __init__(self, run: Runner, painters: Painters) -> None:
        super().__init__()
        self.dna: Dna | None = None
        self._run, self._painters = run, painters
        self._room: tempfile.TemporaryDirectory[str] | None = None
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name"))
        self.name.setAccessibleName(tr("Name"))
        self.name.setMaxLength(keep.NAME_LIMIT)
        self.name.setFixedWidth(28 * GRID)
        self.bar = QProgressBar()
        self.bar.setRange(0, 3)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(16 * GRID, GRID // 2)
        self.said = Words()
        self.psd_button = QPushButton(tr("Save as PSD…"))
        self.psd_button.setToolTip(tr("Its layers, to paint on in Photoshop, Krita or Clip Studio"))
        self.keep_button = named(QPushButton(tr("Keep it")), "primary")
        self.name.textChanged.connect(self._look)
        self.name.returnPressed.connect(self.keep)
        self.keep_button.clicked.connect(self.keep)
        self.psd_button.clicked.connect(self._ask_for_psd)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID)
        line.addWidget(self.said, 1)
        line.addWidget(self.bar)
        line.addWidget(self.psd_button)
        line.addWidget(self.name)
        line.addWidget(self.keep_button)
        self.bar.hide()
        self._look()

    @property
    def busy(self) -> bool:
        """Whether a character is being painted."""
        return self._room is not None

    def keep(self) -> None:
        """Paint the character at full size and add it to the gallery."""
        if self.dna is None or self.busy or not self.name.text().strip():
            return
        try:
            name = keep.checked(self.name.text())
        except SettingsError as error:
            self._say(str(error), "fault")
            return
        self._room = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._show(1, tr("Painting it at full size…"))
        call = partial(compose.written, self.dna, name, 1, Path(self._room.name), SIZE)
        self._painters.ask(call, partial(self._painted, name), self._failed, first=True)

    def save_psd(self, path: Path) -> None:
        """Paint the character at full size and write its layers."""
        if self.dna is None or self.busy:
            return
        self._room = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._show(1, tr("Painting its layers at full size…"))
        call = partial(compose.psd_of, self.dna, path, SIZE)
        self._painters.ask(call, lambda _: self._end(tr("Saved: {}").format(path)), self._failed, first=True)

    def _painted(self, name: str, folder: Path) -> None:
        self._show(2, tr("Adding it to your gallery…"))
        self._run(partial(_added, folder, name), self._added)

    def _added(self, kept: Kept) -> None:
        name, wrong = kept
        if wrong:
            self._failed(wrong)
            return
        self._end(tr("{} is in your gallery.").format(name))
        self.made.emit(name)

    def _failed(self, sentence: str) -> None:
        self._end(sentence, "fault")

    def _end(self, sentence: str, style: str = "muted") -> None:
        if self._room:
            self._room.cleanup()
            self._room = None
        self._say(sentence, style)
        self.bar.hide()
        self._look()
        if not self.isVisible():
            self._painters.close()

    def _show(self, step: int, sentence: str) -> None:
        self.bar.setValue(step)
        self.bar.show()
        self._say(sentence)
        self._look()

    def _say(self, sentence: str, style: str = "muted") -> None:
        self.said.say(sentence)
        restyle(self.said, style)

    def _look(self) -> None:
        self.keep_button.setEnabled(not self.busy and bool(self.name.text().strip()))
        self.psd_button.setEnabled(not self.busy)
        self.name.setEnabled(not self.busy)

    def _ask_for_psd(self) -> None:
        suggested = f"{self.name.text().strip() or tr('character')}.psd"
        about = tr("Photoshop file") + " (*.psd)"
        chosen, _ = QFileDialog.getSaveFileName(self.window(), tr("Save as PSD"), suggested, about)
        if chosen:
            self.save_psd(Path(chosen).with_suffix(".psd"))


def _added(folder: Path, name: str) -> Kept:
    try:
        return keep.add(folder, name), ""
    except SettingsError as error:
        return "", str(error)
