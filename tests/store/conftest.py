from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.checkpoints import editor, encoded
from tests.store.server import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder of the test's own, and no other."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setattr("vtuber_app.core.paths.model_folders", lambda: [folder])
    return folder


@pytest.fixture
def card_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a test writes cards of its own, which are then the only ones."""
    monkeypatch.setattr("vtuber_app.store.cards.FOLDER", tmp_path / "cards")
    return tmp_path / "cards"


@pytest.fixture(scope="session")
def full() -> bytes:
    """THA3's small editor in full precision."""
    pytest.importorskip("torch")
    return encoded(editor())


@pytest.fixture(scope="session")
def half() -> bytes:
    """The same in half precision."""
    pytest.importorskip("torch")
    return encoded(editor().half())
