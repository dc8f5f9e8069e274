"""Widgets for one value each; a form makes them from a model's fields."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QColorDialog,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from vtuber_app.gui.controls import Choice, Switch, WheelGuard, Words, named, restyle, row, tool, tr
from vtuber_app.gui.style import GRID

LONGEST = 14
"""Letters of a choice that are always seen."""
WIDE = 22
"""Letters of a choice beside which there is room for a label."""
PAUSE_MS = 300
"""How long a number must rest before a part is restarted with it."""


class Field(QWidget):
    """One value with its label. Emits `edited` with the new value; `put` shows one without emitting."""

    edited = Signal(object)

    def __init__(self, label: str, tip: str = "") -> None:
        super().__init__()
        self.label = label
        self.tip = tip
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GRID // 2)
        self._guard = WheelGuard(self)
        self._fault = Words(name="fault")
        self._fault.hide()

    def put(self, value: Any) -> None:
        """Show this value."""
        raise NotImplementedError

    def blame(self, reason: str) -> None:
        """Say under the control what is wrong with its value; nothing if it is right."""
        if self.column.indexOf(self._fault) < 0:
            self.column.addWidget(self._fault)
        self._fault.say(reason)
        self._fault.setVisible(bool(reason))


class SwitchField(Field):
    """A bool."""

    def __init__(self, label: str, tip: str = "") -> None:
        super().__init__(label, tip)
        self.switch = Switch(label)
        self.switch.toggled.connect(self.edited.emit)
        self.column.addWidget(row(label, self.switch, tip))

    def put(self, value: Any) -> None:
        with QSignalBlocker(self):
            self.switch.setChecked(bool(value))


class ChoiceField(Field):
    """One of a few values."""

    def __init__(self, label: str, choices: Sequence[Any], names: Sequence[str], tip: str = "") -> None:
        super().__init__(label, tip)
        self.choices = tuple(choices)
        self.box = Choice(label)
        longest = max(map(len, names), default=0)
        self.box.setMinimumContentsLength(min(longest, LONGEST))
        self.box.addItems(list(names))
        self.box.currentIndexChanged.connect(lambda index: self.edited.emit(self.choices[index]))
        self.column.addWidget(row(label, self.box, tip, above=longest > WIDE))

    def put(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.choices.index(value))


class NumberField(Field):
    """A number: typed, and where its range is short also slid. None, where allowed, reads "Automatic"."""

    def __init__(
        self,
        label: str,
        low: float,
        high: float,
        step: float,
        whole: bool,
        slides: bool,
        optional: bool = False,
        pause_ms: int = PAUSE_MS,
        unit: str = "",
        tip: str = "",
    ) -> None:
        super().__init__(label, tip)
        self._low, self._step, self._optional = low, step, optional
        self.spin: QSpinBox | QDoubleSpinBox = QSpinBox() if whole else QDoubleSpinBox()
        spin: Any = self.spin  # both kinds take the same calls, with int or float
        if isinstance(self.spin, QDoubleSpinBox):
            self.spin.setDecimals(max(0, -math.floor(math.log10(step) + 1e-9)))
        number = int if whole else float
        spin.setRange(number(low - step if optional else low), number(high))
        spin.setSingleStep(number(step))
        spin.setSuffix(f" {unit}" if unit else "")
        spin.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        spin.setKeyboardTracking(False)
        spin.setAccessibleName(label)
        spin.setMinimumWidth(9 * GRID)
        if optional:
            spin.setSpecialValueText(tr("Automatic"))
            spin.setMinimumWidth(12 * GRID)
        self._guard.watch(spin)
        self._pause = QTimer(self, singleShot=True, interval=pause_ms)
        self._pause.timeout.connect(lambda: self.edited.emit(self.value()))
        spin.valueChanged.connect(self._changed)
        self.column.addWidget(row(label, spin, tip))
        self.slider: QSlider | None = None
        if slides:
            self.slider = QSlider(Qt.Orientation.Horizontal)
            self.slider.setRange(0, round((high - low) / step))
            self.slider.setAccessibleName(label)
            self._guard.watch(self.slider)
            self.slider.valueChanged.connect(lambda place: spin.setValue(number(low + place * step)))
            self.column.addWidget(self.slider)

    def value(self) -> float | int | None:
        """What is shown."""
        value = self.spin.value()
        return None if self._optional and value < self._low else value

    def put(self, value: Any) -> None:
        if self._pause.isActive():
            return  # the user is still moving it; what was set before is no news
        spin: Any = self.spin
        with QSignalBlocker(spin):
            spin.setValue(spin.minimum() if value is None else value)
        self._slide()

    def _changed(self) -> None:
        self._slide()
        self._pause.start()

    def _slide(self) -> None:
        if self.slider:
            with QSignalBlocker(self.slider):
                self.slider.setValue(round((self.spin.value() - self._low) / self._step))


class TextField(Field):
    """A line of text, taken when Enter is pressed or the line is left."""

    def __init__(self, label: str, tip: str = "") -> None:
        super().__init__(label, tip)
        self.line = QLineEdit()
        self.line.setAccessibleName(label)
        self.line.setToolTip(tip)
        self.line.editingFinished.connect(self._finished)
        heading = QLabel(label)
        heading.setBuddy(self.line)
        self.controls = QHBoxLayout()
        self.controls.setSpacing(GRID // 2)
        self.controls.addWidget(self.line, 1)
        self.column.addWidget(heading)
        self.column.addLayout(self.controls)
        self._shown = ""

    def put(self, value: Any) -> None:
        self._shown = self.text_of(value)
        if not self.line.isModified():
            self.line.setText(self._shown)

    def text_of(self, value: Any) -> str:
        """How a value is written."""
        return "" if value is None else str(value)

    def value_of(self, text: str) -> Any:
        """What a text means."""
        return text

    def blame(self, reason: str) -> None:
        super().blame(reason)
        restyle(self.line, "wrong" if reason else "right")

    def _finished(self) -> None:
        self.line.setModified(False)
        if self.line.text() != self._shown:
            self._shown = self.line.text()
            self.edited.emit(self.value_of(self._shown))


class JsonField(TextField):
    """A value of any other type, written as JSON."""

    def text_of(self, value: Any) -> str:
        return json.dumps(value)

    def value_of(self, text: str) -> Any:
        try:
            return json.loads(text)
        except ValueError:
            return text  # the model says what it wants instead


class PathField(TextField):
    """A file or folder: typed or browsed for."""

    def __init__(self, label: str, folder: bool, saves: bool = False, tip: str = "") -> None:
        super().__init__(label, tip)
        self.folder, self.saves = folder, saves
        self.browse = named(tool("", "folder", tr("Browse…")), "small")
        self.browse.setAccessibleName(tr("Browse for {}").format(label))
        self.browse.clicked.connect(self._browse)
        self.line.setPlaceholderText(tr("Automatic"))
        self.controls.addWidget(self.browse)

    def value_of(self, text: str) -> Any:
        return Path(text).expanduser() if text.strip() else None

    def _browse(self) -> None:
        if self.folder:
            chosen = QFileDialog.getExistingDirectory(self.window(), self.label, self.line.text())
        elif self.saves:
            chosen, _ = QFileDialog.getSaveFileName(self.window(), self.label, self.line.text())
        else:
            chosen, _ = QFileDialog.getOpenFileName(self.window(), self.label, self.line.text())
        if chosen:
            self.line.setText(chosen)
            self._finished()


class ColourField(Field):
    """A colour, shown and chosen in a dialog."""

    def __init__(self, label: str, tip: str = "") -> None:
        super().__init__(label, tip)
        self.button = QPushButton()
        self.button.setAccessibleName(label)
        self.button.clicked.connect(self._choose)
        self._text = "#000000"
        self.column.addWidget(row(label, self.button, tip))

    def put(self, value: Any) -> None:
        self._text = str(value)
        colour = QColor(self._text)
        ink = "#000000" if colour.lightnessF() > 0.45 else "#ffffff"
        self.button.setText(self._text)
        self.button.setStyleSheet(f"background: {colour.name()}; color: {ink};")

    def _choose(self) -> None:
        colour = QColorDialog.getColor(QColor(self._text), self.window(), self.label)
        if colour.isValid():
            self.put(colour.name())
            self.edited.emit(colour.name())
