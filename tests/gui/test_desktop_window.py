"""The avatar over the desktop: transparent, moved, sized and closed by hand, and remembered."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vtuber_app.core import clock
from vtuber_app.core.types import Frame
from vtuber_app.gui.desktop_window import DesktopWindow
from vtuber_app.gui.live import Live
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.settings import AppSettings, DesktopSettings

Show = Callable[..., MainWindow]
HALF = (200, 100, 40, 128)


@pytest.fixture
def half(tmp_path: Path) -> AppSettings:
    """An avatar that is half transparent on the left, and nothing on the right."""
    pixels = np.zeros((100, 100, 4), np.uint8)
    pixels[:, :50] = HALF
    Image.fromarray(pixels).save(tmp_path / "half.png")
    return AppSettings(tracker="idle", animator="still", avatar=str(tmp_path / "half.png"))


def opened(show: Show, settings: AppSettings, qtbot: QtBot, **desktop: object) -> tuple[MainWindow, DesktopWindow]:
    window = show(settings)
    window.outputs.desktop.switch.click()
    if desktop:
        window.live.change(desktop=window.live.settings.desktop.model_copy(update=desktop))
    over = window.outputs.desktop.window_
    assert over
    qtbot.waitUntil(lambda: over.picture is not None)
    return window, over


def premultiplied(over: DesktopWindow) -> QImage:
    picture = QImage(over.size() * over.devicePixelRatioF(), QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(over.devicePixelRatioF())
    picture.fill(Qt.GlobalColor.green)
    over.render(picture, QPoint(), renderFlags=over.RenderFlag(0))
    return picture


def test_it_has_no_frame_stays_on_top_and_is_transparent(show: Show, half: AppSettings, qtbot: QtBot) -> None:
    _, over = opened(show, half, qtbot)
    assert over.isVisible()
    assert over.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert over.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert over.testAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
    grabbed = over.grab().toImage()
    assert grabbed.hasAlphaChannel()
    colour = grabbed.pixelColor(100, 200)
    assert [colour.red(), colour.green(), colour.blue(), colour.alpha()] == pytest.approx(HALF, abs=2)
    assert grabbed.pixelColor(300, 200).alpha() == 0


def test_what_is_painted_is_premultiplied_and_replaces_what_was_there(
    show: Show, half: AppSettings, qtbot: QtBot
) -> None:
    _, over = opened(show, half, qtbot)
    picture = premultiplied(over)
    bits = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.width(), 4)
    assert bits[200, 100].tolist() == pytest.approx([20, 50, 100, 128], abs=1)  # BGRA
    assert bits[200, 300].tolist() == [0, 0, 0, 0]


def test_the_wheel_sizes_it_and_its_feet_stay(show: Show, half: AppSettings, qtbot: QtBot) -> None:
    window, over = opened(show, half, qtbot)
    over.move(200, 100)
    bottom, middle = over.geometry().bottom(), over.geometry().center().x()
    turn = QWheelEvent(
        QPointF(50, 50),
        over.mapToGlobal(QPointF(50, 50)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(over, turn)
    assert (over.width(), over.height()) == (440, 440)
    assert over.geometry().bottom() == bottom
    assert abs(over.geometry().center().x() - middle) <= 1
    assert window.live.settings.desktop.height == 440


def test_dragged_it_moves_and_its_place_is_kept(show: Show, half: AppSettings, qtbot: QtBot) -> None:
    window, over = opened(show, half, qtbot)
    before = over.pos()
    qtbot.mousePress(over, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    qtbot.mouseMove(over, QPoint(80, 50))
    qtbot.mouseRelease(over, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    assert over.pos() == before + QPoint(50, 20)
    assert window.live.settings.desktop.feet == (over.x() + 200, over.y() + 400)


@pytest.mark.parametrize("how", ["escape", "double click", "switch"])
def test_it_is_closed_by_hand(show: Show, half: AppSettings, qtbot: QtBot, how: str) -> None:
    window, over = opened(show, half, qtbot)
    if how == "escape":
        qtbot.keyClick(over, Qt.Key.Key_Escape)
    elif how == "double click":
        qtbot.mouseDClick(over, Qt.MouseButton.LeftButton)
    else:
        window.outputs.desktop.switch.click()
    assert not over.isVisible()
    assert not window.live.settings.desktop.shown
    assert not window.outputs.desktop.switch.isChecked()


def test_clicks_go_through_while_it_stays(show: Show, half: AppSettings, qtbot: QtBot) -> None:
    window, over = opened(show, half, qtbot, click_through=True)
    assert over.isVisible()
    assert over.windowFlags() & Qt.WindowType.WindowTransparentForInput
    assert "Clicks go through" in window.outputs.desktop.state.sentence


def test_it_comes_back_where_it_was(show: Show, half: AppSettings, qtbot: QtBot) -> None:
    wanted = DesktopSettings(shown=True, feet=(270, 360), height=300)
    window = show(half.model_copy(update={"desktop": wanted}))
    over = window.outputs.desktop.window_
    assert over
    assert over.isVisible()
    assert (over.x(), over.y(), over.height()) == (120, 60, 300)
    window.close()
    assert window.live.settings.desktop == wanted
    assert window.outputs.desktop.window_ is None


def test_it_takes_the_shape_of_the_picture(show: Show, half: AppSettings, qtbot: QtBot) -> None:
    _, over = opened(show, half, qtbot)
    over.move(300, 200)
    before = over.x() + 200, over.y() + 400
    over._timer.stop()
    over.picture = Frame(np.zeros((100, 50, 4), np.uint8), clock.now())
    over._fit()
    assert (over.width(), over.height()) == (200, 400)
    assert (over.x() + 100, over.y() + 400) == before


def test_the_window_alone_has_nothing_to_show(qtbot: QtBot, half: AppSettings) -> None:
    over = DesktopWindow(Live(half))
    qtbot.addWidget(over)
    over.look()
    assert over.grab().toImage().pixelColor(5, 5).alpha() == 0
