"""What the user sees when something is switched, dropped, broken or kept."""

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from vtuber_app import settings as files
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.gui.style import GRID
from vtuber_app.session import Session
from vtuber_app.settings import AppSettings

Show = Callable[..., MainWindow]
Paint = Callable[[str, str], Path]
Seen = Callable[[MainWindow], str]
RED, BLUE = "#c02030", "#2040c0"


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    about = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Qt wants QPointF, which older refuses
        entering = QDragEnterEvent(QPoint(9, 9), *about)
    window.dragEnterEvent(entering)
    assert window.drop.isVisible()
    window.dropEvent(QDropEvent(QPointF(9, 9), *about))
    assert not window.drop.isVisible()


def bring(window: MainWindow, path: Path, qtbot: QtBot) -> None:
    """Drop a picture and use it as it is found."""
    drop(window, path)
    page = window.avatars.importer
    assert page is not None
    qtbot.waitUntil(page.use_button.isEnabled, timeout=20_000)
    page.use_button.click()
    qtbot.waitUntil(lambda: not page.isVisible(), timeout=20_000)


def test_a_dropped_picture_becomes_the_avatar(window: MainWindow, paint: Paint, qtbot: QtBot, seen: Seen) -> None:
    bring(window, paint("blue.png", BLUE), qtbot)
    qtbot.waitUntil(lambda: seen(window) == BLUE)
    assert window.live.settings.avatar == "blue"
    assert window.avatars.grid.tiles["blue"].isChecked()


def test_a_click_on_a_tile_brings_that_avatar(
    show: Show, settings: AppSettings, paint: Paint, qtbot: QtBot, seen: Seen
) -> None:
    gallery = files.paths.data() / "avatars"
    gallery.mkdir(parents=True)
    paint("blue.png", BLUE).rename(gallery / "blue.png")
    window = show(settings)
    qtbot.waitUntil(lambda: seen(window) == RED)
    tile = window.avatars.grid.tiles["blue"]
    qtbot.waitUntil(lambda: tile.has_picture)
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: seen(window) == BLUE)
    assert window.live.settings.avatar == "blue"


def test_a_dropped_file_that_is_no_picture_is_refused(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, seen: Seen
) -> None:
    (tmp_path / "notes.png").write_text("no picture")
    drop(window, tmp_path / "notes.png")
    page = window.avatars.importer
    assert page is not None
    qtbot.waitUntil(lambda: "notes.png is no picture" in page.canvas.said)
    assert not page.use_button.isEnabled()
    page.close()
    assert "red.png" in window.live.settings.avatar
    assert window.avatars.grid.tiles[window.live.settings.avatar].isChecked()
    assert seen(window) == RED


def test_recording_is_switched_and_leaves_a_file(
    show: Show, settings: AppSettings, tmp_path: Path, qtbot: QtBot, seen: Seen
) -> None:
    recorder = settings.part("recorder").model_copy(update={"folder": tmp_path / "films", "format": "png"})
    window = show(settings.with_part(recorder))
    qtbot.waitUntil(lambda: seen(window) == RED)
    row = window.outputs.rows["recorder"]
    row.switch.click()
    qtbot.waitUntil(lambda: row.state.sentence.startswith("Live"))
    assert window.live.settings.outputs == ("recorder",)
    assert window.buttons["recorder"].isChecked()
    window.keyboard()["recorder"].trigger()
    assert window.live.settings.outputs == ()
    qtbot.waitUntil(lambda: row.state.sentence == "Off")
    assert not row.switch.isChecked()
    qtbot.waitUntil(lambda: bool(list((tmp_path / "films").rglob("*.png"))))


def test_a_failing_output_says_why_and_the_rest_goes_on(
    show: Show, settings: AppSettings, qtbot: QtBot, seen: Seen
) -> None:
    part = settings.part("virtual_camera").model_copy(update={"device": "/dev/there-is-none"})
    window = show(settings.with_part(part))
    qtbot.waitUntil(lambda: seen(window) == RED)
    row = window.outputs.rows["virtual_camera"]
    row.switch.click()
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.text.text() == row.state.sentence
    status = window.live.status()
    assert status
    assert status.state == "running"
    qtbot.mouseClick(window.banner.close_button, Qt.MouseButton.LeftButton)
    window.live.look()
    assert not window.banner.isVisible(), "it was dismissed and is no news"


