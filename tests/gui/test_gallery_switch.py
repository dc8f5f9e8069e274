"""Another avatar while the stream goes on: how long it takes, and what is sent meanwhile."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from vtuber_app.animators.puppet import Puppet, PuppetSettings
from vtuber_app.avatars import gallery, keep, pictures
from vtuber_app.avatars.autorig import importing, remembered
from vtuber_app.avatars.rig import format
from vtuber_app.core import clock, paths
from vtuber_app.core.types import Driving, Frame
from vtuber_app.gui.live import Live
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.settings import AppSettings

WANTED = 0.3
"""What a switch may take on a machine with time to spare, s."""
FIRST = "hina"
CUTTING = 1.0
"""How long it takes to cut a flat picture, s."""


def small(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    over = pixels[..., :3] * (pixels[..., 3:] / np.float32(255))
    return np.asarray(cv2.resize(over, (16, 16), interpolation=cv2.INTER_AREA), np.float32)


def looks(avatar: str) -> tuple[NDArray[np.float32], float]:
    """How an avatar looks, and how long it takes to get it alone, s."""
    began = time.perf_counter()
    with Puppet(PuppetSettings()) as puppet:
        puppet.set_avatar(gallery.load(avatar))
        picture = puppet.render(Driving(0.0, None))
    return small(picture.pixels), time.perf_counter() - began


@dataclass
class Switch:
    """Seconds until the first picture of the new avatar, and the pictures that were seen until then."""

    took: float
    pictures: list[Frame]


def switch(live: Live, avatar: str, change: Callable[[], object], turn: Callable[[], None]) -> Switch:
    """Change and look at the preview until the new avatar is seen; what is seen before must be the old one."""
    session = live.session
    assert session
    new, old = looks(avatar)[0], small(session.preview.peek().pixels)  # type: ignore[union-attr]
    assert np.abs(new - old).mean() > 4
    seen: list[Frame] = []
    began = clock.now()
    change()
    while clock.now() - began < 30:
        picture = session.preview.peek()
        if picture is not None and (not seen or picture is not seen[-1]):
            seen.append(picture)
            now = small(picture.pixels)
            assert (picture.pixels[..., 3] > 200).mean() > 0.1  # never an empty one
            if np.abs(now - new).mean() < np.abs(now - old).mean():
                return Switch(clock.now() - began, seen)
        turn()
    raise AssertionError(f"{avatar} was not seen")


@pytest.fixture
def window(show: Callable[..., MainWindow], qtbot: QtBot) -> MainWindow:
    window = show(AppSettings(tracker="idle", avatar=FIRST))
    qtbot.waitUntil(lambda: window.live.session is not None and window.live.session.preview.peek() is not None)
    return window


@pytest.fixture
def flat() -> Path:
    """A picture without layers, on its own, of another character."""
    target = paths.data() / "flat.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(gallery.find("ren") / "picture_1024.png", target))


@pytest.fixture
def cutting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When a flat picture was cut; what comes of it are the layers of a character that ships."""
    moments: list[float] = []

    def rigged(pixels: NDArray[np.uint8], name: str) -> importing.Imported:
        folder = gallery.find("ren")
        rig = format.load(folder)
        layers = {file: pictures.read(folder / file) for file in keep.named_files(rig.model_dump())}
        time.sleep(CUTTING)
        moments.append(clock.now())
        return importing.Imported(pixels, None, rig, layers, [])  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "rigged", rigged)
    return moments


def test_a_puppet_is_there_at_once(window: MainWindow, qtbot: QtBot) -> None:
    session = window.live.session
    for avatar in ("mika", "ren", FIRST):
        alone = min(looks(avatar)[1] for _ in range(2))
        done = switch(window.live, avatar, partial(window.avatars.choose, avatar), lambda: qtbot.wait(1))
        assert done.took < max(WANTED, 4 * alone), avatar
    assert window.live.session is session
    assert all(stage.error is None for stage in window.live.session.status().stages)  # type: ignore[union-attr]


def test_a_flat_picture_is_cut_while_the_old_avatar_moves_on_and_then_is_there_at_once(
    window: MainWindow, flat: Path, cutting: list[float], qtbot: QtBot
) -> None:
    assert window.live.session
    before = window.live.session.worker("animator").meter.count
    window.avatars.choose(str(flat))
    assert "Getting flat ready" in window.avatars.notice.sentence
    qtbot.waitUntil(lambda: bool(cutting), timeout=20_000)
    assert window.live.session.worker("animator").meter.count - before > 8, "the old avatar stood still"
    assert window.live.settings.avatar == FIRST
    qtbot.waitUntil(lambda: window.live.settings.avatar == str(flat), timeout=20_000)
    assert "Getting" not in window.avatars.notice.sentence
    ours = looks(str(flat))[0]
    qtbot.waitUntil(lambda: _is(window, ours, looks(FIRST)[0]))
    window.avatars.choose(FIRST)
    qtbot.waitUntil(lambda: _is(window, looks(FIRST)[0], ours))
    alone = min(looks(str(flat))[1] for _ in range(2))
    again = switch(window.live, str(flat), lambda: window.live.change(avatar=str(flat)), lambda: qtbot.wait(1))
    assert again.took < max(WANTED, 4 * alone)
    assert len(cutting) == 1


def _is(window: MainWindow, this: NDArray[np.float32], not_that: NDArray[np.float32]) -> bool:
    assert window.live.session
    picture = window.live.session.preview.peek()
    assert picture is not None
    now = small(picture.pixels)
    return bool(np.abs(now - this).mean() < np.abs(now - not_that).mean())


def test_who_chooses_another_meanwhile_gets_that(
    window: MainWindow, flat: Path, cutting: list[float], qtbot: QtBot
) -> None:
    window.avatars.choose(str(flat))
    window.avatars.choose("mika")
    assert window.live.settings.avatar == "mika"
    qtbot.waitUntil(lambda: bool(cutting) and remembered.known(gallery.load(flat).pixels), timeout=30_000)
    qtbot.wait(50)
    assert window.live.settings.avatar == "mika"
    assert "Getting" not in window.avatars.notice.sentence
