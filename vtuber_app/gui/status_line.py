"""The line at the bottom: what the tracker sees, and how fast all runs."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from vtuber_app import plugins
from vtuber_app.core import clock
from vtuber_app.core.types import Driving
from vtuber_app.gui.badges import Badges
from vtuber_app.gui.controls import named, tr
from vtuber_app.gui.style import DARK, GRID
from vtuber_app.session import StageStatus, Status
from vtuber_app.settings import AppSettings

SILENT = 1.0
"""A tracker that gave nothing for this long is silent, s."""


@dataclass(frozen=True)
class State:
    """What the input does, in words and as a colour of the palette."""

    colour: str
    words: str


def state(settings: AppSettings, status: Status, driving: Driving | None) -> State:
    """Say what the input does now."""
    stages = {stage.name: stage for stage in status.stages}
    tracker = plugins.trackers[settings.tracker]
    source = stages.get("source") if tracker.uses_camera else None
    if status.state in ("failed", "ended"):
        return State(DARK.bad, tr("Stopped"))
    for stage, lost in ((source, _lost(settings)), (stages.get("tracker"), tr("Tracking stopped"))):
        if stage and stage.error:
            return State(DARK.bad, lost)
    if settings.also and status.drives:
        return State(DARK.good, tr("Face found"))
    if settings.tracker == "idle" and not settings.also:
        return State(DARK.accent, tr("No camera: idling"))
    if driving is None:
        young = _young(source or stages.get("tracker"))
        return State(DARK.muted, tr("Starting…")) if young else State(DARK.warn, tr("No signal: idling"))
    if clock.now() - driving.time > SILENT:
        return State(DARK.warn, tr("No signal: idling"))
    if driving.face is None:
        return State(DARK.warn, tr("No face: idling"))
    return State(DARK.good, tr("Face found"))


def _lost(settings: AppSettings) -> str:
    return tr("No camera: retrying") if settings.source == "camera" else tr("Can't be played")


def _young(stage: StageStatus | None) -> bool:
    return stage is None or (stage.running and stage.count == 0)


class Dot(QWidget):
    """A coloured dot; the words beside it say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.colour = DARK.muted
        self.setFixedSize(QSize(3 * GRID // 2, 3 * GRID // 2))

    def put(self, colour: str) -> None:
        if colour != self.colour:
            self.colour = colour
            self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        glow = QColor(self.colour)
        glow.setAlphaF(0.25)
        painter.setBrush(glow)
        painter.drawEllipse(QRectF(self.rect()))
        painter.setBrush(QColor(self.colour))
        painter.drawEllipse(QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5))


class StatusLine(QFrame):
    """Dot and words to the left, figures to the right."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("statusLine")
        self.setFixedHeight(4 * GRID)
        self.dot = Dot()
        self.words = named(QLabel(), "state")
        self.line = line = QHBoxLayout(self)
        line.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        line.setSpacing(GRID // 2)
        line.addWidget(self.dot)
        line.addSpacing(GRID // 2)
        line.addWidget(self.words)
        self.badges = Badges()
        line.addWidget(self.badges)
        line.addStretch()
        self.fps = self._figure(line, tr("fps"), tr("Pictures drawn in the last second"))
        self.latency = self._figure(line, tr("ms latency"), tr("From the camera's light to the last output, median"))
        self.dropped = self._figure(
            line, tr("dropped"), tr("Frames and pictures skipped because a newer one was there or a stage was too slow")
        )

    def offer(self, button: QToolButton) -> None:
        """Add a quiet button behind the figures."""
        self.line.addSpacing(2 * GRID)
        self.line.addWidget(named(button, "quiet"))

    def put(self, status: Status, now: State) -> None:
        """Show the session's status."""
        self.dot.put(now.colour)
        self.words.setText(now.words)
        self.badges.show_status(status)
        self.fps.setText(f"{status.fps:.0f}")
        self.latency.setText("–" if status.latency is None else f"{1000 * status.latency:.0f}")
        self.dropped.setText(f"{status.dropped}")

    def _figure(self, line: QHBoxLayout, unit: str, tip: str) -> QLabel:
        number, name = named(QLabel("–"), "figure"), named(QLabel(unit), "muted")
        number.setAccessibleName(unit)
        number.setMinimumWidth(3 * GRID)
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for label in (number, name):
            label.setToolTip(tip)
        line.addSpacing(GRID)
        line.addWidget(number)
        line.addWidget(name)
        return number
