"""Published packets, and peers on this machine's own network."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

PACKETS: dict[str, dict[str, Any]] = {
    packet["id"]: packet
    for packet in json.loads((Path(__file__).parents[1] / "data" / "protocol-packets.json").read_text("utf-8"))
}


def raw(packet_id: str) -> bytes:
    """A published packet, as it is on the wire."""
    packet = PACKETS[packet_id]
    return bytes.fromhex(packet["hex"]) if "hex" in packet else packet["text"].encode()


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def send(packet: bytes, port: int, host: str = "127.0.0.1") -> None:
    """Send a datagram; skips where this machine has no IPv6."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sender:
            sender.sendto(packet, (host, port))
    except OSError as error:
        if family == socket.AF_INET:
            raise
        pytest.skip(f"this machine has no IPv6: {error}")