def test_mirroring(window: MainWindow) -> None:
    assert window.live.settings.pose.mirrored
    window.keyboard()["mirror"].trigger()
    assert not window.live.settings.pose.mirrored
    assert not window.picture.mirror.isChecked()
    window.picture.mirror.click()
    assert window.live.settings.pose.mirrored
    assert window.buttons["mirror"].isChecked()


def test_calibrating(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Session] = []

    def calibrate(session: Session) -> None:
        asked.append(session)

    monkeypatch.setattr(Session, "calibrate", calibrate)
    qtbot.keyClick(window, Qt.Key.Key_C)
    assert asked == [window.live.session]
    assert "relaxed face" in window.hint.text()
    assert window.hint.isVisible()


def test_the_background_is_seen_where_the_avatar_is_not(window: MainWindow) -> None:
    preview = window.live.settings.preview.model_copy(update={"background": "colour", "background_colour": "#10a050"})
    window.live.change(preview=preview)
    assert window.preview.grab().toImage().pixelColor(2, 2).name() == "#10a050"
    assert window.picture.backgrounds["colour"].isChecked()


def test_dragging_and_the_wheel_frame_the_avatar(window: MainWindow, qtbot: QtBot) -> None:
    window.live.change(animator="puppet")
    before = window.live.settings.part("puppet")
    window.frame_avatar(0.1, -0.05, 1.2)
    after = window.live.settings.part("puppet")
    assert (after.right, after.down, after.zoom) == pytest.approx(  # type: ignore[attr-defined]
        (before.right + 0.1, before.down - 0.05, before.zoom * 1.2)  # type: ignore[attr-defined]
    )
    qtbot.keyClick(window.preview, Qt.Key.Key_Left)
    assert window.live.settings.part("puppet").right == pytest.approx(after.right - 0.02)  # type: ignore[attr-defined]
    window.frame_avatar(99, 0, 99)
    type(after).model_validate(dict(window.live.settings.part("puppet")))


def test_everything_is_kept(show: Show, settings: AppSettings, qtbot: QtBot, paint: Paint, seen: Seen) -> None:
    window = show(settings)
    qtbot.waitUntil(lambda: seen(window) == RED)
    bring(window, paint("blue.png", BLUE), qtbot)
    window.buttons["mirror"].click()
    window.buttons["camera"].click()
    window.outputs.rows["recorder"].details.form.fields["fps"].edited.emit(24)  # type: ignore[union-attr]
    window.resize(1000, 700)
    window.close()
    kept, notice = files.load()
    assert notice is None
    assert kept == window.live.settings
    assert kept.window_size == (1000, 700)

    again = show(kept)
    qtbot.waitUntil(lambda: seen(again) == BLUE)
    assert not again.buttons["mirror"].isChecked()
    assert again.picture.camera.isChecked()
    assert again.live.settings.part("recorder").fps == 24  # type: ignore[attr-defined]


def test_changes_are_saved_soon_without_closing(window: MainWindow, qtbot: QtBot) -> None:
    window.buttons["mirror"].click()
    qtbot.waitUntil(lambda: files.path().is_file())
    assert not files.load()[0].pose.mirrored


def test_without_its_avatar_the_window_lives_and_waits(
    show: Show, settings: AppSettings, paint: Paint, qtbot: QtBot, seen: Seen
) -> None:
    window = show(settings.model_copy(update={"avatar": "nobody"}))
    assert window.live.session is None
    assert "nobody" in window.banner.text.text()
    window.buttons["mirror"].click()
    assert not window.live.settings.pose.mirrored
    bring(window, paint("blue.png", BLUE), qtbot)
    qtbot.waitUntil(lambda: seen(window) == BLUE)
    assert not window.banner.isVisible()


