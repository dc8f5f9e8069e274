"""Keys: what they do to a running window, with and without the focus."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from vtuber_app import settings as files
from vtuber_app.avatars import gallery
from vtuber_app.core import clock
from vtuber_app.core.keyboard.chosen import ExpressionKey, ExpressionKeys, KeySettings
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.pose.expressions import expressions
from vtuber_app.settings import AppSettings
from vtuber_app.trackers.mouse import MouseSettings

Show = Callable[..., MainWindow]


@pytest.fixture
def window(show: Show, settings: AppSettings) -> MainWindow:
    return show(settings)


def worn(window: MainWindow) -> tuple[str, ...]:
    return window.live.settings.pose.worn


def choose(window: MainWindow, **keys: object) -> None:
    window.live.change(hotkeys=KeySettings.model_validate({**dict(window.live.settings.hotkeys), **keys}))


def test_keys_put_expressions_over_each_other_and_take_them_off(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_1)
    qtbot.keyClick(window, Qt.Key.Key_4)
    happy, surprised = (expressions.named(name).values for name in ("Happy", "Surprised"))
    assert worn(window) == ("Happy", "Surprised")
    assert window.live.settings.pose.held == {**happy, **surprised}
    qtbot.keyClick(window, Qt.Key.Key_4)
    assert window.live.settings.pose.held == happy, "what was beneath holds again"
    qtbot.keyClick(window, Qt.Key.Key_0)
    assert worn(window) == ()
    assert window.live.settings.pose.held == {}


def test_escape_gives_the_own_face_back(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_1)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert worn(window) == ()


def test_a_key_that_is_held_and_one_that_lasts(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = {"Happy": ExpressionKey(key="H", way="hold"), "Sad": ExpressionKey(key="6", way="while", seconds=2)}
    choose(window, expressions=ExpressionKeys(by_name=ways))
    qtbot.keyPress(window, Qt.Key.Key_H)
    assert worn(window) == ("Happy",)
    qtbot.keyClick(window, Qt.Key.Key_6)
    qtbot.keyRelease(window, Qt.Key.Key_H)
    assert worn(window) == ("Sad",)
    window.keys.desk.tend()
    assert worn(window) == ("Sad",)
    later = clock.now() + 2
    monkeypatch.setattr(clock, "now", lambda: later)
    window.keys.desk.tend()
    assert worn(window) == ()


def test_actions_have_keys_that_can_be_changed(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert not window.live.settings.pose.follows
    choose(window, actions={"rest": "F5", "mirror": ""})
    qtbot.keyClick(window, Qt.Key.Key_F)
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert not window.live.settings.pose.follows
    assert window.live.settings.pose.mirrored, "it has no key any more"
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.live.settings.pose.follows
    first, before = gallery.names()[0], window.live.settings.avatar
    qtbot.keyClick(window, Qt.Key.Key_N)
    assert window.live.settings.avatar == first != before


def test_the_page_takes_a_key_and_tells_of_conflicts(window: MainWindow, qtbot: QtBot) -> None:
    window.poser.expressions.keyed.emit("Worried")
    page = window.keys_page
    assert page
    button = page.buttons["Worried"]
    assert button.isChecked(), "it waits for a key"
    qtbot.keyClick(button, Qt.Key.Key_1)
    assert window.live.settings.hotkeys.expressions.by_name["Worried"].key == "1"
    assert page.clash.sentence == "1 does several things: Happy, Worried."
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(button, Qt.Key.Key_Backspace)
    assert "Worried" not in window.live.settings.hotkeys.expressions.by_name
    assert not page.clash.sentence
    page.ways["Happy"].activated.emit(2)
    assert window.live.settings.hotkeys.expressions.by_name["Happy"].way == "while"
    assert page.seconds["Happy"].isVisible()
    window.live.save()
    assert files.load()[0].hotkeys == window.live.settings.hotkeys
    window.poser.expressions.mark()
    assert window.poser.expressions.chips["Happy"].key == "1"


def test_one_avatar_may_have_keys_of_its_own(window: MainWindow) -> None:
    window.show_keys("Worried")
    page = window.keys_page
    assert page
    page.own.click()
    page.buttons["Worried"].pressed_key.emit("W")
    hotkeys = window.live.settings.hotkeys
    assert hotkeys.avatar
    assert hotkeys.avatar.by_name["Worried"].key == "W"
    assert "Worried" not in hotkeys.expressions.by_name
    page.own.click()
    assert window.live.settings.hotkeys.avatar is None
    assert page.buttons["Worried"].key == ""


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An X server of its own, whose keys xdotool presses; our window isn't on it and never has its focus."""
    if not sys.platform.startswith("linux") or not shutil.which("Xvfb") or not shutil.which("xdotool"):
        pytest.skip("there is no Xvfb and xdotool")
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "400x200x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout
        name = f":{server.stdout.readline().strip()}"
        monkeypatch.setenv("DISPLAY", name)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
        yield name
        server.terminate()


