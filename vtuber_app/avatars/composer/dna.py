"""A character as the options of its traits: drawn by a seed, fixed by hand, compared, and made drawable."""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vtuber_app.avatars.composer import pools
from vtuber_app.avatars.composer.brush import CANVAS, Manner
from vtuber_app.avatars.composer.character import Hairstyle, Traits
from vtuber_app.avatars.composer.pools import EXCLUDED, POOLS
from vtuber_app.core.errors import SettingsError

TRIES = 10_000
"""After as many repeats in a row the traits that are left free give nothing new."""
REPEATS = 25
"""How many are drawn for each variation, as some are drawn twice."""


@dataclass(frozen=True)
class Dna:
    """One character.

    Attributes:
        options: The name of each trait's option, for all of `POOLS`.
        seed: Of the hand that draws it: strands and rays, nothing one would name.
    """

    options: Mapping[str, str]
    seed: int

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from others."""
        return tuple(self.options[trait] for trait in POOLS)

    def manner(self, size: int = CANVAS) -> Manner:
        """How it is painted, on sheets of `size` px."""
        return pools.manner(self._value("shading"), self._value("lines"), size)

    def traits(self, name: str) -> Traits:
        """What `character.Drawing` takes."""
        value = self._value
        base, end = value("hair colour"), value("hair ends")
        hair = pools.hair_colour(base, end)
        fringe, dome = value("fringe")
        shape, wide, tall = value("eyes")
        accent = value("accent")
        worn = [make(accent) for place in ("head", "face", "neck") if (make := value(f"on the {place}"))]
        return Traits(
            name=name,
            seed=self.seed % 100_000,
            hair=hair,
            style=Hairstyle((*value("back hair"), *value("side hair"), *fringe, *value("ahoge")), dome),
            iris=value("iris"),
            iris_right=value("right iris"),
            garment=value("clothes")(value("cloth"), value("second cloth"), accent),
            skin=value("skin"),
            face=value("face"),
            eye=pools.eye(shape, wide, tall, value("iris size")),
            brow=value("brows"),
            lash=value("lashes") or hair.line,
            lips=replace(value("mouth"), fang=value("fang"), y=value("face").chin - 62),
            build=value("build"),
            accessories=tuple(worn),
            blush=value("blush"),
            nose=value("nose"),
            ears=value("ears"),
            mole=value("mole"),
            portrait=(484.0, 112.0, 1080.0),
        )

    def _value(self, trait: str) -> Any:
        return POOLS[trait][self.options[trait]].value


def checked(fixed: Mapping[str, str]) -> Mapping[str, str]:
    """The same traits; SettingsError if there is no such trait or option, or two exclude each other."""
    for trait, option in fixed.items():
        if trait not in POOLS:
            raise SettingsError(f"A character has no trait {trait!r}. Its traits are: {', '.join(POOLS)}.")
        if option not in POOLS[trait]:
            raise SettingsError(f"There is no {trait} {option!r}. Choose one of: {', '.join(POOLS[trait])}.")
    for trait, option, other, its in EXCLUDED:
        if fixed.get(trait) == option and fixed.get(other) == its:
            raise SettingsError(f"{trait} {option!r} does not go with {other} {its!r}. Leave one of them free.")
    return fixed


def draw(seed: int, fixed: Mapping[str, str] | None = None) -> Dna:
    """Draw a character by lot: the same seed and `fixed` traits give the same one; SettingsError as `checked`."""
    fixed = checked(fixed or {})
    rng = np.random.default_rng(seed)
    options: dict[str, str] = {}
    lots = {trait: float(rng.random()) for trait in POOLS}  # of every trait, so that fixing one changes no other
    for trait in (*fixed, *(trait for trait in POOLS if trait not in fixed)):
        options[trait] = fixed.get(trait) or _drawn(trait, lots[trait], options)
    return Dna({trait: options[trait] for trait in POOLS}, seed)


def batch(seed: int, fixed: Mapping[str, str] | None = None) -> Iterator[Dna]:
    """Characters without repeats, for ever; SettingsError once the free traits are used up."""
    seen: set[tuple[str, ...]] = set()
    rng, repeats = np.random.default_rng(seed), 0
    while repeats < TRIES:
        dna = draw(seed if not seen else int(rng.integers(1 << 31)), fixed)
        if dna.key in seen:
            repeats += 1
            continue
        repeats = 0
        seen.add(dna.key)
        yield dna
    raise SettingsError(f"With these traits fixed there are only {len(seen)} characters. Leave more of them free.")


def changed(dna: Dna, trait: str, option: str, kept: Collection[str] = ()) -> Dna:
    """The same one with another option of a trait; of others only what doesn't go with that is drawn anew.

    Raises:
        SettingsError: There is none, or it does not go with a trait that is `kept`.
    """
    wanted = checked({**{other: dna.options[other] for other in kept}, trait: option})
    kept_all = {**dna.options, trait: option}
    for one, its, other, others in EXCLUDED:
        if kept_all[one] == its and kept_all[other] == others:
            kept_all.pop(next(loose for loose in (one, other) if loose not in wanted))
            break
    return Dna(draw(dna.seed, kept_all).options, dna.seed)


def variations(dna: Dna, traits: Collection[str], count: int, seed: int) -> list[Dna]:
    """The character itself, then others that differ from it in no more than those traits.

    Args:
        dna: The character.
        traits: What is drawn anew, by lot.
        count: How many there are at most; fewer if the traits don't give as many.
        seed: The same one gives the same ones.
    """
    kept = {trait: option for trait, option in dna.options.items() if trait not in traits}
    rng = np.random.default_rng(seed)
    found = {dna.key: dna}
    for _ in range(count * REPEATS):
        if len(found) == count:
            break
        one = Dna(draw(int(rng.integers(1 << 31)), kept).options, dna.seed)
        found.setdefault(one.key, one)
    return list(found.values())


def rarity(dna: Dna) -> dict[str, float]:
    """How often each of its options is met, 0…1."""
    found: dict[str, float] = {}
    for trait, option in dna.options.items():
        pool = POOLS[trait]
        found[trait] = pool[option].weight / sum(one.weight for one in pool.values())
    return found


def count(excluded: Collection[str] = ("shading", "lines")) -> int:
    """How many characters there are, without those traits; a lower bound, as exclusions are counted as one option."""
    barred = {trait for trait, *_ in EXCLUDED}
    return math.prod(
        len(pool) - len({option for t, option, *_ in EXCLUDED if t == trait}) if trait in barred else len(pool)
        for trait, pool in POOLS.items()
        if trait not in excluded
    )


def _drawn(trait: str, lot: float, chosen: Mapping[str, str]) -> str:
    barred = {option for t, option, other, its in EXCLUDED if t == trait and chosen.get(other) == its}
    barred |= {its for t, option, other, its in EXCLUDED if other == trait and chosen.get(t) == option}
    free = {name: option.weight for name, option in POOLS[trait].items() if name not in barred}
    edges = np.cumsum(list(free.values()))
    return list(free)[int(np.searchsorted(edges, lot * edges[-1], side="right"))]
