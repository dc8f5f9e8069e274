"""The way to a character: rounds of variations, of each of which one is chosen, with a way back."""

from dataclasses import dataclass, replace

import numpy as np

from vtuber_app.avatars.composer.dna import Dna, changed, draw, variations
from vtuber_app.avatars.composer.pools import POOLS
from vtuber_app.avatars.composer.steps import STEPS

COUNT = 16
"""Characters in a round."""
LAST = len(STEPS)
"""The step after all that vary something: the character is finished."""


@dataclass(frozen=True)
class Round:
    """What there is to choose from.

    Attributes:
        step: Whose traits vary: a number in `STEPS`, or `LAST`.
        dnas: The characters.
        chosen: The number of the one that was chosen.
        kept: Options of traits that everything has that is drawn.
    """

    step: int
    dnas: tuple[Dna, ...]
    chosen: int
    kept: dict[str, str]


class Rounds:
    """The rounds so far, the newest last.

    Args:
        seed: The same one and the same choices give the same characters.
    """

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._past = [self._by_lot({})]

    @property
    def now(self) -> Round:
        """The newest."""
        return self._past[-1]

    @property
    def dna(self) -> Dna:
        """The character that is chosen."""
        return self.now.dnas[self.now.chosen]

    @property
    def can_go_back(self) -> bool:
        """Whether there is a round before."""
        return len(self._past) > 1

    def choose(self, number: int) -> None:
        """Choose another one of this round."""
        self._past[-1] = replace(self.now, chosen=number)

    def others(self) -> None:
        """Another round of the same step; the chosen one stays, but for the first step."""
        now = self.now
        self._past.append(self._varied(now.step) if now.step else self._by_lot(now.kept))

    def go(self, step: int) -> None:
        """On to a later step with the chosen one, or back to a former one as it was left."""
        if step > self.now.step:
            self._past.append(self._varied(step))
            return
        while self.now.step > step and self.can_go_back:
            self._past.pop()

    def back(self) -> None:
        """Take the last step, edit or round back."""
        if self.can_go_back:
            self._past.pop()

    def change(self, trait: str, option: str) -> None:
        """Give the chosen one another option; SettingsError if that does not go with one that is kept."""
        now = self.now
        kept = now.kept | ({trait: option} if trait in now.kept else {})
        others = [other for other in kept if other != trait]
        dnas = [
            changed(dna, trait, option, others) if trait in kept or number == now.chosen else dna
            for number, dna in enumerate(now.dnas)
        ]
        self._past.append(replace(now, dnas=tuple(dnas), kept=kept))

    def roll(self, trait: str) -> None:
        """Draw one trait of the chosen one anew."""
        drawn = variations(self.dna, (trait,), 2, self._seed())[-1]
        if drawn != self.dna:
            self.change(trait, drawn.options[trait])

    def keep(self, trait: str, on: bool) -> None:
        """Have all that is drawn take over this trait of the chosen one, or leave it free again."""
        now, option = self.now, self.dna.options[trait]
        if not on:
            kept = {other: its for other, its in now.kept.items() if other != trait}
            self._past.append(replace(now, kept=kept))
            return
        dnas = tuple(changed(dna, trait, option, list(now.kept)) for dna in now.dnas)
        self._past.append(replace(now, dnas=dnas, kept=now.kept | {trait: option}))

    def _by_lot(self, kept: dict[str, str]) -> Round:
        free = [trait for trait in POOLS if trait not in kept]
        dnas = variations(draw(self._seed(), kept), free, COUNT, self._seed())
        return Round(0, tuple(replace(dna, seed=self._seed()) for dna in dnas), 0, kept)

    def _varied(self, step: int) -> Round:
        kept = self.now.kept
        free = [trait for trait in STEPS[step].traits if trait not in kept] if step < LAST else []
        return Round(step, tuple(variations(self.dna, free, COUNT, self._seed())), 0, kept)

    def _seed(self) -> int:
        return int(self._random.integers(1 << 31))
