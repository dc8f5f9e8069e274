"""A form made from a settings model, so that no part writes GUI code."""

import math
import types
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MultipleOf
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vtuber_app.core.settings import Settings
from vtuber_app.gui.controls import Fold, Words
from vtuber_app.gui.fields import (
    PAUSE_MS,
    ChoiceField,
    ColourField,
    Field,
    JsonField,
    NumberField,
    PathField,
    SwitchField,
    TextField,
)
from vtuber_app.gui.style import GRID

SLIDES_UP_TO = 1000
"""The most steps that a slider of this width can tell apart."""
FAR = 1_000_000.0
"""Stands for a bound that a model leaves open."""


class Form(QWidget):
    """Shows a model and emits `edited` with a new, valid one at each change.

    Args:
        hot: Fields that take effect while a part runs: given on at once. Other numbers wait until they rest.
        hidden: Fields that are shown elsewhere.
    """

    edited = Signal(object)

    def __init__(
        self, model: Settings, hot: frozenset[str] = frozenset(), hidden: frozenset[str] = frozenset()
    ) -> None:
        super().__init__()
        self.model = model
        self.fields: dict[str, Field | Form] = {}
        self.folds: list[Fold] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * GRID // 2)
        groups: dict[str, QVBoxLayout] = {}
        for name, about in type(model).model_fields.items():
            if name == "kind" or name in hidden or _extra(about, "internal"):
                continue
            value = getattr(model, name)
            if isinstance(value, Settings):
                column.addWidget(Words(label_of(name, about)))
                field: Field | Form = Form(value)
            else:
                field = field_for(name, about, 0 if name in hot else PAUSE_MS)
                field.put(value)
            field.edited.connect(self._taker(name))
            self.fields[name] = field
            group = _extra(about, "group")
            if group and group not in groups:
                groups[group] = self._group(group)
            groups.get(group, column).addWidget(field)
        for fold in self.folds:
            column.addWidget(fold.button, 0, Qt.AlignmentFlag.AlignLeft)
            column.addWidget(fold)

    def put(self, model: Settings) -> None:
        """Show this model of the same class."""
        self.model = model
        for name, field in self.fields.items():
            field.put(getattr(model, name))

    def _group(self, title: str) -> QVBoxLayout:
        """Where the fields of that group go: folded away, behind all others."""
        fold, content = Fold(QCoreApplication.translate("settings", title)), QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * GRID // 2)
        fold.put(content)
        self.folds.append(fold)
        return column

    def _taker(self, name: str) -> Callable[[Any], None]:
        return lambda value: self._take(name, value)

    def _take(self, name: str, value: Any) -> None:
        field = self.fields[name]
        try:
            model = type(self.model).model_validate({**dict(self.model), name: value})
        except ValidationError as error:
            if isinstance(field, Field):
                field.blame(error.errors()[0]["msg"])
            return
        if isinstance(field, Field):
            field.blame("")
        if model != self.model:
            self.model = model
            self.edited.emit(model)


def field_for(name: str, about: FieldInfo, pause_ms: int = PAUSE_MS) -> Field:
    """The widget for a model's field, by its type and bounds."""
    label, tip = label_of(name, about), QCoreApplication.translate("settings", about.description or "")
    kind, bounds, optional = _plain(about.annotation, list(about.metadata))
    if kind is bool:
        return SwitchField(label, tip)
    if get_origin(kind) is Literal:
        choices = [*get_args(kind), *([None] if optional else [])]
        return ChoiceField(label, choices, [_name(choice) for choice in choices], tip)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ChoiceField(label, list(kind), [_name(choice.value) for choice in kind], tip)
    if kind in (int, float):
        return _number(label, kind is int, bounds, optional, pause_ms, _extra(about, "unit"), tip)
    if kind is Path:
        folder = "folder" in name or "directory" in name
        return PathField(label, folder, bool(_extra(about, "saves")), tip)
    if kind is str and ("colour" in name or "color" in name):
        return ColourField(label, tip)
    if kind is str:
        return TextField(label, tip)
    return JsonField(label, tip)


def label_of(name: str, about: FieldInfo) -> str:
    """A field's title for the user."""
    return QCoreApplication.translate("settings", about.title or name.replace("_", " ").capitalize())


def _plain(annotation: Any, bounds: list[Any]) -> tuple[Any, list[Any], bool]:
    """Take `Annotated` and `| None` off a type: the type, all bounds on it, and whether it may be None."""
    optional = False
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            bounds = [*bounds, *more]
            continue
        arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
        is_union = get_origin(annotation) in (Union, types.UnionType)
        if is_union and len(arguments) == 1 and len(get_args(annotation)) == 2:
            annotation, optional = arguments[0], True
            continue
        return annotation, bounds, optional


def _number(
    label: str, whole: bool, bounds: list[Any], optional: bool, pause_ms: int, unit: str, tip: str
) -> NumberField:
    low, high, step = -math.inf, math.inf, 0.0
    above, below = False, False
    for bound in bounds:
        if isinstance(bound, Ge | Gt):
            low = float(bound.ge if isinstance(bound, Ge) else bound.gt)  # type: ignore[arg-type]
            above = isinstance(bound, Gt)
        elif isinstance(bound, Le | Lt):
            high = float(bound.le if isinstance(bound, Le) else bound.lt)  # type: ignore[arg-type]
            below = isinstance(bound, Lt)
        elif isinstance(bound, MultipleOf):
            step = float(bound.multiple_of)  # type: ignore[arg-type]
    finite = math.isfinite(low) and math.isfinite(high)
    if not step:
        step = 1.0 if whole else _round_step((high - low) / 100) if finite else 0.1
    low = low + step * above if math.isfinite(low) else -FAR
    high = high - step * below if math.isfinite(high) else FAR
    slides = finite and not optional and (high - low) / step <= SLIDES_UP_TO
    return NumberField(label, low, high, step, whole, slides, optional, pause_ms, unit, tip)


def _round_step(step: float) -> float:
    """The nearest smaller 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= step * (1 + 1e-9))


def _extra(about: FieldInfo, key: str) -> str:
    extra = about.json_schema_extra
    return str(extra.get(key, "")) if isinstance(extra, dict) else ""


def _name(choice: Any) -> str:
    """A choice as a word: "mesh" is "Mesh", "h264" is left alone where it has digits."""
    text = "Automatic" if choice is None else str(choice).replace("_", " ").replace("-", " ")
    return QCoreApplication.translate("settings", text[:1].upper() + text[1:])
