"""The page of the phone remote: a switch, the code to scan, which phones are there."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from vtuber_app.gui.controls import Switch, Words, named, restyle, row, tool, tr
from vtuber_app.gui.dialogs import copy, fitted
from vtuber_app.gui.qr_code import QrCode
from vtuber_app.gui.remote_link import RemoteLink
from vtuber_app.gui.style import GRID

WIDTH = 56 * GRID


class RemotePage(QDialog):
    """A window beside the stream; the remote stays on when it is closed."""

    def __init__(self, link: RemoteLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.link = link
        self.setWindowTitle(tr("Phone remote"))
        self.switch = Switch(tr("Phone remote"))
        self.switch.toggled.connect(self._toggle)
        self.fault = Words(name="fault")
        self.code = QrCode()
        self.scan = Words(tr("Scan this with the phone's camera. The phone must be in the same network."), "label")
        self.where = Words()
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.phones = Words()
        self.hint = Words()
        self.copy = tool(tr("Copy address"), "copy")
        self.copy.clicked.connect(self._copy)
        self.renew = QPushButton(tr("Disconnect all phones"))
        self.renew.setToolTip(tr("Makes a new code. The old one, and bookmarks of it, lead nowhere any more."))
        self.renew.clicked.connect(self._renew)
        self._build()
        link.changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        """Show whether it is on, and who is there."""
        remote = self.link.remote
        with QSignalBlocker(self.switch):
            self.switch.setChecked(remote is not None)
        self.on.setVisible(remote is not None)
        self.off.setVisible(remote is None)
        if remote is None:
            self.hint.hide()
            self.code.put("", "")
            return
        self.code.put(remote.address, tr("QR code of the remote's address"))
        self.where.say(remote.address.partition("?")[0])
        phones = remote.phones
        restyle(self.phones, "live" if phones else "muted")
        self.phones.say(tr("Connected: {}").format(", ".join(phones)) if phones else tr("No phone is connected yet."))
        self.hint.say(
            tr(
                "If the page doesn't open, a firewall may be in its way: let TCP port {} in. Check-up has the command."
            ).format(remote.port)
        )
        self.hint.setVisible(not phones)

    def showEvent(self, event: QShowEvent) -> None:
        self.show_state()  # the computer may be in another network now
        super().showEvent(event)

    def _toggle(self, on: bool) -> None:
        self._blame(self.link.switch(on))

    def _renew(self) -> None:
        self._blame(self.link.renew())

    def _blame(self, fault: str) -> None:
        self.fault.say(fault)
        self.fault.setVisible(bool(fault))
        self.show_state()

    def _copy(self) -> None:
        if self.link.remote:
            copy(self.link.remote.address, self.copy)

    def _build(self) -> None:
        column = fitted(self, WIDTH)
        column.addWidget(named(QLabel(tr("Your phone as a remote control")), "title"))
        column.addWidget(
            Words(
                tr(
                    "Change avatar and expression, calibrate, let the avatar rest, start camera and recording, and see "
                    "the picture, from a page on your phone. No app is needed."
                )
            )
        )
        column.addWidget(row(tr("Let phones in my network control vtuber_app"), self.switch))
        column.addWidget(self.fault)
        self.fault.hide()
        self.off = Words(tr("Off: nothing is open to the network. It is off again at the next start."))
        column.addWidget(self.off)
        self.on = QWidget()
        beside = QHBoxLayout(self.on)
        beside.setContentsMargins(0, GRID, 0, 0)
        beside.setSpacing(3 * GRID)
        beside.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(3 * GRID // 2)
        for widget in (self.scan, self.where, self.copy):
            words.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft if widget is self.copy else Qt.AlignmentFlag(0))
        words.addStretch()
        words.addWidget(self.phones)
        words.addWidget(self.renew, 0, Qt.AlignmentFlag.AlignLeft)
        beside.addLayout(words, 1)
        column.addWidget(self.on)
        column.addWidget(self.hint)
