"""Two avatars with settings of their own, switched live back and forth."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from vtuber_app import avatar_settings
from vtuber_app.animators.puppet import Puppet
from vtuber_app.avatars import keep
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.pose.mapping import usual
from vtuber_app.settings import AppSettings

Show = Callable[..., MainWindow]


@pytest.fixture
def window(show: Show) -> MainWindow:
    keep.duplicate("sora")
    return show(AppSettings(tracker="idle", animator="puppet", avatar="sora"))


def zoom(window: MainWindow) -> float:
    """What the running puppet shows."""
    session = window.live.session
    assert session
    part = session.worker("animator").part
    assert isinstance(part, Puppet)
    return part.settings.zoom


def set_zoom(window: MainWindow, value: float) -> None:
    part = window.live.settings.part("puppet")
    assert window.live.put(window.live.settings.with_part(part.model_copy(update={"zoom": value})))


def test_each_keeps_its_zoom_and_its_mapping(window: MainWindow, qtbot: QtBot) -> None:
    live = window.live
    session = live.session
    set_zoom(window, 1.4)
    window.avatars.choose("sora 2")
    qtbot.waitUntil(lambda: zoom(window) == 1.0)
    set_zoom(window, 0.7)
    mapping = live.settings.pose.mapping.model_copy(update={"avatar": {"smile": usual("smile")}})
    live.change(pose=live.settings.pose.model_copy(update={"mapping": mapping}))
    for avatar, expected, maps in (("sora", 1.4, 0), ("sora 2", 0.7, 1), ("sora", 1.4, 0)):
        window.avatars.choose(avatar)
        qtbot.waitUntil(lambda expected=expected: zoom(window) == expected)
        assert len(live.settings.pose.mapping.avatar) == maps
    assert live.session is session, "the stream went on"
    assert (keep.own() / "sora 2" / avatar_settings.FILE).is_file()


def test_what_was_changed_is_there_at_the_next_start(window: MainWindow, show: Show, qtbot: QtBot) -> None:
    window.avatars.choose("sora 2")
    set_zoom(window, 1.25)
    window.close()
    assert avatar_settings.read("sora 2")[0].parts == {"puppet": {"zoom": 1.25}}
    again = show(*avatar_settings.load())
    qtbot.waitUntil(lambda: zoom(again) == 1.25)


def test_choosing_alone_writes_nothing(window: MainWindow) -> None:
    window.avatars.choose("sora 2")
    window.avatars.choose("sora")
    window.close()
    for avatar in ("sora", "sora 2"):
        file = avatar_settings.place(avatar)
        assert file
        assert not file.exists()


def test_a_broken_file_is_said_in_the_banner(window: MainWindow) -> None:
    (keep.own() / "sora 2" / avatar_settings.FILE).write_text("{")
    window.avatars.choose("sora 2")
    assert "are broken" in window.banner.text.text()
    assert window.live.settings.avatar == "sora 2"


def test_a_copy_in_the_gallery_has_them_too(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    set_zoom(window, 1.3)
    window.avatars.show_gallery()
    page = window.avatars.gallery
    assert page
    with qtbot.waitSignal(page.deeds.there) as copied:
        page.deeds.duplicate("sora")
    assert avatar_settings.read(copied.args[0])[0].parts == {"puppet": {"zoom": 1.3}}
    with qtbot.waitSignal(page.deeds.turned, check_params_cb=lambda busy: not busy):
        page.deeds.export("sora", tmp_path / "sora.zip")
    with qtbot.waitSignal(page.deeds.there) as added:
        page.deeds.add(tmp_path / "sora.zip")
    assert avatar_settings.read(added.args[0])[0].parts == {"puppet": {"zoom": 1.3}}