def test_a_missing_camera_is_told_and_the_avatar_idles(
    show: Show, settings: AppSettings, watcher: str, qtbot: QtBot, seen: Seen
) -> None:
    camera = settings.part("camera").model_copy(update={"camera": "no such camera"})
    window = show(settings.with_part(camera, tracker=watcher))
    qtbot.waitUntil(window.banner.isVisible)
    assert "camera" in window.banner.text.text().lower()
    assert not window.banner.retry.isVisible(), "it is tried again by itself"
    assert window.status_line.words.text() == "No camera: retrying"
    qtbot.waitUntil(lambda: seen(window) == RED)
    window.live.change(tracker="idle")
    qtbot.waitUntil(lambda: not window.banner.isVisible())


def test_the_camera_is_not_shown_unless_asked_for(
    show: Show, settings: AppSettings, watcher: str, paint: Paint, qtbot: QtBot
) -> None:
    source = settings.part("picture").model_copy(update={"path": paint("performer.png", "#20c040")})
    window = show(settings.with_part(source, source="picture", tracker=watcher))
    qtbot.waitUntil(lambda: window.status_line.words.text() == "Face found")

    def corner() -> str:
        return window.preview.grab().toImage().pixelColor(60, window.preview.height() - 60).name()

    assert window.preview.camera is None
    assert corner() != "#20c040"
    window.keyboard()["camera"].trigger()
    qtbot.waitUntil(lambda: corner() == "#20c040")
    window.picture.camera.click()
    qtbot.waitUntil(lambda: corner() != "#20c040")


def test_a_motion_that_fails_can_be_tried_again(
    show: Show, settings: AppSettings, tmp_path: Path, qtbot: QtBot
) -> None:
    import numpy as np

    from vtuber_app.core import motion
    from vtuber_app.core.types import FaceState

    path = tmp_path / "wave.npz"
    replay = settings.part("replay").model_copy(update={"path": path})
    window = show(settings.with_part(replay, tracker="replay"))
    qtbot.waitUntil(window.banner.isVisible)
    assert "wave.npz" in window.banner.text.text()
    motion.save(motion.Motion.of([FaceState()] * 30, list(np.arange(30) / 30)), path)
    qtbot.mouseClick(window.banner.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.status_line.words.text() == "Face found")
    assert not window.banner.isVisible()


def test_figures_are_shown(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.status_line.fps.text().isdigit() and int(window.status_line.fps.text()) > 0)
    assert window.status_line.latency.text().isdigit()
    assert window.status_line.dropped.text().isdigit()


def test_the_notice_at_the_start_is_shown_and_dismissed(
    show: Show, settings: AppSettings, qtbot: QtBot, seen: Seen
) -> None:
    window = show(settings, "The settings file was broken.")
    assert window.banner.text.text() == "The settings file was broken."
    qtbot.waitUntil(lambda: seen(window) == RED)
    assert window.banner.isVisible()
    window.banner.close_button.click()
    assert not window.banner.isVisible()


def test_every_control_can_be_reached_and_has_a_name(window: MainWindow) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSlider, QWidget

    reached: set[QWidget] = set()
    widget: QWidget = window
    while (widget := widget.nextInFocusChain()) not in reached:
        reached.add(widget)
    for kind in (QAbstractButton, QComboBox, QSlider):
        for control in window.findChildren(kind):
            if control.isVisibleTo(window):
                assert control in reached
                assert control.accessibleName() or (isinstance(control, QAbstractButton) and control.text()), control
    assert not [line for line in window.findChildren(QLineEdit) if line.isVisibleTo(window) and line not in reached]


def test_the_cards_fit_beside_the_preview_with_room_for_longer_languages(window: MainWindow) -> None:
    for card in (window.avatars, window.sources, window.outputs, window.picture):
        for button in (button for button in card.findChildren(QToolButton) if button.objectName() == "plain"):
            button.setChecked(True)
    room = window.side.viewport().width() - 4 * GRID
    for card in (window.avatars, window.sources, window.outputs, window.picture):
        assert card.minimumSizeHint().width() <= 0.95 * room, card.accessibleName()
    assert window.preview.width() > 0.69 * window.width()
