"""The gallery page: what is renamed, deleted and brought back while it is on the stream, and what may not be."""

import json
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from vtuber_app import settings as files
from vtuber_app.avatars import archive, gallery, keep
from vtuber_app.core import paths
from vtuber_app.gui.gallery_page import GalleryPage
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.settings import AppSettings

SHIPPED = gallery.names()
RED, BLUE = "#c02030", "#2040c0"
Show = Callable[..., MainWindow]
Paint = Callable[[str, str], Path]


@pytest.fixture
def luna(paint: Paint) -> str:
    return keep.add(paint("blue.png", BLUE), "Luna")


@pytest.fixture
def window(show: Show, luna: str) -> MainWindow:
    """A window with Luna on the stream."""
    return show(AppSettings(tracker="idle", animator="still", avatar=luna))


@pytest.fixture
def page(window: MainWindow) -> GalleryPage:
    window.avatars.show_gallery()
    assert window.avatars.gallery
    return window.avatars.gallery


@pytest.fixture
def done(page: GalleryPage, qtbot: QtBot) -> Callable[[], None]:
    return lambda: qtbot.waitUntil(lambda: not page.deeds.busy)


def visible(page: GalleryPage) -> set[str]:
    return {name for name, tile in page.grid.tiles.items() if tile.isVisible()}


def test_it_shows_the_users_and_the_shipped_avatars(page: GalleryPage, luna: str, qtbot: QtBot) -> None:
    assert page.grid.own.tiles.keys() == {luna}
    assert page.grid.shipped.tiles.keys() == set(SHIPPED)
    assert page.grid.tiles[luna].at_work
    assert page.grid.chosen == luna
    assert not page.panel.buttons["use"].isEnabled()
    qtbot.waitUntil(lambda: all(tile.has_picture for tile in page.grid.tiles.values()))


def test_search(page: GalleryPage, luna: str) -> None:
    page.search.setText("lun")
    assert visible(page) == {luna}
    assert not page.grid.nothing.isVisible()
    page.search.setText("nobody")
    assert visible(page) == set()
    assert page.grid.nothing.isVisible()
    page.search.clear()
    assert visible(page) == {luna, *SHIPPED}


def test_another_is_put_to_work(page: GalleryPage, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.grid.tiles[SHIPPED[0]], Qt.MouseButton.LeftButton)
    assert page.panel.known
    assert page.panel.known.name == SHIPPED[0]
    assert window.live.settings.avatar == "Luna"
    page.panel.buttons["use"].click()
    assert window.live.settings.avatar == SHIPPED[0]
    assert page.grid.tiles[SHIPPED[0]].at_work
    qtbot.mouseDClick(page.grid.tiles["Luna"], Qt.MouseButton.LeftButton)
    assert window.live.settings.avatar == "Luna"


def test_the_settings_follow_a_rename(
    page: GalleryPage, window: MainWindow, done: Callable[[], None], qtbot: QtBot
) -> None:
    page.panel.name.setText("Stella")
    qtbot.keyClick(page.panel.name, Qt.Key.Key_Return)
    done()
    assert window.live.settings.avatar == "Stella"
    assert "Stella" in window.avatars.grid.tiles
    assert window.avatars.grid.tiles["Stella"].isChecked()
    assert page.grid.chosen == "Stella"
    assert page.panel.known
    assert page.panel.known.name == "Stella"


def test_the_settings_follow_when_it_was_chosen_by_its_path(
    page: GalleryPage, window: MainWindow, done: Callable[[], None]
) -> None:
    assert window.live.change(avatar=str(keep.own() / "Luna" / "character.png"))
    assert page.grid.tiles["Luna"].at_work
    page.deeds.rename("Luna", "Stella")
    done()
    assert window.live.settings.avatar == "Stella"


def test_a_name_that_no_file_can_have_is_refused(page: GalleryPage, done: Callable[[], None]) -> None:
    page.deeds.rename("Luna", "a/b")
    done()
    assert "Choose another name" in page.said.sentence
    assert keep.own().joinpath("Luna").is_dir()


