"""The client's side of RFC 6455, blocking: text messages over one socket, no extensions.

The frames' heads are those of the browser source's server. Libraries for OBS and VTube Studio would bring a WebSocket
library each; what is needed of one is this file.
"""

import base64
import contextlib
import hashlib
import os
import socket
import struct

from vtuber_app.core import clock
from vtuber_app.outputs.web.websocket import BINARY, CLOSE, PING, PONG, header

MORE, TEXT = 0x0, 0x1
NORMAL = 1000
LARGEST = 16 << 20
"""The longest message that is taken, bytes."""
_WHOLE, _MASKED = 0x80, 0x80
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_HEAD_LIMIT = 16384


class Closed(Exception):
    """The other side closed; `code` and `reason` are what it said, None and empty if nothing."""

    def __init__(self, code: int | None = None, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class NoWebSocket(Exception):
    """Something answers there, but not as a WebSocket."""


class Wire:
    """An open WebSocket.

    Args:
        host: Name or address.
        port: Its port.
        protocol: The subprotocol that is asked for; none if it is empty.
        timeout: For the connection and the handshake together, s.
        sending: The longest that a message may take to leave, s.

    Raises:
        OSError: Nothing answers, a TimeoutError included.
        NoWebSocket: What answers is none.
    """

    def __init__(self, host: str, port: int, protocol: str, timeout: float, sending: float = 5.0) -> None:
        self._kept = bytearray()
        self._whole = b""
        self._sending = sending
        until = clock.now() + timeout
        self._socket = socket.create_connection((host, port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._shake_hands(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", protocol, until)
        except BaseException:
            self._socket.close()
            raise

    def send(self, text: str) -> None:
        """Send one message."""
        self._send(TEXT, text.encode())

    def receive(self, timeout: float) -> str:
        """The next message; pings are answered on the way. One that is not there in time is there the next time.

        Raises:
            TimeoutError: None came in time.
            Closed: The other side closed, or broke the protocol.
        """
        until = clock.now() + timeout
        while True:
            opcode, last, content = self._frame(until)
            if opcode == CLOSE:
                code = struct.unpack(">H", content[:2])[0] if len(content) >= 2 else None
                raise Closed(code, content[2:].decode(errors="replace"))
            if opcode == PING:
                self._send(PONG, content)
            elif opcode in (MORE, TEXT, BINARY):
                self._whole += content
                if last:
                    whole, self._whole = self._whole, b""
                    return whole.decode(errors="replace")
            elif opcode != PONG:
                raise Closed(reason="not the protocol")

    def close(self) -> None:
        """Say good-bye, without waiting for an answer."""
        with contextlib.suppress(OSError):  # gone already
            self._send(CLOSE, struct.pack(">H", NORMAL))
        self._socket.close()

    def _send(self, opcode: int, content: bytes) -> None:
        head = bytearray(header(opcode, len(content)))
        head[1] |= _MASKED
        mask = os.urandom(4)
        long = int.from_bytes((mask * (len(content) // 4 + 1))[: len(content)], "big")
        masked = (int.from_bytes(content, "big") ^ long).to_bytes(len(content), "big")
        self._socket.settimeout(self._sending)
        self._socket.sendall(bytes(head) + mask + masked)

    def _shake_hands(self, where: str, protocol: str, until: float) -> None:
        key = base64.b64encode(os.urandom(16))
        asked = f"Sec-WebSocket-Protocol: {protocol}\r\n" if protocol else ""
        self._socket.sendall(
            f"GET / HTTP/1.1\r\nHost: {where}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key.decode()}\r\nSec-WebSocket-Version: 13\r\n{asked}\r\n".encode()
        )
        try:
            while (end := self._kept.find(b"\r\n\r\n")) < 0:
                if len(self._kept) > _HEAD_LIMIT:
                    raise NoWebSocket
                self._more(until)
        except Closed as error:
            raise NoWebSocket from error
        status, *lines = bytes(self._kept[:end]).decode("latin-1").split("\r\n")
        del self._kept[: end + 4]
        said = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        proof = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest()).decode()
        if status.split(" ")[1:2] != ["101"] or said.get("sec-websocket-accept") != proof:
            raise NoWebSocket

    def _frame(self, until: float) -> tuple[int, bool, bytes]:
        """The next frame: opcode, whether it ends its message, content. Nothing is taken before all of it is there."""
        self._have(2, until)
        first, second = self._kept[:2]
        start, length = 2, second & ~_MASKED
        if length >= 126:
            start = 4 if length == 126 else 10
            self._have(start, until)
            length = int.from_bytes(self._kept[2:start], "big")
        if second & _MASKED or first & 0x70 or len(self._whole) + length > LARGEST:
            raise Closed(reason="not the protocol")
        self._have(start + length, until)
        content = bytes(self._kept[start : start + length])
        del self._kept[: start + length]
        return first & 0xF, bool(first & _WHOLE), content

    def _have(self, count: int, until: float) -> None:
        while len(self._kept) < count:
            self._more(until)

    def _more(self, until: float) -> None:
        left = until - clock.now()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        try:
            received = self._socket.recv(65536)
        except ConnectionError:
            received = b""
        if not received:
            raise Closed
        self._kept += received
