"""The ports that trackers hear: whether they are free, else who has them."""

from collections.abc import Iterator
from dataclasses import dataclass

from vtuber_app import plugins
from vtuber_app.core import udp
from vtuber_app.core.errors import DeviceError
from vtuber_app.settings import AppSettings
from vtuber_app.tools.doctor.finding import Case, Finding
from vtuber_app.trackers.network import NetworkTracker


@dataclass(frozen=True, slots=True)
class Port:
    """A UDP port that trackers want.

    Attributes:
        titles: Of these trackers.
    """

    number: int
    titles: tuple[str, ...]


def wanted(settings: AppSettings) -> list[Port]:
    """All of them, each once."""
    titles: dict[int, list[str]] = {}
    for kind, tracker in plugins.trackers.items():
        if issubclass(tracker, NetworkTracker):
            for port in (getattr(settings.part(kind), "port", 0), *tracker.further):
                titles.setdefault(port, []).append(tracker.title)
    return [Port(number, tuple(dict.fromkeys(named))) for number, named in sorted(titles.items())]


def owner(port: int) -> str | None:
    """Which program has that UDP port, as far as the system tells; None if none that is known."""
    import psutil

    try:
        found = [one for one in psutil.net_connections(kind="udp") if one.laddr and one.laddr.port == port]
    except psutil.Error:  # macOS tells only root
        return None
    for one in found:
        if one.pid:
            try:
                return f"{psutil.Process(one.pid).name()} (process {one.pid})"
            except psutil.Error:
                return f"process {one.pid}"
    return None


def ports(case: Case) -> Iterator[Finding]:
    """Whether they are free, heard by this program, or taken by which other."""
    free = []
    for port in wanted(case.settings):
        name = f"UDP port {port.number}, {' and '.join(port.titles)}"
        if udp.hears(port.number):
            yield Finding("ports", "ok", f"{name}: this program listens")
            continue
        try:
            udp.listen(port.number).close()
        except DeviceError:
            who = owner(port.number) or "another program"
            cure = f"Close {who}, or choose another port here and in the app that sends."
            yield Finding("ports", "warn", f"{name}: taken by {who}", cure)
        else:
            free.append(f"{port.number} ({' and '.join(port.titles)})")
    if free:
        yield Finding("ports", "ok", f"free: {', '.join(free)}")
