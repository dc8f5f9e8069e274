"""One page that shows the pictures: what it asks for, and what it is sent when."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

from vtuber_app.core import clock
from vtuber_app.outputs.pace import Pace
from vtuber_app.outputs.web import websocket
from vtuber_app.outputs.web.guard import Rate
from vtuber_app.outputs.web.picture import Picture
from vtuber_app.outputs.web.request import Refused

AHEAD = 2
"""Pictures on their way to a page that it has not drawn yet: more would only grow old in the system's buffers."""
KEEPALIVE = 2.0
"""After as long without a picture the page is told that the program lives, s."""
PATIENCE = 10.0
"""The longest that a page may take to receive one picture, s."""
GOODBYE = 0.5
"""The longest that the last word may take, s."""
MESSAGES = 500.0
"""The most that a page may say in a second: one word for each picture, and room."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for: `size`, the longest side in px, and `fps`, pictures a second; None: as they come."""

    size: int | None = None
    fps: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Read the fields of an address; Refused, saying which, if one can't be used."""
        for name in query.keys() - {"size", "fps", "hold", "token"}:
            raise Refused(HTTPStatus.BAD_REQUEST, f"The address may ask for size, fps and hold, not for {name[:20]!r}.")
        if query.get("hold", "0") not in ("0", "1"):
            raise Refused(HTTPStatus.BAD_REQUEST, "hold is 1 to keep the last picture when vtuber_app closes, or 0.")
        return cls(_number(query, "size", 16, 4096), _number(query, "fps", 1, 240))


class Viewer:
    """Sends one page the newest picture whenever it has drawn those before; what it misses is skipped, never queued.

    Args:
        delays: Takes the s from a picture's coming to the page's word that it is drawn, that word's way included.
    """

    def __init__(self, stream: websocket.Stream, wish: Wish, delays: deque[float]) -> None:
        self._stream = stream
        self._wish = wish
        self._delays = delays
        self._rate = Rate(MESSAGES)
        self._wake = asyncio.Event()
        self._writing = asyncio.Lock()
        self._newest: Picture | None = None
        self._ahead: dict[int, float] = {}
        self._pace = Pace()
        self._amid = False

    def show(self, picture: Picture) -> None:
        """Take the newest picture."""
        self._newest = picture
        self._wake.set()

    async def run(self) -> None:
        """Serve until the page goes, or is sent away."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for work in self.duties():
                    tasks.create_task(work)
        except* websocket.Ended as ended:
            codes = [error.code for error in ended.exceptions if isinstance(error, websocket.Ended)]
            await self.leave(codes[0])
        except* OSError:  # gone, or slower than PATIENCE allows
            pass

    def duties(self) -> list[Coroutine[Any, Any, None]]:
        """What is done at once while the page is there."""
        return [self._hear(), self._feed()]

    def message(self, picture: Picture) -> tuple[bytes, bytes | memoryview]:
        """A picture as this page wants it, in two pieces."""
        return picture.message(self._wish.size)

    def heard(self, content: bytes) -> None:
        """Take what the page says, at most 125 bytes: that it has drawn a picture. Ended if it has no reason to."""
        self._drawn(content)

    async def leave(self, code: int | None) -> None:
        """Tell the page why, unless it is in the middle of a picture."""
        if code and not self._amid:
            with contextlib.suppress(OSError):
                async with asyncio.timeout(GOODBYE):
                    await self._send(websocket.closing(code))

    async def _feed(self) -> None:
        while True:
            try:
                async with asyncio.timeout(KEEPALIVE):
                    await self._wake.wait()
            except TimeoutError:
                await self.say(b"")
            self._wake.clear()
            picture, now = self._newest, clock.now()
            if picture is None or len(self._ahead) >= AHEAD or not self._is_due(now):
                continue
            self._newest = None
            self._ahead[picture.number] = picture.given
            await self.say(*self.message(picture))

    def _is_due(self, now: float) -> bool:
        """Whether `fps` allows a picture now; one that comes too early is left for the next."""
        return self._wish.fps is None or self._pace.allows(now, self._wish.fps)

    async def _hear(self) -> None:
        while True:
            opcode, content = await websocket.message(self._stream)
            if not self._rate.allows():
                raise websocket.Ended(websocket.POLICY)
            if opcode == websocket.CLOSE:
                raise websocket.Ended(websocket.GOING_AWAY)
            if opcode == websocket.PING:
                await self._send(websocket.header(websocket.PONG, len(content)) + content)
            elif opcode == websocket.BINARY:
                self.heard(content)

    def _drawn(self, content: bytes) -> None:
        """Note that the page has drawn a picture, by its number (uint32); Ended if it was never sent."""
        number = int.from_bytes(content, "little")
        if len(content) != 4 or number not in self._ahead:
            raise websocket.Ended(websocket.POLICY)
        self._delays.append(clock.now() - self._ahead.pop(number))
        self._wake.set()

    async def say(self, head: bytes, *rest: bytes | memoryview) -> None:
        """Send one message, in pieces, so that none is copied."""
        length = len(head) + sum(map(len, rest))
        await self._send(websocket.header(websocket.BINARY, length) + head, *rest)

    async def _send(self, *parts: bytes | memoryview) -> None:
        loop = asyncio.get_running_loop()
        async with self._writing, asyncio.timeout(PATIENCE):
            self._amid = True
            for part in parts:
                await loop.sock_sendall(self._stream.socket, part)
            self._amid = False


def _number(query: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6 and low <= int(text) <= high):
        raise Refused(HTTPStatus.BAD_REQUEST, f"{name} in the address is a whole number from {low} to {high}.")
    return int(text)
