"""What iFacialMocap and Facemotion3d share beside their text: UDP or a connection, and a face that is lost."""

import math
from collections.abc import Collection
from typing import ClassVar, Literal, Self, TypeVar

from pydantic import Field

from vtuber_app.core import tcp
from vtuber_app.core.traffic import Heard
from vtuber_app.core.types import Driving, FaceState, Frame, Reader
from vtuber_app.trackers import mocap_text
from vtuber_app.trackers.network import PhoneNetworkSettings, PhoneSettings, PhoneTracker

TCP_PORT = 49986
END = b"___iFacialMocap"
LOST = 0.5
"""The phone has lost the face when it repeats itself for this long, s."""


class TransportSettings(PhoneSettings):
    """How the phone sends."""

    transport: Literal["UDP", "TCP"] = Field(
        "UDP", title="Sent by", description="TCP loses nothing and lags a little; it needs the phone's address."
    )
    tcp_port: int = Field(TCP_PORT, ge=1, le=65535, title="TCP port")


class MocapSettings(PhoneNetworkSettings, TransportSettings):
    """What both apps' trackers have."""


M = TypeVar("M", bound=MocapSettings)


class MocapPhone(PhoneTracker[M]):
    """Hears the text, as datagrams or frames of a connection that the phone opens.

    Attributes:
        farewell: Ends a connection.
    """

    farewell: ClassVar[bytes]
    period = 1.5

    def __init__(self, settings: M, frames: Reader[Frame] | None = None) -> None:
        super().__init__(settings, frames)
        self._frames: tcp.Frames | None = None
        self._packet, self._changed = b"", -math.inf

    def __enter__(self) -> Self:
        if self.settings.transport == "TCP":
            self._frames = tcp.Frames(self.settings.tcp_port, END)
        try:
            return super().__enter__()
        except Exception:
            self.__exit__()
            raise

    def __exit__(self, *exc: object) -> None:
        if self._frames:
            if self.opened:
                self.tell(self.farewell)
            self._frames.close()
            self._frames = None
        super().__exit__(*exc)

    def newest(self, timeout: float) -> bytes | None:
        return self._frames.newest(timeout) if self._frames else super().newest(timeout)

    @property
    def sender(self) -> str:
        return self._frames.sender if self._frames else super().sender

    def heard_from(self) -> list[Heard]:
        frames = self._frames
        return super().heard_from() + (frames.traffic.heard() if frames else [])

    def parse(self, packet: bytes) -> tuple[FaceState | None, Collection[int]]:
        return mocap_text.read(packet, self.face)

    def moment(self, packet: bytes) -> Driving:
        driving = super().moment(packet)
        if packet != self._packet:
            self._packet, self._changed = packet, driving.time
        return driving if driving.time - self._changed <= LOST else Driving(driving.time)

    def silence(self) -> str:
        if not self._frames:
            return super().silence()
        if not self._phone:
            return f"Type the phone's address, which {self.app} shows: by TCP it must be asked before it sends."
        return super().silence().replace(f"UDP port {self.settings.port}", f"TCP port {self.settings.tcp_port}")
