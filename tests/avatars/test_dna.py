"""Characters drawn by lot."""

from collections import Counter
from itertools import islice

import pytest

pytest.importorskip("skia", reason="skia-python paints")

import numpy as np

from vtuber_app.avatars.composer import dna
from vtuber_app.avatars.composer.painting import SHEETS, paint, portrait
from vtuber_app.avatars.composer.pools import EXCLUDED, POOLS
from vtuber_app.avatars.composer.steps import STEPS, Step
from vtuber_app.avatars.rig.bend import Motion
from vtuber_app.avatars.rig.figure import Figure, View
from vtuber_app.core.errors import SettingsError


def test_a_seed_gives_a_character() -> None:
    assert dna.draw(5) == dna.draw(5)
    assert dna.draw(5).key != dna.draw(6).key
    assert set(dna.draw(5).options) == set(POOLS)


def test_fixing_one_trait_changes_no_other() -> None:
    free = dna.draw(3)
    fixed = dna.draw(3, {"iris": next(name for name in POOLS["iris"] if name != free.options["iris"])})
    assert [trait for trait in POOLS if free.options[trait] != fixed.options[trait]] == ["iris"]


def test_options_are_met_as_often_as_their_weights_say() -> None:
    met = Counter(dna.draw(seed).options["mole"] for seed in range(2000))
    assert met["none"] / 2000 == pytest.approx(dna.rarity(dna.draw(0, {"mole": "none"}))["mole"], abs=0.03)


def test_what_excludes_itself_is_never_drawn_together() -> None:
    for seed in range(400):
        options = dna.draw(seed, {"clothes": "kimono"} if seed % 2 else None).options
        assert not [pair for pair in EXCLUDED if options[pair[0]] == pair[1] and options[pair[2]] == pair[3]]


def test_a_batch_has_no_repeats_and_ends_when_nothing_new_is_left() -> None:
    keys = [one.key for one in islice(dna.batch(1), 500)]
    assert len(set(keys)) == 500
    fixed = {trait: option for trait, option in dna.draw(2).options.items() if trait not in ("fang", "nose")}
    one_by_one = dna.batch(2, fixed)
    assert len({next(one_by_one).key for _ in range(4)}) == 4
    with pytest.raises(SettingsError, match="only 4"):
        next(one_by_one)


@pytest.mark.parametrize(
    ("fixed", "said"),
    [
        ({"tail": "long"}, "no trait 'tail'"),
        ({"iris": "tartan"}, "no iris 'tartan'"),
        ({"on the neck": "choker", "clothes": "kimono"}, "does not go with"),
    ],
)
def test_what_cannot_be_is_said(fixed: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        dna.draw(1, fixed)


@pytest.mark.parametrize("step", STEPS[1:], ids=lambda step: step.name)
def test_variations_change_their_own_traits_only(step: Step) -> None:
    one = dna.draw(11, {"on the neck": "choker", "clothes": "hoodie"})
    found = dna.variations(one, step.traits, 16, seed=3)
    assert found[0] == one
    assert len({other.key for other in found}) == 16
    for other in found:
        assert other.seed == one.seed
        assert {trait for trait in POOLS if other.options[trait] != one.options[trait]} <= set(step.traits)
    assert found == dna.variations(one, step.traits, 16, seed=3)
    assert found[1:] != dna.variations(one, step.traits, 16, seed=4)[1:]


def test_few_traits_give_few_variations() -> None:
    assert len(dna.variations(dna.draw(1), ("fang",), 16, seed=0)) == 2
    assert dna.variations(dna.draw(1), (), 16, seed=0) == [dna.draw(1)]


def test_every_trait_is_one_steps_own() -> None:
    assert sorted(trait for step in STEPS for trait in step.traits) == sorted(POOLS)


def test_a_changed_trait_takes_away_only_what_does_not_go_with_it() -> None:
    one = dna.draw(11, {"on the neck": "headphones", "clothes": "hoodie"})
    other = dna.changed(one, "clothes", "kimono")
    assert other.options["clothes"] == "kimono"
    assert other.options["on the neck"] == "none"
    assert {trait for trait in POOLS if other.options[trait] != one.options[trait]} == {"clothes", "on the neck"}
    assert dna.changed(one, "clothes", "parka").options["on the neck"] == "headphones"
    with pytest.raises(SettingsError, match="does not go with"):
        dna.changed(one, "clothes", "kimono", kept=["on the neck"])


def test_what_variations_share_is_painted_once_and_right() -> None:
    one = dna.draw(7, {"on the head": "cat ears", "on the face": "glasses", "ears": "hidden"})
    dnas = [each for step in STEPS for each in dna.variations(one, step.traits, 2, seed=2)]
    SHEETS.clear()
    shared = [portrait(each, 160) for each in dnas]
    for each, picture in zip(dnas, shared, strict=True):
        SHEETS.clear()
        assert np.array_equal(portrait(each, 160), picture)


def test_there_are_more_than_a_thousand_million() -> None:
    assert dna.count() > 1e9


def test_a_small_character_is_the_large_one_made_smaller() -> None:
    one = dna.draw(4, {"shading": "soft", "lines": "plain"})
    views = []
    for size in (512, 1024):
        rig, pictures = paint(one.traits("x"), one.manner(size))
        figure = Figure(rig, pictures.__getitem__, 256 / size)
        views.append(figure.draw(View(0, 0, rig.canvas, 256), Motion(yaw=0.3), None, hair=0, time=0).astype(np.float32))
    assert np.abs(views[0] - views[1]).mean() < 2


@pytest.mark.parametrize("trait", ["fringe", "side hair", "back hair", "clothes", "on the head", "on the face"])
def test_every_option_can_be_painted_and_shows(trait: str) -> None:
    seen = set()
    for option in POOLS[trait]:
        others = {"clothes": "sailor"} if trait == "on the neck" else {}
        one = dna.draw(9, others | {trait: option})
        rig, pictures = paint(one.traits("x"), one.manner(256))
        seen.add(Figure(rig, pictures.__getitem__, 1.0).draw(View(0, 0, 256, 256), Motion(), None, 0, 0).tobytes())
    assert len(seen) == len(POOLS[trait])
