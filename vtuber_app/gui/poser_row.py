"""One line of the pose page: a slider, or one for each side, that holds a parameter where it is put."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QToolButton, QWidget

from vtuber_app.gui.controls import WheelGuard, named, restyle, tool, tr
from vtuber_app.gui.poser_names import Parameter
from vtuber_app.gui.style import GRID, icon
from vtuber_app.pose.held import value_range

STEPS = 100
"""Of a slider, from 0 to 1."""
LABEL = 12 * GRID


class PoseSlider(QSlider):
    """Takes hold of a parameter when it is touched; a double click, Delete or Backspace lets it go."""

    moved = Signal(float)
    released = Signal()

    def __init__(self, name: str, title: str, inverted: bool) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setInvertedAppearance(inverted)
        self.setInvertedControls(inverted)
        low, high = value_range(name)
        self.signed = low < 0
        self.setRange(round(low * STEPS), round(high * STEPS))
        self.setSingleStep(5)
        self.setPageStep(20)
        self.setAccessibleName(title)
        self.valueChanged.connect(self._hold)
        self.sliderPressed.connect(self._hold)
        self.put(None)

    def put(self, value: float | None) -> None:
        """Show where it is held; None: it isn't."""
        if not self.isSliderDown():
            with QSignalBlocker(self):
                self.setValue(round((value or 0) * STEPS))
        restyle(self, "driven" if value is None else "heldBoth" if self.signed else "held")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.released.emit()
        else:
            super().keyPressEvent(event)

    def _hold(self) -> None:
        self.moved.emit(self.value() / STEPS)


class Row(QWidget):
    """A parameter, or that of both sides.

    Emits `moved` with names and the value they are held at, and `released` with names that are let go.
    """

    moved = Signal(tuple, float)
    released = Signal(tuple)

    def __init__(self, group: str, parameter: Parameter) -> None:
        super().__init__()
        self.parameter = parameter
        self.names = parameter.names
        self.sliders: dict[str, PoseSlider] = {}
        self.values: dict[str, QToolButton] = {}
        self._held: dict[str, float | None] = {}
        self._wanted_apart = False
        self._letters: list[QLabel] = []
        self.label = named(QLabel(parameter.title), "poseDriven")
        self.label.setFixedWidth(LABEL)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID // 2)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(2, 1)
        self._grid.addWidget(self.label, 0, 0)
        guard = WheelGuard(self)
        sides = (tr("left"), tr("right"))
        for place, name in enumerate(self.names):
            title = f"{group}: {parameter.title}" + (f", {sides[place]}" if len(self.names) > 1 else "")
            self.sliders[name] = slider = PoseSlider(name, title, parameter.inverted)
            slider.moved.connect(lambda value, name=name: self.moved.emit(self._meant(name), value))
            slider.released.connect(lambda name=name: self.released.emit(self._meant(name)))
            guard.watch(slider)
            self.values[name] = value = named(QToolButton(), "poseValue")
            value.setFixedWidth(5 * GRID)
            value.setAccessibleName(tr("Let go of {}").format(title))
            value.clicked.connect(lambda _, name=name: self.released.emit(self._meant(name)))
            if len(self.names) > 1:
                letter = named(QLabel(sides[place][:1].upper()), "muted")
                letter.setToolTip(tr("The avatar's own {}").format(sides[place]))
                self._letters.append(letter)
                self._grid.addWidget(letter, place, 1)
            self._grid.addWidget(slider, place, 2)
            self._grid.addWidget(value, place, 3)
        self.link: QToolButton | None = None
        if len(self.names) == 1:
            room = QWidget()
            room.setFixedWidth(3 * GRID)
            self._grid.addWidget(room, 0, 4)
        else:
            self.link = named(tool("", "link", tr("Move both sides together"), checkable=True), "poseLink")
            self.link.setAccessibleName(tr("{}: {}, both sides together").format(group, parameter.title))
            self.link.setIconSize(QSize(2 * GRID, 2 * GRID))
            self.link.setFixedSize(3 * GRID, 3 * GRID)
            self.link.setChecked(True)
            self.link.toggled.connect(self._linked)
            self._grid.addWidget(self.link, 0, 4)
            self._show_sides()
        self.offer("")
        self.put({})

    def put(self, held: Mapping[str, float]) -> None:
        """Show where these parameters are held, as far as they are this line's."""
        mine = {name: held.get(name) for name in self.names}
        if mine == self._held:
            return
        self._held = mine
        if self.link:  # sides that differ are shown apart, for as long as they do
            with QSignalBlocker(self.link):
                self.link.setChecked(not self._wanted_apart and len(set(mine.values())) == 1)
            self._show_sides()
        for name, value in mine.items():
            self.sliders[name].put(value)
            button = self.values[name]
            button.setText("·" if value is None else f"{value:.2f}")
            button.setEnabled(value is not None)
            button.setToolTip(tr("Follows your face") if value is None else tr("Held: click to let go"))
        restyle(self.label, "poseDriven" if all(value is None for value in mine.values()) else "poseHeld")

    def offer(self, reason: str) -> None:
        """Let it be moved, or say why the avatar doesn't do it."""
        self.setEnabled(not reason)
        for widget in (self.label, *self.sliders.values()):
            widget.setToolTip(reason or self.parameter.name)

    def _meant(self, name: str) -> tuple[str, ...]:
        return self.names if self.link and self.link.isChecked() else (name,)

    def _linked(self, on: bool) -> None:
        self._wanted_apart = not on
        self._show_sides()
        values = list(self._held.values())
        if not on or len(set(values)) == 1:
            return
        value = next(value for value in values if value is not None)
        self.moved.emit(self.names, value)

    def _show_sides(self) -> None:
        apart = self.link is not None and not self.link.isChecked()
        if self.link:
            self.link.setIcon(icon("unlink" if apart else "link"))
        for letter in self._letters:
            letter.setVisible(apart)
        for name in self.names[1:]:
            self.sliders[name].setVisible(apart)
            self.values[name].setVisible(apart)
