"""Datagrams from phones and other programs."""

import ipaddress
import select
import socket
import sys
from collections.abc import Iterator
from typing import Any, Self

from vtuber_app.core.errors import DeviceError
from vtuber_app.core.traffic import Traffic

SIZE = 65536
AT_ONCE = 1000
"""Datagrams that are read before the newest is used, so that a flood can't hold a tracker up."""
_HEARD: set[int] = set()
"""Ports of all listeners in this process."""


def listen(port: int) -> socket.socket:
    """Open a socket that hears that port on IPv4 and, where the system has it, IPv6.

    Raises:
        DeviceError: The port is taken or not allowed.
    """
    try:
        return bound(port)
    except OSError as error:
        raise DeviceError(
            f"Port {port} can't be opened ({error.strerror}). Close the other program that receives face tracking "
            "(VTube Studio, VSeeFace, a second vtuber_app), or choose another port here and on the phone."
        ) from error


def bound(port: int, host: str = "") -> socket.socket:
    """Open a socket that hears that port at one IPv4 address, or at all of IPv4 and IPv6; OSError if it can't."""
    if not host and dual_stack():
        heard = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        heard.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    else:
        heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        if sys.platform == "win32":
            heard.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        heard.bind((host, port))
    except OSError:
        heard.close()
        raise
    heard.setblocking(False)
    return heard


def hears(port: int) -> bool:
    """Whether a tracker of this program listens there now: what is sent to it comes back as a performer's face."""
    return port in _HEARD


def dual_stack() -> bool:
    """Whether one socket hears IPv6 and IPv4: not on a system whose IPv6 is missing or switched off."""
    if not socket.has_dualstack_ipv6():
        return False
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("", 0))
        except OSError:
            return False
    return True


def _waiting(heard: socket.socket) -> Iterator[tuple[bytes, Any]]:
    """What has come, oldest first, with who sent it."""
    for _ in range(AT_ONCE):
        try:
            yield heard.recvfrom(SIZE)
        except BlockingIOError:
            return
        except ConnectionError:  # Windows' way to say that nobody took what we sent
            continue


class Listener:
    """Hears ports on IPv4 and IPv6, and answers from the first of them.

    Attributes:
        taken: Those of the further ports that another program has.
        traffic: Who has sent what.
    """

    def __init__(self, port: int, further: tuple[int, ...] = ()) -> None:
        """Open them.

        Args:
            port: Must be free, or DeviceError; 0 is any.
            further: Ports that are heard too where they are free.
        """
        self._sockets = [listen(port)]
        self._sender: Any = None
        self.traffic = Traffic()
        self.taken: list[int] = []
        for other in further:
            if other == port:
                continue
            try:
                self._sockets.append(listen(other))
            except DeviceError:
                self.taken.append(other)
        self._ports = {heard: int(heard.getsockname()[1]) for heard in self._sockets}
        _HEARD.update(self._ports.values())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def port(self) -> int:
        """The first port."""
        return int(self._sockets[0].getsockname()[1])

    @property
    def sender(self) -> str:
        """Who sent the last datagram that was given: an IPv4 or IPv6 address."""
        return str(self._sender[0]).removeprefix("::ffff:") if self._sender else "nobody"

    def newest(self, timeout: float) -> bytes | None:
        """Give the newest datagram and forget those before it; None if none came within `timeout` s."""
        datagram = None
        for datagram in self.all(timeout):  # noqa: B007
            pass
        return datagram

    def all(self, timeout: float) -> Iterator[bytes]:
        """Wait `timeout` s at most for a datagram, then give all that have come, oldest first."""
        for heard in select.select(self._sockets, [], [], timeout)[0]:
            port = self._ports[heard]
            for datagram, self._sender in _waiting(heard):
                self.traffic.note(port, self._sender[0], datagram)
                yield datagram

    def send(self, datagram: bytes, to: tuple[str, int]) -> None:
        """Send from the first port, to an `address`; OSError where the network can't."""
        self._sockets[0].sendto(datagram, to)

    def address(self, host: str, port: int) -> tuple[str, int]:
        """Where to send so that the host gets it, as the socket wants it; DeviceError if there is no such host."""
        try:
            name = str(socket.getaddrinfo(host.strip(), port, type=socket.SOCK_DGRAM)[0][4][0])
        except (OSError, UnicodeError) as error:
            raise DeviceError(
                f"There is no device at {host!r}. Type the address that the phone's app shows."
            ) from error
        ours = self._sockets[0].family
        if ours == socket.AF_INET6 and ipaddress.ip_address(name.partition("%")[0]).version == 4:
            name = f"::ffff:{name}"
        return name, port

    def close(self) -> None:
        """Free the ports."""
        _HEARD.difference_update(self._ports.values())
        for heard in self._sockets:
            heard.close()


def own_address() -> str:
    """This computer's address in the local network, for the user to type into the phone."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation; connecting a UDP socket sends nothing
        except OSError:
            return "unknown: no network"
        return str(probe.getsockname()[0])
