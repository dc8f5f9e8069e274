"""The networks page: what can be downloaded, what is there, and a place to drop what one has."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vtuber_app import store
from vtuber_app.core.errors import WeightsError
from vtuber_app.gui import models_job
from vtuber_app.gui.background import Runner
from vtuber_app.gui.controls import Words, named, restyle, tr
from vtuber_app.gui.models_job import Job, Result
from vtuber_app.gui.models_row import Row
from vtuber_app.gui.style import GRID
from vtuber_app.store import cards

LOOK_MS = 100


class ModelsPage(QDialog):
    """A window beside the stream, which goes on. One thing is done at a time, and goes on while this is closed."""

    changed = Signal()
    """Other networks are there than before, or may be used now."""
    chosen = Signal(str)
    """A character's picture to put to work."""

    def __init__(self, run: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Networks"))
        self.setAcceptDrops(True)
        self.resize(80 * GRID, 90 * GRID)
        self.job: Job | None = None
        self._run = run
        self._after: Job | None = None
        self._student: Path | None = None
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self._look)
        self.rows = {name: Row(card) for name, card in cards.cards().items()}
        self.said = Words(name="muted")
        self.use_button = QPushButton(tr("Use it"))
        self.use_button.clicked.connect(self._use)
        self._build()
        for row in self.rows.values():
            row.wanted.connect(lambda name: self.begin(models_job.install(name)))
            row.unwanted.connect(lambda name: self.begin(models_job.remove(name)))
            row.forgotten.connect(self._forget)
            row.agreed.connect(self._accept)
            row.stopped.connect(self.stop)
            row.dropped.connect(lambda path, name: self.begin(models_job.take(Path(path), name)))
        self.show_state()

    def show_state(self) -> None:
        """Look anew at what is there."""
        for row in self.rows.values():
            row.show_state(self.job)

    def begin(self, job: Job) -> None:
        """Do this now, if nothing else is being done."""
        if self.job:
            self._say(tr("One thing at a time: wait for the other to end, or pause it."), "notice")
            return
        self.job = job
        self._say("" if job.name else tr("Looking into it…"))
        self.show_state()
        self._looking.start()
        self._run(job.run, self._ended)

    def stop(self) -> None:
        """Stop what is being done; what has come is kept."""
        if self.job:
            self.job.stopped = True
            self._look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.begin(models_job.take(Path(event.mimeData().urls()[0].toLocalFile())))
        event.acceptProposedAction()

    def _build(self) -> None:
        about = tr("Networks that move any picture. They come from their authors; your stream goes on meanwhile.")
        lines = QWidget()
        column = QVBoxLayout(lines)
        column.setContentsMargins(2 * GRID, 0, 2 * GRID, 2 * GRID)
        column.setSpacing(3 * GRID // 2)
        for row in self.rows.values():
            column.addWidget(row)
        column.addStretch()
        self.list = named(QScrollArea(), "side")
        self.list.setWidgetResizable(True)
        self.list.setWidget(lines)
        foot = QHBoxLayout()
        foot.setContentsMargins(2 * GRID, 3 * GRID // 2, 2 * GRID, 2 * GRID)
        foot.setSpacing(GRID)
        foot.addWidget(Words(tr("Do you have the files already? Drop a zip, a .pt file or a folder here.")), 1)
        self.file_button, self.folder_button = QPushButton(tr("File…")), QPushButton(tr("Folder…"))
        self.file_button.setAccessibleName(tr("Choose a file or zip that you have"))
        self.folder_button.setAccessibleName(tr("Choose a folder that you have"))
        self.file_button.clicked.connect(self._choose_file)
        self.folder_button.clicked.connect(self._choose_folder)
        foot.addWidget(self.file_button)
        foot.addWidget(self.folder_button)
        told = QHBoxLayout()
        told.setContentsMargins(2 * GRID, GRID, 2 * GRID, 0)
        told.addWidget(self.said, 1)
        told.addWidget(self.use_button)
        self.said.hide()
        self.use_button.hide()
        head = QVBoxLayout()
        head.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 3 * GRID // 2)
        head.setSpacing(GRID // 2)
        head.addWidget(named(QLabel(tr("Networks")), "title"))
        head.addWidget(Words(about))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.list, 1)
        whole.addLayout(told)
        whole.addLayout(foot)

    def _look(self) -> None:
        if self.job and self.job.name:
            self.rows[self.job.name].show_job(self.job)

    def _ended(self, result: Result) -> None:
        self._looking.stop()
        self.job = None
        self._student = result.students[0] if result.students else None
        self.use_button.setVisible(self._student is not None)
        self._say("\n".join(result.sentences), "fault" if result.failed else "muted")
        self.show_state()
        if self._after:
            after, self._after = self._after, None
            self.begin(after)
        for name in result.unread:
            if not store.accepted(name):
                self.rows[name].licence_button.click()
        self.changed.emit()

    def _say(self, text: str, style: str = "muted") -> None:
        self.said.say(text)
        restyle(self.said, style)
        self.said.setVisible(bool(text))

    def _forget(self, name: str) -> None:
        """Throw away what was begun, as soon as nobody adds to it."""
        if self.job:
            self._after = models_job.forget(name)
            self.stop()
        else:
            self.begin(models_job.forget(name))

    def _accept(self, name: str) -> None:
        try:
            store.accept(name)
        except WeightsError as error:
            self._say(str(error), "fault")
        self.show_state()
        self.changed.emit()

    def _use(self) -> None:
        self.chosen.emit(str(self._student))
        self.use_button.hide()

    def _choose_file(self) -> None:
        about = tr("Networks") + " (*.zip *.pt *.pth *.bin *.safetensors *.task);;" + tr("All files") + " (*)"
        path, _ = QFileDialog.getOpenFileName(self, tr("Choose a file or zip that you have"), "", about)
        if path:
            self.begin(models_job.take(Path(path)))

    def _choose_folder(self) -> None:
        if path := QFileDialog.getExistingDirectory(self, tr("Choose a folder that you have")):
            self.begin(models_job.take(Path(path)))
