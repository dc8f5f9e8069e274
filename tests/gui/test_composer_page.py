"""The composer over real processes: a character is chosen in steps, changed, and kept."""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

pytest.importorskip("skia", reason="skia-python paints")
from psd_tools import PSDImage

from vtuber_app.avatars import gallery, keep
from vtuber_app.avatars.composer import rounds
from vtuber_app.avatars.composer.rounds import LAST
from vtuber_app.gui import composer_keeping
from vtuber_app.gui.background import Background
from vtuber_app.gui.composer_page import ComposerPage
from vtuber_app.gui.composer_painters import Painters
from vtuber_app.gui.composer_steps import Composer

WAIT_MS = 30_000


@pytest.fixture
def page(qtbot: QtBot, styled: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ComposerPage]:
    monkeypatch.setattr("vtuber_app.core.paths.data", lambda: tmp_path / "data")
    monkeypatch.setattr(composer_keeping, "SIZE", 256)
    monkeypatch.setattr(rounds, "COUNT", 6)
    before = threading.enumerate()
    background = Background()
    page = ComposerPage(background.run, seed=8)
    qtbot.addWidget(page)
    page.show()
    yield page
    page.close()
    background.close()
    for thread in threading.enumerate():
        if thread not in before:
            thread.join(20)  # the processes end what they have begun


@pytest.fixture
def composer(page: ComposerPage) -> Composer:
    return page.composer


@pytest.fixture
def blank(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Composer:
    """One for which nothing is drawn."""
    monkeypatch.setattr(Painters, "_hand_over", lambda self: None)
    composer: Composer = request.getfixturevalue("composer")
    return composer


def drawn(composer: Composer) -> Callable[[], bool]:
    return lambda: all(tile.has_picture for tile in composer.grid.tiles[: len(composer.rounds.now.dnas)])


def test_a_character_is_chosen_and_kept(page: ComposerPage, composer: Composer, qtbot: QtBot) -> None:
    composer.grid.tiles[5].click()  # before it is drawn
    assert composer.dna == composer.rounds.now.dnas[5]
    qtbot.waitUntil(lambda: composer.living.lives, timeout=WAIT_MS)
    qtbot.waitUntil(drawn(composer), timeout=WAIT_MS)
    composer.next_button.click()
    assert composer.trail.checkedId() == 1
    assert composer.grid.tiles[0].isChecked()
    assert composer.grid.tiles[0].has_picture  # it is known already
    assert not composer.grid.tiles[1].has_picture
    composer.back_button.click()
    assert drawn(composer)()
    assert composer.grid.tiles[5].isChecked()
    assert not composer.back_button.isEnabled()
    composer.trail.button(LAST).click()
    assert composer.keeping.isVisible()
    assert not composer.keeping.keep_button.isEnabled()
    composer.keeping.name.setText("Aoi")
    with qtbot.waitSignal(page.made, timeout=WAIT_MS) as made:
        composer.keeping.keep_button.click()
    assert made.args == ["Aoi"]
    folder = keep.where("Aoi")
    assert gallery.load("Aoi").pixels.shape == (512, 512, 4)
    assert (folder / "portrait.png").is_file()
    said = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    assert {one["trait_type"]: one["value"] for one in said["attributes"]} == composer.dna.options
    assert not composer.keeping.busy


def test_a_step_that_is_left_is_drawn_no_further(blank: Composer) -> None:
    left = list(blank._jobs.values())
    assert len(left) == 6
    blank.next_button.click()
    assert sum(not job.dropped for job in left) == 1  # the chosen one, which goes along
    blank.window().hide()
    assert not blank._jobs


def test_traits_are_changed_kept_and_refused_one_by_one(blank: Composer) -> None:
    rows = blank.traits.rows
    row = rows["clothes"]
    row.box.setCurrentIndex(row.box.findData("kimono"))
    row.box.activated.emit(row.box.currentIndex())
    assert blank.dna.options["clothes"] == "kimono"
    row.lock.click()
    assert {dna.options["clothes"] for dna in blank.rounds.now.dnas} == {"kimono"}
    neck = rows["on the neck"]
    neck.box.setCurrentIndex(neck.box.findData("choker"))
    neck.box.activated.emit(neck.box.currentIndex())
    assert "does not go with" in blank.said.text()
    assert neck.box.currentData() == "none"
    before = blank.dna.options["eyes"]
    rows["eyes"].die.click()
    assert blank.dna.options["eyes"] == rows["eyes"].box.currentData() != before
    assert not blank.said.isVisible()


def test_a_psd_is_saved_or_the_reason_said(composer: Composer, qtbot: QtBot, tmp_path: Path) -> None:
    composer.go(LAST)
    composer.keeping.save_psd(tmp_path / "none" / "a.psd")
    qtbot.waitUntil(lambda: not composer.keeping.busy, timeout=WAIT_MS)
    assert "Choose another place" in composer.keeping.said.sentence
    composer.keeping.save_psd(tmp_path / "a.psd")
    qtbot.waitUntil(lambda: not composer.keeping.busy, timeout=WAIT_MS)
    assert composer.keeping.said.sentence.startswith("Saved")
    assert PSDImage.open(tmp_path / "a.psd").size == (256, 256)


def test_a_name_that_cannot_be_is_said(blank: Composer) -> None:
    blank.go(LAST)
    blank.keeping.name.setText("a/b")
    blank.keeping.keep()
    assert "Choose another name" in blank.keeping.said.sentence
    assert not blank.keeping.busy


def test_without_the_painter_it_says_so(qtbot: QtBot, styled: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skia", None)
    page = ComposerPage(lambda call, then: None)
    qtbot.addWidget(page)
    assert "pip install skia-python" in page.missing.sentence


def test_processes_that_die_are_replaced(qtbot: QtBot) -> None:
    before = threading.enumerate()
    painters = Painters()
    said: list[object] = []
    painters.ask(partial(os._exit, 1), said.append, said.append)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    assert "Try again" in str(said.pop())
    painters.ask(np.random.default_rng, said.append, said.append)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    assert isinstance(said[0], np.random.Generator)
    painters.close()
    for thread in threading.enumerate():
        if thread not in before:
            thread.join(20)
