import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from vtuber_app.core import weights
from vtuber_app.core.errors import WeightsError
from vtuber_app.core.weights import Weight

CONTENT = bytes(range(256)) * 4096


class Server(ThreadingHTTPServer):
    """Serves CONTENT; `ranges` says whether it knows the Range header, `limit` after how many bytes it hangs up."""

    ranges = True
    limit = len(CONTENT)
    content = CONTENT

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str | None] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.asked.append(asked)
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and self.server.ranges else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(self.server.content) - start))
        self.end_headers()
        self.wfile.write(self.server.content[start : start + self.server.limit])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def weight(server: Server) -> Weight:
    url = f"http://127.0.0.1:{server.server_port}/model.bin"
    return Weight("net/model.bin", url, hashlib.sha256(CONTENT).hexdigest(), "Apache 2.0", len(CONTENT))


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VTUBER_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def test_fetched_file_is_found(weight: Weight, models: Path) -> None:
    assert weights.find(weight) is None
    told: list[tuple[int, int]] = []
    path = weights.fetch(weight, lambda have, total: told.append((have, total)))
    assert path == models / "net" / "model.bin" == weights.find(weight)
    assert path.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [file.name for file in path.parent.iterdir()] == ["model.bin"]


def test_what_is_there_is_not_fetched_again(weight: Weight, models: Path, server: Server) -> None:
    assert weights.fetch(weight) == weights.fetch(weight)
    assert len(server.asked) == 1


def test_file_loose_in_the_folder_is_found(weight: Weight, models: Path) -> None:
    models.mkdir()
    (models / "model.bin").write_bytes(CONTENT)
    assert weights.find(weight) == models / "model.bin"


@pytest.mark.parametrize("ranges", [True, False])
def test_interrupted_download_goes_on(weight: Weight, models: Path, server: Server, ranges: bool) -> None:
    server.limit, server.ranges = 300_000, ranges
    with pytest.raises(WeightsError, match="Try again"):
        weights.fetch(weight)
    assert weights.find(weight) is None
    server.limit = len(CONTENT)
    assert weights.fetch(weight).read_bytes() == CONTENT
    assert server.asked == [None, "bytes=300000-"]


def test_wrong_file_is_refused_and_not_kept(weight: Weight, models: Path, server: Server) -> None:
    server.content = bytes(len(CONTENT))
    with pytest.raises(WeightsError, match="not the published file"):
        weights.fetch(weight)
    assert not list((models / "net").iterdir())


def test_no_network_is_said_in_words(weight: Weight, models: Path, server: Server) -> None:
    server.server_close()
    with pytest.raises(WeightsError, match=r"Fetching model.bin from .* failed"):
        weights.fetch(weight)
