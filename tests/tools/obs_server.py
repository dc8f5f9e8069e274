"""OBS as far as its WebSocket server shows it: greets, checks the password, keeps a scene with sources."""

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

SALT, CHALLENGE = "lM1GncleQOaCu9lT1yeUZhFYnqhsLLP1G5lAGo3ixaI=", "+IxH4CnCiqpX1rM9scsNynZzbOe4KhDeYcTNS3PDaeY="


@dataclass
class FakeObs:
    """What it has and what it was asked.

    Attributes:
        kinds: Input kinds that it lists.
        inputs: Name to kind, settings and sync offset.
        items: Of the scene, the lowest first.
        nested: Items of groups and other scenes.
        choices: Property items by property.
        garbage: What it sends instead of a greeting.
        greets: False for obs-websocket 4, which waits for the client.
        silent: Requests that it never answers.
        refuses: Requests to the comment with which they fail.
    """

    password: str | None = None
    kinds: list[str] = field(default_factory=lambda: ["image_source", "browser_source"])
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: list[dict[str, Any]] = field(default_factory=list)
    nested: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    choices: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    special: dict[str, str | None] = field(default_factory=dict)
    greets: bool = True
    garbage: bytes = b""
    silent: tuple[str, ...] = ()
    refuses: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    running: set[str] = field(default_factory=set)
    width: float = 640.0
    port: int = 0

    def requests(self, name: str) -> list[dict[str, Any]]:
        """What came with the requests of that name."""
        return [fields for asked, fields in self.asked if asked == name]

    def answer(self, request: str, fields: dict[str, Any]) -> dict[str, Any] | None:
        """The response; None for what isn't found."""
        self.asked.append((request, fields))
        name = fields.get("inputName") or fields.get("sourceName")
        match request:
            case "GetCurrentProgramScene":
                return {"currentProgramSceneName": "Scene"}
            case "GetInputKindList":
                return {"inputKinds": self.kinds}
            case "GetInputList":
                return {"inputs": [{"inputName": n, "inputKind": one["kind"]} for n, one in self.inputs.items()]}
            case "GetSpecialInputs":
                return self.special
            case "GetVideoSettings":
                return {"baseWidth": 1920, "baseHeight": 1080}
            case "CreateInput":
                self.inputs[name] = {"kind": fields["inputKind"], "settings": fields.get("inputSettings", {}), "ms": 0}
                self.items.append({"sourceName": name, "sceneItemId": len(self.asked)})
            case "RemoveInput":
                del self.inputs[name]
                self.items = [item for item in self.items if item["sourceName"] != name]
            case "SetInputSettings":
                self.inputs[name]["settings"] |= fields["inputSettings"]
            case "GetInputPropertiesListPropertyItems":
                return {"propertyItems": self.choices.get(fields["propertyName"], [])}
            case "GetSceneItemId":
                found = [item for item in self.items if item["sourceName"] == name]
                return found[0] if found else None
            case "CreateSceneItem":
                self.items.append({"sourceName": name, "sceneItemId": len(self.asked)})
                return self.items[-1]
            case "GetSceneItemList" | "GetGroupSceneItemList":
                name = fields["sceneName"]
                return {"sceneItems": self.items if name == "Scene" else self.nested[name]}
            case "GetSceneItemTransform":
                return {"sceneItemTransform": {"sourceWidth": self.width}}
            case "GetInputAudioSyncOffset":
                return {"inputAudioSyncOffset": self.inputs[name]["ms"]}
            case "SetInputAudioSyncOffset":
                self.inputs[name]["ms"] = fields["inputAudioSyncOffset"]
            case "GetVirtualCamStatus" | "GetRecordStatus":
                return {"outputActive": request[3:-6] in self.running}
            case "StartVirtualCam" | "StartRecord":
                self.running.add(request[5:])
        return {}


@contextmanager
def serving(obs: FakeObs) -> Iterator[FakeObs]:
    """Let it listen at a free port, one client after another."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        obs.port = listening.getsockname()[1]
        ended = threading.Event()
        thread = threading.Thread(target=_serve, args=(obs, listening, ended))
        thread.start()
        try:
            yield obs
        finally:
            ended.set()
            socket.create_connection(("127.0.0.1", obs.port)).close()
            thread.join()


def _serve(obs: FakeObs, listening: socket.socket, ended: threading.Event) -> None:
    while True:
        client, _ = listening.accept()
        with client, suppress(EOFError, ConnectionError):
            if ended.is_set():
                return
            _greet(obs, client)


def _greet(obs: FakeObs, client: socket.socket) -> None:
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += _exactly(client, 1)
    said = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if line)
    proof = hashlib.sha1(said["Sec-WebSocket-Key"].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    client.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(proof) + b"\r\n\r\n"
    )
    if obs.garbage:
        client.sendall(obs.garbage)
        client.recv(1000)
        return
    if obs.greets:
        lock = {"authentication": {"salt": SALT, "challenge": CHALLENGE}} if obs.password else {}
        _say(client, 0, {"obsWebSocketVersion": "5.1.0", "rpcVersion": 1, **lock})
    while (message := _hear(client)) is not None:
        kind, said_ = message["op"], message["d"]
        if kind == 1:
            secret = base64.b64encode(hashlib.sha256(f"{obs.password}{SALT}".encode()).digest()).decode()
            right = base64.b64encode(hashlib.sha256(f"{secret}{CHALLENGE}".encode()).digest()).decode()
            if obs.password and said_.get("authentication") != right:
                client.sendall(b"\x88\x16" + struct.pack(">H", 4009) + b"Authentication fails")
                return
            _frame(client, 0x9, b"still there?")
            _say(client, 2, {"negotiatedRpcVersion": 1})
        else:
            _respond(obs, client, said_)


def _respond(obs: FakeObs, client: socket.socket, said: dict[str, Any]) -> None:
    request = said["requestType"]
    if request in obs.silent:
        return
    found = obs.answer(request, said["requestData"])
    status: dict[str, Any] = {"result": True, "code": 100}
    if request in obs.refuses:
        status = {"result": False, "code": 604, "comment": obs.refuses[request]}
    elif found is None:
        status = {"result": False, "code": 600, "comment": "not found"}
    _say(client, 5, {"eventType": "SomethingElse"})
    answer = {"requestType": request, "requestId": said["requestId"], "requestStatus": status, "responseData": found}
    _say(client, 7, answer)


def _say(client: socket.socket, kind: int, content: dict[str, Any]) -> None:
    text = json.dumps({"op": kind, "d": content}).encode()
    middle = len(text) // 2
    _frame(client, 0x1, text[:middle], last=False)
    _frame(client, 0x0, text[middle:])


def _frame(client: socket.socket, opcode: int, content: bytes, last: bool = True) -> None:
    length = len(content)
    head = bytes([length]) if length < 126 else struct.pack(">BH", 126, length)
    client.sendall(bytes([opcode | 0x80 * last]) + head + content)


def _hear(client: socket.socket) -> dict[str, Any] | None:
    while True:
        first, second = _exactly(client, 2)
        assert second & 0x80, "a client must mask"
        length = second & 0x7F
        if length == 126:
            length = int.from_bytes(_exactly(client, 2), "big")
        mask, masked = _exactly(client, 4), _exactly(client, length)
        content = bytes(byte ^ mask[index % 4] for index, byte in enumerate(masked))
        match first & 0xF:
            case 0x8:
                return None
            case 0xA:
                assert content == b"still there?"
            case _:
                message: dict[str, Any] = json.loads(content)
                return message


def _exactly(client: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        more = client.recv(count - len(received))
        if not more:
            raise EOFError
        received += more
    return received
