"""The page of the doctor: what works here, what to do about what does not, and a report for who helps."""

from functools import partial
from pathlib import Path

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vtuber_app.core import interfaces
from vtuber_app.core.errors import VtuberError
from vtuber_app.gui.background import Runner, attempt
from vtuber_app.gui.controls import Card, Words, named, restyle, tool, tr
from vtuber_app.gui.dialogs import copy
from vtuber_app.gui.doctor_findings import Findings, PhoneAddress
from vtuber_app.gui.doctor_packets import Packets
from vtuber_app.gui.live import Live
from vtuber_app.gui.style import GRID
from vtuber_app.session import StageStatus
from vtuber_app.tools import doctor
from vtuber_app.tools.doctor import report
from vtuber_app.tools.doctor.finding import Case, Finding

LIVE = frozenset({"packets", "display"})
"""What the page shows by itself: packets as they come, and a display."""


class DoctorPage(QDialog):
    """A window beside the stream, which goes on: what is at work is asked, not opened a second time."""

    def __init__(self, live: Live, run: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.live, self._run = live, run
        self.findings: list[Finding] = []
        self.setWindowTitle(tr("Check-up"))
        self.resize(84 * GRID, 90 * GRID)
        self.said = Words(name="label")
        self.again = QPushButton(tr("Look again"))
        self.again.clicked.connect(self.look)
        self.copy = tool(tr("Copy"), "copy", tr("Copy what was found, without names, folders and addresses"))
        self.copy.clicked.connect(self._copy)
        self.save = named(QPushButton(tr("Save a report…")), "primary")
        self.save.setToolTip(tr("A zip file for who helps you: no names, folders, addresses or passwords are in it"))
        self.save.clicked.connect(self._ask_where)
        self.phone = PhoneAddress()
        self.packets = Packets(live)
        self.list = Findings()
        self.area = named(QScrollArea(), "side")
        self._build()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        self.packets.close_ports()
        super().hideEvent(event)

    def look(self) -> None:
        """Examine everything anew."""
        if not self.again.isEnabled():
            return
        self._busy(True)
        self._say(tr("Looking at everything…"), "label")
        self.packets.listens = False  # otherwise its ports would be found taken, by us
        self.packets.close_ports()
        best = interfaces.for_phone(interfaces.interfaces())
        self.phone.put(str(best.address) if best else "")
        case = self.case()
        self._run(lambda: list(doctor.examine(case, LIVE)), self._show)

    def case(self) -> Case:
        """The session as the doctor wants to know it."""
        status = self.live.status()
        settings = self.live.settings
        kinds = {"source": settings.source, "animator": settings.animator, **settings.trackers}
        stages: dict[str, StageStatus] = {}
        for stage in status.stages if status else ():
            stages[kinds.get(stage.name, stage.name)] = stage
        return Case(settings, stages)

    def write(self, file: Path) -> None:
        """Write the report there."""
        self._busy(True)
        self._say(tr("Writing the report…"), "label")
        call = partial(report.write, file, list(self.findings), self.live.settings)
        self._run(attempt(call), partial(self._written, file))

    def _show(self, findings: list[Finding]) -> None:
        self.findings = findings
        self.list.put(findings)
        self._busy(False)
        self.packets.listens = True
        n_bad, n_warn = (sum(one.state == state for one in findings) for state in ("fail", "warn"))
        if n_bad:
            self._say(tr("Broken: {}. To know: {}.").format(n_bad, n_warn), "fault")
        elif n_warn:
            self._say(tr("Nothing is broken. Things to know: {}.").format(n_warn), "label")
        else:
            self._say(tr("All is well."), "live")

    def _written(self, file: Path, error: VtuberError | None) -> None:
        self._busy(False)
        if error:
            self._say(str(error), "fault")
        else:
            self._say(tr("The report is in {}. Look into it before you send it.").format(file), "live")

    def _ask_where(self) -> None:
        about = tr("Zip files") + " (*.zip)"
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save a report"), str(Path.home() / report.NAME), about)
        if chosen:
            self.write(Path(chosen))

    def _copy(self) -> None:
        self._busy(True)
        findings, settings = list(self.findings), self.live.settings
        self._run(lambda: report.scrubber(settings)(report.text(findings)), self._copied)

    def _copied(self, text: str) -> None:
        self._busy(False)
        copy(text, self.copy)

    def _busy(self, busy: bool) -> None:
        self.again.setEnabled(not busy)
        for button in (self.copy, self.save):
            button.setEnabled(not busy and bool(self.findings))

    def _say(self, sentence: str, style: str) -> None:
        restyle(self.said, style)
        self.said.say(sentence)

    def _build(self) -> None:
        coming = Card(tr("What comes over the network now"))
        coming.body.addWidget(self.packets)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(3 * GRID // 2)
        for widget in (self.phone, coming, self.list):
            column.addWidget(widget)
        column.addStretch()
        self.area.setWidgetResizable(True)
        self.area.setWidget(content)
        foot = QHBoxLayout()
        foot.setContentsMargins(2 * GRID, 3 * GRID // 2, 2 * GRID, 3 * GRID // 2)
        foot.setSpacing(GRID)
        foot.addWidget(self.said, 1)
        for button in (self.again, self.copy, self.save):
            foot.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addLayout(foot)