def xdotool(*words: str) -> None:
    subprocess.run(["xdotool", *words], check=True, timeout=20)


def test_keys_are_heard_while_others_have_the_focus(screen: str, window: MainWindow, qtbot: QtBot) -> None:
    ways = {"Happy": ExpressionKey(key="1"), "Sad": ExpressionKey(key="2", way="hold")}
    choose(window, everywhere=True, expressions=ExpressionKeys(by_name=ways))
    assert window.keys.fault == ""
    xdotool("key", "1")
    xdotool("key", "ctrl+alt+1")
    qtbot.waitUntil(lambda: worn(window) == ("Happy",))
    xdotool("keydown", "ctrl", "keydown", "alt", "keydown", "2")
    qtbot.waitUntil(lambda: worn(window) == ("Happy", "Sad"))
    xdotool("keyup", "2", "keyup", "alt", "keyup", "ctrl")
    qtbot.waitUntil(lambda: worn(window) == ("Happy",))
    choose(window, everywhere=False)
    assert window.keys._everywhere is None


def test_a_key_that_another_program_has_is_named(screen: str, window: MainWindow) -> None:
    from vtuber_app.core.keyboard.x import XHotkeys

    other = XHotkeys(["1"], "Ctrl+Alt")
    choose(window, everywhere=True)
    assert "Ctrl+Alt+1" in window.keys.fault
    other.close()


def test_wayland_is_grey_with_the_reason(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("Wayland is Linux' own")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    window.show_keys()
    assert window.keys_page
    assert not window.keys_page.everywhere.isEnabled()
    assert "Wayland" in window.keys_page.everywhere.toolTip()
    choose(window, everywhere=True)
    assert "Wayland" in window.keys.fault


def test_keys_of_the_mouse_tracker_go_to_it_and_to_nothing_else(screen: str, window: MainWindow, qtbot: QtBot) -> None:
    tracker = MouseSettings(head_keys="arrows", mouth_keys="A I U E O")
    window.live.put(window.live.settings.with_part(tracker, tracker="mouse"))

    def pressed() -> frozenset[str]:
        settings = window.live.settings.part("mouse")
        assert isinstance(settings, MouseSettings)
        return settings.pressed

    qtbot.keyPress(window.preview, Qt.Key.Key_E)
    qtbot.keyPress(window.preview, Qt.Key.Key_Left)
    assert pressed() == {"E", "Left"}
    assert not window.poser.isVisible(), "E opens the pose page otherwise"
    qtbot.keyRelease(window.preview, Qt.Key.Key_E)
    assert pressed() == {"Left"}
    qtbot.keyRelease(window.preview, Qt.Key.Key_Left)
    window.live.change(tracker="idle")
    qtbot.keyClick(window.preview, Qt.Key.Key_E)
    assert window.poser.isVisible()
