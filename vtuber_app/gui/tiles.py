"""A grid of pictures with names, one of them chosen."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QSizePolicy, QWidget

from vtuber_app.gui.preview import image
from vtuber_app.gui.style import DARK, GRID, drawn

COLUMNS = 3
LABEL = 3 * GRID


class Tile(QAbstractButton):
    """A picture with its name under it."""

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
        self._symbol = symbol
        self._picture: QPixmap | None = None

    def sizeHint(self) -> QSize:
        return QSize(11 * GRID, 11 * GRID + LABEL)

    def show_picture(self, pixels: NDArray[np.uint8]) -> None:
        """Show these RGBA pixels."""
        self._picture = QPixmap.fromImage(image(pixels).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))
        self.update()

    @property
    def has_picture(self) -> bool:
        return self._picture is not None

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
        self._group = QButtonGroup(self, exclusive=True)
        self._group.buttonClicked.connect(lambda tile: self.picked.emit(tile.name))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)

    def put(self, tiles: Sequence[Tile], last: QWidget) -> None:
        """Show these, and `last` after them."""
        for old in self.tiles.values():
            self._group.removeButton(old)
            old.setParent(None)
            old.deleteLater()
        self.tiles = {tile.name: tile for tile in tiles}
        for place, widget in enumerate([*tiles, last]):
            self._grid.addWidget(widget, *divmod(place, COLUMNS))
        for tile in tiles:
            tile.setCheckable(True)
            self._group.addButton(tile)

    def set_width(self, width: int) -> int:
        """Make the pictures square in that width; give the height of one row with its distance to the next."""
        side = (width - (COLUMNS - 1) * GRID) // COLUMNS
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
