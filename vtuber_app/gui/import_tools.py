"""The strip over the picture that is brought in: what is corrected, the brush, and a step back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from vtuber_app.gui.controls import Words, named, tool, tr
from vtuber_app.gui.import_canvas import Canvas, Mode
from vtuber_app.gui.style import GRID

BRUSH = (4, 60)
"""The brush's smallest and largest radius, px of the screen."""


class Tools(QFrame):
    """Sets the canvas' mode and brush; emits `undone`."""

    undone = Signal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self.setObjectName("card")
        self._canvas = canvas
        self.hints: dict[Mode, str] = {
            "head": tr(
                "The box should reach from the top of the hair to the chin. Drag it or its corners, or draw one."
            ),
            "points": tr("Drag a point to where it belongs: lids, brows, mouth, chin, edge of the face."),
            "cut": tr("Paint over what is too much or missing. What was cut away is shown faintly. The wheel zooms."),
        }
        texts: dict[Mode, str] = {"head": tr("Head"), "points": tr("Correct points"), "cut": tr("Correct cut-out")}
        self.modes = {mode: _worded(text) for mode, text in texts.items()}
        self.keep = {True: _worded(tr("Keep")), False: _worded(tr("Erase"))}
        self.undo = tool(tr("Undo"), "reset", tr("Take the last correction back (Ctrl+Z)"))
        self.undo.setShortcut(QKeySequence.StandardKey.Undo)
        self.undo.clicked.connect(self.undone)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(*BRUSH)
        self.slider.setValue(round(canvas.brush))
        self.slider.setAccessibleName(tr("Size of the brush"))
        self.slider.setFixedWidth(14 * GRID)
        self.hint = Words(self.hints["head"])
        self.brush = QWidget()
        self._build()
        for mode, button in self.modes.items():
            button.clicked.connect(lambda _, mode=mode: self.set_mode(mode))
        for keeps, button in self.keep.items():
            button.clicked.connect(lambda _, keeps=keeps: setattr(canvas, "keeps", keeps))
        self.slider.valueChanged.connect(self._set_brush)
        self.keep[False].setChecked(True)
        self.set_mode("head")

    def set_mode(self, mode: Mode) -> None:
        """Choose what is corrected."""
        self.modes[mode].setChecked(True)
        self.brush.setVisible(mode == "cut")
        self.hint.say(self.hints[mode])
        self._canvas.set_mode(mode)

    def _set_brush(self, radius: int) -> None:
        self._canvas.brush = float(radius)
        self._canvas.update()

    def _build(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * GRID)
        line.addWidget(_segments(list(self.modes.values()), self))
        brush = QHBoxLayout(self.brush)
        brush.setContentsMargins(0, 0, 0, 0)
        brush.setSpacing(GRID)
        brush.addWidget(_segments(list(self.keep.values()), self))
        brush.addWidget(named(QLabel(tr("Brush")), "muted"))
        brush.addWidget(self.slider)
        line.addWidget(self.brush)
        line.addStretch()
        line.addWidget(self.undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID // 2, 3 * GRID // 2, 3 * GRID // 2, 3 * GRID // 2)
        column.setSpacing(GRID)
        column.addLayout(line)
        column.addWidget(self.hint)


def _worded(text: str) -> QToolButton:
    button = tool(text, "avatar", checkable=True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setText(text)
    return button


def _segments(buttons: list[QToolButton], parent: QWidget) -> QFrame:
    """Buttons side by side, one of them pressed."""
    strip = named(QFrame(), "segments")
    group = QButtonGroup(parent)
    layout = QHBoxLayout(strip)
    layout.setContentsMargins(2, 2, 2, 2)
    layout.setSpacing(0)
    for button in buttons:
        button.setMinimumWidth(button.fontMetrics().horizontalAdvance(button.text()) + 4 * GRID)
        group.addButton(button)
        layout.addWidget(button)
    return strip
