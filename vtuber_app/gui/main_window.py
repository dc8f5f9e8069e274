"""The window: a large preview, actions under it, cards beside it, a status line at the bottom."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QSignalBlocker, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vtuber_app import actions, plugins
from vtuber_app.gui.avatar_card import AvatarCard
from vtuber_app.gui.background import Background
from vtuber_app.gui.banner import Banner, Hint
from vtuber_app.gui.controls import named, restyle, tool, tr
from vtuber_app.gui.dialogs import bring_up
from vtuber_app.gui.doctor_page import DoctorPage
from vtuber_app.gui.import_drop import arrival
from vtuber_app.gui.key_link import KeyLink
from vtuber_app.gui.keys_page import KeysPage
from vtuber_app.gui.live import Live
from vtuber_app.gui.mapping_page import MappingPage
from vtuber_app.gui.output_card import OutputCard
from vtuber_app.gui.picture_card import PictureCard
from vtuber_app.gui.poser import Poser
from vtuber_app.gui.preview import Preview
from vtuber_app.gui.remote_link import RemoteLink
from vtuber_app.gui.remote_page import RemotePage
from vtuber_app.gui.source_card import SourceCard
from vtuber_app.gui.status_line import StatusLine, state
from vtuber_app.gui.style import GRID, icon
from vtuber_app.session import Status
from vtuber_app.settings import AppSettings
from vtuber_app.tools import bring

SIDE_SHARE = 0.28
SIDE_WIDTH = (45 * GRID, 54 * GRID)
"""The side panel's narrowest and widest, px."""
WEIGHTS = (".zip", ".pt", ".pth", ".safetensors")
"""Files that hold networks, unless it is an archive of an avatar."""
OUTPUT_BUTTONS = {"virtual_camera": "sending", "recorder": "recording"}
"""Outputs with a button under the preview, and its style."""


