"""A puppet that shows what it can: it rests, blinks, speaks and turns, over and over."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPainterPath, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vtuber_app.avatars.autorig.found import Pixels
from vtuber_app.avatars.autorig.importing import Imported
from vtuber_app.avatars.rig.bend import Motion
from vtuber_app.avatars.rig.face import REST, Values
from vtuber_app.avatars.rig.figure import Figure, View
from vtuber_app.core import clock
from vtuber_app.gui.background import Runner
from vtuber_app.gui.controls import tr
from vtuber_app.gui.import_canvas import checks
from vtuber_app.gui.preview import image
from vtuber_app.gui.style import DARK, GRID

PERIOD_MS = 40
SIZE = 512
"""Of what is drawn, px."""
LENGTH = 9.0
"""Of the loop, s."""
SPOKEN: Values = (0.7, 0, 0.2, 0.3, 0.3, 0.2, 0.4, 0, 0)


@dataclass(frozen=True, eq=False)
class Scene:
    """A puppet, loaded so that it can be drawn."""

    figure: Figure
    view: View

    @classmethod
    def of(cls, made: Imported) -> "Scene":
        """Load it, which takes a moment."""
        x, y, side = made.rig.portrait
        view = View(x, y, side, SIZE)
        return cls(Figure(made.rig, made.pictures.__getitem__, view.scale), view)

    def draw(self, time: float) -> Pixels:
        """What it looks like at a time of the loop, s."""
        motion, poses = posed(time % LENGTH)
        return self.figure.draw(self.view, motion, {**REST, **poses}, hair=1.0, time=time)


def posed(time: float) -> tuple[Motion, dict[str, Values]]:
    """Motion and features at a time of the loop, s."""
    breath = 0.5 - 0.5 * math.cos(2 * math.pi * time / 3)
    motion = Motion(breath=breath)
    poses: dict[str, Values] = {}
    blink = next((1 - abs(time - at) / 0.16 for at in (1.0, 2.0, 7.6) if abs(time - at) < 0.16), 0.0)
    if blink > 0:
        closed: Values = (1 - min(1.4 * blink, 1.0), 0, 0, 0, 0)
        poses |= {"left eye": closed, "right eye": closed}
    if 2.6 < time < 5.0:
        loud = abs(math.sin(7 * (time - 2.6))) * math.sin(math.pi * (time - 2.6) / 2.4) ** 0.5
        poses["mouth"] = tuple(loud * value for value in SPOKEN)
    if 5.2 < time < 8.4:
        through = (time - 5.2) / 3.2
        yaw = 0.32 * math.sin(2 * math.pi * through)
        motion = Motion(yaw=yaw, pitch=0.1 * math.sin(4 * math.pi * through), roll=0.25 * yaw, breath=breath)
        poses["skin"] = (math.sin(motion.yaw), math.sin(motion.pitch))
    return motion, poses


class Loop(QWidget):
    """Draws it elsewhere and shows it here; a flat picture is shown as it is."""

    def __init__(self, run: Runner) -> None:
        super().__init__()
        self._run = run
        self._scene: Scene | None = None
        self._shown: Pixels | None = None
        self._busy = False
        self._began = clock.now()
        self._timer = QTimer(self, interval=PERIOD_MS)
        self._timer.timeout.connect(self._tick)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("How the avatar will move"))

    def sizeHint(self) -> QSize:
        return QSize(38 * GRID, 38 * GRID)

    def show_scene(self, scene: Scene | None, still: Pixels | None = None) -> None:
        """Show this puppet, or a flat picture, or nothing."""
        self._scene = scene
        if scene is None:
            self._shown = np.ascontiguousarray(still) if still is not None else None
        self._timer.start() if scene and self.isVisible() else self._timer.stop()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        if self._scene:
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        if self._busy or self._scene is None:
            return
        self._busy = True
        draw: Callable[[], Pixels] = partial(self._scene.draw, clock.now() - self._began)
        self._run(draw, partial(self._drawn, self._scene))

    def _drawn(self, scene: Scene, pixels: Pixels) -> None:
        self._busy = False
        if scene is self._scene:
            self._shown = pixels
            self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), 12, 12)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), QColor(DARK.card))
        painter.fillRect(self.rect(), checks())
        if self._shown is None:
            painter.fillRect(self.rect(), QColor(DARK.card))
            painter.setPen(QColor(DARK.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("The avatar will move here"))
            return
        height, width = self._shown.shape[:2]
        scale = min(self.width() / width, self.height() / height)
        place = QRectF(0, 0, width * scale, height * scale)
        place.moveCenter(QRectF(self.rect()).center())
        place.moveBottom(self.height())
        painter.drawImage(place, image(self._shown).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))
