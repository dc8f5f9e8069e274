"""The window of the composer: a new character for the gallery, chosen in steps."""

import secrets

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from vtuber_app.core.errors import DependencyError
from vtuber_app.gui.background import Runner
from vtuber_app.gui.controls import Words, tr
from vtuber_app.gui.style import GRID
from vtuber_app.tools import compose


class ComposerPage(QDialog):
    """A window beside the stream, which goes on.

    Args:
        run: Calls what takes long elsewhere.
        parent: The window it belongs to.
        seed: The same one and the same choices give the same characters; by default another one each time.
    """

    made = Signal(str)
    """A character was kept: its name in the gallery."""

    def __init__(self, run: Runner, parent: QWidget | None = None, seed: int | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("New character"))
        self.resize(163 * GRID, 94 * GRID)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        try:
            compose.painter()
        except DependencyError as error:
            self.missing = Words(str(error), "notice")
            whole.addWidget(self.missing)
            whole.addStretch()
            return
        from vtuber_app.gui.composer_steps import Composer  # it needs the painter

        self.composer = Composer(run, secrets.randbelow(1 << 31) if seed is None else seed)
        self.composer.made.connect(self.made)
        whole.addWidget(self.composer)