class MainWindow(QMainWindow):
    """Shows the session of `live` and hands over what the user changes."""

    def __init__(self, live: Live, notice: str | None = None) -> None:
        super().__init__()
        self.live = live
        self.background = Background()
        self.preview = Preview(live)
        self.banner = Banner()
        self.hint = Hint()
        self.drop = named(QLabel(tr("Drop to use as your avatar")), "drop")
        self.drop.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.drop.hide()
        self.avatars = AvatarCard(live, self.background.run)
        self.sources = SourceCard(live, self.background.run)
        self.outputs = OutputCard(live, self.background.run)
        self.picture = PictureCard(live)
        self.poser = Poser(live)
        self.mapping: MappingPage | None = None
        self.remote = RemoteLink(live, self.avatars.choose)
        self.remote_page: RemotePage | None = None
        self.keys = KeyLink(
            live, self, self.avatars.choose, {"calibrate": self.calibrate, "clip": self.outputs.save_clip}
        )
        self.keys_page: KeysPage | None = None
        self.status_line = StatusLine()
        self.remote_button = tool(tr("Phone remote"), "phone", tr("Control the avatar from a page on your phone"))
        self.doctor_page: DoctorPage | None = None
        self.doctor_button = tool(tr("Check-up"), "doctor", tr("What works on this computer, and what to do about it"))
        for button in (self.remote_button, self.doctor_button):
            self.status_line.offer(button)
        self.setWindowTitle("vtuber_app")
        self.setAcceptDrops(True)
        self.setMinimumSize(110 * GRID, 75 * GRID)
        self.resize(QSize(*live.settings.window_size))
        self._build()
        self._bind()
        self.show_settings(live.settings)
        self.preview.setFocus()
        if notice:
            self.banner.say(notice, fault=False)

    def show_settings(self, settings: AppSettings) -> None:
        """Show on every control what is in force."""
        for card in (self.avatars, self.sources, self.outputs, self.picture, self.poser, self.keys):
            card.show_settings(settings)
        if self.mapping:
            self.mapping.show_settings(settings)
        self.preview.put(settings.preview, settings.show_camera, settings.pose.mirrored)
        on = {
            "mirror": settings.pose.mirrored,
            "camera": settings.show_camera,
            "pose": not self.poser.isHidden(),
            "virtual_camera": "virtual_camera" in settings.outputs,
            "recorder": "recorder" in settings.outputs,
        }
        for name, button in self.buttons.items():
            with QSignalBlocker(button):
                button.setChecked(on[name])
        holds = bool(settings.pose.held) or not settings.pose.follows
        restyle(self.buttons["pose"], "holding" if holds else "")

    def show_status(self, status: Status) -> None:
        """Show how the session fares; what stands in its way comes as a banner."""
        session = self.live.session
        self.status_line.put(status, state(self.live.settings, status, session.driving() if session else None))
        self.outputs.show_status(status)
        failed = {stage.name for stage in status.stages if stage.error}
        for name, style in OUTPUT_BUTTONS.items():
            if name in self.buttons:
                restyle(self.buttons[name], "failed" if name in failed else style)
        self.avatars.show_status(status)
        self.sources.show_status(status)
        fault = status.error or next((stage.error for stage in status.stages if stage.error), None)
        gone = session is not None and any(not session.worker(name).alive for name in failed)
        self.banner.stand(_sentence(fault) if fault else "", retry=gone)

    def calibrate(self) -> None:
        """Take the performer's face as neutral."""
        if self.live.session:
            self.live.session.calibrate()
            self.hint.say(prompt())

    def show_poser(self, on: bool) -> None:
        """Show the pose page in the place of the cards, or these again."""
        self._show_beside(self.poser if on else self.side)

    def show_mapping(self) -> None:
        """Show the mapping page in the place of the cards."""
        if self.mapping is None:
            self.mapping = MappingPage(self.live)
            self.mapping.setFixedWidth(self.side.width())
            self.mapping.closed.connect(lambda: self._show_beside(self.side))
            self.halves.addWidget(self.mapping)
        self._show_beside(self.mapping)

    def _show_beside(self, here: QWidget) -> None:
        """Show that beside the preview."""
        for page in self._beside():
            if page is not here:
                page.hide()  # first, so that the preview isn't pressed between both
        here.show()
        self.show_settings(self.live.settings)

    def _beside(self) -> list[QWidget]:
        return [self.side, self.poser, *([self.mapping] if self.mapping else [])]

    def show_remote(self) -> None:
        """Open the page of the phone remote."""
        if self.remote_page is None:
            self.remote_page = RemotePage(self.remote, self)
        bring_up(self.remote_page)

    def show_doctor(self) -> None:
        """Open the page that says what works here."""
        if self.doctor_page is None:
            self.doctor_page = DoctorPage(self.live, self.background.run, self)
        bring_up(self.doctor_page)

    def show_keys(self, expression: str = "") -> None:
        """Open the page of keys, at that of an expression."""
        if self.keys_page is None:
            self.keys_page = KeysPage(self.keys, self)
        bring_up(self.keys_page)
        self.keys_page.point(expression)

    def toggle_output(self, kind: str) -> None:
        """Switch that output on or off."""
        settings = self.live.settings
        self.live.put(actions.switched(settings, kind, kind not in settings.outputs))

    def frame_avatar(self, right: float, down: float, zoom: float) -> None:
        """Move and zoom the avatar, in preview widths and as a factor, where the animator can."""
        part = self.live.settings.part(self.live.settings.animator)
        fields = type(part).model_fields
        if not {"right", "down", "zoom"} <= set(fields):
            return
        at = dict(part)
        moved: dict[str, Any] = {
            "right": _bounded(fields["right"], at["right"] + right),
            "down": _bounded(fields["down"], at["down"] + down),
            "zoom": _bounded(fields["zoom"], at["zoom"] * zoom),
        }
        self.live.put(self.live.settings.with_part(part.model_copy(update=moved)))

    def keyboard(self) -> dict[str, QAction]:
        """The window's actions by name; each works from wherever the focus is."""
        return {action.objectName(): action for action in self.actions()}

    def resizeEvent(self, event: QResizeEvent) -> None:
        low, high = SIDE_WIDTH
        width = min(max(round(self.width() * SIDE_SHARE), low), high)
        for side in self._beside():
            side.setFixedWidth(width)
        self._fit_bar(self.width() - width)
        super().resizeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if arrival(event.mimeData()) is not None:
            event.acceptProposedAction()
            self.drop.show()
            self.drop.raise_()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop.hide()
        event.acceptProposedAction()
        self.take(event.mimeData())

    def paste(self) -> None:
        """Take what is in the clipboard."""
        self.take(QGuiApplication.clipboard().mimeData())

    def take(self, mime: QMimeData) -> None:
        """Make an avatar of what was dropped or pasted: a file, a web address, or a picture itself."""
        match arrival(mime):
            case None:
                self.banner.say(tr("There is no picture, file or web address here. Copy one, or drop a file."))
            case Path() as path if path.is_dir() or path.name == "puppet.json":
                self.avatars.choose(str(path.parent if path.name == "puppet.json" else path))
            case Path() as path if path.suffix.lower() in WEIGHTS and not bring.holds_avatar(path):
                self.avatars.take_networks(path)
            case Path() | str() as source:
                self.avatars.show_import(str(source))
            case pixels:
                self.avatars.import_page().open_pixels(pixels, tr("Pasted"))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.isMaximized() and not self.isFullScreen():
            size = (self.width(), self.height())
            self.live.keep(self.live.settings.model_copy(update={"window_size": size}))
        self.hide()
        self.outputs.desktop.close_window()
        self.remote.close()
        self.keys.close()
        if self.doctor_page:
            self.doctor_page.close()
        self.avatars.close_networks()
        self.sources.leave()
        self.live.close()
        self.background.close()
        super().closeEvent(event)

    def _build(self) -> None:
        stage = named(QFrame(), "stage")
        over = QGridLayout(stage)
        over.setContentsMargins(0, 0, 0, 0)
        over.addWidget(self.preview, 0, 0)
        top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter
        for widget, where in ((self.banner, top), (self.hint, bottom), (self.drop, Qt.AlignmentFlag(0))):
            inset = QGridLayout()
            inset.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
            inset.addWidget(widget, 0, 0, where)
            over.addLayout(inset, 0, 0)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(stage, 1)
        self.bar = self._bar()
        left.addWidget(self.bar)
        cards = QWidget()
        column = QVBoxLayout(cards)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(3 * GRID // 2)
        for card in (self.avatars, self.sources, self.outputs, self.picture):
            column.addWidget(card)
        column.addStretch()
        self.side = named(QScrollArea(), "side")
        self.side.setWidgetResizable(True)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side.setWidget(cards)
        self.halves = halves = QHBoxLayout()
        halves.setSpacing(0)
        halves.addLayout(left, 1)
        halves.addWidget(self.side)
        halves.addWidget(self.poser)
        self.poser.hide()
        whole = QVBoxLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(halves, 1)
        whole.addWidget(self.status_line)
        centre = QWidget()
        centre.setLayout(whole)
        self.setCentralWidget(centre)

    def _bar(self) -> QWidget:
        bar = named(QFrame(), "bar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(2 * GRID, 3 * GRID // 2, 2 * GRID, 3 * GRID // 2)
        line.setSpacing(GRID)
        self.calibrate_button = named(QPushButton(icon("calibrate"), " " + tr("Calibrate")), "primary")
        self.calibrate_button.setToolTip(prompt() + " (C)")
        line.addWidget(self.calibrate_button)
        line.addSpacing(GRID)
        self.buttons: dict[str, QToolButton] = {}
        for name, text, symbol, tip in (
            ("mirror", tr("Mirror"), "mirror", tr("Move like your image in a mirror (M)")),
            ("camera", tr("Camera"), "eye", tr("Show the camera picture, only in this window (P)")),
            ("pose", tr("Pose"), "pose", tr("Expressions, and a slider for every part of the face (E)")),
            ("virtual_camera", tr("Virtual camera"), "broadcast", tr("Send the picture to OBS, Zoom, Discord (V)")),
            ("recorder", tr("Record"), "record", tr("Record a video (R)")),
        ):
            if name in OUTPUT_BUTTONS and name not in plugins.outputs:
                continue
            if name == "virtual_camera":
                line.addStretch()
            self.buttons[name] = button = tool(text, symbol, tip, checkable=True)
            line.addWidget(button)
        for name in OUTPUT_BUTTONS:
            if name in self.buttons and (reason := plugins.outputs[name].why_not()):
                self.buttons[name].setEnabled(False)
                self.buttons[name].setToolTip(reason)
        return bar

    def _fit_bar(self, width: int) -> None:
        """Leave the words away where there is no room for them; tooltips have them too."""
        for style in (Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly):
            for button in self.buttons.values():
                button.setToolButtonStyle(style)
            if self.bar.sizeHint().width() <= width:
                return

    def _bind(self) -> None:
        self.live.changed.connect(self.show_settings)
        self.live.observed.connect(self.show_status)
        self.live.refused.connect(self.banner.say)
        self.live.accepted.connect(self.banner.settle)
        self.banner.again.connect(self.live.again)
        self.calibrate_button.clicked.connect(self.calibrate)
        self.remote_button.clicked.connect(self.show_remote)
        self.doctor_button.clicked.connect(self.show_doctor)
        self.banner.ask.connect(self.show_doctor)
        self.preview.framed.connect(self.frame_avatar)
        self.poser.expressions.keyed.connect(self.show_keys)
        self.sources.mapping_button.clicked.connect(self.show_mapping)
        self.poser.closed.connect(lambda: self.buttons["pose"].setChecked(False))
        for name, button in self.buttons.items():
            match name:
                case "mirror":
                    button.toggled.connect(self.picture.set_mirrored)
                case "camera":
                    button.toggled.connect(lambda on: self.live.change(show_camera=on))
                case "pose":
                    button.toggled.connect(self.show_poser)
                case _:
                    button.toggled.connect(lambda _, kind=name: self.toggle_output(kind))
        shortcuts = [
            ("open", "Ctrl+O", self.avatars.browse),
            ("paste", "Ctrl+V", self.paste),
        ]
        shortcuts += [(name, key, self.buttons[name].click) for name, key in (("camera", "P"), ("pose", "E"))]
        for name, key, act in [*shortcuts, ("quit", "Ctrl+Q", self.close), ("full", "F11", self._toggle_full)]:
            action = QAction(self)
            action.setObjectName(name)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(partial(_call, act))
            self.addAction(action)

    def _toggle_full(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()


def prompt() -> str:
    """What to do while calibrating."""
    return tr("Look straight at the camera with a relaxed face")


def _call(act: Any, *_: object) -> None:
    act()


def _bounded(field: Any, value: float) -> float:
    low = next((bound.ge for bound in field.metadata if hasattr(bound, "ge")), value)
    high = next((bound.le for bound in field.metadata if hasattr(bound, "le")), value)
    return float(min(max(value, low), high))


def _sentence(fault: str) -> str:
    """A stage's fault without the stage's name in front, which the badge says."""
    stage, _, rest = fault.partition(": ")
    return rest if stage.isidentifier() else fault
