"""What all trackers over the network share: ports, asking the phone, and what the user is told while nothing comes."""

import math
from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import ClassVar, Self, TypeVar

import numpy as np
from pydantic import Field

from vtuber_app.core import clock, udp
from vtuber_app.core.errors import PacketError
from vtuber_app.core.parts import Rank, Tracker
from vtuber_app.core.settings import Settings
from vtuber_app.core.traffic import Heard
from vtuber_app.core.types import FACE_PARTS, Driving, FacePart, FaceState, Frame, Reader
from vtuber_app.trackers.recognise import protocol
from vtuber_app.trackers.shapes import Completeness

QUIET = 1.5
"""After this long without a good packet the user is told, s."""
HELLOS = 4
"""Times a phone is asked at once: a datagram may be lost."""


class PortSettings(Settings):
    """Where a tracker listens."""

    port: int = Field(0, ge=1, le=65535, title="Port")


class AxesSettings(Settings):
    """Makers disagree about signs, and some programs mirror: each axis can be turned round."""

    invert_pitch: bool = Field(False, title="Invert nodding")
    invert_yaw: bool = Field(False, title="Invert turning")
    invert_roll: bool = Field(False, title="Invert leaning")


class NetworkSettings(AxesSettings, PortSettings):
    """What every tracker over the network has. The form shows fields of later bases first: the axes come last."""


N = TypeVar("N", bound=NetworkSettings)


class NetworkTracker(Tracker[N]):
    """Hears datagrams, and reads the newest.

    Attributes:
        app: What sends them, for the user.
        further: Ports that are heard too where they are free.
        complete: The app names blendshapes one by one, so that missing ones are noticed.
    """

    hot = frozenset({"invert_pitch", "invert_yaw", "invert_roll"})
    app: ClassVar[str]
    further: ClassVar[tuple[int, ...]] = ()
    complete: ClassVar[bool] = False

    def __init__(self, settings: N, frames: Reader[Frame] | None = None) -> None:
        super().__init__(settings, frames)
        self.face = FaceState()
        self.heard = -math.inf
        self.problem: str | None = None
        self.opened = False
        self._strange = -math.inf
        self._stranger = ""
        self._completeness = Completeness()
        self._own_address = ""

    @classmethod
    def ranks(cls, settings: N) -> Mapping[FacePart, Rank]:
        return dict.fromkeys(FACE_PARTS, Rank.PHONE)

    def __enter__(self) -> Self:
        self._own_address = udp.own_address()
        self.listener = udp.Listener(self.settings.port, self.further)
        self.opened = True
        return self

    def __exit__(self, *exc: object) -> None:
        if self.opened:
            self.opened = False
            self.listener.close()

    def read(self, timeout: float) -> Driving | None:
        packet = self.newest(timeout)
        return None if packet is None else self.moment(packet)

    def newest(self, timeout: float) -> bytes | None:
        """The newest packet, if one comes within `timeout` s."""
        return self.listener.newest(timeout)

    @property
    def sender(self) -> str:
        """Who sent the newest packet."""
        return self.listener.sender

    def heard_from(self) -> list[Heard]:
        """Who has sent to its ports since it was opened; may be asked at any time."""
        return self.listener.traffic.heard() if self.opened else []

    @abstractmethod
    def parse(self, packet: bytes) -> tuple[FaceState | None, Collection[int]]:
        """The face in a packet, None if it says that there is none, and the indices of the blendshapes it names.

        Raises:
            PacketError: It is none of this protocol's.
        """

    def moment(self, packet: bytes) -> Driving:
        """The moment of a packet that came now."""
        time = clock.now()
        try:
            face, found = self.parse(packet)
        except PacketError:
            self.refuse(packet, time)
            raise
        self.heard = time
        if face is None:
            return Driving(time)
        self.face = face
        if self.complete:
            self._completeness.add(face.blendshapes, found, time)
        return Driving(time, self.inverted(face))

    def refuse(self, packet: bytes, time: float) -> None:
        """Remember who sent what this tracker can't read."""
        if time - self._strange < QUIET / 2:  # a flood need not be looked at one by one
            return
        self._strange = time
        title = protocol(packet)
        advice = (
            f"it looks like that of “{title}”. Choose that tracker"
            if title and title != self.title
            else f"not {self.app}'s. Look what runs there"
        )
        self._stranger = f"Packets come from {self.sender}, but in another protocol: {advice}."

    def inverted(self, face: FaceState) -> FaceState:
        """The face with the axes as the user wants them."""
        settings = self.settings
        axes = (settings.invert_pitch, settings.invert_yaw, settings.invert_roll)
        if not any(axes):
            return face
        rotation = np.where(axes, -face.rotation, face.rotation).astype(np.float32)
        return FaceState(face.blendshapes, rotation, face.translation, face.landmarks, face.confidence)

    @property
    def notice(self) -> str | None:
        if not self.opened:  # the window asks at any time
            return None
        time = clock.now()
        if time - self.heard > QUIET:
            if time - self._strange < 2 * QUIET:
                return self._stranger
            taken = "".join(f" Port {port}, which it may use, is taken by another program." for port in self.taken)
            return (self.problem or self.silence()) + taken
        return self._completeness.notice(self.app, time) if self.complete else None

    @property
    def taken(self) -> list[int]:
        """Further ports that another program has."""
        return self.listener.taken

    def silence(self) -> str:
        """What the user can do while nothing comes."""
        return (
            f"Nothing comes from {self.app}. Let it send to this computer's address, {self._own_address}, UDP port "
            f"{self.settings.port}; on this same computer, to 127.0.0.1. Let the firewall pass that port."
        )


