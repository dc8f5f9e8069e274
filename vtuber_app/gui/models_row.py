"""One card of the networks page: what it gives, its licence, its state, and what can be done with it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from vtuber_app.gui.controls import Card, Words, named, restyle, tr
from vtuber_app.gui.models_job import Job
from vtuber_app.gui.style import DARK, GRID
from vtuber_app.store import accepted, installed
from vtuber_app.store.cards import Card as Networks

MB = 1e6


class Row(Card):
    """Emits what the user wants done with its card."""

    wanted = Signal(str)
    """To have it: its licence is accepted."""
    unwanted = Signal(str)
    forgotten = Signal(str)
    agreed = Signal(str)
    stopped = Signal()
    dropped = Signal(str, str)
    """A path, and the card it fell on."""

    def __init__(self, card: Networks) -> None:
        super().__init__(card.title)
        self.card = card
        self.setAcceptDrops(True)
        self.state = named(QLabel(), "muted")
        self.head.addWidget(self.state)
        self.body.setSpacing(GRID)
        self.body.addWidget(Words(card.gives, "label"))
        self.body.addWidget(Words(card.needs))
        self.terms = named(QLabel(_terms(card)), "muted" if card.licence.commercial else "notice")
        self.terms.setOpenExternalLinks(True)
        self.terms.setWordWrap(True)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedHeight(GRID // 2)
        self.pace = named(QLabel(), "muted")
        self.body.addWidget(self.bar)
        self.body.addWidget(self.pace)
        self.question = Question()
        self.body.addWidget(self.question)
        self.install_button = QPushButton()
        self.install_button.clicked.connect(self._ask_to_install)
        self.pause_button = QPushButton(tr("Pause"))
        self.pause_button.clicked.connect(self._pause)
        self.cancel_button = QPushButton(tr("Cancel"))
        self.cancel_button.setToolTip(tr("Throw away what has come"))
        self.cancel_button.clicked.connect(self._cancel)
        self.remove_button = QPushButton(tr("Remove…"))
        self.remove_button.clicked.connect(self._ask_to_remove)
        self.licence_button = QPushButton(tr("Licence…"))
        self.licence_button.clicked.connect(self._ask_to_accept)
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(self.terms, 1)
        buttons = (self.cancel_button, self.pause_button, self.remove_button, self.licence_button, self.install_button)
        for button in buttons:
            button.setAccessibleName(f"{button.text()} {card.title}".strip())
            line.addWidget(button)
        self.body.addLayout(line)

    def show_state(self, job: Job | None) -> None:
        """Show how much of it is there; `job` is what is being done in the window, on this card or another."""
        found, agreed = installed.look(self.card), accepted(self.card.name)
        mine = job is not None and job.name == self.card.name
        words, style = found.words, "live" if found.whole else "muted"
        if found.whole and not agreed:
            words, style = tr("licence not accepted"), "notice"
        elif not found.whole and (found.begun or found.there):
            style = "notice"
        self.state.setText(tr("working…") if mine else tr(words))
        restyle(self.state, "muted" if mine else style)
        self.install_button.setText(tr("Resume") if found.begun else tr("Install"))
        self.install_button.setVisible(not found.whole and not mine)
        self.licence_button.setVisible(found.whole and not agreed and not mine)
        self.remove_button.setVisible(bool(found.there) and not mine)
        self.pause_button.setVisible(mine)
        self.cancel_button.setVisible(mine or bool(found.begun))
        for button in (self.install_button, self.remove_button):
            button.setEnabled(job is None)
        if not mine:
            self.cancel_button.setEnabled(job is None)
        self.bar.setVisible(mine or bool(found.begun))
        self.pace.setVisible(mine)
        if found.begun and not mine:
            self._fill(found.begun, self.card.size)

    def show_job(self, job: Job) -> None:
        """Show how far the work on it is."""
        self._fill(job.have, job.total or self.card.size)
        self.pause_button.setEnabled(not job.stopped)
        self.cancel_button.setEnabled(not job.stopped)
        said = tr("{have} of {total} MB").format(have=round(job.have / MB), total=round(job.total / MB))
        if job.stopped:
            said = tr("Stopping…")
        elif job.preparing:
            said = tr("Preparing for this machine…")
        elif not job.total:
            said = tr("Connecting…")
        elif job.have >= job.total:
            said = tr("Checking…")
        elif job.speed > 1:
            seconds = round((job.total - job.have) / job.speed)
            left = tr("{} s left").format(seconds) if seconds < 100 else tr("{} min left").format(round(seconds / 60))
            said += tr(", {speed:.1f} MB/s, {left}").format(speed=job.speed / MB, left=left)
        self.pace.setText(said)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()
            restyle(self, "cardTarget")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        restyle(self, "card")

    def dropEvent(self, event: QDropEvent) -> None:
        restyle(self, "card")
        self.dropped.emit(event.mimeData().urls()[0].toLocalFile(), self.card.name)
        event.acceptProposedAction()

    def _fill(self, have: int, total: int) -> None:
        self.bar.setRange(0, 1000)
        self.bar.setValue(min(round(1000 * have / max(total, 1)), 1000))

    def _pause(self) -> None:
        self.stopped.emit()

    def _cancel(self) -> None:
        self.forgotten.emit(self.card.name)

    def _ask_to_install(self) -> None:
        if accepted(self.card.name):
            self.wanted.emit(self.card.name)
        else:
            self.question.ask(licence(self.card), tr("Accept and install"), lambda: self._accept(and_install=True))

    def _ask_to_accept(self) -> None:
        self.question.ask(licence(self.card), tr("Accept"), lambda: self._accept(and_install=False))

    def _ask_to_remove(self) -> None:
        size = round(self.card.size / MB)
        text = tr("Delete its files? To have it again, about {} MB must be downloaded.").format(size)
        self.question.ask(text, tr("Delete"), lambda: self.unwanted.emit(self.card.name))

    def _accept(self, and_install: bool) -> None:
        self.agreed.emit(self.card.name)
        if and_install and accepted(self.card.name):
            self.wanted.emit(self.card.name)


class Question(QWidget):
    """Asks something in the place where it came up."""

    def __init__(self) -> None:
        super().__init__()
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.text.setOpenExternalLinks(True)
        self.yes = named(QPushButton(), "primary")
        self.no = QPushButton(tr("Not now"))
        self.no.clicked.connect(self.hide)
        self.yes.clicked.connect(self._agree)
        self._then: Callable[[], None] = self.hide
        line = QHBoxLayout()
        line.addStretch()
        line.addWidget(self.no)
        line.addWidget(self.yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, GRID)
        column.addWidget(self.text)
        column.addLayout(line)
        self.hide()

    def ask(self, text: str, yes: str, then: Callable[[], None]) -> None:
        """Show a question; `then` is called if the answer is `yes`."""
        self.text.setText(text)
        self.yes.setText(yes)
        self._then = then
        self.show()
        self.yes.setFocus()

    def _agree(self) -> None:
        self.hide()
        self._then()


def licence(card: Networks) -> str:
    """What the user must know before the first use, as rich text."""
    use = (
        tr("You may use it commercially.")
        if card.licence.commercial
        else tr("<b>Not for commercial use</b>, and neither is what is made with it.")
    )
    return tr(
        "{title} was made by {author} and comes under {licence}. Who passes it on must name its author. {use}"
    ).format(title=card.title, author=card.author, licence=_link(card.licence.address, card.licence.title), use=use)


def _terms(card: Networks) -> str:
    """Size and licence in one line, as rich text."""
    use = "" if card.licence.commercial else ", " + tr("not for commercial use")
    name = card.licence.id.replace("CC-", "CC ").replace("-4.0", " 4.0").replace("-2.0", " 2.0")
    return f"{round(card.size / MB)} MB · {_link(card.licence.address, name)}{use}"


def _link(address: str, words: str) -> str:
    return f'<a href="{address}" style="color: {DARK.accent}">{words}</a>'
