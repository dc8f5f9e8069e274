"""Every kind of setting gets its widget, shows its value, and gives a changed model back."""

from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import Field
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from vtuber_app import plugins
from vtuber_app.core.settings import Settings
from vtuber_app.gui.fields import (
    ChoiceField,
    ColourField,
    JsonField,
    NumberField,
    PathField,
    SwitchField,
    TextField,
)
from vtuber_app.gui.form import Form

KINDS = [plugins.sources, plugins.trackers, plugins.animators, plugins.outputs]


class Inner(Settings):
    gain: float = Field(1.0, ge=0, le=2)


class Sample(Settings):
    kind: Literal["sample"] = "sample"
    on: bool = Field(True, title="Switched on", description="Whether it works.")
    mode: Literal["slow", "fast"] = "slow"
    share: float = Field(0.5, ge=0, le=1)
    port: int = Field(49983, ge=1, le=65535)
    limit: int | None = Field(None, ge=1, le=8)
    free: float = 3.0
    name: str = Field("Hana", min_length=2)
    file: Path | None = None
    colour: str = Field("#102030", pattern="^#[0-9a-f]{6}$")
    size: tuple[int, int] = (640, 480)
    inner: Inner = Field(default_factory=Inner)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    form = Form(Sample(), hot=frozenset({"share", "port", "limit", "free"}))
    qtbot.addWidget(form)
    form.show()
    return form


def field(form: Form, name: str) -> Any:
    return form.fields[name]


def test_each_kind_of_field_has_its_widget(form: Form) -> None:
    kinds = {name: type(field) for name, field in form.fields.items()}
    assert kinds == {
        "on": SwitchField,
        "mode": ChoiceField,
        "share": NumberField,
        "port": NumberField,
        "limit": NumberField,
        "free": NumberField,
        "name": TextField,
        "file": PathField,
        "colour": ColourField,
        "size": JsonField,
        "inner": Form,
    }
    assert field(form, "share").slider
    assert field(form, "port").slider is None
    assert field(form, "on").label == "Switched on"
    assert field(form, "on").switch.toolTip() == "Whether it works."
    assert field(form, "mode").label == "Mode"


def test_each_change_gives_a_new_model(form: Form, qtbot: QtBot) -> None:
    field(form, "on").switch.click()
    assert form.model == Sample(on=False)
    field(form, "mode").box.setCurrentIndex(1)
    with qtbot.waitSignal(form.edited) as emitted:
        field(form, "share").slider.setValue(field(form, "share").slider.maximum())
    assert emitted.args == [Sample(on=False, mode="fast", share=1.0)]
    with qtbot.waitSignal(form.edited):
        field(form, "port").spin.setValue(80)
    with qtbot.waitSignal(form.edited):
        field(form, "limit").spin.setValue(3)
    with qtbot.waitSignal(form.edited):
        field(form, "free").spin.setValue(-7.5)
    line = field(form, "name").line
    line.selectAll()
    qtbot.keyClicks(line, "Sora")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    field(form, "file").line.setText("some/film.mp4")
    field(form, "file").line.editingFinished.emit()
    field(form, "size").line.setText("[320, 240]")
    field(form, "size").line.editingFinished.emit()
    with qtbot.waitSignal(form.edited):
        field(form, "inner").fields["gain"].spin.setValue(1.5)
    assert form.model == Sample(
        on=False,
        mode="fast",
        share=1.0,
        port=80,
        limit=3,
        free=-7.5,
        name="Sora",
        file=Path("some/film.mp4"),
        size=(320, 240),
        inner=Inner(gain=1.5),
    )


def test_a_model_from_elsewhere_is_shown_without_an_echo(form: Form, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(form.edited, wait=50):
        form.put(Sample(on=False, mode="fast", share=0.25, port=99, limit=5, name="Ren", colour="#ffffff"))
    assert not field(form, "on").switch.isChecked()
    assert field(form, "mode").box.currentText() == "Fast"
    assert field(form, "share").spin.value() == 0.25
    assert field(form, "share").slider.value() == field(form, "share").slider.maximum() // 4
    assert field(form, "port").spin.value() == 99
    assert field(form, "limit").value() == 5
    assert field(form, "name").line.text() == "Ren"
    assert field(form, "colour").button.text() == "#ffffff"
    form.put(Sample(limit=None))
    assert field(form, "limit").value() is None


@pytest.mark.parametrize(("name", "text", "hint"), [("name", "x", "at least 2"), ("size", "wide", "valid tuple")])
def test_what_is_wrong_is_said_at_the_field(form: Form, qtbot: QtBot, name: str, text: str, hint: str) -> None:
    line = field(form, name).line
    with qtbot.assertNotEmitted(form.edited):
        line.setText(text)
        line.editingFinished.emit()
    assert hint in field(form, name)._fault.sentence
    assert field(form, name)._fault.isVisible()
    assert form.model == Sample()
    line.setText(field(form, name).text_of(Sample().model_dump()[name]))
    line.editingFinished.emit()
    assert not field(form, name)._fault.isVisible()


def test_numbers_of_cold_fields_wait_until_they_rest(qtbot: QtBot) -> None:
    form = Form(Sample())
    qtbot.addWidget(form)
    emitted: list[Settings] = []
    form.edited.connect(emitted.append)
    for value in range(10, 20):
        field(form, "port").spin.setValue(value)
    qtbot.waitUntil(lambda: bool(emitted))
    assert emitted == [Sample(port=19)]


@pytest.mark.parametrize("kind", [kind for registry in KINDS for kind in registry])
def test_every_part_has_a_form_that_shows_its_defaults(qtbot: QtBot, kind: str) -> None:
    part = next(registry[kind] for registry in KINDS if kind in registry)
    model = part.settings_class()()
    form = Form(model, part.hot)
    qtbot.addWidget(form)
    internal = {
        name for name, about in type(model).model_fields.items() if about.json_schema_extra == {"internal": True}
    }
    assert set(form.fields) == set(type(model).model_fields) - {"kind"} - internal
    for name, widget in form.fields.items():
        if isinstance(widget, NumberField):
            assert widget.value() == pytest.approx(getattr(model, name)), "bounds and steps leave the default as it is"
