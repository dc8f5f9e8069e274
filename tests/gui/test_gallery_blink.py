"""Thumbnails that blink: what is drawn for them, when they do, and what that costs the window."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vtuber_app.avatars import blinks, gallery
from vtuber_app.avatars.rig.textures import Pixels
from vtuber_app.core import paths
from vtuber_app.gui import gallery_blink
from vtuber_app.gui.background import Background
from vtuber_app.gui.tiles import Tile, Tiles

SIZE = 96


@pytest.fixture
def doll() -> Path:
    return Path(shutil.copytree(paths.assets() / "avatars" / "hina", paths.data() / "avatars" / "doll"))


def changed(one: Pixels, other: Pixels) -> NDArray[np.bool_]:
    return np.asarray(np.abs(one.astype(int) - other).max(-1) > 60)


def test_the_eyes_close_and_nothing_else_moves() -> None:
    opened, half, closed = blinks.frames("hina", SIZE)
    assert opened.shape == half.shape == closed.shape == (SIZE, SIZE, 4)
    assert 0 < changed(opened, half).sum() < changed(opened, closed).sum() < 0.05 * SIZE * SIZE
    rows = np.nonzero(changed(opened, closed))[0]
    assert rows.max() - rows.min() < 0.2 * SIZE


def test_they_are_drawn_once(doll: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = blinks.frames("doll", SIZE)
    with monkeypatch.context() as patch:
        patch.setattr(blinks, "_drawn", lambda *_: pytest.fail("drawn again"))
        for one, again in zip(first, blinks.frames("doll", SIZE), strict=True):
            np.testing.assert_array_equal(one, again)
        doll.rename(doll.with_name("Luna"))
        assert len(blinks.frames("Luna", SIZE)) == 3
    eye = doll.with_name("Luna") / "layers" / "face.png"
    os.utime(eye, (eye.stat().st_mtime + 5,) * 2)
    monkeypatch.setattr(blinks, "_drawn", lambda *_: ())
    assert blinks.frames("Luna", SIZE) == ()


def test_a_flat_picture_stays_still() -> None:
    assert blinks.frames(gallery.find("hina") / "picture.png", SIZE) == ()


@pytest.fixture
def grid(qtbot: QtBot, styled: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tiles]:
    monkeypatch.setattr(gallery_blink, "PERIOD_MS", (10, 20))
    monkeypatch.setattr(gallery_blink, "LID_MS", 5)
    background = Background()
    grid = Tiles()
    qtbot.addWidget(grid)
    grid.put([Tile(name, name) for name in ("hina", "mika")])
    grid.load(background.run)
    grid.resize(400, 200)
    grid.show()
    qtbot.waitUntil(lambda: all(tile.blinks for tile in grid.tiles.values()))
    yield grid
    background.close()


def test_tiles_blink_only_while_they_are_seen(grid: Tiles, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int]] = []
    show = Tile.show_frame

    def shown(tile: Tile, index: int) -> None:
        seen.append((tile.name, index))
        show(tile, index)

    monkeypatch.setattr(Tile, "show_frame", shown)
    qtbot.waitUntil(lambda: {name for name, _ in seen} == {"hina", "mika"})
    assert {index for _, index in seen} == {0, 1, 2}
    grid.hide()
    assert not grid.blinker.timer.isActive()
    assert seen[-1][1] == 0  # nobody is left with closed eyes
    count = len(seen)
    qtbot.wait(80)
    assert len(seen) == count
    grid.show()
    qtbot.waitUntil(lambda: len(seen) > count)


def test_a_tile_that_is_gone_in_the_middle_of_a_blink(grid: Tiles, qtbot: QtBot) -> None:
    grid.blinker.blink(grid.tiles["hina"])
    grid.put([Tile("mika", "mika")])
    qtbot.wait(60)
    assert grid.blinker.timer.isActive()


def test_a_blink_costs_the_window_little(grid: Tiles) -> None:
    tile = grid.tiles["hina"]
    spent = []
    for index in (1, 2, 1, 0) * 8:
        began = time.perf_counter()
        tile.show_frame(index)
        tile.repaint()
        spent.append(time.perf_counter() - began)
    assert np.median(spent) < 0.004
