"""A browser's side of the browser source, byte by byte, so that tests can also misbehave."""

import base64
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.types import Frame

BINARY, CLOSE, PING, PONG = 0x2, 0x8, 0x9, 0xA
WEBSOCKET = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec_WebSocket_Key": "c2l4dGVlbiBieXRlcyBvaw==",
    "Sec_WebSocket_Version": "13",
}
"""What a browser says to open one."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def picture(number: int = 0, size: tuple[int, int] = (20, 30)) -> Frame:
    """A picture that can be told from others, with every alpha."""
    pixels = np.random.default_rng(number).integers(0, 256, (*size, 4), np.uint8)
    pixels.setflags(write=False)
    return Frame(pixels, 0.0)


def ask(port: int, path: str = "/", method: str = "GET", **headers: str | None) -> tuple[int, dict[str, str], str]:
    """The answer's status, headers and text; a header that is None is left out."""
    said = {"Host": f"127.0.0.1:{port}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"{name}: {value}" for name, value in said.items() if value is not None]
    return raw(port, "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode())


def raw(port: int, request: bytes) -> tuple[int, dict[str, str], str]:
    """The same for any bytes; status 0 if the connection was closed without a word."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        answer = b""
        try:
            connection.sendall(request)
            while received := connection.recv(65536):
                answer += received
        except ConnectionError:
            pass
    if not answer:
        return 0, {}, ""
    head, _, text = answer.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines), text


@dataclass
class Page:
    """An open WebSocket."""

    socket: socket.socket

    def say(self, opcode: int, content: bytes = b"", first: int | None = None, masked: bool = True) -> None:
        length = struct.pack(">BH", 126, len(content)) if len(content) > 125 else bytes([len(content)])
        head = bytes([first or 0x80 | opcode, length[0] | 0x80 * masked]) + length[1:]
        mask = b"\x11\x22\x33\x44"
        body = bytes(byte ^ mask[index % 4] for index, byte in enumerate(content)) if masked else content
        self.socket.sendall(head + mask * masked + body)

    def hear(self) -> tuple[int, bytes]:
        first, second = self._exactly(2)
        length = second
        if second == 126:
            length = int.from_bytes(self._exactly(2), "big")
        elif second == 127:
            length = int.from_bytes(self._exactly(8), "big")
        return first & 0xF, self._exactly(length)

    def see(self) -> tuple[bytes, NDArray[np.uint8]]:
        """The next picture, nothing where it isn't seen, and its number as sent, not yet answered."""
        opcode, content = self.hear()
        assert opcode == BINARY
        width, height, left, top, wide, high = struct.unpack_from("<6H", content, 4)
        pixels = np.zeros((height, width, 4), np.uint8)
        pixels[top : top + high, left : left + wide] = np.frombuffer(content[16:], np.uint8).reshape(high, wide, 4)
        return content[:4], pixels

    def closed(self) -> int:
        """The code with which the server closes."""
        while True:
            opcode, content = self.hear()
            if opcode == CLOSE:
                return int.from_bytes(content, "big")

    def _exactly(self, count: int) -> bytes:
        received = b""
        while len(received) < count:
            more = self.socket.recv(count - len(received))
            assert more, "closed without a word"
            received += more
        return received


@contextmanager
def page(port: int, query: str = "") -> Iterator[Page]:
    """A page that watches."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        key = base64.b64encode(b"sixteen bytes ok").decode()
        connection.sendall(
            f"GET /live{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            received = connection.recv(1)
            assert received, head
            head += received
        assert head.startswith(b"HTTP/1.1 101 "), head
        yield Page(connection)
