"""A server on the loopback that behaves as servers do: well, and badly in every way that downloads meet."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What is served under a path.

    Attributes:
        limit: After how many bytes of an answer the server hangs up.
        ranges: Whether it continues where it is asked to.
        hangs: Whether it says nothing more after those bytes, rather than hanging up.
        tag: Names this version of the content.
        location: Where it redirects to.
        length: Whether it says how much there is.
    """

    content: bytes = b""
    status: int = 200
    limit: int = 1 << 40
    ranges: bool = True
    hangs: bool = False
    tag: str = ""
    kind: str = "application/octet-stream"
    location: str = ""
    length: bool = True


class Server(ThreadingHTTPServer):
    """Serves `pages` by path."""

    daemon_threads = False
    block_on_close = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.closing = threading.Event()

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up in the middle of an answer: that is what is tested."""

    @property
    def ranges(self) -> list[str | None]:
        """Which parts were asked for, in order."""
        return [part for _, part in self.asked]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.asked.append((self.path, asked))
        page = self.server.pages.get(self.path, Page(b"no", 404))
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and page.ranges else 0
        if (condition := self.headers.get("If-Range")) and condition != page.tag:
            start = 0
        if start and start >= len(page.content):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(page.content)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else page.status)
        self.send_header("Content-Type", page.kind)
        if page.length:
            self.send_header("Content-Length", str(len(page.content) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(page.content) - 1}/{len(page.content)}")
        if page.tag:
            self.send_header("ETag", page.tag)
        if page.location:
            self.send_header("Location", page.location)
        self.end_headers()
        self.wfile.write(page.content[start : start + page.limit])
        if page.hangs:
            self.server.closing.wait(10)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Server]:
    """A server at work."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
