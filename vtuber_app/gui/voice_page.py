"""The page on which someone says five vowels, so that the microphone knows their voice."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from vtuber_app.core.errors import VtuberError
from vtuber_app.gui.background import Runner, attempt
from vtuber_app.gui.controls import Words, named, restyle, tr
from vtuber_app.gui.dialogs import fitted
from vtuber_app.gui.level_meter import LevelMeter
from vtuber_app.gui.style import GRID
from vtuber_app.pose.voice import Vowel
from vtuber_app.trackers.enrolment import ALL, Enrolment
from vtuber_app.trackers.microphone import Microphone, Tap, forget_voice, load_voice, save_voice
from vtuber_app.trackers.microphones import open_microphone

WIDTH = 56 * GRID
LOOK_MS = 33
SURE, UNSURE = 0.9, 0.7
"""From where on a vowel is told surely, and below which it is often taken for another."""


def example(vowel: Vowel) -> str:
    """A word in which it is heard."""
    return {
        "A": tr("as in father"),
        "I": tr("as in machine"),
        "U": tr("as in rule"),
        "E": tr("as in bed"),
        "O": tr("as in more"),
    }[vowel]


class VoicePage(QDialog):
    """A window beside the stream, which goes on.

    Args:
        run: Where is listened.
        ears: The microphone at work, whose sound is then used, and the name of the one to open otherwise.
        learnt: Called when another voice is in force.
    """

    def __init__(
        self,
        run: Runner,
        ears: Callable[[], tuple[Microphone | None, str]],
        learnt: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._run, self._ears, self._learnt = run, ears, learnt
        self.enrolment = Enrolment()
        self.listening = False
        self.setWindowTitle(tr("Your voice"))
        self.tiles: dict[Vowel, QLabel] = {}
        self.under: dict[Vowel, QLabel] = {}
        self.prompt = named(QLabel(), "title")
        self.progress = QProgressBar(maximum=1000, textVisible=False)
        self.progress.setFixedHeight(4)
        self.meter = LevelMeter()
        self.said = Words()
        self.begin_button = named(QPushButton(), "primary")
        self.begin_button.setDefault(True)
        self.begin_button.clicked.connect(self._pressed)
        self.forget_button = QPushButton(tr("Forget my voice"))
        self.forget_button.setAutoDefault(False)
        self.forget_button.clicked.connect(self.forget)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._build()

    def showEvent(self, event: QShowEvent) -> None:
        if not self.listening:
            self._rest()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.enrolment.stop()
        super().hideEvent(event)

    def begin(self) -> None:
        """Hear the vowels that are missing: all, or those that could not be learnt."""
        if not self.enrolment.voice.missing:
            self.enrolment = Enrolment()
        enrolment, (microphone, wish) = self.enrolment, self._ears()
        self.listening = True
        self.begin_button.setText(tr("Stop"))
        self.forget_button.hide()
        self._say("", "muted")
        self.meter.show()
        self._timer.start()

        def work() -> dict[Vowel, float]:
            enrolment.run(Tap(microphone) if microphone else open_microphone(wish))
            if enrolment.voice.missing:
                return {}
            sure = enrolment.sure()
            save_voice(enrolment.voice)
            return sure

        self._run(attempt(work), self._end)

    def forget(self) -> None:
        """Delete what was learnt."""
        try:
            forget_voice()
        except VtuberError as error:
            self._say(str(error), "fault")
            return
        self.enrolment = Enrolment()
        self._rest()
        self._learnt()

    def look(self) -> None:
        """Show where it is."""
        saying = self.enrolment.saying.peek()
        if saying is None:
            return
        self.prompt.setText((tr("Now: {}") if saying.said else tr("Next: {}")).format(self._shown(saying.vowel)))
        done = len(ALL) - len(self.enrolment.voice.missing)
        self.progress.setValue(round(1000 * (done + saying.said) / len(ALL)))
        self.meter.put(saying.level, None)
        for vowel, tile in self.tiles.items():
            now = "vowelNow" if saying.said else "vowelNext"
            restyle(tile, now if vowel == saying.vowel else self._style(vowel))

    def _pressed(self) -> None:
        if self.listening:
            self.begin_button.setEnabled(False)
            self.enrolment.stop()
        else:
            self.begin()

    def _end(self, sure: dict[Vowel, float] | VtuberError) -> None:
        self._timer.stop()
        self.listening = False
        problems = self.enrolment.problems
        self._rest()
        if isinstance(sure, VtuberError):
            self.prompt.setText(tr("That did not work"))
            self._say(str(sure), "fault")
        elif sure:
            self._show_sure(sure)
            self._learnt()
        elif problems:
            self.prompt.setText(tr("Nearly there"))
            self._say("\n".join(problems.values()), "notice")
            self.begin_button.setText(tr("Say {} again").format(", ".join(problems)))

    def _show_sure(self, sure: dict[Vowel, float]) -> None:
        for vowel, share in sure.items():
            self.under[vowel].setText(f"{share:.0%}")
            restyle(self.tiles[vowel], "vowelDone" if share >= UNSURE else "vowelBad")
        weak = [vowel for vowel, share in sure.items() if share < UNSURE]
        self.prompt.setText(tr("It knows your voice"))
        if weak:
            words = tr("{} is easily taken for another. Say them again, further apart, in a quieter room.")
            self._say(words.format(", ".join(weak)), "notice")
        elif min(sure.values()) < SURE:
            self._say(tr("Fairly sure of all five. Said again, it may be surer."), "live")
        else:
            self._say(tr("Sure of all five. It is in use from now on."), "live")

    def _rest(self) -> None:
        """Show what is known while nothing is heard."""
        problem, known = "", False
        try:
            known = not load_voice().missing
        except VtuberError as error:
            problem = str(error)
        self.begin_button.setEnabled(True)
        self.begin_button.setText(tr("Say them again") if known else tr("Start"))
        self.forget_button.setVisible(known or bool(problem))
        self.meter.hide()
        self.progress.setValue(0)
        self.prompt.setText(tr("It knows your voice") if known else tr("Ready when you are"))
        self._say(problem, "fault")
        for vowel, tile in self.tiles.items():
            restyle(tile, "vowelDone" if known else self._style(vowel))
            self.under[vowel].setText("")

    def _style(self, vowel: Vowel) -> str:
        if vowel in self.enrolment.problems:
            return "vowelBad"
        return "vowel" if vowel in self.enrolment.voice.missing else "vowelDone"

    def _shown(self, vowel: Vowel) -> str:
        return f"{vowel}, {example(vowel)}"

    def _say(self, sentence: str, style: str) -> None:
        restyle(self.said, style)
        self.said.say(sentence)
        self.said.setVisible(bool(sentence))

    def _build(self) -> None:
        column = fitted(self, WIDTH)
        column.addWidget(named(QLabel(tr("Teach it your voice")), "title"))
        about = tr(
            "Say five vowels, one after the other, each for two seconds: long, even, and as loud as you speak on "
            "stream. How you say them is kept on this computer, the sound isn't."
        )
        column.addWidget(Words(about))
        tiles = QHBoxLayout()
        tiles.setSpacing(GRID)
        for vowel in ALL:
            pair = QVBoxLayout()
            pair.setSpacing(GRID // 2)
            self.tiles[vowel] = tile = named(QLabel(vowel), "vowel")
            tile.setToolTip(example(vowel))
            self.under[vowel] = share = named(QLabel(), "muted")
            for label in (tile, share):
                label.setAlignment(Qt.AlignmentFlag.AlignCenter)
                pair.addWidget(label)
            tiles.addLayout(pair)
        column.addLayout(tiles)
        column.addWidget(self.prompt)
        column.addWidget(self.progress)
        column.addWidget(self.meter)
        column.addWidget(self.said)
        line = QHBoxLayout()
        line.addWidget(self.begin_button)
        line.addStretch()
        line.addWidget(self.forget_button)
        column.addLayout(line)