class PhoneSettings(PortSettings):
    """Where a phone is."""

    phone: str = Field("", title="Phone's address", description="Empty: type this computer's address in the app.")


class PhoneNetworkSettings(NetworkSettings, PhoneSettings):
    """What every tracker that asks a phone has."""


P = TypeVar("P", bound=PhoneNetworkSettings)


class PhoneTracker(NetworkTracker[P]):
    """Asks the phone to send, where its address is known.

    Attributes:
        phone_port: Where the phone hears.
        period: Between two questions, s.
        always: Ask while packets come, too; otherwise only while none does.
    """

    phone_port: ClassVar[int]
    period: ClassVar[float]
    always: ClassVar[bool] = False
    complete = True

    def __init__(self, settings: P, frames: Reader[Frame] | None = None) -> None:
        super().__init__(settings, frames)
        self._phone: tuple[str, int] | None = None
        self._asked = -math.inf

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            phone = self.settings.phone
            self._phone = self.listener.address(phone, self.phone_port) if phone.strip() else None
            self.ask(HELLOS)
        except Exception:
            self.__exit__()
            raise
        return self

    def read(self, timeout: float) -> Driving | None:
        try:
            return super().read(timeout)
        finally:
            time = clock.now()
            since = self._asked if self.always else max(self._asked, self.heard)
            if time - since > self.period:
                self.ask()

    @abstractmethod
    def hello(self) -> bytes:
        """What makes the phone send."""

    def ask(self, times: int = 1) -> None:
        """Say hello."""
        self._asked = clock.now()
        self.tell(self.hello(), times)

    def tell(self, datagram: bytes, times: int = 1) -> None:
        """Send to the phone, if its address is known; where it can't be reached the user is told."""
        if not self._phone:
            return
        self.problem = None
        for _ in range(times):
            try:
                self.listener.send(datagram, self._phone)
            except OSError as error:
                self.problem = f"The phone at {self.settings.phone} can't be reached ({error.strerror})."

    def silence(self) -> str:
        there = (
            f"Nothing comes from the phone at {self.settings.phone}. Open {self.app} there, and look whether this is "
            "still its address"
            if self._phone
            else f"Nothing comes from the phone. Type this computer's address, {self._own_address}, in {self.app}"
        )
        return f"{there}; stay in the same network, and let the firewall pass UDP port {self.settings.port}."
