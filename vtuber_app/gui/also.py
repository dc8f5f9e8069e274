"""Further trackers beside the first: each with a switch, how it fares, its details."""

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from vtuber_app import plugins
from vtuber_app.core.parts import Tracker
from vtuber_app.gui import inputs
from vtuber_app.gui.background import Runner
from vtuber_app.gui.badges import moved
from vtuber_app.gui.controls import Choice, named, tr
from vtuber_app.gui.details import Details
from vtuber_app.gui.live import Live
from vtuber_app.gui.microphone_panel import MicrophonePanel
from vtuber_app.gui.part_row import PartRow
from vtuber_app.gui.style import GRID, icon
from vtuber_app.session import StageStatus, Status
from vtuber_app.settings import AppSettings

NOT_BESIDE = frozenset({"idle"})
"""Trackers that say nothing another could miss."""


class TrackerRow(PartRow):
    """One further tracker."""

    def __init__(self, live: Live, kind: str, part: type[Tracker[Any]], run: Runner) -> None:
        hidden = MicrophonePanel.fields if kind == MicrophonePanel.kind else frozenset[str]()
        super().__init__(live, kind, part, inputs.title_of(kind), inputs.ICONS.get(kind, "other"), hidden)
        self.moves = ""
        self.camera: Details | None = None
        if part.uses_camera:
            self.camera = Details(live, lambda settings: settings.source, title=tr("Camera"))
            self.line.addWidget(self.camera.button, 0, Qt.AlignmentFlag.AlignTop)
            self.column.addWidget(self.camera)
        if kind == MicrophonePanel.kind:
            self.column.insertWidget(2, MicrophonePanel(live, run))

    def show_settings(self, settings: AppSettings) -> None:
        super().show_settings(settings)
        if self.camera:
            self.camera.show_settings(settings)

    def wanted(self, settings: AppSettings) -> bool:
        return self.kind in settings.also

    def toggle(self, on: bool) -> None:
        others = tuple(kind for kind in self.live.settings.also if kind != self.kind)
        self.live.change(also=(*others, self.kind) if on else others)

    def success(self, stage: StageStatus) -> str:
        return tr("Moves now: {}").format(self.moves.lower()) if self.moves else tr("Ready, others move the face")


class Also(QWidget):
    """A list to add trackers from, and a row for each that was added."""

    def __init__(self, live: Live, run: Runner) -> None:
        super().__init__()
        self.live = live
        self.rows: dict[str, TrackerRow] = {}
        self._made: dict[str, TrackerRow] = {}
        self._run = run
        self._kinds: list[str] = []
        self.box = Choice(tr("Also use another tracker"))
        self.box.setPlaceholderText(tr("Also use…"))
        self.box.setToolTip(
            tr("Several at once: a phone for the face, a microphone for a hidden mouth, a camera if the phone is lost")
        )
        self.box.activated.connect(self._add)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3 * GRID // 2)
        self._column.addWidget(self.box)

    def show_settings(self, settings: AppSettings) -> None:
        wanted = [kind for stage, kind in settings.trackers.items() if stage != "tracker"]
        if wanted != list(self.rows):
            self._arrange(wanted)
        for line in self.rows.values():
            line.show_settings(settings)
        kinds = [kind for kind in plugins.trackers if kind not in {*wanted, settings.tracker, *NOT_BESIDE}]
        order = list(inputs.ICONS)
        kinds.sort(key=lambda kind: order.index(kind) if kind in order else -1)
        if kinds != self._kinds:
            self._kinds = kinds
            self._fill()

    def show_status(self, status: Status) -> None:
        """Show how each fares, and what it moves."""
        stages = {stage.name: stage for stage in status.stages}
        for kind, line in self.rows.items():
            line.moves = moved(status.drives, kind)
            line.show_stage(stages.get(kind))

    def _arrange(self, wanted: list[str]) -> None:
        """Have rows for those, in their order, above the list; rows that were there keep what is open in them."""
        for line in self.rows.values():
            line.hide()  # not deleted: it may be waiting for what it asked
        self.rows = {}
        while (item := self._column.takeAt(0)) is not None:
            rule = item.widget()
            if rule is not None and rule.objectName() == "rule":
                rule.deleteLater()
        for kind in wanted:
            if kind not in self._made:
                self._made[kind] = TrackerRow(self.live, kind, plugins.trackers[kind], self._run)
            self.rows[kind] = line = self._made[kind]
            self._column.addWidget(named(QFrame(), "rule"))
            self._column.addWidget(line)
            line.show()
        if wanted:
            self._column.addWidget(named(QFrame(), "rule"))
        self._column.addWidget(self.box)

    def _fill(self) -> None:
        with QSignalBlocker(self.box):
            self.box.clear()
            items: Any = self.box.model()
            assert isinstance(items, QStandardItemModel)
            for place, kind in enumerate(self._kinds):
                self.box.addItem(icon(inputs.ICONS.get(kind, "other")), inputs.title_of(kind))
                if missing := plugins.trackers[kind].missing():
                    reason = tr("Needs packages that are not installed: {}").format(", ".join(missing))
                    items.item(place).setEnabled(False)
                    items.item(place).setData(reason, Qt.ItemDataRole.ToolTipRole)
            self.box.setCurrentIndex(-1)

    def _add(self, place: int) -> None:
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(-1)
        self.live.change(also=(*self.live.settings.also, self._kinds[place]))
