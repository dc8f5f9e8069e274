"""Sentences over the preview: what went wrong, what the user should know. Never in the way of the stream."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

from vtuber_app.gui.controls import named, tool, tr
from vtuber_app.gui.style import DARK, GRID, ICON, drawn

HINT_MS = 3500


class Banner(QFrame):
    """One sentence, until it is dismissed or no longer true.

    A standing fault that was dismissed stays away until it has been over once.
    """

    again = Signal()
    ask = Signal()
    """The user wants to know what may be the cause."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._symbol = QLabel()
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.retry = QPushButton(tr("Try again"))
        self.retry.clicked.connect(self.again)
        self.ask_button = QPushButton(tr("Check-up"))
        self.ask_button.setToolTip(tr("Look what works on this computer"))
        self.ask_button.clicked.connect(self.ask)
        self.close_button = named(tool("", "close", tr("Dismiss")), "small")
        self.close_button.setAccessibleName(tr("Dismiss this message"))
        self.close_button.clicked.connect(self.dismiss)
        line = QHBoxLayout(self)
        line.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        line.setSpacing(3 * GRID // 2)
        line.addWidget(self._symbol)
        line.addWidget(self.text, 1)
        line.addWidget(self.ask_button)
        line.addWidget(self.retry)
        line.addWidget(self.close_button)
        self._standing = ""
        self._dismissed = ""
        self._fault = False
        self.hide()

    def say(self, sentence: str, fault: bool = True) -> None:
        """Show a sentence about something that just happened."""
        self._standing = ""
        self._show(sentence, fault, retry=False)

    def settle(self) -> None:
        """Take back a fault that just happened: what followed it went well."""
        if self._fault and not self._standing:
            self.hide()

    def stand(self, sentence: str, retry: bool = False) -> None:
        """Show what is wrong at present; with nothing, take back what was said so."""
        if not sentence:
            if self._standing:
                self.hide()
            self._standing = self._dismissed = ""
        elif sentence not in (self._standing, self._dismissed):
            self._standing = sentence
            self._show(sentence, True, retry)

    def dismiss(self) -> None:
        """Put it away."""
        self._dismissed = self._standing
        self.hide()

    def _show(self, sentence: str, fault: bool, retry: bool) -> None:
        self._fault = fault
        self.text.setText(sentence)
        self.retry.setVisible(retry)
        self.ask_button.setVisible(bool(self._standing))
        self.setProperty("kind", "fault" if fault else "notice")
        self._symbol.setPixmap(drawn("alert", DARK.bad if fault else DARK.warn, ICON, self.devicePixelRatioF()))
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleName(sentence)
        self.show()


class Hint(QLabel):
    """A few words that go away by themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("hint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self, singleShot=True, interval=HINT_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, words: str) -> None:
        """Show them for a moment."""
        self.setText(words)
        self.setAccessibleName(words)
        self.show()
        self._timer.start()