def test_deleting_what_is_on_the_stream_and_undo(
    page: GalleryPage, window: MainWindow, done: Callable[[], None]
) -> None:
    page.panel.buttons["delete"].click()
    done()
    assert window.live.settings.avatar == AppSettings().avatar
    assert "Luna" not in page.grid.tiles
    assert "Luna" not in window.avatars.grid.tiles
    assert page.undo.isVisible()
    page.undo.button.click()
    done()
    assert window.live.settings.avatar == "Luna"
    assert page.grid.chosen == "Luna"
    assert not page.undo.isVisible()
    assert window.live.status()
    assert not window.banner.isVisible()


def test_undo_leaves_the_stream_alone_if_another_was_chosen_meanwhile(
    page: GalleryPage, window: MainWindow, done: Callable[[], None]
) -> None:
    page.deeds.delete("Luna")
    done()
    other = next(name for name in SHIPPED if name != AppSettings().avatar)
    window.avatars.choose(other)
    page.undo.button.click()
    done()
    assert window.live.settings.avatar == other
    assert "Luna" in page.grid.tiles


def test_a_deletion_that_fails_brings_it_back_onto_the_stream(
    page: GalleryPage, window: MainWindow, done: Callable[[], None]
) -> None:
    keep.trash().parent.mkdir(parents=True, exist_ok=True)
    keep.trash().write_text("in the way")
    page.deeds.delete("Luna")
    done()
    assert window.live.settings.avatar == "Luna"
    assert "can't be deleted" in page.said.sentence
    assert not page.undo.isVisible()


def test_shipped_avatars_can_be_copied_but_not_changed(page: GalleryPage, done: Callable[[], None]) -> None:
    page.look_at(SHIPPED[0])
    enabled = {name for name, button in page.panel.buttons.items() if button.isEnabled()}
    assert enabled == {"use", "duplicate", "export", "folder"}
    assert page.panel.name.isReadOnly()
    assert "ships with the program" in page.panel.said.sentence
    menu = page.menu(SHIPPED[0])
    assert {action.objectName() for action in menu.actions() if not action.isEnabled()} == {"rename", "delete"}
    menu.close()
    assert page.panel.licence.text()
    page.panel.buttons["duplicate"].click()
    done()
    copy = f"{SHIPPED[0]} 2"
    assert page.grid.chosen == copy
    assert page.panel.buttons["delete"].isEnabled()
    rig = json.loads((keep.own() / copy / "puppet.json").read_text(encoding="utf-8"))
    assert rig["name"] == copy


def test_notes_are_written_down(page: GalleryPage, done: Callable[[], None], qtbot: QtBot) -> None:
    assert not page.panel.save_button.isEnabled()
    qtbot.keyClicks(page.panel.licence, "CC BY 4.0")
    qtbot.keyClicks(page.panel.notes, "by Sakura")
    page.panel.save_button.click()
    done()
    known = keep.about(keep.where("Luna"))
    assert known
    assert (known.name, known.licence, known.notes) == ("Luna", "CC BY 4.0", "by Sakura")
    assert not page.panel.save_button.isEnabled()
    page.panel.notes.setPlainText("x" * 20_001)
    assert not page.panel.save_button.isEnabled()
    assert "Shorten" in page.panel.said.sentence


def test_what_was_typed_is_not_lost(page: GalleryPage, done: Callable[[], None], qtbot: QtBot) -> None:
    def licence(name: str) -> str:
        known = keep.about(keep.where(name))
        return known.licence if known else ""

    qtbot.keyClicks(page.panel.licence, "CC0")
    page.look_at("Luna")  # as by a click on its tile
    assert page.panel.licence.text() == "CC0"
    page.look_at(SHIPPED[0])
    done()
    assert licence("Luna") == "CC0"
    assert page.panel.known
    assert page.panel.known.name == SHIPPED[0]
    page.look_at("Luna")
    page.panel.licence.end(False)
    qtbot.keyClicks(page.panel.licence, " 1.0")
    page.panel.name.setText("Stella")
    page.panel.buttons["rename"].click()
    done()
    assert licence("Stella") == "CC0 1.0"
    page.panel.licence.end(False)
    qtbot.keyClicks(page.panel.licence, ".")
    page.close()
    done()
    assert licence("Stella") == "CC0 1.0."


