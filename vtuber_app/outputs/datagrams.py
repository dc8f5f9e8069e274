"""What all outputs share that send the face as datagrams to another program."""

import ipaddress
import math
import socket
from abc import abstractmethod
from collections.abc import Iterable
from contextlib import suppress
from typing import ClassVar, Self, TypeVar

from pydantic import Field

from vtuber_app.core import clock, udp
from vtuber_app.core.errors import DeviceError
from vtuber_app.core.parts import FaceOutput
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Driving, FaceState
from vtuber_app.outputs.pace import Pace
from vtuber_app.pose.mirror import mirror

EARLY = 0.25
"""How much too early a face may come; see `pace.Pace`."""
REFUSED = 1.5
"""How long after a refused datagram it is said that nobody listens, s."""


class FaceSettings(Settings):
    """How the face is sent. The form shows fields of later bases first: this comes after the place."""

    mirrored: bool = Field(
        False,
        title="Mirror",
        description="Off: left and right stay your own, as a phone sends them. On: for a program that doesn't mirror.",
    )
    fps: int = Field(60, ge=5, le=120, title="Times a second", description="At most; the tracker may be slower.")


class PlaceSettings(Settings):
    """Where the other program is."""

    address: str = Field("127.0.0.1", title="Send to", description="127.0.0.1: a program on this computer.")
    port: int = Field(0, ge=1, le=65535, title="Port")


class DatagramSettings(FaceSettings, PlaceSettings):
    """What every such output has."""


D = TypeVar("D", bound=DatagramSettings)


class DatagramOutput(FaceOutput[D]):
    """Sends each moment, and never waits: what the network can't take at once is dropped.

    Attributes:
        app: Who listens, for the user.
    """

    hot = frozenset({"mirrored", "fps"})
    app: ClassVar[str]

    def __init__(self, settings: D) -> None:
        super().__init__(settings)
        self._socket: socket.socket | None = None
        self._pace = Pace(EARLY)
        self._refused = -math.inf
        self._problem: str | None = None
        self._ours = False

    def __enter__(self) -> Self:
        settings = self.settings
        host = settings.address.strip()
        try:
            family, kind, protocol, _, where = socket.getaddrinfo(host, settings.port, type=socket.SOCK_DGRAM)[0]
            sender = socket.socket(family, kind, protocol)
        except (OSError, UnicodeError) as error:
            raise DeviceError(
                f"There is no computer at {settings.address!r}. Under “Send to” type 127.0.0.1 for a program on this "
                "computer, or the other computer's address."
            ) from error
        try:
            sender.setblocking(False)
            sender.connect(where)  # of a datagram socket: only then is a refusal heard of
        except OSError as error:
            sender.close()
            raise DeviceError(
                f"Nothing can be sent to {host} ({error.strerror}). Look whether this computer is in a network."
            ) from error
        self._socket = sender
        self._ours = ours(str(where[0]))
        return self

    def __exit__(self, *exc: object) -> None:
        sender, self._socket = self._socket, None
        if sender:
            sender.close()

    @abstractmethod
    def datagrams(self, face: FaceState, time: float) -> Iterable[bytes]:
        """What says how the performer looked at that time, s."""

    @property
    def target(self) -> tuple[str, int]:
        """Address and port to which it is sent."""
        assert self._socket
        host, port, *_ = self._socket.getpeername()
        return host, port

    @property
    def heard_by_us(self) -> bool:
        """Whether a tracker of ours listens where this is sent to."""
        return self._ours and udp.hears(self.settings.port)

    def send(self, driving: Driving) -> None:
        if driving.face is None or not self._pace.allows(clock.now(), self.settings.fps):
            return
        self.deliver(mirror(driving.face) if self.settings.mirrored else driving.face, driving.time)

    def deliver(self, face: FaceState, time: float) -> None:
        """Send that the performer looked so at that time, s."""
        if not self.heard_by_us:
            for datagram in self.datagrams(face, time):
                self._send(datagram)

    def _send(self, datagram: bytes) -> None:
        assert self._socket
        self._problem = None
        for _ in range(2):  # a refusal of the last one takes the place of sending this one
            try:
                self._socket.send(datagram)
            except ConnectionError:
                self._refused = clock.now()
                continue
            except BlockingIOError:
                pass
            except OSError as error:
                self._problem = f"Nothing can be sent to {self.settings.address} ({error.strerror})."
            return

    @property
    def notice(self) -> str | None:
        if self._socket is None:
            return None
        settings = self.settings
        if self.heard_by_us:
            return (
                f"Nothing is sent: vtuber_app's own tracker listens at port {settings.port} and would take this for a "
                f"performer. Choose another port here and in {self.app}, or another tracker."
            )
        if clock.now() - self._refused < REFUSED:
            return (
                f"Nobody listens at {settings.address}, UDP port {settings.port}. Start {self.app}, and switch on "
                "there that it receives."
            )
        return self._problem


def ours(address: str) -> bool:
    """Whether an address is of this computer."""
    address = address.removeprefix("::ffff:")
    with suppress(ValueError):
        if ipaddress.ip_address(address.partition("%")[0]).is_loopback:
            return True
    return address == udp.own_address()
