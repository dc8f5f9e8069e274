from collections.abc import Iterator
from pathlib import Path

import pytest

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
