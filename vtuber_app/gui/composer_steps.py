"""A character chosen in steps, each a grid of sixteen, and each trait in a list beside it."""

from collections import OrderedDict
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vtuber_app.avatars.composer.dna import Dna
from vtuber_app.avatars.composer.painting import portrait, puppet
from vtuber_app.avatars.composer.rounds import LAST, Rounds
from vtuber_app.avatars.composer.steps import STEPS
from vtuber_app.core.errors import SettingsError
from vtuber_app.gui.background import Runner
from vtuber_app.gui.composer_grid import FaceGrid
from vtuber_app.gui.composer_keeping import Keeping
from vtuber_app.gui.composer_living import CANVAS_PX, Living
from vtuber_app.gui.composer_painters import Job, Painters
from vtuber_app.gui.composer_traits import TraitList
from vtuber_app.gui.controls import Words, named, tr
from vtuber_app.gui.style import GRID, icon

TILE_PX = 224
REMEMBERED = 200
"""Pictures of tiles that are kept for the way back, 40 MB."""
HEADS = (
    ("Character", "Choose one that comes near. What differs from it can be changed afterwards."),
    ("Colours", "The same one in other colours of hair, eyes and skin. The first stays as it was."),
    ("Details", "The same one with another face and other things worn on the head."),
    ("Outfit", "The same one in other clothes."),
    ("Name", "Give it a name, and it becomes an avatar in your gallery."),
)
Pixels = NDArray[np.uint8]
Key = tuple[int, tuple[str, ...]]


