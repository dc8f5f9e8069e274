"""The page on which a picture becomes an avatar: what was found, by hand corrected, and how it will move."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from vtuber_app.avatars import online
from vtuber_app.avatars.autorig import draft as drafts
from vtuber_app.avatars.autorig.draft import Draft
from vtuber_app.avatars.autorig.found import Pixels
from vtuber_app.gui.background import Runner
from vtuber_app.gui.controls import Words, named, restyle, tr
from vtuber_app.gui.import_advice import Advice
from vtuber_app.gui.import_canvas import Canvas
from vtuber_app.gui.import_loop import Loop
from vtuber_app.gui.import_tools import Tools
from vtuber_app.gui.import_work import Edit, Fault, Kept, Outcome, Step, Work
from vtuber_app.gui.style import GRID

HISTORY_BYTES = 200_000_000
"""How much the pictures of earlier drafts may hold."""


class ImportPage(QDialog):
    """A window beside the stream, which goes on; all work is done elsewhere, one piece at a time."""

    kept = Signal(str)
    noted = Signal(str)
    """The name in the gallery of an avatar to choose."""

    def __init__(self, run: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Bring in an avatar"))
        self.resize(140 * GRID, 92 * GRID)
        self.step: Step | None = None
        self._run = run
        self._work = Work()
        self._turn = 0
        self._busy = False
        self._edits: list[Edit] = []
        self._history: list[Draft] = []
        self.canvas = Canvas()
        self.tools = Tools(self.canvas)
        self.loop = Loop(run)
        self.advice = Advice()
        self.state = Words()
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name of the avatar"))
        self.name.setMaxLength(60)
        self.use_button = named(QPushButton(tr("Use this avatar")), "primary")
        self.use_button.setDefault(True)
        self._build()
        self.use_button.clicked.connect(self.use)
        self.tools.undone.connect(self.undo)
        self.canvas.boxed.connect(lambda box: self.edit(lambda draft, finder: drafts.boxed(draft, box, finder)))
        self.canvas.moved.connect(lambda name, at: self.edit(lambda draft, _: drafts.moved(draft, name, at)))
        self.canvas.stroked.connect(self._stroke)

    def open(self, source: str) -> None:  # type: ignore[override]  # a dialog's own would make it modal
        """Bring in a picture's file or web address; an archive or a puppet's folder is kept as it is."""
        self._begin(tr("Fetching the picture…") if online.is_address(source) else tr("Reading…"))
        self._do(partial(self._work.open, source))

    def open_pixels(self, pixels: Pixels, name: str) -> None:
        """Bring in a picture (H, W, 4) RGBA that has no file, as from the clipboard."""
        self._begin(tr("Looking at the picture…"))
        self._do(partial(self._work.begin, pixels, name))

    def edit(self, edit: Edit) -> None:
        """Correct the draft, after what is being done now."""
        if self.step is None:
            return
        self._edits.append(edit)
        self._go_on()

    def undo(self) -> None:
        """Take the last correction back."""
        if self._history and not self._busy:
            earlier = self._history.pop()
            self._do(partial(self._work.edit, earlier, [], self._wanted()))
            self._show_state()

    def use(self) -> None:
        """Put it into the gallery; `kept` follows."""
        if self.step and not self._busy:
            self._do(partial(self._work.keep, self.step.made, self._wanted()))
            self._say(tr("Keeping it…"))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._turn += 1  # what is still being done concerns nobody
        self._busy = False
        self.loop.show_scene(None)
        super().closeEvent(event)

    def _begin(self, sentence: str) -> None:
        self._turn += 1
        self._busy = False
        self.step, self._edits, self._history = None, [], []
        self.canvas.say(sentence)
        self.loop.show_scene(None)
        self.advice.say([])
        self.name.clear()
        self.tools.set_mode("head")
        self.show()
        self.raise_()

    def _do(self, work: Callable[[], Outcome]) -> None:
        self._busy = True
        self._show_state()
        self._run(work, partial(self._done, self._turn))

    def _done(self, turn: int, outcome: Outcome) -> None:
        if turn != self._turn:
            return
        self._busy = False
        if isinstance(outcome, Step):
            self._show_step(outcome)
        elif isinstance(outcome, Kept):
            self.kept.emit(outcome.name)
            if outcome.note:
                self.noted.emit(outcome.note)
            self.close()
            return
        else:
            self._show_fault(outcome)
        self._go_on()

    def _go_on(self) -> None:
        if self._edits and not self._busy and self.step:
            self._remember(self.step.made.draft)
            edits, self._edits = self._edits, []
            self._do(partial(self._work.edit, self.step.made.draft, edits, self._wanted()))
        self._show_state()

    def _remember(self, draft: Draft) -> None:
        self._history.append(draft)
        while len(self._history) > 3 and sum(one.pixels.nbytes for one in self._history) > HISTORY_BYTES:
            self._history.pop(0)

    def _show_step(self, step: Step) -> None:
        first = self.step is None
        self.step = step
        if not self._edits:  # else the handles are ahead of it
            self.canvas.show_draft(step.made.draft)
        self.loop.show_scene(step.scene, step.still)
        self.advice.say(step.made.draft.doubts, flat=step.made.puppet is None)
        self._say("")
        if first:
            self.name.setText(step.name)
            self.use_button.setFocus()

    def _show_fault(self, fault: Fault) -> None:
        if self.step is None:
            self.canvas.say(fault.sentence)
            self._say("")
        else:
            self._say(fault.sentence, "fault")

    def _show_state(self) -> None:
        ready = self.step is not None and not self._busy
        self.use_button.setEnabled(ready)
        self.tools.setEnabled(self.step is not None)
        self.tools.undo.setEnabled(bool(self._history) and ready)
        self.name.setEnabled(self.step is not None)
        if self._busy and self.step:
            self._say(tr("Making it anew…"))

    def _say(self, text: str, style: str = "muted") -> None:
        self.state.say(text)
        restyle(self.state, style)

    def _stroke(self, points: object, radius: float) -> None:
        keeps = self.canvas.keeps
        self.edit(lambda draft, _: drafts.brushed(draft, points, radius, keeps))  # type: ignore[arg-type]

    def _wanted(self) -> str:
        return self.name.text().strip() or self.name.placeholderText()

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(3 * GRID // 2)
        left.addWidget(self.tools)
        left.addWidget(self.canvas, 1)
        right = QVBoxLayout()
        right.setSpacing(3 * GRID // 2)
        right.addWidget(self.loop)
        right.addWidget(self.advice, 1)
        self.name.setPlaceholderText(tr("Avatar"))
        right.addWidget(named(QLabel(tr("Name")), "label"))
        right.addWidget(self.name)
        right.addWidget(self.state)
        right.addWidget(self.use_button)
        side = QWidget()
        side.setFixedWidth(self.loop.sizeHint().width())
        right.setContentsMargins(0, 0, 0, 0)
        side.setLayout(right)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        whole.setSpacing(2 * GRID)
        whole.addLayout(left, 1)
        whole.addWidget(side)
