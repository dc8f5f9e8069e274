"""Cards from a server to their folder, looked into, and away again."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.store.checkpoints import encoded, face, one_file, write_card, zipped
from tests.store.server import Page, Server
from vtuber_app.core.errors import WeightsError
from vtuber_app.store import cards, download, install, installed

torch = pytest.importorskip("torch")

EDITOR, BROWS = "tha3_separable.editor", "tha3_separable.eyebrow_decomposer"


@pytest.fixture(scope="module")
def brows() -> bytes:
    return encoded(face())


@pytest.fixture
def small(card_folder: Path, models: Path, server: Server, full: bytes, brows: bytes) -> str:
    """A card of two files, each with an address, and a zip."""
    server.pages = {
        "/editor.pt": Page(full, tag='"1"'),
        "/brows.pt": Page(brows),
        "/small.zip": Page(zipped({"x/Small/brows.pt": brows, "x/Small/editor.pt": full, "x/old/editor.pt": full})),
    }
    digest = hashlib.sha256(full).hexdigest()
    describe(card_folder, server, {"sha256": digest, "size": len(full)}, {})
    return "small"


def describe(folder: Path, server: Server, first: dict[str, Any], second: dict[str, Any], **changes: Any) -> None:
    ones = (
        {"addresses": [server.address("/editor.pt")], **first},
        {"addresses": [server.address("/brows.pt")], **second},
    )
    archive = {"addresses": [server.address("/small.zip")], "page": None, "about": None}
    files = one_file("small/editor.pt", EDITOR, **ones[0]), one_file("small/brows.pt", BROWS, **ones[1])
    write_card(folder, "small", *files, **{"archive": archive, **changes})
    cards._read.cache_clear()


def names(models: Path) -> list[str]:
    return sorted(path.relative_to(models).as_posix() for path in models.rglob("*"))


def test_file_by_file(small: str, models: Path, full: bytes) -> None:
    told: list[tuple[int, int]] = []
    assert install.install(small, lambda have, total: told.append((have, total))) == models / "small"
    assert names(models) == ["small", "small/brows.pt", "small/editor.pt"]
    assert (models / "small" / "editor.pt").read_bytes() == full
    assert [have for have, _ in told] == sorted(have for have, _ in told)
    assert 0.99 < told[-1][0] / told[-1][1] <= 1
    assert [checked.ok for checked in install.verify(small)] == [True, True]


def test_only_what_is_missing(small: str, models: Path, server: Server, brows: bytes) -> None:
    (models / "small").mkdir()
    (models / "small" / "brows.pt").write_bytes(brows)
    install.install(small)
    install.install(small)
    assert [path for path, _ in server.asked] == ["/editor.pt"]


def test_stopped_and_taken_up_again(small: str, models: Path, server: Server) -> None:
    with pytest.raises(download.Stopped):
        install.install(small, stopping=lambda: True)
    assert installed.look(cards.find(small)).begun > 0
    install.install(small)
    assert server.ranges[:2] == [None, f"bytes={download.CHUNK}-"] or server.ranges[1] is not None
    assert installed.look(cards.find(small)).whole


def test_zip_where_there_are_no_single_files(small: str, card_folder: Path, models: Path, server: Server) -> None:
    describe(card_folder, server, {"addresses": []}, {"addresses": []})
    with pytest.raises(download.Stopped):
        install.install(small, stopping=lambda: True)
    assert installed.look(cards.find(small)).begun > 0
    install.install(small)
    assert names(models) == ["small", "small/brows.pt", "small/editor.pt"]


def test_zip_steps_in_for_what_can_not_be_had(small: str, models: Path, server: Server) -> None:
    del server.pages["/brows.pt"]
    install.install(small)
    assert names(models) == ["small", "small/brows.pt", "small/editor.pt"]
    assert [path for path, _ in server.asked] == ["/editor.pt", "/brows.pt", "/small.zip"]


def test_nothing_can_be_had(small: str, models: Path, server: Server) -> None:
    server.pages.clear()
    with pytest.raises(
        WeightsError, match=r"answered 404.*The zip.*answered 404.*example\.invalid.*models import FILE"
    ):
        install.install(small)


def test_another_network_under_that_address(small: str, models: Path, server: Server, full: bytes, half: bytes) -> None:
    server.pages["/brows.pt"].content = full
    del server.pages["/small.zip"]
    with pytest.raises(WeightsError, match=r"brows.pt should be eyebrow_decomposer of Small small, but is editor of"):
        install.install(small)
    assert names(models) == ["small", "small/editor.pt"]


def test_half_precision_under_that_address(
    small: str, card_folder: Path, models: Path, server: Server, half: bytes
) -> None:
    describe(card_folder, server, {}, {}, archive=None)
    server.pages["/editor.pt"].content = half
    with pytest.raises(WeightsError, match=r"right network in half precision .float16.; Small small has it in full"):
        install.install(small)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>Too many requests", "web page"),
        (b"Too many requests", "no zip"),
        (zipped({"a": b"a"}), "No file of Small"),
    ],
)
def test_zip_that_is_none(
    content: bytes, said: str, small: str, card_folder: Path, models: Path, server: Server
) -> None:
    describe(card_folder, server, {"addresses": []}, {"addresses": []})
    server.pages["/small.zip"].content = content
    with pytest.raises(WeightsError, match=said):
        install.install(small)
    assert not [name for name in names(models) if "small.zip" in name]


def test_zip_stays_while_the_disk_is_full(
    small: str, card_folder: Path, models: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe(card_folder, server, {"addresses": []}, {"addresses": []})
    with monkeypatch.context() as full_disk:
        full_disk.setattr(install, "room", lambda *_: None)
        full_disk.setattr("vtuber_app.store.importing.room", _no_room)
        with pytest.raises(WeightsError, match="no room"):
            install.install(small)
    server.pages.clear()
    install.install(small)
    assert installed.look(cards.find(small)).whole


def _no_room(*_: object) -> None:
    raise download.NoRoom("no room")


def test_changed_numbers_are_noticed(small: str, models: Path, full: bytes, brows: bytes) -> None:
    install.install(small)
    from tests.store.checkpoints import editor

    (models / "small" / "editor.pt").write_bytes(encoded(editor(seed=7)))
    (models / "small" / "brows.pt").write_bytes(brows[:-1000])
    first, second = install.verify(small)
    assert not first.ok
    assert "not byte by byte the published file" in first.what
    assert not second.ok
    assert "damaged" in second.what
    (models / "small" / "brows.pt").unlink()
    assert install.verify(small)[1].what == "missing"


def test_verify_says_the_precision(small: str, models: Path) -> None:
    install.install(small)
    assert "full precision (float32), as published" in install.verify(small)[0].what
    assert "no checksum is known" in install.verify(small)[1].what


def test_removed_with_nothing_else(small: str, models: Path, full: bytes, brows: bytes) -> None:
    install.install(small)
    (models / "small" / "mine.txt").write_text("keep", encoding="utf-8")
    (models / "small" / "editor.pt.part").write_bytes(bytes(1000))
    assert install.remove(small) == len(full) + len(brows) + 1000
    assert names(models) == ["small", "small/mine.txt"]
    (models / "small" / "mine.txt").unlink()
    install.install(small)
    install.remove(small)
    assert names(models) == []
    assert install.remove(small) == 0


def test_set_up_fetches_the_landmarker(
    card_folder: Path, models: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    from vtuber_app.tools import fetch

    content = bytes(600_000)
    known = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "precision": None}
    server.pages["/face.task"] = Page(b"PK" + content, limit=5)
    file = {**one_file("mediapipe/face_landmarker.task"), **known, "network": None, "holds": len(content)}
    write_card(card_folder, "face_landmarker", {**file, "addresses": [server.address("/face.task")]})
    assert fetch.main(["face_landmarker"]) == 1
    assert "could not be downloaded" in capsys.readouterr().err
    server.pages["/face.task"] = Page(content)
    assert fetch.main(["face_landmarker"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["100 %", "fetched: face_landmarker.task, 0.6 MB"]
    assert fetch.main(["face_landmarker"]) == 0
    assert capsys.readouterr().out == "already there: face_landmarker.task, 0.6 MB\n"
    assert fetch.main(["tha4"]) == 2
