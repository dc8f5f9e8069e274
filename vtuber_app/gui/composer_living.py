"""The chosen character, which blinks, breathes and sways."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPainterPath, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vtuber_app.avatars.composer.brush import CANVAS
from vtuber_app.avatars.rig.figure import Figure, View
from vtuber_app.avatars.rig.format import Rig
from vtuber_app.avatars.rig.life import Life
from vtuber_app.core import clock
from vtuber_app.gui.controls import tr
from vtuber_app.gui.preview import image
from vtuber_app.gui.style import DARK, GRID
from vtuber_app.pose.idle import Idle
from vtuber_app.pose.puppet import puppet_pose

SIZE = 600
"""Of the picture, px."""
TOP, SIDE = 100.0, 1500.0
"""The square of the canvas that is shown, from above the head to the waist, canvas px; it lies in the middle."""
WIDTH = 0.62
"""How much of the picture's width is seen at least: nothing is drawn beyond."""
CANVAS_PX = math.ceil(SIZE * CANVAS / SIDE)
"""The canvas on which it must be painted, px."""
PERIOD_MS = 42
ROUND = 12


class Living(QWidget):
    """Shows a puppet; the one before stays until the next is there."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("The chosen character"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(24 * GRID, 24 * GRID)
        self._pixels: NDArray[np.uint8] | None = None
        self._figure: Figure | None = None
        self._idle = Idle()
        self._clock = QTimer(self, interval=PERIOD_MS)
        self._clock.timeout.connect(self.move_on)

    def sizeHint(self) -> QSize:
        return QSize(42 * GRID, 42 * GRID)

    @property
    def lives(self) -> bool:
        """Whether a puppet is shown."""
        return self._figure is not None

    def wait(self) -> None:
        """Another character is on its way: the one before stays, and is still."""
        self._figure = None

    def show_puppet(self, rig: Rig, pictures: dict[str, NDArray[np.uint8]]) -> None:
        """Bring the character to life."""
        scale = rig.canvas / CANVAS
        self._view = View((CANVAS - SIDE) / 2 * scale, TOP * scale, SIDE * scale, SIZE)
        self._figure = Figure(rig, pictures.__getitem__, self._view.scale)
        self._motion = Life(rig)
        self.move_on()

    def move_on(self) -> None:
        """Draw it at this moment."""
        if not self._figure:
            return
        time = clock.now()
        pose = puppet_pose(self._idle(time))
        motion = self._motion.motion(pose[:6], 1.0, 1.0, True, time)
        poses = {
            "left eye": pose.left_eye,
            "right eye": pose.right_eye,
            "left brow": pose.left_brow,
            "right brow": pose.right_brow,
            "mouth": pose.mouth,
            "skin": (math.sin(pose.yaw), math.sin(pose.pitch)),
        }
        self._pixels = self._figure.draw(self._view, motion, poses, 1.0, time)
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), ROUND, ROUND)
        painter.fillPath(outline, QColor(DARK.card))
        painter.setClipPath(outline)
        if self._pixels is None:
            painter.setPen(QColor(DARK.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("Drawing…"))
            return
        side = min(self.width() / WIDTH, float(self.height()))
        place = QRectF((self.width() - side) / 2, self.height() - side, side, side)
        painter.drawImage(place, image(self._pixels))
