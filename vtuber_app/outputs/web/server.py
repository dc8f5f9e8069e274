"""The server, on a thread of its own: takes connections, hands out the page, feeds those who watch."""

import asyncio
import contextlib
import itertools
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core import clock
from vtuber_app.outputs.web import websocket
from vtuber_app.outputs.web.guard import Guard, Rate
from vtuber_app.outputs.web.picture import Picture, rgba
from vtuber_app.outputs.web.request import HEAD, Refused, parse, reply
from vtuber_app.outputs.web.viewer import Viewer

VIEWERS = 8
CONNECTIONS = 32
CONNECTIONS_A_SECOND = 50.0
PAUSE = 0.01
"""After one too many the next waits, so that a flood costs the system's queue and not the stream, s."""
TO_ASK = 5.0
"""The longest that a browser may take to ask, and to receive the page, s."""
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}

Join = Callable[[websocket.Stream, Mapping[str, str]], Viewer]
"""Makes a viewer of who asks to watch, by the fields of the address; Refused if these can't be used."""

Pages = Mapping[str, tuple[bytes, str]]
"""What is served besides the pictures: content and its type, by path."""


def pages(folder: Path) -> Pages:
    """Read a page's files. Only these are served: no path that is asked for is ever looked up on the disk."""
    found = {
        f"/{file.name}": (file.read_bytes(), KINDS[file.suffix]) for file in folder.iterdir() if file.suffix in KINDS
    }
    return {"/": found.pop("/index.html"), **found}


def listen(host: str, port: int) -> socket.socket:
    """Open a port that no other program shares; OSError if it is taken or not allowed."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # where it would let another program share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # though a page was connected until now
        listening.bind((host, port))
        listening.listen()
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


class Server:
    """Shows pictures to every page that is allowed to watch; its methods may be called from any one thread.

    Args:
        listening: The open port.
        guard: Who may ask.
        files: The page.
        join: How a page watches.
        most: Pages that may watch at once.
        name: Of its thread.
    """

    def __init__(
        self, listening: socket.socket, guard: Guard, files: Pages, join: Join, most: int = VIEWERS, name: str = "web"
    ) -> None:
        self._listening = listening
        self._guard = guard
        self._files = files
        self._join = join
        self._most = most
        self._viewers: set[Viewer] = set()
        self._rate = Rate(CONNECTIONS_A_SECOND)
        self._numbers = itertools.count(1)
        self._newest: Picture | None = None
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def viewers(self) -> set[Viewer]:
        """Pages that watch now."""
        return self._viewers.copy()

    def call(self, what: Callable[[], None]) -> None:
        """Have the server's thread call this soon; nothing happens once it has ended."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what)

    def show(self, pixels: NDArray[np.uint8]) -> None:
        """Give every page this picture, (H, W, 3 or 4); it must never change."""
        picture = Picture(next(self._numbers) % (1 << 32), rgba(pixels), clock.now())
        self.call(partial(self._spread, picture))

    def close(self) -> None:
        """Say good-bye to every page and wait for the thread's end."""
        self.call(self._stopping.set)
        self._thread.join()

    def _spread(self, picture: Picture) -> None:
        self._newest = picture
        for viewer in self._viewers:
            viewer.show(picture)

    def _run(self) -> None:
        with contextlib.closing(self._loop), self._listening:
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        connections: set[asyncio.Task[None]] = set()
        accepting = asyncio.create_task(self._accept(connections))
        await self._stopping.wait()
        for task in (accepting, *connections):
            task.cancel()
        await asyncio.gather(accepting, *connections, return_exceptions=True)
        await asyncio.get_running_loop().shutdown_default_executor()

    async def _accept(self, connections: set[asyncio.Task[None]]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            arriving = asyncio.ensure_future(loop.sock_accept(self._listening))
            try:
                await asyncio.wait({arriving})
            except asyncio.CancelledError:
                if not arriving.cancel() and not arriving.exception():
                    arriving.result()[0].close()
                raise
            try:
                connection, (peer, _) = arriving.result()
            except OSError:  # gone again already, or no file handle is left
                await asyncio.sleep(0.1)
                continue
            if not self._guard.admits(peer) or len(connections) >= CONNECTIONS or not self._rate.allows():
                connection.close()
                await asyncio.sleep(PAUSE)
                continue
            task = loop.create_task(self._answer(connection))
            connections.add(task)
            task.add_done_callback(connections.discard)
            task.add_done_callback(partial(_close, connection))  # also where it is ended before it began

    async def _answer(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = websocket.Stream(connection)
        try:
            async with asyncio.timeout(TO_ASK):
                viewer, answer = await self._heard(stream)
                await loop.sock_sendall(connection, answer)
        except (websocket.Ended, OSError):  # a TimeoutError is an OSError
            return
        if viewer:
            await self._watch(viewer)

    async def _heard(self, stream: websocket.Stream) -> tuple[Viewer | None, bytes]:
        """What a connection asks for: who is to be fed if it is pictures, and the answer to send first."""
        try:
            request = parse(await stream.until(b"\r\n\r\n", HEAD))
            if request.path == "/live":
                self._guard.check(request)
                self._guard.check_origin(request)
                viewer, answer = self._join(stream, request.query), websocket.accepted(request)
                if len(self._viewers) >= self._most:
                    raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, f"{self._most} pages are open already. Close one.")
                return viewer, answer
            self._guard.check(request, needs_token=request.path == "/")
            if request.path == "/":
                self._join(stream, request.query)  # so that a mistake in the address is told at once
            if request.path not in self._files:
                raise Refused(HTTPStatus.NOT_FOUND, "There is no such page. It is at the address without a path.")
            return None, reply(HTTPStatus.OK, *self._files[request.path])
        except Refused as refusal:
            return None, reply(refusal.status, str(refusal).encode())

    async def _watch(self, viewer: Viewer) -> None:
        self._viewers.add(viewer)
        if self._newest:
            viewer.show(self._newest)
        try:
            await viewer.run()
        except asyncio.CancelledError:
            await viewer.leave(websocket.GOING_AWAY)
            raise
        finally:
            self._viewers.discard(viewer)


def _close(connection: socket.socket, _: asyncio.Task[None]) -> None:
    connection.close()
