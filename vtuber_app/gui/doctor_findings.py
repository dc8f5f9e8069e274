"""What the doctor found, as cards."""

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vtuber_app.gui.controls import Card, Words, named, tr
from vtuber_app.gui.style import DARK, GRID, ICON, drawn
from vtuber_app.tools.doctor.finding import Finding, State

LOOKS: dict[State, tuple[str, str]] = {
    "ok": ("check", DARK.good),
    "warn": ("alert", DARK.warn),
    "fail": ("close", DARK.bad),
}


class FindingRow(QWidget):
    """One finding: a sign, what was found, what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        symbol, colour = LOOKS[finding.state]
        sign = QLabel(pixmap=drawn(symbol, colour, ICON, self.devicePixelRatioF()))
        sign.setAccessibleName({"ok": tr("Well"), "warn": tr("To know"), "fail": tr("Broken")}[finding.state])
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(3 * GRID // 2)
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Words(_capital(f"{finding.name}: {finding.what}"), "label"))
        if finding.remedy:
            remedy = Words(finding.remedy)
            remedy.setText(finding.remedy)  # without places to break lines, which would be copied too
            remedy.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(remedy)
        line.addLayout(words, 1)


class Findings(QWidget):
    """All of them, a card a group; those to do something about come first in each."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3 * GRID // 2)

    def put(self, findings: list[Finding]) -> None:
        """Show these instead."""
        while item := self._column.takeAt(0):
            if widget := item.widget():
                widget.setParent(None)
                widget.deleteLater()
        for group, members in groupby(findings, lambda finding: finding.group):
            card = Card(tr(group))
            card.body.setSpacing(GRID)
            order: list[State] = ["fail", "warn", "ok"]
            for finding in sorted(members, key=lambda one: order.index(one.state)):
                card.body.addWidget(FindingRow(finding))
            self._column.addWidget(card)


class PhoneAddress(Card):
    """What a phone's app must be given, as a code and in large letters."""

    def __init__(self) -> None:
        super().__init__(tr("For the app on your phone"))
        from vtuber_app.gui.qr_code import QrCode

        self.code = QrCode(15 * GRID)
        self.address = named(QLabel(), "figure")
        self.address.setStyleSheet("font-size: 22px;")
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words = Words()
        line = QHBoxLayout()
        line.setSpacing(2 * GRID)
        line.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.addStretch()
        column.addWidget(self.address)
        column.addWidget(self.words)
        column.addStretch()
        line.addLayout(column, 1)
        self.body.addLayout(line)

    def put(self, address: str) -> None:
        """Show that address; empty if this computer is in no network."""
        self.code.put(address, tr("QR code of this computer's address"))
        self.code.setVisible(bool(address))
        self.address.setText(address or tr("No network"))
        self.words.say(
            tr(
                "This computer's address. Type it into iFacialMocap, VTube Studio, MeowFace or Live Link Face, or scan "
                "the code and copy it. Phone and computer must be in the same network."
            )
            if address
            else tr("Join the phone's Wi-Fi, or plug the network cable in. A webcam needs no network.")
        )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
