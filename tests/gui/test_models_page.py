"""The networks page over a real server: licence first, then download, pause, go on, remove, and files one has."""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.store.checkpoints import editor, encoded, one_file, write_card
from tests.store.server import Page, Server, serving
from vtuber_app.gui.background import Background
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.gui.models_page import ModelsPage
from vtuber_app.gui.models_row import Row
from vtuber_app.settings import AppSettings
from vtuber_app.store import accepted, cards, installed

torch = pytest.importorskip("torch")

STRICT = {"id": "NC", "title": "No Commerce", "address": "https://example.invalid/nc", "commercial": False, "ask": True}


@pytest.fixture(scope="module")
def checkpoint() -> bytes:
    return encoded(editor())


@pytest.fixture
def server(checkpoint: bytes) -> Iterator[Server]:
    with serving() as server:
        server.pages["/editor.pt"] = Page(checkpoint, tag='"1"')
        yield server


@pytest.fixture
def models(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder for two cards with the same network."""
    file = {"addresses": [server.address("/editor.pt")]}
    write_card(tmp_path / "cards", "small", one_file("small/editor.pt", **file))
    write_card(tmp_path / "cards", "strict", one_file("strict/editor.pt", **file), licence=STRICT)
    monkeypatch.setattr(cards, "FOLDER", tmp_path / "cards")
    monkeypatch.setattr("vtuber_app.core.paths.model_folders", lambda: [tmp_path / "models"])
    return tmp_path / "models"


@pytest.fixture
def page(models: Path, qtbot: QtBot, styled: QApplication) -> Iterator[ModelsPage]:
    background = Background()
    page = ModelsPage(background.run)
    qtbot.addWidget(page)
    page.show()
    yield page
    page.stop()
    background.close()


def whole(name: str) -> bool:
    return installed.look(cards.find(name)).whole


def done(page: ModelsPage) -> Callable[[], bool]:
    return lambda: page.job is None


def drop(widget: QWidget, path: Path) -> None:
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(path))])
    left = Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, dropped, left, Qt.KeyboardModifier.NoModifier)
    widget.dropEvent(event)  # type: ignore[attr-defined]


def visible(row: Row) -> set[str]:
    """Which buttons are offered."""
    buttons = {
        "install": row.install_button, "pause": row.pause_button, "cancel": row.cancel_button,
        "remove": row.remove_button, "licence": row.licence_button,
    }  # fmt: skip
    return {name for name, button in buttons.items() if button.isVisible()}


def test_licence_is_read_before_anything_comes(page: ModelsPage, qtbot: QtBot, server: Server) -> None:
    row = page.rows["strict"]
    assert (row.state.text(), visible(row)) == ("not installed", {"install"})
    assert "not for commercial use" in row.terms.text()
    row.install_button.click()
    assert row.question.isVisible()
    assert "No Commerce" in row.question.text.text()
    assert "Nobody" in row.question.text.text()
    assert "Not for commercial use" in row.question.text.text()
    row.question.no.click()
    assert not row.question.isVisible()
    assert server.asked == []
    row.install_button.click()
    with qtbot.waitSignal(page.changed):
        row.question.yes.click()
    qtbot.waitUntil(done(page))
    assert accepted("strict")
    assert whole("strict")
    assert (row.state.text(), visible(row)) == ("installed", {"remove"})


def test_pause_and_resume(page: ModelsPage, qtbot: QtBot, server: Server) -> None:
    server.pages["/editor.pt"].limit, server.pages["/editor.pt"].hangs = 1_000_000, True
    row = page.rows["small"]
    row.install_button.click()
    row.question.yes.click()
    qtbot.waitUntil(lambda: row.bar.value() > 200)
    assert visible(row) == {"pause", "cancel"}
    assert "of 4 MB" in row.pace.text()
    assert not page.rows["strict"].install_button.isEnabled()
    row.pause_button.click()
    assert row.pace.text() == "Stopping…"
    server.pages["/editor.pt"] = Page(server.pages["/editor.pt"].content, tag='"1"')
    server.closing.set()
    qtbot.waitUntil(done(page))
    assert (row.install_button.text(), visible(row)) == ("Resume", {"install", "cancel"})
    assert row.state.text() == "begun, 1 MB"
    row.install_button.click()
    qtbot.waitUntil(lambda: whole("small") and page.job is None)
    assert server.ranges[-1] is not None


def test_cancel_throws_away_what_has_come(page: ModelsPage, qtbot: QtBot, server: Server, models: Path) -> None:
    server.pages["/editor.pt"].limit, server.pages["/editor.pt"].hangs = 1_000_000, True
    row = page.rows["small"]
    row.install_button.click()
    row.question.yes.click()
    qtbot.waitUntil(lambda: row.bar.value() > 200)
    row.cancel_button.click()
    server.closing.set()
    qtbot.waitUntil(lambda: page.job is None and not (models / "small").exists())
    assert (row.install_button.text(), visible(row)) == ("Install", {"install"})


def test_fault_is_said_on_the_page(page: ModelsPage, qtbot: QtBot, server: Server) -> None:
    server.pages.clear()
    page.rows["small"].install_button.click()
    page.rows["small"].question.yes.click()
    qtbot.waitUntil(done(page))
    assert "answered 404" in page.said.sentence
    assert page.said.objectName() == "fault"
    assert page.rows["small"].install_button.isEnabled()


def test_remove_asks_first(page: ModelsPage, qtbot: QtBot, models: Path, checkpoint: bytes) -> None:
    (models / "small").mkdir(parents=True)
    (models / "small" / "editor.pt").write_bytes(checkpoint)
    page.show_state()
    row = page.rows["small"]
    assert (row.state.text(), visible(row)) == ("licence not accepted", {"remove", "licence"})
    row.remove_button.click()
    assert whole("small")
    assert "about 4 MB" in row.question.text.text()
    row.question.yes.click()
    qtbot.waitUntil(lambda: page.job is None and not (models / "small").exists())
    assert visible(row) == {"install"}


def test_file_dropped_on_a_card(page: ModelsPage, qtbot: QtBot, tmp_path: Path, checkpoint: bytes) -> None:
    (tmp_path / "mine.bin").write_bytes(checkpoint)
    drop(page, tmp_path / "mine.bin")
    qtbot.waitUntil(done(page))
    assert "Say which" in page.said.sentence
    row = page.rows["strict"]
    drop(row, tmp_path / "mine.bin")
    qtbot.waitUntil(done(page))
    assert whole("strict")
    assert not whole("small")
    assert "1 of 1 files" in page.said.sentence
    assert row.question.isVisible()  # its licence was never read
    row.question.yes.click()
    assert accepted("strict")
    assert row.state.text() == "installed"


def test_what_is_no_network(page: ModelsPage, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "page.pt").write_bytes(b"<!doctype html><html>Sign in")
    drop(page, tmp_path / "page.pt")
    qtbot.waitUntil(done(page))
    assert "is a web page" in page.said.sentence
    assert page.said.objectName() == "fault"


def test_trained_character_can_be_used_at_once(page: ModelsPage, qtbot: QtBot, tmp_path: Path) -> None:
    from vtuber_app.nets import tha4_student

    folder = tmp_path / "girl"
    folder.mkdir()
    torch.save(tha4_student.FaceMorpher().state_dict(), folder / "face_morpher.pt")
    torch.save(tha4_student.BodyMorpher().state_dict(), folder / "body_morpher.pt")
    (folder / "character.png").write_bytes(cv2.imencode(".png", np.full((512, 512, 4), 9, np.uint8))[1].tobytes())
    drop(page, folder)
    qtbot.waitUntil(done(page))
    assert "girl is now an avatar" in page.said.sentence
    with qtbot.waitSignal(page.chosen) as chosen:
        page.use_button.click()
    assert Path(chosen.args[0]).parts[-2:] == ("girl", "character.png")
    assert not page.use_button.isVisible()


def test_window_opens_the_page_and_closes_while_it_downloads(
    models: Path, server: Server, show: Callable[..., MainWindow], settings: AppSettings, qtbot: QtBot, tmp_path: Path
) -> None:
    window = show(settings)
    window.avatars.networks_button.click()
    page = window.avatars.networks
    assert page is not None
    assert page.isVisible()
    page.close()
    (tmp_path / "mine.pt").write_bytes(server.pages["/editor.pt"].content)
    drop(window, tmp_path / "mine.pt")
    assert page.isVisible()
    assert window.live.settings.avatar == settings.avatar
    qtbot.waitUntil(done(page))
    assert "Say which" in page.said.sentence
    server.pages["/editor.pt"].limit, server.pages["/editor.pt"].hangs = 1_000_000, True
    page.rows["small"].install_button.click()
    page.rows["small"].question.yes.click()
    qtbot.waitUntil(lambda: page.rows["small"].bar.value() > 200)
    server.closing.set()
    window.close()
    assert not page.isVisible()
    assert not whole("small")
