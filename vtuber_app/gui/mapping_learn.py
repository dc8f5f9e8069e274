"""Learns the performer's ranges: says what to try, watches for ten seconds, shows what it has seen."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from vtuber_app.core import clock
from vtuber_app.gui.controls import Words, restyle, tr
from vtuber_app.gui.mapping_names import titles
from vtuber_app.gui.style import GRID
from vtuber_app.pose.learning import LEARN_S, LEARNT, Learning
from vtuber_app.pose.mapping import Passage

FEWEST = 30
"""Faces without which nothing is learnt."""


def steps() -> tuple[str, ...]:
    """What to try, each for as long."""
    return (
        tr("Open your mouth wide, then make an O"),
        tr("Smile as you do when you are glad, then pout"),
        tr("Shut your eyes, then open them wide"),
        tr("Look left, right, up and down; raise your brows"),
        tr("Turn, nod and lean your head"),
    )


class LearnPanel(QWidget):
    """A button that becomes instructions and back; emits `learnt` with what was learnt.

    Args:
        passage: Gives the newest face.

    Attributes:
        learning: While it watches.
    """

    learnt = Signal(object)

    def __init__(self, passage: Callable[[], Passage | None]) -> None:
        super().__init__()
        self.learning: Learning | None = None
        self._passage = passage
        self._since = 0.0
        self.button = QPushButton(tr("Learn my ranges"))
        self.button.setToolTip(tr("Ten seconds of making faces: what you can do becomes the whole range"))
        self.button.clicked.connect(self._pressed)
        self.step = Words(name="state")
        self.bar = QProgressBar()
        self.bar.setRange(0, round(LEARN_S * 10))
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(GRID // 2)
        self.said = Words()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for widget in (self.step, self.bar, self.said):
            column.addWidget(widget)
            widget.hide()
        line = QHBoxLayout()
        line.addWidget(self.button)
        line.addStretch()
        column.addLayout(line)

    def look(self) -> None:
        """Watch the newest face; called while the page is seen."""
        if self.learning is None:
            return
        if passage := self._passage():
            self.learning.add(passage.before)
        elapsed = clock.now() - self._since
        said = steps()
        self.step.say(said[min(int(elapsed / LEARN_S * len(said)), len(said) - 1)])
        self.bar.setValue(round(elapsed * 10))
        if elapsed >= LEARN_S:
            self._end(self.learning)

    def stop(self) -> None:
        """Learn nothing after all."""
        self.learning = None
        self.button.setText(tr("Learn my ranges"))
        self.step.hide()
        self.bar.hide()

    def say(self, sentence: str, style: str = "muted") -> None:
        """Say this under the button."""
        restyle(self.said, style)
        self.said.say(sentence)
        self.said.setVisible(bool(sentence))

    def _pressed(self) -> None:
        if self.learning:
            self.stop()
            return
        self.learning, self._since = Learning(), clock.now()
        self.button.setText(tr("Stop"))
        self.say("")
        self.step.show()
        self.bar.show()
        self.look()

    def _end(self, learning: Learning) -> None:
        self.stop()
        ranges = learning.ranges()
        if learning.n_seen < FEWEST:
            self.say(tr("Hardly any face was seen. Sit in front of the camera or phone, then try again."), "notice")
        elif not ranges:
            self.say(tr("Your face hardly moved. Try again, and go as far as you can."), "notice")
        else:
            left = [titles()[name] for name in LEARNT if name not in ranges]
            rest = tr(" Not tried, and left as it was: {}.").format(", ".join(left)) if left else ""
            self.say(tr("Learnt {} ranges.").format(len(ranges)) + rest, "live")
            self.learnt.emit(learning)