class Composer(QWidget):
    """The steps; nothing is drawn while it is hidden.

    Args:
        run: Calls what takes long elsewhere.
        seed: The same one and the same choices give the same characters.
    """

    made = Signal(str)
    """A character was kept: its name in the gallery."""

    def __init__(self, run: Runner, seed: int) -> None:
        super().__init__()
        self.rounds = Rounds(seed)
        self.drawing = Painters(self)
        self.grid, self.living, self.traits = FaceGrid(), Living(), TraitList()
        self.keeping = Keeping(run, self.drawing)
        self.said = Words(name="fault")
        self.said.hide()
        self._pictures: OrderedDict[Key, Pixels] = OrderedDict()
        self._jobs: dict[Key, Job] = {}
        self._coming: tuple[Key, Job] | None = None
        self._alive: Key | None = None
        self._build()
        self.grid.picked.connect(self._pick)
        self.grid.entered.connect(self.go_on)
        self.traits.changed.connect(lambda trait, option: self._do(partial(self.rounds.change, trait, option)))
        self.traits.rolled.connect(lambda trait: self._do(partial(self.rounds.roll, trait)))
        self.traits.locked.connect(lambda trait, on: self._do(partial(self.rounds.keep, trait, on)))
        self.keeping.made.connect(self.made)

    @property
    def dna(self) -> Dna:
        """The character that is chosen."""
        return self.rounds.dna

    def go(self, step: int) -> None:
        """To another step: a number in `STEPS`, or the one after them."""
        self._do(partial(self.rounds.go, step))
        self.traits.show_step(step)
        (self.keeping.name if step == LAST else self.grid.tiles[self.rounds.now.chosen]).setFocus()

    def go_on(self) -> None:
        """To the next step with the chosen one."""
        if self.rounds.now.step < LAST:
            self.go(self.rounds.now.step + 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_round()
        self.grid.tiles[self.rounds.now.chosen].setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """End the processes that draw, unless a character is just being kept."""
        super().hideEvent(event)
        self._drop()
        if not self.keeping.busy:
            self.drawing.close()

    def _do(self, change: partial[None]) -> None:
        try:
            change()
            self._say("")
        except SettingsError as error:
            self._say(str(error))
        self._show_round()

    def _pick(self, number: int) -> None:
        self.rounds.choose(number)
        self._show_round(picked=True)

    def _show_round(self, picked: bool = False) -> None:
        now = self.rounds.now
        last = now.step == LAST
        self.trail.button(now.step).setChecked(True)
        self.about.say(tr(HEADS[now.step][1]))
        self.grid.setVisible(not last)
        self.keeping.setVisible(last)
        for widget in (self.others_button, self.next_button):
            widget.setVisible(not last)
        self.back_button.setEnabled(self.rounds.can_go_back)
        self.traits.show_dna(self.dna, set(now.kept))
        self.keeping.dna = self.dna
        if not last:
            self.grid.show_choice(len(now.dnas), now.chosen, [self._told(dna) for dna in now.dnas])
        self._draw(picked)

    def _draw(self, picked: bool) -> None:
        """Have drawn what is not there yet; what nobody looks at any more is left out."""
        if not self.isVisible():
            return
        dnas = {_key(dna): dna for dna in self.rounds.now.dnas}
        for key in [key for key in self._jobs if key not in dnas]:
            self.drawing.drop([self._jobs.pop(key)])
        for tile, key in zip(self.grid.tiles, map(_key, self.rounds.now.dnas), strict=False):
            tile.show_picture(self._pictures.get(key))
            if key not in self._pictures and key not in self._jobs:
                call = partial(portrait, dnas[key], TILE_PX)
                self._jobs[key] = self.drawing.ask(call, partial(self._drawn, key), partial(self._missed, key))
        self._enliven(picked)

    def _enliven(self, picked: bool) -> None:
        key = _key(self.dna)
        if self._coming and self._coming[0] != key:
            self.drawing.drop([self._coming[1]])
            self._coming = None
        if self._alive == key:
            return
        self.living.wait()
        self._alive = None
        if not self._coming:
            call = partial(puppet, self.dna, CANVAS_PX)
            job = self.drawing.ask(call, partial(self._lives, key), self._say, first=picked)
            self._coming = key, job

    def _drawn(self, key: Key, pixels: Pixels) -> None:
        self._jobs.pop(key, None)
        self._pictures[key] = pixels
        while len(self._pictures) > REMEMBERED:
            self._pictures.popitem(last=False)
        for tile, dna in zip(self.grid.tiles, self.rounds.now.dnas, strict=False):
            if _key(dna) == key:
                tile.show_picture(pixels)

    def _lives(self, key: Key, made: tuple) -> None:  # type: ignore[type-arg]
        self._coming, self._alive = None, key
        self.living.show_puppet(*made)

    def _missed(self, key: Key, sentence: str) -> None:
        self._jobs.pop(key, None)
        self._say(sentence)

    def _drop(self) -> None:
        self.drawing.drop([*self._jobs.values(), *([self._coming[1]] if self._coming else [])])
        self._jobs.clear()
        self._coming = None

    def _told(self, dna: Dna) -> str:
        """What a tile differs in, for its tip."""
        step = self.rounds.now.step
        traits = STEPS[step].traits if step else ("hair colour", "fringe", "iris", "clothes")
        return "\n".join(f"{tr(trait).capitalize()}: {tr(dna.options[trait])}" for trait in traits)

    def _say(self, sentence: str) -> None:
        self.said.say(sentence)
        self.said.setVisible(bool(sentence))

    def _build(self) -> None:
        trail = named(QWidget(), "segments")
        steps = QHBoxLayout(trail)
        steps.setContentsMargins(0, 0, 0, 0)
        steps.setSpacing(GRID // 2)
        self.trail = QButtonGroup(self, exclusive=True)
        for step, (title, _) in enumerate(HEADS):
            button = QToolButton()
            button.setText(f"{step + 1}   {tr(title)}")
            button.setCheckable(True)
            button.setMinimumWidth(13 * GRID)
            self.trail.addButton(button, step)
            steps.addWidget(button)
        self.trail.idClicked.connect(self.go)
        steps.addStretch()
        self.about = Words()
        head = QVBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(trail)
        head.addWidget(self.about)
        middle = QHBoxLayout()
        middle.setSpacing(2 * GRID)
        middle.addWidget(self.grid, 11)
        middle.addWidget(self.living, 6)
        middle.addWidget(self.traits)
        self.back_button = QPushButton(tr("Back"))
        self.back_button.setToolTip(tr("Take the last step back"))
        self.back_button.clicked.connect(lambda: self._do(partial(self.rounds.back)))
        self.others_button = QPushButton(icon("dice"), tr("Other 16"))
        self.others_button.setToolTip(tr("Draw others"))
        self.others_button.clicked.connect(lambda: self._do(partial(self.rounds.others)))
        self.next_button = named(QPushButton(tr("Next")), "primary")
        self.next_button.clicked.connect(self.go_on)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.back_button)
        foot.addWidget(self.others_button)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.keeping, 1)
        foot.addStretch()
        foot.addWidget(self.next_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * GRID)
        whole.addLayout(head)
        whole.addLayout(middle, 1)
        whole.addLayout(foot)


def _key(dna: Dna) -> Key:
    return dna.seed, dna.key
