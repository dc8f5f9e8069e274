"""Sharpness and smoothness in the window: what is chosen comes out, what fails is said."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from vtuber_app.gui.finish_fold import FinishFold, ModelField
from vtuber_app.gui.form import Form
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.settings import AppSettings


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VTUBER_MODELS", str(tmp_path / "models"))
    folder = tmp_path / "models/upscale"
    folder.mkdir(parents=True)
    (folder / "crisp.onnx").write_bytes(b"half of a file")
    return folder


def width(window: MainWindow) -> int:
    return window.preview.picture.pixels.shape[1] if window.preview.picture else 0


def scale(fold: FinishFold, choice: str) -> None:
    field = fold.form.fields["scale"]
    assert not isinstance(field, Form)
    field.edited.emit(choice)


def pick(field: ModelField, name: str) -> None:
    """Choose as the user does: the list is made anew when it opens."""
    field.box.opening.emit()
    index = field.box.findText(name)
    assert index >= 0
    field.box.setCurrentIndex(index)
    field.box.activated.emit(index)


def test_a_size_is_chosen_and_seen(models: Path, window: MainWindow, qtbot: QtBot) -> None:
    fold = window.picture.finish
    assert not fold.models["upscaler"].isEnabled()
    scale(fold, "2x")
    qtbot.waitUntil(lambda: width(window) == 128)
    assert fold.models["upscaler"].isEnabled()
    assert not fold.notice.isVisibleTo(window)


def test_a_broken_model_is_named_and_the_picture_is_large_all_the_same(
    models: Path, window: MainWindow, qtbot: QtBot
) -> None:
    fold = window.picture.finish
    scale(fold, "2x")
    pick(fold.models["upscaler"], "crisp")
    assert window.live.settings.finish.upscaler == Path("crisp")
    qtbot.waitUntil(lambda: "crisp.onnx can't be opened" in fold.notice.sentence)
    qtbot.waitUntil(lambda: width(window) == 128)
    pick(fold.models["upscaler"], "Lanczos")
    qtbot.waitUntil(lambda: not fold.notice.isVisibleTo(window))


def test_another_file_is_shown_by_its_name(
    models: Path, window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    field = window.picture.finish.models["interpolator"]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    pick(field, "Other file…")
    assert field.box.currentText() == "None"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "flow.onnx"), ""))
    pick(field, "Other file…")
    assert field.box.currentText() == "flow"
    assert window.live.settings.finish.interpolator == tmp_path / "flow.onnx"


def test_a_model_that_is_gone_keeps_its_place_in_the_list(
    models: Path, show: Callable[..., MainWindow], settings: AppSettings
) -> None:
    gone = settings.finish.model_copy(update={"upscaler": Path("gone"), "scale": "2x"})
    window = show(settings.model_copy(update={"finish": gone}))
    box = window.picture.finish.models["upscaler"].box
    assert [box.itemText(index) for index in range(box.count())] == ["Lanczos", "crisp", "gone", "Other file…"]
    assert box.currentText() == "gone"
