"""Downloads over a real server."""

import hashlib
import os
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.store.server import Page, Server
from vtuber_app.core.errors import WeightsError
from vtuber_app.store import download
from vtuber_app.store.download import Stopped, Wanted, fetch, git_blob

CONTENT = bytes(range(256)) * 4096
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def wanted(server: Server, tmp_path: Path) -> Wanted:
    server.pages["/model.bin"] = Page(CONTENT)
    path = tmp_path / "net" / "model.bin"
    return Wanted(path, (server.address("/model.bin"),), len(CONTENT), 2 * len(CONTENT), len(CONTENT), SHA256)


def unknown(wanted: Wanted, **changes: Any) -> Wanted:
    """Of which neither size nor checksum is known."""
    return replace(wanted, size=None, sha256=None, **changes)


def files(wanted: Wanted) -> list[str]:
    return sorted(path.name for path in wanted.path.parent.iterdir())


@pytest.mark.parametrize("length", [True, False])
def test_file_comes_with_its_progress(wanted: Wanted, server: Server, length: bool) -> None:
    server.pages["/model.bin"].length = length
    told: list[tuple[int, int]] = []
    fetch(wanted, lambda have, total: told.append((have, total)))
    assert wanted.path.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [have for have, _ in told] == sorted(have for have, _ in told)
    assert files(wanted) == ["model.bin"]


def test_connection_that_breaks_is_made_again_where_it_stopped(wanted: Wanted, server: Server) -> None:
    server.pages["/model.bin"].limit = 300_000
    fetch(wanted)
    assert wanted.path.read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=300000-", "bytes=600000-", "bytes=900000-"]


def test_server_without_ranges_begins_anew(wanted: Wanted, server: Server) -> None:
    server.pages["/model.bin"] = Page(CONTENT, limit=300_000, ranges=False)
    with pytest.raises(WeightsError, match=r"ended the connection after 0\.3 MB of 1\.0 MB.*goes on where it stopped"):
        fetch(wanted)
    assert server.ranges == [None, "bytes=300000-"]
    server.pages["/model.bin"].limit = len(CONTENT)
    fetch(wanted)
    assert wanted.path.read_bytes() == CONTENT


def test_stopped_download_goes_on_the_next_time(wanted: Wanted, server: Server) -> None:
    server.pages["/model.bin"].tag = '"1"'
    wanted = unknown(wanted)
    with pytest.raises(Stopped, match="goes on from there"):
        fetch(wanted, stopping=lambda: True)
    have = wanted.part.stat().st_size
    assert 0 < have < len(CONTENT)
    fetch(wanted)
    assert wanted.path.read_bytes() == CONTENT
    assert server.ranges == [None, f"bytes={have}-"]


def test_file_that_changed_meanwhile_is_not_patched_together(wanted: Wanted, server: Server) -> None:
    server.pages["/model.bin"].tag = '"1"'
    wanted = unknown(wanted)
    with pytest.raises(Stopped):
        fetch(wanted, stopping=lambda: True)
    server.pages["/model.bin"] = Page(CONTENT[::-1], tag='"2"')
    fetch(wanted)
    assert wanted.path.read_bytes() == CONTENT[::-1]


def test_part_of_unknown_origin_is_only_continued_if_a_checksum_will_tell(wanted: Wanted, server: Server) -> None:
    for one, begun in ((wanted, "bytes=1000-"), (unknown(wanted), None)):
        wanted.path.parent.mkdir(exist_ok=True)
        wanted.part.write_bytes(CONTENT[:1000])
        fetch(one)
        assert server.ranges[-1] == begun
        assert wanted.path.read_bytes() == CONTENT


def test_whole_part_is_not_fetched_again(wanted: Wanted, server: Server) -> None:
    wanted.path.parent.mkdir()
    wanted.part.write_bytes(CONTENT)
    fetch(wanted)
    assert server.asked == []
    wanted.part.write_bytes(CONTENT)
    fetch(replace(wanted, size=None))  # its size isn't known: the server says that nothing follows
    assert server.ranges == [f"bytes={len(CONTENT)}-"]
    assert wanted.path.read_bytes() == CONTENT


