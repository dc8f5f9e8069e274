"""Small chips that say which tracker moves what, where several are at work."""

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from vtuber_app import plugins
from vtuber_app.core.types import FACE_PARTS, FacePart
from vtuber_app.gui import inputs
from vtuber_app.gui.controls import tr
from vtuber_app.gui.style import GRID
from vtuber_app.session import Status


def part_name(part: FacePart) -> str:
    """The user's word for a part of the face."""
    return {
        "eyes": tr("Eyes"),
        "brows": tr("Brows"),
        "mouth": tr("Mouth"),
        "smile": tr("Smile"),
        "gaze": tr("Gaze"),
        "head": tr("Head"),
    }[part]


def badges(drives: Mapping[FacePart, str]) -> list[tuple[str, str]]:
    """What is moved, in words, and the tracker's kind: first the face, then what others move of it."""
    if not drives:
        return []
    counts = Counter(drives.values())
    most = max(counts.values())
    face = drives["head"] if counts[drives["head"]] == most else max(counts, key=counts.__getitem__)
    others = {kind: moved(drives, kind) for kind in counts if kind != face}
    return [(tr("Face"), face), *((words, kind) for kind, words in others.items())]


def moved(drives: Mapping[FacePart, str], kind: str) -> str:
    """The parts which that tracker moves, in words; with the mouth, its smile goes unsaid."""
    parts = [part for part in FACE_PARTS if drives.get(part) == kind]
    if "mouth" in parts and "smile" in parts:
        parts.remove("smile")
    return ", ".join([part_name(part) for part in parts[:1]] + [part_name(part).lower() for part in parts[1:]])


class Chip(QLabel):
    """A text on a small surface, cut short where there is no room."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.whole = text
        self.setObjectName("badge")
        self.setToolTip(tr("What moves the avatar now: {}").format(text))

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.whole) + 2 * GRID + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(6 * GRID, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        room = self.width() - 2 * GRID
        self.setText(self.fontMetrics().elidedText(self.whole, Qt.TextElideMode.ElideRight, room))
        super().resizeEvent(event)


class Badges(QWidget):
    """The chips, side by side; none while one tracker is at work alone."""

    def __init__(self) -> None:
        super().__init__()
        self.chips: list[Chip] = []
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(GRID, 0, 0, 0)
        self._line.setSpacing(GRID // 2)

    def show_status(self, status: Status) -> None:
        """Show who moves what now."""
        several = any(stage.name in plugins.trackers for stage in status.stages)
        texts = [f"{what}: {inputs.short_title(kind)}" for what, kind in badges(status.drives)] if several else []
        if texts == [chip.whole for chip in self.chips]:
            return
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self.chips = [Chip(text) for text in texts]
        for chip in self.chips:
            self._line.addWidget(chip, 0, Qt.AlignmentFlag.AlignVCenter)
