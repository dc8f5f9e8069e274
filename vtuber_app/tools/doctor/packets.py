"""What arrives at the trackers' ports, from whom, and which app's it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from vtuber_app import plugins
from vtuber_app.core import clock, udp
from vtuber_app.core.traffic import Heard
from vtuber_app.session import Session
from vtuber_app.settings import AppSettings
from vtuber_app.tools.doctor.finding import Case, Finding
from vtuber_app.tools.doctor.ports import wanted
from vtuber_app.trackers.network import NetworkTracker
from vtuber_app.trackers.recognise import protocol

RECENT = 5.0
"""Senders that were silent for longer are left out, s."""
MOMENT = 1.2
"""How long ports are listened to on the command line, s."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One sender.

    Attributes:
        title: Of the tracker that reads what comes; empty if no one is known to send such packets.
        rate: Packets a second, lately.
    """

    port: int
    transport: str
    sender: str
    title: str
    rate: float


class Watch:
    """Turns counters into rates: call `look` again and again."""

    def __init__(self) -> None:
        self._before: dict[tuple[int, str, str], tuple[int, float]] = {}

    def look(self, heard: list[Heard], now: float) -> list[Seen]:
        """Who has sent since the last look; at the first, a second is taken for it."""
        seen, before = [], self._before
        self._before = {}
        for one in heard:
            key = one.port, one.transport, one.sender
            count, time = before.get(key, (0, now - 1))
            self._before[key] = one.count, now
            if now - one.time < RECENT:
                new = one.count - (count if count <= one.count else 0)  # counters begin anew with a new tracker
                title = protocol(one.packet) or ""
                seen.append(Seen(one.port, one.transport, one.sender, title, new / max(now - time, 0.1)))
        return sorted(seen, key=lambda one: (one.port, one.sender))


def of_session(session: Session) -> list[Heard]:
    """What the trackers at work have counted."""
    heard = []
    for stage in session.settings.trackers:
        part = session.worker(stage).part
        if isinstance(part, NetworkTracker):
            heard += part.heard_from()
    return heard


def overhear(settings: AppSettings, seconds: float) -> list[Heard]:
    """What comes in that time to the ports that nobody hears; they are taken as long as this takes."""
    numbers = tuple(port.number for port in wanted(settings))
    until = clock.now() + seconds
    with udp.Listener(0, numbers) as listener:
        while (left := until - clock.now()) > 0:
            listener.newest(left)
        return listener.traffic.heard()


def packets(case: Case) -> Iterator[Finding]:
    """Listen for a moment; what is at work is left to it."""
    heard = overhear(case.settings, MOMENT)
    for one in Watch().look(heard, clock.now()):
        yield words(one, case.settings)
    if not heard:
        yield Finding("packets", "ok", f"none came within {MOMENT:g} s; a phone must send while this runs")


def words(seen: Seen, settings: AppSettings) -> Finding:
    """A sender as a finding: bad if it is another app's than the port's."""
    what = f"{seen.rate:.0f} a second from {seen.sender} to {seen.transport} port {seen.port}"
    if not seen.title:
        cure = "Look which app sends there: it is none that vtuber_app reads."
        return Finding("packets", "warn", f"{what}, of an unknown kind", cure)
    fits = any(seen.port == port.number and seen.title in port.titles for port in wanted(settings))
    chosen = [plugins.trackers[kind].title for kind in settings.trackers.values()]
    if seen.title in chosen and fits:
        return Finding("packets", "ok", f"{what}: {seen.title}")
    if fits:
        return Finding("packets", "ok", f"{what}: {seen.title}", "Choose it as the tracker to use it.")
    cure = f"Choose the tracker “{seen.title}” and give it port {seen.port}, or let the app send to its usual port."
    return Finding("packets", "warn", f"{what}, which another tracker hears: {seen.title}", cure)
