"""The card of switches for where picture and face go."""

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from vtuber_app import actions, plugins
from vtuber_app.core.errors import VtuberError
from vtuber_app.core.parts import FaceOutput, Part
from vtuber_app.gui.background import Runner
from vtuber_app.gui.controls import Card, named, tool, tr
from vtuber_app.gui.desktop_window import DesktopRow
from vtuber_app.gui.dialogs import bring_up, copy
from vtuber_app.gui.live import Live
from vtuber_app.gui.obs_page import ObsPage
from vtuber_app.gui.part_row import PartRow
from vtuber_app.gui.style import GRID, ICON
from vtuber_app.outputs.browser import Browser, BrowserSettings, address
from vtuber_app.outputs.clip import Clip
from vtuber_app.session import StageStatus, Status
from vtuber_app.settings import AppSettings

ICONS = {"virtual_camera": "broadcast", "browser": "globe", "recorder": "record", "clip": "video"}
UNSEEN = frozenset({"null"})
"""Outputs for measurements, of no use to who looks at a window."""


class OutputRow(PartRow):
    """One output."""

    def __init__(self, live: Live, kind: str, part: type[Part[Any]]) -> None:
        super().__init__(
            live, kind, part, part.title, ICONS.get(kind, "pose" if issubclass(part, FaceOutput) else "output")
        )

    def wanted(self, settings: AppSettings) -> bool:
        return self.kind in settings.outputs

    def toggle(self, on: bool) -> None:
        self.live.put(actions.switched(self.live.settings, self.kind, on))

    def success(self, stage: StageStatus) -> str:
        if issubclass(self.part, FaceOutput):
            return tr("Live, sends your face")
        return tr("Live, {:.0f} pictures a second").format(stage.fps)

    def offer(self, button: QWidget) -> None:
        """Put a button between the state and the details, at first hidden."""
        button.hide()
        line = QHBoxLayout()
        line.setContentsMargins(ICON + 3 * GRID // 2, 0, 0, 0)
        line.addWidget(button)
        line.addStretch()
        self.column.insertLayout(self.column.indexOf(self.details), line)


class BrowserRow(OutputRow):
    """The browser source: also gives the address of its page, and says how many pages show it."""

    def __init__(self, live: Live, kind: str, part: type[Part[Any]]) -> None:
        super().__init__(live, kind, part)
        self.copy = tool(tr("Copy address"), "copy")
        self.copy.setToolTip(
            tr(
                "Paste it as the URL of a browser source in OBS. ?size=720 or ?fps=30 at its end spares slow networks, "
                "?hold=1 keeps the last picture when vtuber_app closes; join several by &."
            )
        )
        self.copy.clicked.connect(self._copy)
        self.copy.setMinimumWidth(self.copy.sizeHint().width())
        self.offer(self.copy)

    def show_settings(self, settings: AppSettings) -> None:
        super().show_settings(settings)
        self.copy.setVisible(self.switch.isChecked())

    def show_stage(self, stage: StageStatus | None) -> None:
        """Leave out where the page is: the button gives that, and a token has no place on a screen that is streamed."""
        super().show_stage(replace(stage, notice=None) if stage else None)

    def success(self, stage: StageStatus) -> str:
        part = self.live.session.worker(self.kind).part if self.live.session else None
        viewers = part.viewers if isinstance(part, Browser) else 0
        if not viewers:
            return tr("Ready: paste its address into a browser source in OBS.")
        return tr("Live on one page") if viewers == 1 else tr("Live on {} pages").format(viewers)

    def _copy(self) -> None:
        settings = self.live.settings.part(self.kind)
        assert isinstance(settings, BrowserSettings)
        try:
            copy(address(settings), self.copy)
        except VtuberError as error:
            self.live.refused.emit(str(error))


class ClipRow(OutputRow):
    """The clip: also a button that saves it."""

    def __init__(self, live: Live, kind: str, part: type[Part[Any]]) -> None:
        super().__init__(live, kind, part)
        self.keep = tool(tr("Save clip"), "check", tr("Save what was seen until now as a picture that moves (S)"))
        self.keep.clicked.connect(self.save)
        self.offer(self.keep)

    def show_settings(self, settings: AppSettings) -> None:
        super().show_settings(settings)
        self.keep.setVisible(self.switch.isChecked())

    def show_stage(self, stage: StageStatus | None) -> None:
        super().show_stage(stage)
        clip = self._clip()
        self.keep.setEnabled(clip is not None and not clip.saving)

    def success(self, stage: StageStatus) -> str:
        clip = self._clip()
        if clip is None:
            return ""
        if clip.saving:
            return tr("Saving…")
        length, size = clip.held
        kept = tr("{:.0f} s kept, {:.0f} MB").format(length, size / 1e6)
        self.state.setToolTip(str(clip.saved or ""))
        return f"{kept}. " + tr("Saved: {}").format(clip.saved.name) if clip.saved else kept

    def save(self) -> None:
        """Save the clip, if there is one."""
        if clip := self._clip():
            assert self.live.session
            self.live.session.worker(self.kind).post(clip.save)

    def _clip(self) -> Clip | None:
        running = self.live.session is not None and self.kind in self.live.settings.outputs
        part = self.live.session.worker(self.kind).part if running and self.live.session else None
        return part if isinstance(part, Clip) else None


ROWS = {"browser": BrowserRow, "clip": ClipRow}


class OutputCard(Card):
    """All outputs there are."""

    def __init__(self, live: Live, run: Runner) -> None:
        super().__init__(tr("Outputs"))
        self.live, self._run = live, run
        self.obs: ObsPage | None = None
        self.obs_button = tool(tr("Set up OBS"), "link", tr("Put the avatar into OBS' current scene, in one click"))
        self.obs_button.clicked.connect(self.show_obs)
        self.head.addWidget(self.obs_button)
        self.rows: dict[str, OutputRow] = {}
        shown = [(kind, part) for kind, part in plugins.outputs.items() if kind not in UNSEEN]
        order = list(ICONS)
        shown.sort(key=lambda each: order.index(each[0]) if each[0] in order else len(order))
        shown.sort(key=lambda each: issubclass(each[1], FaceOutput))
        for kind, part in shown:
            if self.rows:
                self.body.addWidget(named(QFrame(), "rule"))
            self.rows[kind] = ROWS.get(kind, OutputRow)(live, kind, part)
            self.body.addWidget(self.rows[kind])
        self.desktop = DesktopRow(live)
        self.body.addWidget(named(QFrame(), "rule"))
        self.body.addWidget(self.desktop)

    def show_settings(self, settings: AppSettings) -> None:
        for line in self.rows.values():
            line.show_settings(settings)
        self.desktop.show_settings(settings)

    def save_clip(self) -> None:
        """Save the clip, if one is kept."""
        row = self.rows.get("clip")
        if isinstance(row, ClipRow):
            row.save()

    def show_obs(self) -> None:
        """Open the page that sets up OBS."""
        if self.obs is None:
            self.obs = ObsPage(self.live, self._run, self.window())
        bring_up(self.obs)

    def show_status(self, status: Status) -> None:
        stages = {stage.name: stage for stage in status.stages}
        for kind, line in self.rows.items():
            line.show_stage(stages.get(kind))
