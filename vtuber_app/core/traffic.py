"""Who sends to the ports that this program hears: for the doctor, not for the trackers."""

from dataclasses import dataclass

from vtuber_app.core import clock

SENDERS = 16
"""That are remembered: forged senders must not fill the memory."""


@dataclass(slots=True)
class Heard:
    """What came from one sender to one port.

    Attributes:
        sender: An IPv4 or IPv6 address.
        count: How much, so far.
        packet: The newest.
        time: When that came, s.
    """

    port: int
    transport: str
    sender: str
    count: int
    packet: bytes
    time: float


class Traffic:
    """Counts; written by the thread that listens, read by any."""

    def __init__(self, transport: str = "UDP") -> None:
        self._transport = transport
        self._heard: dict[tuple[int, str], Heard] = {}

    def note(self, port: int, sender: str, packet: bytes, count: int = 1) -> None:
        """Something came, the newest being this packet."""
        one = self._heard.get((port, sender))
        if one is None:
            if len(self._heard) >= SENDERS:
                del self._heard[min(self._heard, key=lambda key: self._heard[key].time)]
            address = sender.removeprefix("::ffff:")
            one = self._heard[port, sender] = Heard(port, self._transport, address, 0, packet, 0.0)
        one.count += count
        one.packet = packet
        one.time = clock.now()

    def heard(self) -> list[Heard]:
        """All that is remembered."""
        return list(self._heard.copy().values())
