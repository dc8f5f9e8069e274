"""What `require` says in every state."""

import json
from pathlib import Path

import pytest

from tests.store.checkpoints import FREE, one_file, write_card
from vtuber_app.core import paths
from vtuber_app.core.errors import WeightsError
from vtuber_app.store import accept, accepted, cards, file_of, installed, require

WHOLE = bytes(4_000_000)


@pytest.fixture
def small(card_folder: Path, models: Path) -> str:
    write_card(card_folder, "small", one_file("small/one.pt"), one_file("small/two.pt"))
    return "small"


def put(folder: Path, *names: str, content: bytes = WHOLE) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(content)


def test_states_in_order(small: str, models: Path) -> None:
    with pytest.raises(WeightsError, match=r"not installed.*models install small, or put one.pt, two.pt into .*small"):
        require(small)
    put(models / "small", "two.pt")
    with pytest.raises(WeightsError, match=r"only half there: one.pt missing in .*models install small"):
        require(small)
    put(models / "small", "one.pt")
    with pytest.raises(WeightsError, match=r"never accepted.*models accept small"):
        require(small)
    accept(small)
    assert require(small) == models / "small"


def test_half_a_file_is_none(small: str, models: Path) -> None:
    put(models / "small", "one.pt")
    put(models / "small", "two.pt", content=WHOLE[:100])
    with pytest.raises(WeightsError, match=r"two\.pt missing"):
        require(small)


def test_any_models_folder_will_do(small: str, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    monkeypatch.setattr("vtuber_app.core.paths.model_folders", lambda: [models, other])
    put(models / "small", "one.pt")
    put(other / "small", "one.pt", "two.pt")
    accept(small)
    assert require(small) == other / "small"


def test_unknown_name() -> None:
    with pytest.raises(WeightsError, match=r"'tha9'.*tha1, tha2"):
        require("tha9")


def test_licence_is_accepted_once_for_a_family(card_folder: Path) -> None:
    for name in ("small", "large"):
        write_card(card_folder, name, one_file(f"{name}/one.pt"), family="both")
    assert not accepted("small")
    accept("large")
    assert accepted("small")
    noted = json.loads((paths.data() / "licences.json").read_text(encoding="utf-8"))["both"]
    assert noted["licence"] == "CC-BY-4.0"
    assert noted["date"].startswith("20")
    assert [path.name for path in paths.data().iterdir()] == ["licences.json"]


def test_other_terms_must_be_accepted_anew(card_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_card(card_folder, "small", one_file("small/one.pt"))
    accept("small")
    later = card_folder.with_name("later")
    write_card(later, "small", one_file("small/one.pt"), licence={**FREE, "id": "CC-BY-NC-4.0"})
    monkeypatch.setattr(cards, "FOLDER", later)
    assert not accepted("small")


@pytest.mark.parametrize("noted", ["{broken", "[]", '{"small": 3}'])
def test_damaged_notes_ask_again(card_folder: Path, noted: str) -> None:
    write_card(card_folder, "small", one_file("small/one.pt"))
    paths.data().mkdir(parents=True)
    (paths.data() / "licences.json").write_text(noted, encoding="utf-8")
    assert not accepted("small")
    accept("small")
    assert accepted("small")


def test_single_file_may_lie_loose(models: Path) -> None:
    size = cards.find("face_landmarker").files[0].expected
    put(models, "face_landmarker.task", content=bytes(size - 1))
    assert file_of("face_landmarker") is None
    put(models, "face_landmarker.task", content=bytes(size))
    assert file_of("face_landmarker") == models / "face_landmarker.task"


def test_new_files_go_where_files_may_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = tmp_path / "deep" / "models"
    monkeypatch.setattr("vtuber_app.core.paths.model_folders", lambda: [Path("/proc/models"), ours])
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) == tmp_path)
    assert installed.models_folder() == ours
