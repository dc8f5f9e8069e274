"""A file says by its parameters' names which system it is of."""

import json

import pytest
from parity.case import OWN

from vtuber_app.nets.recognition import system

TITLES = {
    "fom/losses": "First Order Motion Model",
    "monkeynet/nemo_losses": "monkey-net",
    "tpsmm/losses": "Thin-Plate Spline Motion Model",
    "dagan/losses": "DaGAN",
    "facevid2vid/losses": "face-vid2vid",
}


def names(case: str) -> set[str]:
    manifest = json.loads((OWN / case / "manifest.json").read_text(encoding="utf-8"))
    return {name for name, *_ in manifest["state_dict"]}


@pytest.mark.parametrize("case", TITLES)
def test_checkpoints_of_several_networks(case: str) -> None:
    assert system(names(case)) == TITLES[case]


def test_files_of_one_network() -> None:
    assert system({name.removeprefix("G0.") for name in names("vid2vid/generator_256_g1")}) == "vid2vid"


def test_others_are_not_guessed() -> None:
    assert system({"conv1.weight", "fc.bias"}) is None
    assert system(set()) is None
