"""The card in which the user says who or what moves the avatar."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QFileDialog

from vtuber_app.gui import inputs
from vtuber_app.gui.also import Also
from vtuber_app.gui.background import Runner
from vtuber_app.gui.controls import Card, Choice, Words, named, restyle, tool, tr
from vtuber_app.gui.details import Details
from vtuber_app.gui.live import Live
from vtuber_app.gui.microphone_panel import MicrophonePanel
from vtuber_app.gui.style import icon
from vtuber_app.session import Status
from vtuber_app.settings import AppSettings
from vtuber_app.sources import camera
from vtuber_app.sources.camera import CameraInfo

REFRESH_MS = 3000


class SourceCard(Card):
    """One list over cameras, files, phones and nothing at all, with the chosen one's details, and others beside it."""

    def __init__(self, live: Live, run: Runner) -> None:
        super().__init__(tr("Tracking"))
        self.live = live
        self.cameras: list[CameraInfo] | None = None
        self.entries: list[inputs.Input] = []
        self._run = run
        self._asking = False
        self.box = named(Choice(tr("What moves the avatar")), "input")
        self.box.activated.connect(self._choose)
        self.box.opening.connect(self.refresh)
        self.file = Words()
        self.state = Words()
        self.state.hide()
        self.details = Details(live, inputs.main_part, frozenset({"camera"}) | MicrophonePanel.fields)
        self.reading = Details(live, lambda settings: settings.tracker, title=tr("Face reading"))
        self.mapping_button = named(tool(tr("Mapping…"), "mapping"), "plain")
        self.mapping_button.setToolTip(tr("How far each of your motions carries"))
        self.head.addWidget(self.reading.button)
        self.head.addWidget(self.details.button)
        self.body.addWidget(self.box)
        self.body.addWidget(self.file)
        self.body.addWidget(self.state)
        self.microphone: MicrophonePanel | None = None
        self._microphone_place = self.body.count()
        self.body.addWidget(self.details)
        self.body.addWidget(self.reading)
        self.also = Also(live, run)
        self.body.addWidget(self.also)
        self.body.addWidget(self.mapping_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.refresh()

    def refresh(self) -> None:
        """Look for cameras, in the background; one look at a time."""
        if not self._asking:
            self._asking = True
            self._run(camera.list_cameras, self.show_cameras)

    def show_cameras(self, cameras: list[CameraInfo]) -> None:
        """Take the cameras that are there now."""
        self._asking = False
        if cameras != self.cameras:
            self.cameras = cameras
            self.show_settings(self.live.settings)

    def show_settings(self, settings: AppSettings) -> None:
        """Show which input is at work."""
        entries = inputs.inputs(settings, self.cameras)
        with QSignalBlocker(self.box):
            if entries != self.entries:
                self.entries = entries
                self._fill()
            self.box.setCurrentIndex(inputs.chosen(settings, entries))
        kind = inputs.main_part(settings)
        path = getattr(settings.part(kind), "path", None)
        self.file.say(Path(path).name if path else "")
        self.file.setToolTip(str(path or ""))
        self.file.setVisible(bool(path))
        self.details.show_settings(settings)
        self.reading.show_settings(settings)
        self.reading.offer(kind != settings.tracker)
        if settings.tracker == MicrophonePanel.kind and not self.microphone:
            self.microphone = MicrophonePanel(self.live, self._run)
            self.body.insertWidget(self._microphone_place, self.microphone)
        if self.microphone:
            self.microphone.setVisible(settings.tracker == MicrophonePanel.kind)
        self.also.show_settings(settings)

    def show_status(self, status: Status) -> None:
        """Show what the trackers have to say: of the first, what it runs without."""
        stage = next((stage for stage in status.stages if stage.name == "tracker"), None)
        text = (stage.notice if stage else None) or ""
        restyle(self.state, "muted" if self.live.settings.tracker in status.drives.values() else "notice")
        self.state.say(text)
        self.state.setVisible(bool(text))
        self.also.show_status(status)

    def leave(self) -> None:
        """Have nothing go on in pages of its own: the window closes."""
        for panel in self.findChildren(MicrophonePanel):
            if panel.page:
                panel.page.close()

    def _fill(self) -> None:
        self.box.clear()
        items: Any = self.box.model()
        assert isinstance(items, QStandardItemModel)
        for place, entry in enumerate(self.entries):
            self.box.addItem(icon(entry.icon), entry.title)
            self.box.setItemData(place, entry.problem or None, Qt.ItemDataRole.ToolTipRole)
            if entry.missing:
                reason = tr("Needs packages that are not installed: {}").format(", ".join(entry.missing))
                items.item(place).setEnabled(False)
                items.item(place).setData(reason, Qt.ItemDataRole.ToolTipRole)

    def _choose(self, place: int) -> None:
        entry = self.entries[place]
        path: Path | None = None
        if entry.files:
            about = f"{entry.title.removesuffix('…')} ({entry.files})"
            chosen, _ = QFileDialog.getOpenFileName(self.window(), entry.title.removesuffix("…"), "", about)
            if not chosen:
                self.show_settings(self.live.settings)
                return
            path = Path(chosen)
        self.live.put(inputs.choose(self.live.settings, entry, path))
