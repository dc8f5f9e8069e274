"""The cards that ship."""

from collections import Counter
from pathlib import Path

import pytest

from tests.store.checkpoints import one_file, write_card
from vtuber_app.core.errors import WeightsError
from vtuber_app.store import cards, networks

NAMES = {
    "face_landmarker", "isnet_anime", "tha1", "tha2", "tha3_separable_float", "tha3_separable_half",
    "tha3_standard_float", "tha3_standard_half", "tha4",
}  # fmt: skip


def test_all_are_there() -> None:
    assert set(cards.cards()) == NAMES
    places = Counter(file.path for card in cards.cards().values() for file in card.files)
    assert max(places.values()) == 1


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_can_be_had(name: str) -> None:
    card = cards.find(name)
    assert {file.path.rpartition("/")[0] for file in card.files} == {card.folder}
    zipped = card.archive.addresses if card.archive else ()
    assert zipped or all(file.addresses for file in card.files)
    for address in (*zipped, *(address for file in card.files for address in file.addresses)):
        assert address.startswith("https://")
        assert "dropbox.com" not in address or address.endswith("dl=1")


def test_only_the_last_generation_is_not_for_commercial_use() -> None:
    assert [name for name, card in cards.cards().items() if not card.licence.commercial] == ["tha4"]
    assert [name for name, card in cards.cards().items() if not card.licence.ask] == ["face_landmarker", "isnet_anime"]


def test_small_half_comes_out_of_the_zip_since_its_published_addresses_are_wrong() -> None:
    assert not any(file.addresses or file.mirrors for file in cards.find("tha3_separable_half").files)


def test_every_file_holds_a_network_of_ours_with_so_many_bytes() -> None:
    pytest.importorskip("torch")
    named = set()
    for card in cards.cards().values():
        for file in card.files:
            if file.network:
                named.add(file.network)
                signature = networks.signatures()[file.network]
                n_numbers = sum(_product(shape) for _, shape in signature)
                assert file.holds == n_numbers * {"float32": 4, "float16": 2}[file.precision or ""]
                assert file.name == file.network.rpartition(".")[2] + ".pt"
    assert named == {name for name in networks.signatures() if not name.startswith(networks.STUDENT)}


def test_the_readme_tells_of_each() -> None:
    text = (cards.FOLDER.parent / "README.md").read_text(encoding="utf-8")
    for name, card in cards.cards().items():
        assert f"| `{name}` | `{card.folder}/` |" in text
        line = next(line for line in text.splitlines() if line.startswith(f"| `{name}`"))
        assert f"| {card.size / 1e6:.0f} MB |" in line
        assert ("not for commercial use" in line) == (not card.licence.commercial)


def test_a_damaged_card_is_told(card_folder: Path) -> None:
    write_card(card_folder, "small", one_file("small/editor.pt", sha256="none"))
    with pytest.raises(WeightsError, match=r"small\.json is damaged"):
        cards.cards()
    write_card(card_folder, "small", one_file("../editor.pt"))
    with pytest.raises(WeightsError, match=r"small\.json is damaged"):
        cards.cards()


def _product(shape: tuple[int, ...]) -> int:
    total = 1
    for side in shape:
        total *= side
    return total
