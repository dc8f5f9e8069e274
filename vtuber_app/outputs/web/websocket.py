"""The server's side of RFC 6455, as far as one page needs it: whole messages, no extensions, short ones coming in."""

import asyncio
import base64
import binascii
import hashlib
import socket
import struct
from http import HTTPStatus

from vtuber_app.outputs.web.request import Refused, Request

BINARY, CLOSE, PING, PONG = 0x2, 0x8, 0x9, 0xA
GOING_AWAY, PROTOCOL_ERROR, UNSUPPORTED, POLICY, TOO_BIG = 1001, 1002, 1003, 1008, 1009

_WHOLE = 0x80
_MASKED = 0x80
_SHORT = 125
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Ended(Exception):
    """The other side closed, or broke the protocol; `code` is what it is told, None if nothing."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class Stream:
    """What comes in through a socket; sending is `loop.sock_sendall`, which copies nothing."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self._kept = bytearray()

    async def until(self, end: bytes, limit: int) -> bytes:
        """Everything before `end`; Ended if that takes more than `limit` bytes, or the connection closes."""
        while (place := self._kept.find(end)) < 0:
            if len(self._kept) > limit:
                raise Ended(None)
            await self._more()
        return self._take(place, len(end))

    async def exactly(self, count: int) -> bytes:
        """That many bytes; Ended if the connection closes before."""
        while len(self._kept) < count:
            await self._more()
        return self._take(count)

    async def _more(self) -> None:
        received = await asyncio.get_running_loop().sock_recv(self.socket, 4096)
        if not received:
            raise Ended(None)
        self._kept += received

    def _take(self, count: int, skipped: int = 0) -> bytes:
        taken = bytes(self._kept[:count])
        del self._kept[: count + skipped]
        return taken


def accepted(request: Request) -> bytes:
    """The answer that opens a WebSocket; Refused if it isn't asked for properly."""
    headers = request.headers
    wishes = {wish.strip().lower() for wish in headers.get("connection", "").split(",")}
    key = headers.get("sec-websocket-key", "")
    try:
        complete = len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        complete = False
    if headers.get("upgrade", "").lower() != "websocket" or "upgrade" not in wishes or not complete:
        raise Refused(HTTPStatus.BAD_REQUEST, "Here is only a WebSocket, for the page. Open the address without /live.")
    if headers.get("sec-websocket-version") != "13":
        raise Refused(HTTPStatus.BAD_REQUEST, "This browser is too old: its WebSocket is not version 13.")
    proof = base64.b64encode(hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest()).decode()
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {proof}\r\n\r\n"
    ).encode()


def header(opcode: int, length: int) -> bytes:
    """What comes before a message of that many bytes."""
    first = _WHOLE | opcode
    if length <= _SHORT:
        return bytes((first, length))
    if length < 1 << 16:
        return struct.pack(">BBH", first, 126, length)
    return struct.pack(">BBQ", first, 127, length)


def closing(code: int) -> bytes:
    """The message that says why the server closes."""
    return header(CLOSE, 2) + struct.pack(">H", code)


async def message(stream: Stream) -> tuple[int, bytes]:
    """The next opcode and what it carries, at most 125 bytes; Ended if it is anything a page has no reason to send."""
    first, second = await stream.exactly(2)
    length = second & ~_MASKED
    if first & 0x70 or not second & _MASKED:
        raise Ended(PROTOCOL_ERROR)
    if not first & _WHOLE or first & 0xF not in (BINARY, CLOSE, PING, PONG):
        raise Ended(UNSUPPORTED)
    if length > _SHORT:
        raise Ended(TOO_BIG)
    mask = await stream.exactly(4)
    masked = await stream.exactly(length)
    return first & 0xF, bytes(byte ^ mask[index % 4] for index, byte in enumerate(masked))
