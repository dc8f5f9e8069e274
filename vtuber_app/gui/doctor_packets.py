"""The table of what arrives over the network now, renewed each second while it is seen."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from vtuber_app.core import clock, udp
from vtuber_app.gui.controls import Words, named, tr
from vtuber_app.gui.live import Live
from vtuber_app.gui.style import GRID
from vtuber_app.tools.doctor import packets
from vtuber_app.tools.doctor.packets import Seen
from vtuber_app.tools.doctor.ports import wanted

LOOK_MS = 1000
GIVES_WAY = 3.0
"""After a change of settings the ports are left alone for as long, so that another tracker gets them, s."""


class Packets(QWidget):
    """Asks the trackers at work, and hears the ports that nobody has.

    Attributes:
        listens: Off, it leaves the ports alone.
    """

    def __init__(self, live: Live) -> None:
        super().__init__()
        self.live = live
        self.listens = True
        self.seen: list[Seen] = []
        self.silence = Words(tr("Nothing comes at present. Let the app on your phone send, and watch this."))
        self._watch = packets.Watch()
        self._listener: udp.Listener | None = None
        self._resumes = 0.0
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(3, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        column.addWidget(self.silence)
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self.look)
        live.changed.connect(self.give_way)

    def showEvent(self, event: QShowEvent) -> None:
        self._looking.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._looking.stop()
        self.close_ports()
        super().hideEvent(event)

    def give_way(self) -> None:
        """Free the ports for a tracker that may want them."""
        self.close_ports()
        self._resumes = clock.now() + GIVES_WAY

    def close_ports(self) -> None:
        """Hear nothing any more."""
        if self._listener:
            self._listener.close()
            self._listener = None

    def look(self) -> None:
        """Show who sends now."""
        heard = packets.of_session(self.live.session) if self.live.session else []
        if self.listens and clock.now() >= self._resumes:
            if self._listener is None:
                self._listener = udp.Listener(0, tuple(port.number for port in wanted(self.live.settings)))
            self._listener.newest(0)
            heard += self._listener.traffic.heard()
        self.seen = self._watch.look(heard, clock.now())
        self._fill()

    def _fill(self) -> None:
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.setParent(None)
                widget.deleteLater()
        self.silence.setVisible(not self.seen)
        if not self.seen:
            return
        for column, title in enumerate((tr("From"), tr("To port"), tr("A second"), tr("What it is"))):
            self._grid.addWidget(named(QLabel(title), "muted"), 0, column)
        for row, one in enumerate(self.seen, 1):
            finding = packets.words(one, self.live.settings)
            sender = QLabel(one.sender)
            sender.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words = Words(one.title or tr("Unknown"), "live" if finding.state == "ok" else "notice")
            words.say(" ".join(part for part in (words.sentence, finding.remedy and f"– {finding.remedy}") if part))
            self._grid.addWidget(sender, row, 0)
            self._grid.addWidget(QLabel(f"{one.port} {one.transport}"), row, 1)
            self._grid.addWidget(named(QLabel(f"{one.rate:.0f}"), "figure"), row, 2)
            self._grid.addWidget(words, row, 3)
