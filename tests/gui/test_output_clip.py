"""The clip's row: its button and the key save what was kept."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from vtuber_app.gui.main_window import MainWindow
from vtuber_app.gui.output_card import ClipRow
from vtuber_app.settings import AppSettings

Show = Callable[..., MainWindow]


def test_a_clip_is_saved_by_button_and_key(show: Show, settings: AppSettings, tmp_path: Path, qtbot: QtBot) -> None:
    clip = settings.part("clip").model_copy(update={"folder": tmp_path / "clips"})
    window = show(settings.with_part(clip))
    row = window.outputs.rows["clip"]
    assert isinstance(row, ClipRow)
    assert row.keep.isHidden()
    row.save()  # off: nothing to save
    row.switch.click()
    qtbot.waitUntil(lambda: "s kept" in row.state.sentence)
    assert not row.keep.isHidden()
    row.keep.click()
    qtbot.waitUntil(lambda: "Saved:" in row.state.sentence)
    window.keyboard()["clip"].trigger()
    qtbot.waitUntil(lambda: len(list((tmp_path / "clips").glob("*.webp"))) == 2)
    assert window.keyboard()["clip"].shortcut() == Qt.Key.Key_S


def test_a_folder_that_can_not_be_written_is_told(
    show: Show, settings: AppSettings, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("")
    clip = settings.part("clip").model_copy(update={"folder": tmp_path / "file"})
    window = show(settings.with_part(clip).model_copy(update={"outputs": ("clip",)}))
    row = window.outputs.rows["clip"]
    assert isinstance(row, ClipRow)
    qtbot.waitUntil(lambda: "s kept" in row.state.sentence)
    row.keep.click()
    qtbot.waitUntil(lambda: "Choose another folder" in row.state.sentence)
