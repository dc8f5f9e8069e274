"""VTube Studio as far as its plugin API shows it, on a thread of its own."""

import base64
import hashlib
import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass
class FakeVTubeStudio:
    """What it has and what it was asked.

    Attributes:
        allows: The user's click: True, False, or None while it is awaited.
        tokens: Those that are valid.
        own: Parameters that it has itself, and refuses to create.
        silent: It never answers.
        injected: Values of every InjectParameterDataRequest, and `faces` whether there was a face.
    """

    allows: bool | None = True
    tokens: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    created: list[str] = field(default_factory=list)
    silent: bool = False
    injected: list[dict[str, float]] = field(default_factory=list)
    faces: list[bool] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def answer(self, request: str, fields: dict[str, Any], session: set[str]) -> tuple[str, dict[str, Any]]:
        """Message type and data of the response."""
        self.asked.append(request)
        kind = request.replace("Request", "Response")
        if request == "AuthenticationTokenRequest":
            if not self.allows:
                return "APIError", {"errorID": 50, "message": "User has denied API access for your plugin."}
            token = f"token-{len(self.asked)}"
            self.tokens.add(token)
            return kind, {"authenticationToken": token}
        if request == "AuthenticationRequest":
            assert 3 <= len(fields["pluginName"]) <= 32
            known = fields["authenticationToken"] in self.tokens
            session.update({fields["authenticationToken"]} if known else set())
            return kind, {"authenticated": known, "reason": ""}
        if not session & self.tokens:
            return "APIError", {"errorID": 8, "message": "Not authenticated."}
        if request == "ParameterCreationRequest":
            name = fields["parameterName"]
            assert name.isalnum()
            assert 4 <= len(name) <= 32
            if name in self.own:
                return "APIError", {"errorID": 354, "message": "A default parameter."}
            self.created.append(name)
            return kind, {"parameterName": name}
        assert request == "InjectParameterDataRequest"
        self.faces.append(fields["faceFound"])
        self.injected.append({one["id"]: one["value"] for one in fields["parameterValues"]})
        return kind, {}


@contextmanager
def serving(fake: FakeVTubeStudio) -> Iterator[FakeVTubeStudio]:
    """Let it listen, at `port` if it has one; its end cuts every connection."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", fake.port)) as listening:
        fake.port = listening.getsockname()[1]
        listening.settimeout(0.05)
        thread = threading.Thread(target=_serve, args=(fake, listening, ended))
        thread.start()
        try:
            yield fake
        finally:
            ended.set()
            thread.join()


def _serve(fake: FakeVTubeStudio, listening: socket.socket, ended: threading.Event) -> None:
    while not ended.is_set():
        with suppress(TimeoutError):
            client, _ = listening.accept()
            with client, suppress(EOFError, ConnectionError):
                client.settimeout(0.05)
                _talk(fake, client, ended)


def _talk(fake: FakeVTubeStudio, client: socket.socket, ended: threading.Event) -> None:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += _exactly(client, 1, ended)
    assert b"Sec-WebSocket-Protocol" not in head
    said = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if line)
    proof = hashlib.sha1(said["Sec-WebSocket-Key"].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    client.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(proof) + b"\r\n\r\n"
    )
    session: set[str] = set()
    while (message := _hear(client, ended)) is not None:
        assert message["apiName"] == "VTubeStudioPublicAPI"
        assert message["apiVersion"] == "1.0"
        while fake.allows is None and message["messageType"] == "AuthenticationTokenRequest" and not ended.wait(0.01):
            pass
        if fake.silent:
            continue
        kind, content = fake.answer(message["messageType"], message["data"], session)
        text = json.dumps({"messageType": kind, "requestID": message["requestID"], "data": content}).encode()
        length = bytes([len(text)]) if len(text) < 126 else struct.pack(">BH", 126, len(text))
        client.sendall(b"\x81" + length + text)


def _hear(client: socket.socket, ended: threading.Event) -> dict[str, Any] | None:
    first, second = _exactly(client, 2, ended)
    length = second & 0x7F
    if length == 126:
        length = int.from_bytes(_exactly(client, 2, ended), "big")
    mask, masked = _exactly(client, 4, ended), _exactly(client, length, ended)
    if first & 0xF == 0x8:
        return None
    message: dict[str, Any] = json.loads(bytes(byte ^ mask[index % 4] for index, byte in enumerate(masked)))
    return message


def _exactly(client: socket.socket, count: int, ended: threading.Event) -> bytes:
    received = b""
    while len(received) < count:
        if ended.is_set():
            raise EOFError
        with suppress(TimeoutError):
            more = client.recv(count - len(received))
            if not more:
                raise EOFError
            received += more
    return received
