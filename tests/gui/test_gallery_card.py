"""The card of avatars: what is made, imported or done in the gallery is there at once, and can be chosen."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from vtuber_app.avatars import keep
from vtuber_app.core import paths
from vtuber_app.gui import composer_page, import_page
from vtuber_app.gui.background import Runner
from vtuber_app.gui.main_window import MainWindow

Paint = Callable[[str, str], Path]


class Made(QDialog):
    """Stands in for the page where characters are made."""

    made = Signal(str)

    def __init__(self, run: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)


class Imported(QDialog):
    """Stands in for the page where pictures are imported."""

    kept = Signal(str)
    noted = Signal(str)

    def __init__(self, run: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.opened: list[str] = []

    def open(self, source: str) -> None:  # type: ignore[override]
        self.opened.append(source)


@pytest.fixture(autouse=True)
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for signal, page in (("made", composer_page.ComposerPage), ("kept", import_page.ImportPage)):
        assert hasattr(page, signal)
    monkeypatch.setattr(composer_page, "ComposerPage", Made)
    monkeypatch.setattr(import_page, "ImportPage", Imported)


def test_a_character_that_was_made_is_chosen(window: MainWindow, paint: Paint, qtbot: QtBot) -> None:
    card = window.avatars
    card.make_button.click()
    page = card.composer
    assert page
    assert page.isVisible()
    page.made.emit(keep.add(paint("new.png", "#2040c0"), "Nova"))
    assert window.live.settings.avatar == "Nova"
    assert card.grid.tiles["Nova"].isChecked()
    qtbot.waitUntil(lambda: card.grid.tiles["Nova"].has_picture)
    card.make_button.click()
    assert card.composer is page


def test_a_picture_that_was_imported_is_chosen(
    window: MainWindow, paint: Paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = window.avatars
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    card.import_button.click()
    assert card.importer is None
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/pictures/fox.png", ""))
    card.import_button.click()
    card.show_import("https://example.invalid/fox.png")
    assert card.importer
    assert card.importer.opened == ["/pictures/fox.png", "https://example.invalid/fox.png"]
    card.show_gallery()
    assert card.gallery
    card.importer.kept.emit(keep.add(paint("fox.png", "#2040c0"), "Fox"))
    assert window.live.settings.avatar == "Fox"
    assert card.gallery.grid.chosen == "Fox"
    assert card.gallery.grid.tiles["Fox"].at_work


def test_the_gallery_leads_to_the_other_pages(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    card = window.avatars
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/pictures/fox.png", ""))
    card.gallery_button.click()
    assert card.gallery
    card.gallery.make_button.click()
    card.gallery.picture_button.click()
    assert card.composer
    assert card.importer
    window.close()
    for page in (card.gallery, card.composer, card.importer):
        assert not page.isVisible()


def test_refill_shows_what_came_meanwhile(window: MainWindow, paint: Paint) -> None:
    chosen = window.live.settings.avatar
    keep.add(paint("x.png", "#2040c0"), "Luna")
    window.avatars.refill()
    assert "Luna" in window.avatars.grid.tiles
    assert window.avatars.grid.tiles[chosen].isChecked()


def test_what_was_deleted_long_ago_is_gone_when_the_window_opens(
    show: Callable[..., MainWindow], settings: object, paint: Paint, qtbot: QtBot
) -> None:
    for name in ("Old", "New"):
        keep.delete(keep.add(paint("x.png", "#2040c0"), name))
    old = next(folder for folder in keep.trash().iterdir() if (folder / "Old").exists())
    os.utime(old, (old.stat().st_mtime - 31 * 24 * 3600,) * 2)
    show(settings)
    qtbot.waitUntil(lambda: keep.deleted() == ("New",))


def test_a_flat_picture_that_cannot_be_read_is_told(window: MainWindow, qtbot: QtBot) -> None:
    broken = paths.data() / "broken.png"
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_bytes(b"no picture")
    window.live.change(animator="puppet", avatar="hina")
    before = window.live.settings.avatar
    window.avatars.choose(str(broken))
    qtbot.waitUntil(window.banner.isVisible)
    assert "no picture" in window.banner.text.text()
    assert window.live.settings.avatar == before
    assert "Getting" not in window.avatars.notice.sentence
    shutil.rmtree(paths.data())