def test_wrong_file_is_refused_and_not_kept(wanted: Wanted, server: Server) -> None:
    server.pages["/model.bin"].content = bytes(len(CONTENT))
    with pytest.raises(WeightsError, match=r"127\.0\.0\.1 gave something else.*checksum"):
        fetch(wanted)
    assert files(wanted) == []
    server.pages["/model.bin"].content = CONTENT[1:]
    with pytest.raises(WeightsError, match="has a file of 1048575 bytes, the published one has 1048576"):
        fetch(wanted)


def test_git_blob_id_is_checked_too(wanted: Wanted) -> None:
    wanted = unknown(wanted, git="0" * 40)
    with pytest.raises(WeightsError, match="checksum"):
        fetch(wanted)
    fetch(replace(wanted, git="ea8e482b990b87c0f69d29fd1dd6a41d0f1a514b"))  # git hash-object
    assert git_blob(wanted.path) == "ea8e482b990b87c0f69d29fd1dd6a41d0f1a514b"


def test_redirects_are_followed(wanted: Wanted, server: Server) -> None:
    server.pages["/moved"] = Page(status=302, location="/model.bin")
    server.pages["/circle"] = Page(status=302, location="/circle")
    fetch(replace(wanted, addresses=(server.address("/moved"),)))
    assert wanted.path.read_bytes() == CONTENT
    with pytest.raises(WeightsError, match="answered 302"):
        fetch(replace(wanted, addresses=(server.address("/circle"),)))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (Page(status=404), "answered 404 Not Found"),
        (Page(status=503), "answered 503"),
        (Page(b"<html>Log in", kind="text/html; charset=utf-8"), "gave a web page instead of the file"),
        (Page(bytes(3 * len(CONTENT))), "has a file of"),
        (Page(bytes(3 * len(CONTENT)), length=False), "sends more than"),
        (Page(CONTENT, limit=1000, ranges=False), "ended the connection"),
    ],
)
def test_mirror_steps_in(wanted: Wanted, server: Server, page: Page, said: str) -> None:
    server.pages["/bad.bin"] = page
    with pytest.raises(WeightsError, match=said):
        fetch(unknown(wanted, addresses=(server.address("/bad.bin"),) * 2))
    fetch(unknown(wanted, addresses=(server.address("/bad.bin"), *wanted.addresses)))
    assert wanted.path.read_bytes() == CONTENT


def test_check_has_the_last_word(wanted: Wanted, server: Server) -> None:
    def check(path: Path) -> None:
        raise WeightsError(f"{path.stat().st_size} bytes are no network")

    with pytest.raises(WeightsError, match="gave something else: 1048576 bytes are no network"):
        fetch(unknown(wanted, check=check))
    assert files(wanted) == []


def test_server_that_falls_silent(wanted: Wanted, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "TIMEOUT", 0.1)
    server.pages["/model.bin"] = Page(CONTENT, limit=0, hangs=True)
    with pytest.raises(WeightsError, match="said nothing for 0 s"):
        fetch(wanted)


def test_no_network(wanted: Wanted) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(WeightsError, match="refused the connection"):
        fetch(replace(wanted, addresses=(f"http://127.0.0.1:{port}/model.bin",)))
    with pytest.raises(WeightsError, match="is there a network"):
        fetch(replace(wanted, addresses=("http://nowhere.invalid/model.bin",)))


def test_disk_with_too_little_room(wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "SPARE", 1 << 60)
    with pytest.raises(WeightsError, match=r"full: model\.bin needs 1\.0 MB more.*goes on where it stopped"):
        fetch(wanted)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_disk_that_becomes_full(wanted: Wanted) -> None:
    wanted.path.parent.mkdir()
    wanted.part.symlink_to("/dev/full")
    with pytest.raises(WeightsError, match="became full"):
        fetch(wanted)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_folder_that_may_not_be_written(wanted: Wanted) -> None:
    wanted.path.parent.mkdir(mode=0o500)
    with pytest.raises(WeightsError, match="can't be written"):
        fetch(wanted)
