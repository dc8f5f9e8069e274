"""Datagrams from phones and other programs."""

import ipaddress
import select
import socket
import sys

from vtuber_app.core.errors import DeviceError

SIZE = 65536
AT_ONCE = 1000
"""Datagrams that are read before the newest is used, so that a flood can't hold a tracker up."""


def listen(port: int) -> socket.socket:
    """Open a socket that hears that port on IPv4 and, where the system has it, IPv6.

    Raises:
        DeviceError: The port is taken or not allowed.
    """
    try:
        return _bound(port)
    except OSError as error:
        raise DeviceError(
            f"Port {port} can't be opened ({error.strerror}). Close the other program that receives face tracking "
            "(VTube Studio, VSeeFace, a second vtuber_app), or choose another port here and on the phone."
        ) from error


def _bound(port: int) -> socket.socket:
    try:
        heard = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        heard.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    except OSError:  # a system without IPv6
        heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        if sys.platform == "win32":
            heard.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        heard.bind(("", port))
    except OSError:
        heard.close()
        raise
    heard.setblocking(False)
    return heard


def newest(heard: socket.socket, timeout: float) -> bytes | None:
    """Give the newest datagram and forget those before it; None if none came within `timeout` s."""
    if not select.select([heard], [], [], timeout)[0]:
        return None
    datagram = None
    for _ in range(AT_ONCE):
        try:
            datagram = heard.recv(SIZE)
        except BlockingIOError:
            break
        except ConnectionError:  # Windows' way to say that nobody took what we sent
            continue
    return datagram


def address(host: str, port: int, heard: socket.socket) -> tuple[str, int]:
    """Where to send so that the host gets it, in the form the socket wants; DeviceError if there is no such host."""
    try:
        name = str(socket.getaddrinfo(host.strip(), port, type=socket.SOCK_DGRAM)[0][4][0])
    except (OSError, UnicodeError) as error:
        raise DeviceError(f"There is no device at {host!r}. Type the address that the phone's app shows.") from error
    if heard.family == socket.AF_INET6 and ipaddress.ip_address(name.partition("%")[0]).version == 4:
        name = f"::ffff:{name}"
    return name, port


def own_address() -> str:
    """This computer's address in the local network, for the user to type into the phone."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation; connecting a UDP socket sends nothing
        except OSError:
            return "unknown: no network"
        return str(probe.getsockname()[0])
