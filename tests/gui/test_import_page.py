"""A picture becomes an avatar by one click, or after corrections by hand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vtuber_app.avatars import gallery, keep
from vtuber_app.avatars.autorig.found import LANDMARKS
from vtuber_app.core import paths
from vtuber_app.gui.background import Background
from vtuber_app.gui.import_loop import LENGTH, posed
from vtuber_app.gui.import_page import ImportPage
from vtuber_app.tools import bring

REN = paths.assets() / "avatars" / "ren" / "picture.png"
LEFT = Qt.MouseButton.LeftButton
SLOW = 30_000


@pytest.fixture
def page(styled: QApplication, qtbot: QtBot) -> Iterator[ImportPage]:
    background = Background()
    page = ImportPage(background.run)
    qtbot.addWidget(page)
    yield page
    page.close()
    background.close()


@pytest.fixture
def settled(page: ImportPage, qtbot: QtBot) -> Callable[[], None]:
    return lambda: qtbot.waitUntil(lambda: not page._busy, timeout=SLOW)


@pytest.fixture
def uncut(monkeypatch: pytest.MonkeyPatch) -> None:
    """No puppet is cut, which takes a second: these tests are about the draft."""
    monkeypatch.setattr(bring, "make", lambda draft, name: bring.Made(draft, None, name))


@pytest.fixture
def ren(request: pytest.FixtureRequest, page: ImportPage, settled: Callable[[], None]) -> ImportPage:
    if "uncut" in request.fixturenames:
        request.getfixturevalue("uncut")
    page.open(str(REN))
    settled()
    return page


def at(page: ImportPage, x: float, y: float) -> QPoint:
    """Where a point of the picture is on the canvas."""
    return page.canvas.to_screen(x, y).toPoint()


def drag(page: ImportPage, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(page.canvas, LEFT, pos=start)
    for share in (0.3, 0.7, 1.0):
        place = QPointF(start) + (QPointF(end) - QPointF(start)) * share
        where, none = page.canvas.mapToGlobal(place), Qt.KeyboardModifier.NoModifier
        page.canvas.mouseMoveEvent(QMouseEvent(QEvent.Type.MouseMove, place, where, LEFT, LEFT, none))
    QTest.mouseRelease(page.canvas, LEFT, pos=end)


def test_one_click_keeps_a_good_picture_as_a_living_puppet(ren: ImportPage, qtbot: QtBot) -> None:
    assert ren.advice.sentences == ["Everything was found. It blinks, speaks and turns."]
    qtbot.waitUntil(lambda: ren.loop._shown is not None, timeout=SLOW)
    ren.name.setText("Fox")
    with qtbot.waitSignal(ren.kept, timeout=SLOW) as kept:
        ren.use_button.click()
    assert kept.args == ["Fox"]
    assert (keep.own() / "Fox" / gallery.PUPPET).is_file()
    assert not ren.isVisible()


@pytest.mark.usefixtures("uncut")
def test_the_box_is_dragged_and_taken_back(ren: ImportPage, settled: Callable[[], None]) -> None:
    assert ren.step is not None
    before = ren.step.made.draft
    assert before.box is not None
    left, top, side, _ = before.box
    middle = at(ren, left + side / 2, top + side / 2)
    drag(ren, middle, middle + QPoint(12, 0))
    settled()
    moved = ren.step.made.draft
    assert moved.box is not None
    assert moved.box[0] - left == pytest.approx(12 / ren.canvas._scale, abs=1)
    assert moved.box[2] == pytest.approx(side)
    corner = at(ren, moved.box[0] + side, moved.box[1] + side)
    drag(ren, corner, corner + QPoint(10, 10))
    settled()
    assert ren.step.made.draft.box is not None
    assert ren.step.made.draft.box[2] > side + 2
    ren.tools.undo.click()
    settled()
    ren.tools.undo.click()
    settled()
    assert ren.step.made.draft is before
    assert ren.canvas.box == before.box
    assert not ren.tools.undo.isEnabled()


@pytest.mark.usefixtures("uncut")
def test_a_point_is_dragged(ren: ImportPage, settled: Callable[[], None]) -> None:
    assert ren.step is not None
    found = ren.step.made.draft.found
    assert found is not None
    ren.tools.modes["points"].click()
    x, y = found.at("chin")[0]
    drag(ren, at(ren, x, y), at(ren, x, y) + QPoint(0, 15))
    assert ren.canvas.chosen == LANDMARKS.index("chin")
    settled()
    after = ren.step.made.draft.found
    assert after is not None
    assert after.at("chin")[0, 1] - y == pytest.approx(15 / ren.canvas._scale, abs=1)


@pytest.mark.usefixtures("uncut")
def test_the_brush_erases(ren: ImportPage, settled: Callable[[], None]) -> None:
    assert ren.step is not None
    found = ren.step.made.draft.found
    assert found is not None
    ren.tools.modes["cut"].click()
    assert ren.tools.brush.isVisible()
    x, y = found.at("crown")[0]
    drag(ren, at(ren, x - 20, y + 10), at(ren, x + 20, y + 10))
    settled()
    assert ren.step.made.draft.pixels[int(y + 10), int(x), 3] == 0
    ren.tools.keep[True].click()
    drag(ren, at(ren, x - 20, y + 10), at(ren, x + 20, y + 10))
    settled()
    assert ren.step.made.draft.pixels[int(y + 10), int(x), 3] > 0


@pytest.mark.usefixtures("uncut")
def test_corrections_made_meanwhile_are_not_lost(ren: ImportPage, settled: Callable[[], None]) -> None:
    assert ren.step is not None
    assert ren.step.made.draft.box is not None
    left, top, side, _ = ren.step.made.draft.box
    for right in (1, 2, 3):
        ren.canvas.boxed.emit((left + right, top, side, side))
    ren.canvas.moved.emit("chin", (left + side / 2, top + side))
    settled()
    settled()
    draft = ren.step.made.draft
    assert draft.found is not None
    assert tuple(draft.found.at("chin")[0]) == pytest.approx((left + side / 2, top + side))


@pytest.mark.usefixtures("uncut")
def test_keys_move_the_box_and_points(ren: ImportPage, settled: Callable[[], None]) -> None:
    assert ren.canvas.box is not None
    before = ren.canvas.box
    QTest.keyClick(ren.canvas, Qt.Key.Key_Right)
    QTest.keyClick(ren.canvas, Qt.Key.Key_Plus)
    assert ren.canvas.box[2] > before[2]
    ren.tools.set_mode("points")
    QTest.keyClick(ren.canvas, Qt.Key.Key_PageDown)
    assert ren.canvas.chosen == 1
    settled()


def test_without_a_face_it_says_so_and_keeps_it_flat(
    page: ImportPage, qtbot: QtBot, settled: Callable[[], None], tmp_path: Path
) -> None:
    pixels = np.full((90, 90, 4), 255, np.uint8)
    page.open_pixels(pixels, "Pasted")
    settled()
    assert any("kept flat" in sentence for sentence in page.advice.sentences)
    with qtbot.waitSignal(page.kept, timeout=SLOW) as kept:
        page.use_button.click()
    assert kept.args == ["Pasted"]
    assert gallery.load("Pasted").pixels.shape == (90, 90, 4)


@pytest.mark.usefixtures("uncut")
def test_a_name_that_can_not_be_is_told_and_nothing_lost(ren: ImportPage, settled: Callable[[], None]) -> None:
    ren.name.setText("a/b")
    ren.use_button.click()
    settled()
    assert "can't be called" in ren.state.sentence
    assert ren.isVisible()
    assert ren.use_button.isEnabled()


def test_what_is_no_picture_is_told(page: ImportPage, settled: Callable[[], None], tmp_path: Path) -> None:
    (tmp_path / "notes.png").write_text("notes")
    page.open(str(tmp_path / "notes.png"))
    settled()
    assert "no picture" in page.canvas.said
    assert not page.use_button.isEnabled()
    assert not page.tools.isEnabled()
    page.open("https://[bad/fox.png")
    settled()
    assert "no web address" in page.canvas.said


def test_closed_in_the_middle_it_forgets(page: ImportPage, qtbot: QtBot) -> None:
    page.open(str(REN))
    page.close()
    qtbot.wait(300)
    assert page.step is None


def test_the_loop_rests_blinks_speaks_and_turns() -> None:
    times = np.arange(0, LENGTH, 0.02)
    moments = [posed(float(time)) for time in times]
    assert min(poses.get("left eye", (1,))[0] for _, poses in moments) < 0.05
    assert max(poses.get("mouth", (0,))[0] for _, poses in moments) > 0.5
    assert max(motion.yaw for motion, _ in moments) > 0.25 > -0.25 > min(motion.yaw for motion, _ in moments)
    assert posed(0.0)[1] == {}
