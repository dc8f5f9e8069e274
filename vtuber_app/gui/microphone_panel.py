"""What the microphone has beside its details: which one, how loud it is, and whose voice."""

from typing import ClassVar

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vtuber_app.core.errors import VtuberError
from vtuber_app.gui.background import Runner, attempt
from vtuber_app.gui.controls import Choice, Words, row, tool, tr
from vtuber_app.gui.dialogs import bring_up
from vtuber_app.gui.level_meter import LevelMeter
from vtuber_app.gui.live import Live
from vtuber_app.gui.style import GRID
from vtuber_app.gui.voice_page import VoicePage
from vtuber_app.settings import AppSettings
from vtuber_app.trackers.microphone import Microphone, MicrophoneSettings
from vtuber_app.trackers.microphones import list_microphones

LOOK_MS = 33


class MicrophonePanel(QWidget):
    """A list of microphones, a level meter with the threshold, and the way to teach one's voice.

    Attributes:
        fields: The settings that are chosen here.
    """

    kind: ClassVar[str] = Microphone.kind()
    fields: ClassVar[frozenset[str]] = frozenset({"device"})

    def __init__(self, live: Live, run: Runner) -> None:
        super().__init__()
        self.live = live
        self.names: list[str] = []
        self.page: VoicePage | None = None
        self._run = run
        self.box = Choice(tr("Microphone"))
        self.box.setMinimumContentsLength(14)
        self.box.activated.connect(self._choose)
        self.box.opening.connect(self.refresh)
        self.meter = LevelMeter()
        self.fault = Words(name="fault")
        self.fault.hide()
        self.teach = tool(tr("Teach it your voice"), "microphone", tr("Say five vowels, so that it knows yours"))
        self.teach.clicked.connect(self.show_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID // 2, 0, GRID // 2)
        column.setSpacing(GRID)
        column.addWidget(row(tr("Device"), self.box))
        column.addWidget(self.meter)
        column.addWidget(self.fault)
        column.addWidget(self.teach, 0, Qt.AlignmentFlag.AlignLeft)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        live.changed.connect(self.show_settings)
        self.show_settings(live.settings)

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        self.refresh()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def settings(self) -> MicrophoneSettings:
        """The microphone's settings that are in force."""
        settings = self.live.settings.part(self.kind)
        assert isinstance(settings, MicrophoneSettings)
        return settings

    def refresh(self) -> None:
        """Look which microphones there are, elsewhere."""
        self._run(attempt(list_microphones), self.show_names)

    def show_names(self, names: list[str] | VtuberError) -> None:
        """Take the names that were found, or why none can be."""
        self.fault.setVisible(isinstance(names, VtuberError))
        if isinstance(names, VtuberError):
            self.fault.say(str(names))
            return
        self.names = names
        self.show_settings(self.live.settings)

    def show_settings(self, settings: AppSettings) -> None:
        """Show which is chosen."""
        wanted = self.settings().device
        names = ["", *(name for name in self.names if name != "default")]
        if wanted not in names:
            names.append(wanted)
        with QSignalBlocker(self.box):
            if names != [self.box.itemData(place) for place in range(self.box.count())]:
                self.box.clear()
                for name in names:
                    self.box.addItem(name or tr("The system's own"), name)
            self.box.setCurrentIndex(names.index(wanted))

    def look(self) -> None:
        """Show how loud it is now."""
        microphone = self.at_work()
        heard = microphone.heard if microphone else None
        self.meter.put(heard.level if heard else None, heard.floor + self.settings().above_db if heard else None)

    def at_work(self) -> Microphone | None:
        """The microphone that the session has open."""
        session = self.live.session
        for stage, kind in session.settings.trackers.items() if session else ():
            if session and kind == self.kind:
                part = session.worker(stage).part
                return part if isinstance(part, Microphone) else None
        return None

    def show_page(self) -> None:
        """Open the page on which vowels are said."""
        if self.page is None:
            self.page = VoicePage(self._run, self.ears_of, self._learnt, self.window())
        bring_up(self.page)

    def ears_of(self) -> "tuple[Microphone | None, str]":
        """The microphone at work, if it hears something, and the one that is wished for."""
        microphone = self.at_work()
        return (microphone if microphone and microphone.heard else None), self.settings().device

    def _choose(self, place: int) -> None:
        chosen = self.settings().model_copy(update={"device": self.box.itemData(place)})
        self.live.put(self.live.settings.with_part(chosen))

    def _learnt(self) -> None:
        """Have the session use the voice as it now is."""
        wanted = self.settings().model_copy(update={"use_voice": True})
        if wanted != self.settings():
            self.live.put(self.live.settings.with_part(wanted))
        elif self.live.session:
            self.live.session.reopen(self.kind)