def test_notes_with_a_mistake_are_told_and_not_overwritten(page: GalleryPage) -> None:
    (keep.own() / "Luna" / "about.json").write_text("{", encoding="utf-8")
    page.show_state()
    assert "mistake" in page.panel.said.sentence
    assert not page.panel.notes.isEnabled()


def test_out_and_in_as_a_zip(page: GalleryPage, done: Callable[[], None], tmp_path: Path) -> None:
    page.deeds.export("Luna", tmp_path / "Luna.zip")
    done()
    assert "character.png" in {Path(name).name for name in zipfile.ZipFile(tmp_path / "Luna.zip").namelist()}
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(tmp_path / "Luna.zip"))])
    left = Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, dropped, left, keys))
    done()
    assert page.grid.own.tiles.keys() == {"Luna", "Luna 2"}
    assert page.grid.chosen == "Luna 2"


def test_a_zip_that_is_none_is_told(page: GalleryPage, done: Callable[[], None], tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no zip")
    page.deeds.add(tmp_path / "x.zip")
    done()
    assert "no .zip archive" in page.said.sentence
    assert page.import_button.isEnabled()


def test_one_thing_at_a_time(page: GalleryPage, done: Callable[[], None]) -> None:
    page.act("duplicate", "Luna")
    page.act("duplicate", "Luna")
    assert "One thing at a time" in page.said.sentence
    done()
    assert page.grid.own.tiles.keys() == {"Luna", "Luna 2"}


def test_keys_work_in_the_grid_and_not_in_the_notes(page: GalleryPage, done: Callable[[], None], qtbot: QtBot) -> None:
    page.activateWindow()
    page.panel.notes.setFocus()
    qtbot.keyClick(page.panel.notes, Qt.Key.Key_Delete)
    assert not page.deeds.busy
    page.grid.tiles["Luna"].setFocus()
    qtbot.keyClick(page.grid.tiles["Luna"], Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: page.panel.name.selectedText() == "Luna")
    page.grid.tiles["Luna"].setFocus()
    qtbot.keyClick(page.grid.tiles["Luna"], Qt.Key.Key_Delete)
    qtbot.waitUntil(page.undo.isVisible)


def test_an_avatar_whose_folder_is_gone_is_told(page: GalleryPage) -> None:
    page.look_at(SHIPPED[0])
    (keep.own() / "Luna").rename(paths.data() / "elsewhere")
    page.look_at("Luna")
    assert "no avatar" in page.said.sentence


def test_every_control_can_be_reached_and_has_a_name(page: GalleryPage) -> None:
    for kind in (QAbstractButton, QLineEdit, QPlainTextEdit):
        for control in page.findChildren(kind):
            if control.isVisible() and control.objectName() != "qt_spinbox_lineedit":
                text = control.text() if isinstance(control, QAbstractButton) else ""
                assert control.accessibleName() or text or control.parent() is page.search, control


def test_the_archive_is_the_whole_avatar(page: GalleryPage, done: Callable[[], None], tmp_path: Path) -> None:
    page.deeds.export(SHIPPED[0], tmp_path / "doll.zip")
    done()
    page.deeds.add(tmp_path / "doll.zip")
    done()
    assert (gallery.load("doll").pixels == gallery.load(SHIPPED[0]).pixels).all()
    assert len(archive.files(keep.where("doll"))) == len(archive.files(keep.where(SHIPPED[0])))


def test_a_window_that_closes_meanwhile_keeps_the_new_name(
    page: GalleryPage, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()
    rename = keep.rename

    def slow(old: str, new: str) -> str:
        begun.set()
        time.sleep(0.2)
        return rename(old, new)

    monkeypatch.setattr(keep, "rename", slow)
    page.deeds.rename("Luna", "Stella")
    qtbot.waitUntil(begun.is_set)
    window.close()
    qtbot.waitUntil(lambda: files.load()[0].avatar == "Stella")
    assert window.live.session is None
