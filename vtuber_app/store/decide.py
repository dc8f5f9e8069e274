"""Whose a file is when several generations have such a network: they share some by name and shape, not by numbers."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from vtuber_app.store.cards import Card, File

Fit = tuple[Card, File]

NUMBERED = re.compile(r"(?:tha|talking[-_ ]?head(?:\(\?\))?[-_ ]?anime)[-_ ]?([1-4])(?!\d)")
FIRST = re.compile(r"talking[-_ ]?head[-_ ]?anime[-_ ](?!\d)")
"""The first generation had no number."""
VARIANT = re.compile(r"(standard|separable)[-_ ]?(float|half)")
"""Only the third has such."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file with the parameters of some network.

    Attributes:
        path: From what was given.
        fits: The files of cards that it may be.
        published: Names of cards whose file it is, byte by byte.
    """

    path: PurePosixPath
    fits: tuple[Fit, ...]
    published: frozenset[str] = frozenset()


def decide(found: Sequence[Found]) -> list[Fit | None]:
    """Say for each which it is; None where that can't be told.

    What lies beside it tells most: a folder's files belong together. Then its bytes, then the names of its folders.
    """
    return [_decide(one, [other for other in found if other.path.parent == one.path.parent]) for one in found]


def family(path: PurePosixPath) -> str | None:
    """Which generation a path names; its last part that names one counts."""
    for part in reversed(path.parts):
        if number := NUMBERED.search(part.lower()):
            return f"tha{number[1]}"
        if VARIANT.search(part.lower()):
            return "tha3"
        if FIRST.search(part.lower()):
            return "tha1"
    return None


def _decide(one: Found, beside: list[Found]) -> Fit | None:
    fits = {card.name: (card, file) for card, file in one.fits}
    common = Counter(name for other in beside for name in {card.name for card, _ in other.fits})
    alone = {other.fits[0][0].name for other in beside if len({card.name for card, _ in other.fits}) == 1}
    named = family(one.path)
    left = set(fits)
    for hint in (
        {name for name, n in common.items() if n == len(beside)},
        one.published,
        {name for name, (card, _) in fits.items() if card.family == named},
        alone,
    ):
        left = left & hint or left
    return fits[left.pop()] if len(left) == 1 else None
