"""A grid of pictures with names, one of them chosen; those with eyes that move blink now and then."""

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QSizePolicy, QWidget

from vtuber_app.avatars import blinks, gallery
from vtuber_app.gui.background import Runner
from vtuber_app.gui.gallery_blink import Blinker
from vtuber_app.gui.preview import image
from vtuber_app.gui.style import DARK, GRID, drawn

COLUMNS = 3
THUMBNAIL_PX = 256
LABEL = 3 * GRID


class Tile(QAbstractButton):
    """A picture with its name under it.

    Attributes:
        at_work: It is the one on the stream, which a dot says.
    """

    opened = Signal(str)
    """It was clicked twice."""

    def __init__(self, name: str, title: str, symbol: str = "avatar") -> None:
        super().__init__()
        self.name = name
        self.setText(title)
        self.setToolTip(title)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.at_work = False
        self._symbol = symbol
        self._picture: QPixmap | None = None
        self._frames: list[QPixmap] = []

    def sizeHint(self) -> QSize:
        return QSize(11 * GRID, 11 * GRID + LABEL)

    def show_picture(self, pixels: NDArray[np.uint8]) -> None:
        """Show these RGBA pixels."""
        self._picture = _pixmap(pixels)
        self.update()

    def show_frames(self, frames: Sequence[NDArray[np.uint8]]) -> None:
        """Show the first of these RGBA pictures, and have the others for a blink; without any it stays as it is."""
        self._frames = [_pixmap(pixels) for pixels in frames]
        if self._frames:
            self.show_frame(0)

    def show_frame(self, index: int) -> None:
        """Show that one of the pictures of a blink."""
        self._picture = self._frames[index]
        self.update()

    @property
    def has_picture(self) -> bool:
        return self._picture is not None

    @property
    def blinks(self) -> bool:
        """Whether it has pictures of a blink."""
        return bool(self._frames)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self.name)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(0, 0, self.width(), self.height() - LABEL).adjusted(2, 2, -2, -2)
        outline = QPainterPath()
        outline.addRoundedRect(frame, 10, 10)
        hovered = self.underMouse() and self.isEnabled()
        painter.fillPath(outline, QColor(DARK.hover if hovered else DARK.raised))
        if self._picture:
            painter.save()
            painter.setClipPath(outline)
            size = QSizeF(self._picture.size()).scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            place = QRectF(QPointF(0, 0), size)
            place.moveCenter(frame.center())
            place.moveBottom(frame.bottom())
            painter.drawPixmap(place, self._picture, QRectF(self._picture.rect()))
            painter.restore()
        else:
            symbol = drawn(self._symbol, DARK.muted, 3 * GRID, self.devicePixelRatioF())
            painter.drawPixmap(frame.center() - QPointF(1.5 * GRID, 1.5 * GRID), symbol)
        if self.at_work:
            painter.setPen(QPen(QColor(DARK.raised), 2.5))
            painter.setBrush(QColor(DARK.good))
            painter.drawEllipse(QPointF(frame.right() - 1.5 * GRID, frame.top() + 1.5 * GRID), 5.5, 5.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked() or self.hasFocus():
            colour = QColor(DARK.accent if self.isChecked() else DARK.muted)
            painter.setPen(QPen(colour, 2.5 if self.isChecked() else 1.5))
            painter.drawPath(outline)
            if self.isChecked() and self.hasFocus():
                painter.setPen(QPen(QColor(DARK.stage), 1.5))
                painter.drawRoundedRect(frame.adjusted(2.5, 2.5, -2.5, -2.5), 8, 8)
        font = self.font()
        font.setBold(self.isChecked())
        painter.setFont(font)
        painter.setPen(QColor(DARK.text if self.isChecked() or hovered else DARK.muted))
        room = QRectF(2, self.height() - LABEL, self.width() - 4, LABEL)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


class Tiles(QWidget):
    """The grid; emits `picked` with a tile's name."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.tiles: dict[str, Tile] = {}
        self.columns = COLUMNS
        self._last: QWidget | None = None
        self._group = QButtonGroup(self, exclusive=True)
        self._group.buttonClicked.connect(lambda tile: self.picked.emit(tile.name))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)
        self.blinker = Blinker(self, lambda: list(self.tiles.values()))

    def put(self, tiles: Sequence[Tile], last: QWidget | None = None) -> None:
        """Show these, and `last` after them."""
        for old in self.tiles.values():
            self._group.removeButton(old)
            old.setParent(None)
            old.deleteLater()
        self.tiles = {tile.name: tile for tile in tiles}
        self._last = last
        for tile in tiles:
            tile.setCheckable(True)
            self._group.addButton(tile)
        self.arrange(self.tiles)

    def load(self, run: Runner) -> None:
        """Have the tiles' pictures read elsewhere, and those of their blinks after them."""
        for name in self.tiles:
            run(partial(gallery.thumbnail, name, THUMBNAIL_PX), partial(self._show_picture, name))
        for name in self.tiles:
            run(partial(blinks.frames, name, THUMBNAIL_PX), partial(self._show_frames, name))

    def arrange(self, names: Iterable[str], columns: int = COLUMNS, side: int | None = None) -> None:
        """Show only the tiles of these names in columns, each `side` px wide or as wide as there is room."""
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
            self._grid.setColumnMinimumWidth(column, 0)
        self.columns = columns
        while self._grid.takeAt(0):
            pass
        wanted = {name: self.tiles[name] for name in names if name in self.tiles}
        for name, tile in self.tiles.items():
            tile.setVisible(name in wanted)
        for place, widget in enumerate([*wanted.values(), *([self._last] if self._last else [])]):
            self._grid.addWidget(widget, *divmod(place, self.columns))
        for column in range(columns if side else 0):
            self._grid.setColumnMinimumWidth(column, side or 0)
        for column in [columns] if side else range(columns):
            self._grid.setColumnStretch(column, 1)

    def set_width(self, width: int) -> int:
        """Make the pictures square in that width; give the height of one row with its distance to the next."""
        side = (width - (self.columns - 1) * GRID) // self.columns
        for tile in self.findChildren(Tile):
            tile.setFixedHeight(side + LABEL)
        return side + LABEL + GRID

    def choose(self, name: str) -> None:
        """Mark that tile; none if it is not here."""
        tile = self.tiles.get(name)
        if tile:
            tile.setChecked(True)
        elif checked := self._group.checkedButton():
            self._group.setExclusive(False)
            checked.setChecked(False)
            self._group.setExclusive(True)

    def _show_picture(self, name: str, pixels: NDArray[np.uint8]) -> None:
        if (tile := self.tiles.get(name)) and not tile.blinks:
            tile.show_picture(pixels)

    def _show_frames(self, name: str, frames: Sequence[NDArray[np.uint8]]) -> None:
        if tile := self.tiles.get(name):
            tile.show_frames(frames)


def _pixmap(pixels: NDArray[np.uint8]) -> QPixmap:
    pixels = np.ascontiguousarray(pixels)
    return QPixmap.fromImage(image(pixels).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))
