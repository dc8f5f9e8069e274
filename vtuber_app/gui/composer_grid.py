"""A grid of characters to choose from, which appear as they are drawn."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QSizePolicy, QWidget

from vtuber_app.gui.controls import tr
from vtuber_app.gui.preview import image
from vtuber_app.gui.style import DARK, GRID, drawn

SIDE = 4
"""Tiles each way."""
ROUND = 10


class FaceTile(QAbstractButton):
    """One character; empty until its picture is there."""

    entered = Signal()
    """It was clicked twice: on with it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.setAccessibleName(tr("Character {} of {}").format(number + 1, SIDE * SIDE))
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._picture: QPixmap | None = None

    def sizeHint(self) -> QSize:
        return QSize(16 * GRID, 16 * GRID)

    def show_picture(self, pixels: NDArray[np.uint8] | None) -> None:
        """Show these RGBA pixels, or that they are still to come."""
        premultiplied = QImage.Format.Format_ARGB32_Premultiplied
        self._picture = None if pixels is None else QPixmap.fromImage(image(pixels).convertToFormat(premultiplied))
        self.update()

    @property
    def has_picture(self) -> bool:
        return self._picture is not None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.entered.emit()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        outline = QPainterPath()
        outline.addRoundedRect(frame, ROUND, ROUND)
        hovered = self.underMouse() and self.isEnabled()
        painter.fillPath(outline, QColor(DARK.hover if hovered else DARK.raised if self._picture else DARK.card))
        if self._picture:
            painter.save()
            painter.setClipPath(outline)
            painter.drawPixmap(frame, self._picture, QRectF(self._picture.rect()))
            painter.restore()
        else:
            symbol = drawn("avatar", DARK.edge, 4 * GRID, self.devicePixelRatioF())
            painter.drawPixmap(frame.center() - QRectF(0, 0, 4 * GRID, 4 * GRID).center(), symbol)
        if self.isChecked() or self.hasFocus():
            colour = QColor(DARK.accent if self.isChecked() else DARK.muted)
            painter.setPen(QPen(colour, 3 if self.isChecked() else 1.5))
            painter.drawPath(outline)


class FaceGrid(QWidget):
    """The tiles; emits `picked` with the number of the one chosen, `entered` if it was clicked twice."""

    picked = Signal(int)
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tiles = [FaceTile(number) for number in range(SIDE * SIDE)]
        self._group = QButtonGroup(self, exclusive=True)
        self._grid = QGridLayout(self)
        self._grid.setSpacing(GRID)
        for number, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, *divmod(number, SIDE))
            self._group.addButton(tile, number)
            tile.entered.connect(self.entered)
        self._group.idClicked.connect(self.picked)

    def show_choice(self, count: int, chosen: int, tips: Sequence[str]) -> None:
        """Show so many tiles, that one chosen, each with what it is in words."""
        for number, tile in enumerate(self.tiles):
            tile.setEnabled(number < count)
            policy = tile.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            tile.setSizePolicy(policy)
            tile.setVisible(number < count)
            tile.setToolTip(tips[number] if number < count else "")
        self.tiles[chosen].setChecked(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the tiles square."""
        super().resizeEvent(event)
        side = min(self.width(), self.height())
        across, down = (self.width() - side) // 2, (self.height() - side) // 2
        self._grid.setContentsMargins(across, down, across, down)
