"""The ports that this program wants: whether they are free, else who has them."""

import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from vtuber_app import plugins
from vtuber_app.core import udp
from vtuber_app.core.errors import DeviceError
from vtuber_app.settings import AppSettings
from vtuber_app.tools.doctor.finding import Case, Finding
from vtuber_app.trackers.network import NetworkTracker

Transport = Literal["UDP", "TCP"]


@dataclass(frozen=True, slots=True)
class Port:
    """A port that parts want.

    Attributes:
        titles: Of these parts.
    """

    number: int
    titles: tuple[str, ...]
    transport: Transport = "UDP"

    @property
    def name(self) -> str:
        """For the user."""
        return f"{self.transport} port {self.number}, {' and '.join(self.titles)}"


def wanted(settings: AppSettings) -> list[Port]:
    """The UDP ports of all trackers, each once."""
    titles: dict[int, list[str]] = {}
    for kind, tracker in plugins.trackers.items():
        if issubclass(tracker, NetworkTracker):
            for port in (getattr(settings.part(kind), "port", 0), *tracker.further):
                titles.setdefault(port, []).append(tracker.title)
    return [Port(number, tuple(dict.fromkeys(named))) for number, named in sorted(titles.items())]


def connected(settings: AppSettings) -> list[Port]:
    """The TCP ports: of pages, and of trackers whose phone connects."""
    found = [Port(getattr(settings.part("browser"), "port", 0), (plugins.outputs["browser"].title,), "TCP")]
    for kind, tracker in plugins.trackers.items():
        part = settings.part(kind)
        if getattr(part, "transport", "") == "TCP":
            found.append(Port(getattr(part, "tcp_port", 0), (tracker.title,), "TCP"))
    return found


def owner(port: Port) -> tuple[int, str] | None:
    """Number and name of the process that has it, as far as the system tells."""
    import psutil

    try:
        every = psutil.net_connections(kind=port.transport.lower())
    except psutil.Error:  # macOS tells only root
        return None
    for one in every:
        if one.pid and one.laddr and one.laddr.port == port.number and one.status in (psutil.CONN_NONE, "LISTEN"):
            try:
                return one.pid, psutil.Process(one.pid).name()
            except psutil.Error:
                return one.pid, "a program"
    return None


def ports(case: Case) -> Iterator[Finding]:
    """Whether they are free, heard by this program, or taken by which other."""
    free = []
    for port in (*wanted(case.settings), *connected(case.settings)):
        if _is_free(port):
            free.append(f"{port.number} ({' and '.join(port.titles)})")
            continue
        number, name = owner(port) or (0, "another program")
        if number == os.getpid() or (port.transport == "UDP" and udp.hears(port.number)):
            yield Finding("ports", "ok", f"{port.name}: this program listens")
            continue
        who = f"{name} (process {number})" if number else name
        cure = f"Close {who}, or choose another port here and in the app that sends."
        yield Finding("ports", "warn", f"{port.name}: taken by {who}", cure)
    if free:
        yield Finding("ports", "ok", f"free: {', '.join(free)}")


def _is_free(port: Port) -> bool:
    if port.transport == "UDP":
        try:
            udp.listen(port.number).close()
        except DeviceError:
            return False
        return True
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":  # where it would let two programs share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port.number))
        except OSError:
            return False
    return True
