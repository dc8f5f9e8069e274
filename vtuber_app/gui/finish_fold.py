"""How large and how smooth pictures leave the program: a folded part of the picture's card."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from vtuber_app.finish import models
from vtuber_app.finish.settings import FinishSettings
from vtuber_app.gui.controls import Choice, Fold, Words, row, tr
from vtuber_app.gui.fields import Field
from vtuber_app.gui.form import Form
from vtuber_app.gui.live import Live
from vtuber_app.gui.style import GRID
from vtuber_app.session import Status
from vtuber_app.settings import AppSettings


class ModelField(Field):
    """An ONNX file: one of those in the models folder by its name, any other by its path, or none.

    Args:
        none: What happens without.
    """

    def __init__(self, task: models.Task, label: str, none: str, tip: str) -> None:
        super().__init__(label, tip)
        self.task = task
        self.none = none
        self.box = Choice(label)
        self.box.setMinimumContentsLength(11)  # as wide as the size above it
        self.box.opening.connect(self._list)
        self.box.activated.connect(self._activated)
        self.column.addWidget(row(label, self.box, tip))
        self._value: Path | None = None

    def put(self, value: Any) -> None:
        self._value = value
        self._list()

    def _list(self) -> None:
        """Show what there is now; the last line is for any other file."""
        choices = [None, *map(Path, models.names(self.task))]
        if self._value not in choices:
            choices.append(self._value)
        with QSignalBlocker(self.box):
            self.box.clear()
            for choice in choices:
                self.box.addItem(choice.stem if choice else self.none, choice)
            self.box.addItem(tr("Other file…"))
            self.box.setCurrentIndex(choices.index(self._value))

    def _activated(self, index: int) -> None:
        chosen = self.box.itemData(index)
        if index == self.box.count() - 1:
            about = tr("Models") + " (*.onnx)"
            file, _ = QFileDialog.getOpenFileName(self.window(), self.label, "", about)
            chosen = Path(file) if file else self._value
        self.put(chosen)
        self.edited.emit(chosen)


class FinishFold(Fold):
    """The finish's settings. Its owner places `button`, and `notice`, which says what a model could not do."""

    def __init__(self, live: Live) -> None:
        super().__init__(tr("Sharpness and smoothness"))
        self.live = live
        self.notice = Words(name="notice")
        self.notice.hide()
        about = FinishSettings.model_fields
        self.form = Form(live.settings.finish, hidden=frozenset({"upscaler", "interpolator"}))
        self.models = {
            "upscaler": ModelField(
                "upscale", tr("Enlarge with"), tr("Lanczos"), tr(about["upscaler"].description or "")
            ),
            "interpolator": ModelField(
                "interpolate", tr("Pictures in between"), tr("None"), tr(about["interpolator"].description or "")
            ),
        }
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * GRID // 2)
        column.addWidget(self.form)
        self.form.edited.connect(lambda finish: live.change(finish=finish))
        for name, field in self.models.items():
            column.addWidget(field)
            field.edited.connect(lambda chosen, name=name: self._choose(name, chosen))
        self.put(content)
        live.observed.connect(self.show_status)

    def show_settings(self, settings: AppSettings) -> None:
        self.form.put(settings.finish)
        for name, field in self.models.items():
            field.put(getattr(settings.finish, name))
        self.models["upscaler"].setEnabled(settings.finish.scale != "as_rendered")

    def show_status(self, status: Status) -> None:
        text = next((stage.notice for stage in status.stages if stage.name == "finish"), None)
        self.notice.say(text or "")
        self.notice.setVisible(bool(text))

    def _choose(self, name: str, chosen: Path | None) -> None:
        self.live.change(finish=self.live.settings.finish.model_copy(update={name: chosen}))
