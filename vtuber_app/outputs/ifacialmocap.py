"""The face as the phone app iFacialMocap sends it, for programs that take such a phone.

`name-value|…|=head#x,y,z,px,py,pz|rightEye#x,y,z|leftEye#x,y,z|`, in version 2 `name&value`: whole percents, degrees,
metres; left and right are the performer's own. Some 1000 bytes, as receivers expect. The text's signs are those that
`trackers.mocap_text` reads. Source: https://www.ifacialmocap.com/for-developer.
"""

import contextlib
import ipaddress
import socket
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field

from vtuber_app.core import udp
from vtuber_app.core.errors import DeviceError
from vtuber_app.core.ifacialmocap import HELLO, PORT, VERSION_2
from vtuber_app.core.types import BLENDSHAPES, FaceState
from vtuber_app.outputs.datagrams import DatagramOutput, DatagramSettings, ours
from vtuber_app.pose import eyes

ASKERS = 4
"""Programs that are answered at the same time; a further one takes the place of who asked longest ago."""
QUESTIONS = 50
"""Datagrams that are read at each moment."""

Version = Literal["v2", "v1"]


class IFacialMocapOutSettings(DatagramSettings):
    """Programs that take the phone app iFacialMocap."""

    kind: Literal["ifacialmocap_out"] = "ifacialmocap_out"
    port: int = Field(PORT, ge=1, le=65535, title="Port")
    version: Version = Field("v2", title="Format", description="v1: for programs from before 2022.")
    answers: Literal["nobody", "this computer", "my network"] = Field(
        "nobody",
        title="Answer",
        description="Whom it also sends to when asked as a phone is. Programs on this computer need not ask.",
    )
    ask_port: int = Field(PORT, ge=1, le=65535, title="Asked at port")


class IFacialMocapOut(DatagramOutput[IFacialMocapOutSettings]):
    """Sends to one program unasked, and to those that ask, as the phone does."""

    title = "Face as iFacialMocap"
    app = "the program that takes iFacialMocap"
    hot = DatagramOutput.hot | {"version"}

    def __init__(self, settings: IFacialMocapOutSettings) -> None:
        super().__init__(settings)
        self._asked: socket.socket | None = None
        self._askers: OrderedDict[Any, Version] = OrderedDict()

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            self._asked = self._listen()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        asked, self._asked = self._asked, None
        if asked:
            asked.close()
        self._askers.clear()
        super().__exit__(*exc)

    def datagrams(self, face: FaceState, time: float) -> Iterator[bytes]:
        yield encode(face, self.settings.version)

    def deliver(self, face: FaceState, time: float) -> None:
        super().deliver(face, time)
        if not self._asked:
            return
        self._hear(self._asked)
        for asker, version in self._askers.items():
            if asker[:2] == self.target:
                continue
            with contextlib.suppress(OSError):  # it has gone, or the network takes nothing now
                self._asked.sendto(encode(face, version), asker)

    def _hear(self, asked: socket.socket) -> None:
        """Take down who asks: each is answered at the one port where such programs listen."""
        for _ in range(QUESTIONS):
            try:
                question, (host, _, *rest) = asked.recvfrom(1024)
            except BlockingIOError:
                return
            except OSError:  # Windows' way to say that nobody took what was sent
                continue
            local = ours(host)
            if question.startswith(HELLO) and (local or _near(host)) and not (local and udp.hears(PORT)):
                asker = (host, PORT, *rest)
                self._askers[asker] = "v2" if question.endswith(VERSION_2) else "v1"
                self._askers.move_to_end(asker)
                if len(self._askers) > ASKERS:
                    self._askers.popitem(last=False)

    def _listen(self) -> socket.socket | None:
        settings = self.settings
        if settings.answers == "nobody":
            return None
        try:
            return udp.bound(settings.ask_port, "127.0.0.1" if settings.answers == "this computer" else "")
        except OSError as error:
            whose = (
                "vtuber_app's own tracker listens there"
                if udp.hears(settings.ask_port)
                else "the program that takes iFacialMocap may run on this computer, and then it need not ask"
            )
            raise DeviceError(
                f"Programs can't ask at port {settings.ask_port} ({error.strerror}): {whose}. Let Answer be nobody, or "
                "choose another port to be asked at."
            ) from error


def encode(face: FaceState, version: Version = "v2") -> bytes:
    """Write a face as the phone does."""
    join = "&" if version == "v2" else "-"
    percents = np.rint(face.blendshapes.clip(0, 1) * 100).astype(int)
    pieces = [f"{_short(name)}{join}{percent}" for name, percent in zip(BLENDSHAPES, percents, strict=True)]
    pieces.append("=head#" + _numbers(*np.degrees(face.rotation), *face.translation))
    for side in ("Right", "Left"):
        pieces.append(f"{side.lower()}Eye#" + _numbers(*np.degrees(eyes.angles(face, side)), 0.0))
    return "|".join([*pieces, ""]).encode()


def _numbers(*values: float) -> str:
    return ",".join(f"{value:.4f}" for value in values)


def _short(name: str) -> str:
    """Apple's name as the phone writes it: eyeBlink_L, but jawLeft."""
    for side in ("Left", "Right"):
        if name.endswith(side) and name not in ("jawLeft", "jawRight", "mouthLeft", "mouthRight"):
            return f"{name.removesuffix(side)}_{side[0]}"
    return name


def _near(host: str) -> bool:
    """Whether an address is in a home's or an office's network: to no other is anything sent, whoever asks."""
    address = ipaddress.ip_address(host.partition("%")[0].removeprefix("::ffff:"))
    return address.is_private or address.is_link_local
