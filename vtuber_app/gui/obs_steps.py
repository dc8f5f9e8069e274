"""What to do in OBS by hand, in words and pictures."""

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QGridLayout, QWidget

from vtuber_app.core import paths
from vtuber_app.gui.controls import Words, tr
from vtuber_app.gui.style import GRID

SIZE = QSize(240, 112)
"""A picture, logical px."""
EXAMPLE_MS = 90


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: a picture by its name in assets/gui/obs, what is written into it, and the words beside it."""

    picture: str
    words: str
    written: tuple[tuple[str, str], ...] = ()


def letting_in() -> list[Step]:
    """What OBS needs so that vtuber_app can do the rest."""
    words = tr("In OBS, choose Tools, then WebSocket Server Settings. Tick Enable WebSocket server, and press OK.")
    return [Step("server", words)]


def by_hand(address: str, size: tuple[int, int], delay_ms: int | None) -> list[Step]:
    """The same that vtuber_app does in OBS.

    Args:
        address: Of the page, without its token.
        size: Of the picture, px.
        delay_ms: What microphones need; None if it isn't known.
    """
    width, height = str(size[0]), str(size[1])
    written = (("address", address), ("width", width), ("height", height))
    known = tr("Type {} ms as the Sync Offset of your microphone.").format(delay_ms)
    unknown = tr("Type the latency that vtuber_app shows as the Sync Offset of your microphone.")
    return [
        Step("add", tr("Under Sources, press + and choose Browser. Call it vtuber_app.")),
        Step(
            "page",
            tr("Paste the address that you copy below. Type {} as Width and {} as Height.").format(width, height),
            written,
        ),
        Step(
            "sync",
            tr("Open Advanced Audio Properties.") + " " + (unknown if delay_ms is None else known),
            (("delay", str(EXAMPLE_MS if delay_ms is None else delay_ms)),),
        ),
    ]


class Picture(QWidget):
    """A drawing of a part of OBS."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        file = paths.assets() / "gui" / "obs" / f"{step.picture}.svg"
        self.text = file.read_text(encoding="utf-8")
        for name, value in step.written:
            self.text = self.text.replace("{" + name + "}", escape(value))
        self.svg = QSvgRenderer(QByteArray(self.text.encode()), self)
        self.setFixedSize(SIZE)
        self.setAccessibleName(step.words)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.svg.render(painter, QRectF(self.rect()))


class Steps(QWidget):
    """Numbered steps, a picture beside the words of each."""

    def __init__(self, steps: list[Step]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(3 * GRID // 2)
        grid.setColumnStretch(1, 1)
        for row, step in enumerate(steps):
            number = f"{row + 1}.  " if len(steps) > 1 else ""
            grid.addWidget(Picture(step), row, 0)
            grid.addWidget(Words(number + step.words, "label"), row, 1, Qt.AlignmentFlag.AlignVCenter)
