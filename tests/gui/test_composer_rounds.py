"""The way to a character: choosing, changing, keeping traits, and going back."""

from collections.abc import Callable

import pytest

pytest.importorskip("skia", reason="skia-python paints")

from vtuber_app.avatars.composer.dna import Dna
from vtuber_app.avatars.composer.pools import POOLS
from vtuber_app.avatars.composer.rounds import COUNT, LAST, Rounds
from vtuber_app.avatars.composer.steps import STEPS
from vtuber_app.core.errors import SettingsError


def differing(one: Dna, other: Dna) -> set[str]:
    return {trait for trait in POOLS if one.options[trait] != other.options[trait]}


def test_a_seed_and_choices_give_a_character() -> None:
    found = []
    for _ in range(2):
        rounds = Rounds(5)
        for number, step in ((3, 1), (7, 2), (0, 3), (9, LAST)):
            rounds.choose(number)
            rounds.go(step)
        found.append(rounds.dna)
    assert found[0] == found[1]
    assert found[0] != Rounds(5).dna


def test_each_step_varies_its_own_traits_and_keeps_the_chosen_one_first() -> None:
    rounds = Rounds(1)
    assert len(rounds.now.dnas) == COUNT
    rounds.choose(4)
    chosen = rounds.dna
    for step in range(1, LAST):
        rounds.go(step)
        assert rounds.dna == rounds.now.dnas[0] == chosen
        assert len(rounds.now.dnas) == COUNT
        for dna in rounds.now.dnas[1:]:
            assert differing(dna, chosen)
            assert differing(dna, chosen) <= set(STEPS[step].traits)
    rounds.go(LAST)
    assert rounds.now.dnas == (chosen,)


def test_back_takes_everything_back() -> None:
    rounds = Rounds(2)
    assert not rounds.can_go_back
    past = [rounds.now]
    acts: list[Callable[[], None]] = [
        rounds.others,
        lambda: rounds.go(1),
        lambda: rounds.roll("iris"),
        lambda: rounds.change("skin", "dark"),
        lambda: rounds.keep("skin", True),
        rounds.others,
        lambda: rounds.keep("skin", False),
        lambda: rounds.go(2),
    ]
    for do in acts:
        do()
        assert rounds.now != past[-1]
        past.append(rounds.now)
    while past:
        assert rounds.now == past.pop()
        rounds.back()
    assert not rounds.can_go_back


def test_a_former_step_is_found_as_it_was_left() -> None:
    rounds = Rounds(2)
    rounds.go(1)
    rounds.choose(6)
    left = rounds.now
    rounds.go(2)
    rounds.others()
    rounds.go(1)
    assert rounds.now == left


def test_what_is_kept_is_in_all_that_is_drawn() -> None:
    rounds = Rounds(3)
    rounds.change("hair colour", "mint")
    assert sum(dna.options["hair colour"] == "mint" for dna in rounds.now.dnas) < COUNT
    rounds.keep("hair colour", True)
    acts: list[Callable[[], None]] = [lambda: None, rounds.others, lambda: rounds.go(1), lambda: rounds.go(3)]
    for do in acts:
        do()
        assert {dna.options["hair colour"] for dna in rounds.now.dnas} == {"mint"}
    rounds.go(1)
    rounds.change("hair colour", "sky")
    assert {dna.options["hair colour"] for dna in rounds.now.dnas} == {"sky"}
    rounds.keep("hair colour", False)
    rounds.others()
    assert len({dna.options["hair colour"] for dna in rounds.now.dnas}) > 3


def test_a_trait_that_does_not_go_with_a_kept_one_is_refused() -> None:
    rounds = Rounds(3)
    rounds.change("clothes", "kimono")
    rounds.keep("clothes", True)
    before = rounds.now
    with pytest.raises(SettingsError, match="does not go with"):
        rounds.change("on the neck", "choker")
    assert rounds.now == before


def test_a_trait_is_drawn_anew_alone() -> None:
    rounds = Rounds(4)
    before = rounds.dna
    rounds.roll("eyes")
    assert differing(before, rounds.dna) == {"eyes"}
