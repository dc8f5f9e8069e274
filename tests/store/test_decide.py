"""Whose a file is, told by what lies beside it, its bytes and its names."""

from pathlib import PurePosixPath

import pytest

from vtuber_app.store import cards, contents, networks
from vtuber_app.store.contents import Contents
from vtuber_app.store.decide import Found, decide, family

pytest.importorskip("torch")

NAMES = {
    "tha1": ("face_morpher", "two_algo_face_rotator", "combiner"),
    "tha2": ("eyebrow_decomposer", "eyebrow_morphing_combiner", "face_morpher", "two_algo_face_rotator", "combiner"),
    "tha3_standard": (
        "eyebrow_decomposer", "eyebrow_morphing_combiner", "face_morpher", "two_algo_face_body_rotator", "editor",
    ),
    "tha4": ("eyebrow_decomposer", "eyebrow_morphing_combiner", "face_morpher", "body_morpher", "upscaler"),
}  # fmt: skip
SHARED = "tha2.eyebrow_decomposer"


def found(network: str, path: str, precision: str = "float32", published: str | None = None) -> Found:
    fits = contents.fitting(Contents(networks.signatures()[network], precision))
    return Found(PurePosixPath(path), tuple(fits), frozenset({published} if published else ()))


def decided(*files: Found) -> list[str | None]:
    return [fit[0].name if fit else None for fit in decide(files)]


@pytest.mark.parametrize("poser", NAMES)
def test_folder_of_renamed_files(poser: str) -> None:
    files = [found(f"{poser}.{name}", f"downloads/{index}.pt") for index, name in enumerate(NAMES[poser])]
    assert set(decided(*files)) == {poser if poser != "tha3_standard" else "tha3_standard_float"}
    assert [fit[1].network for fit in decide(files) if fit] == [f"{poser}.{name}" for name in NAMES[poser]]


def test_precision_tells_variants_apart_in_one_folder() -> None:
    float_and_half = [
        found(f"tha3_standard.{name}", f"all/{precision}-{name}.pt", precision)
        for precision in ("float32", "float16")
        for name in NAMES["tha3_standard"]
    ]
    assert decided(*float_and_half)[5:] == ["tha3_standard_half"] * 5
    separable = [found("tha3_separable.editor", "a.pt", precision) for precision in ("float16", "float32")]
    assert decided(*separable) == ["tha3_separable_half", "tha3_separable_float"]


def test_one_file_that_several_share() -> None:
    fits = {card.name for card, _ in found(SHARED, "a.pt").fits}
    assert fits == {"tha2", "tha3_standard_float", "tha4"}
    assert decided(found(SHARED, "eyebrow_decomposer.pt")) == [None]
    assert decided(found("tha1.combiner", "combiner.pt")) == [None]
    assert decided(found("tha1.combiner", "combiner.pt", published="tha1")) == ["tha1"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("tha4-models/eyebrow_decomposer.pt", "tha4"),
        ("talking-head-anime-2-model/data/x.pt", "tha2"),
        ("talking-head-anime-3-demo/data/models/standard_float/x.pt", "tha3_standard_float"),
        ("standard_float/x.pt", "tha3_standard_float"),
        ("tha3/backup/tha4_eyebrow.pt", "tha4"),
    ],
)
def test_names_of_folders_help(path: str, name: str) -> None:
    assert decided(found(SHARED, path)) == [name]


def test_what_lies_beside_it_counts_more_than_names() -> None:
    files = [found("tha4.upscaler", "tha2/upscaler.pt"), found(SHARED, "tha2/eyebrow_decomposer.pt")]
    assert decided(*files) == ["tha4", "tha4"]


def test_no_fit() -> None:
    assert decided(found("tha1.combiner", "a.pt", "float16")) == [None]


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("talking-head-anime-demo/combiner.pt", "tha1"),
        ("THA 3/x.pt", "tha3"),
        ("separable-half.zip", "tha3"),
        ("that/x.pt", None),
        ("tha12/x.pt", None),
    ],
)
def test_which_generation_a_path_names(path: str, named: str | None) -> None:
    assert family(PurePosixPath(path)) == named


def test_every_card_is_some_generation() -> None:
    others = {"face_landmarker", "isnet_anime"}
    assert {card.family for card in cards.cards().values()} == {"tha1", "tha2", "tha3", "tha4"} | others
