"""Face state from the iFacialMocap phone app, over UDP; programs that speak its format are heard as well."""

import math
from typing import Literal, Self

import numpy as np
from pydantic import Field

from vtuber_app.core import clock, udp
from vtuber_app.core.errors import PacketError
from vtuber_app.core.parts import Tracker
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import BLENDSHAPES, INDEX, Driving, FaceState

PORT = 49983
HELLO = b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719|sendDataVersion=v2"
HELLOS = 4
"""Times it is said at once: a datagram may be lost."""
HELLO_PERIOD = 1.5
LOST = 0.5
"""The phone has lost the face when it repeats itself for this long, s."""
HALF_OFF = 5.0
"""A half of the face that rests for this long is switched off on the phone, s."""
RESTING = 0.01
POSITION_LIMIT = 10.0

UPPER = np.array([name.startswith(("eye", "brow")) for name in BLENDSHAPES])
NAMES = {name.lower(): index for name, index in INDEX.items()}
NAMES |= {  # the phone writes eyeBlink_L
    name.removesuffix(side).lower() + "_" + side[0].lower(): index
    for name, index in INDEX.items()
    for side in ("Left", "Right")
    if name.endswith(side)
}
INNER_BROWS = {"browinnerupleft", "browinnerupright", "browinnerup_l", "browinnerup_r"}
CHEEKS = {INDEX[f"cheekSquint{side}"]: INDEX[f"eyeSquint{side}"] for side in ("Left", "Right")}


class IFacialMocapSettings(Settings):
    """The phone app iFacialMocap."""

    kind: Literal["ifacialmocap"] = "ifacialmocap"
    port: int = Field(PORT, ge=1, le=65535, title="Port")
    phone: str = Field("", title="Phone's address", description="Empty: type this computer's address in the app.")
    invert_pitch: bool = Field(False, title="Invert nodding")
    invert_yaw: bool = Field(False, title="Invert turning")
    invert_roll: bool = Field(False, title="Invert leaning")


class IFacialMocap(Tracker[IFacialMocapSettings]):
    """Listens to the phone, and asks it to send where its address is known."""

    title = "iFacialMocap (phone)"
    hot = frozenset({"invert_pitch", "invert_yaw", "invert_roll"})

    def __enter__(self) -> Self:
        self._socket = udp.listen(self.settings.port)
        try:
            phone = self.settings.phone
            self._phone = udp.address(phone, PORT, self._socket) if phone.strip() else None
        except Exception:
            self._socket.close()
            raise
        self._face = FaceState()
        self._packet = b""
        self._heard = self._changed = self._asked = -math.inf
        self._upper = self._lower = math.inf
        self._problem: str | None = None
        self._own_address = udp.own_address()
        self._ask(HELLOS)
        return self

    def __exit__(self, *exc: object) -> None:
        if hasattr(self, "_socket"):
            self._socket.close()

    def read(self, timeout: float) -> Driving | None:
        packet = udp.newest(self._socket, timeout)
        time = clock.now()
        if packet is None:
            if time - max(self._heard, self._asked) > HELLO_PERIOD:
                self._ask()
            return None
        face = parse(packet, self._face)
        if time - self._heard > LOST:
            self._upper = self._lower = time
        self._face, self._heard = face, time
        if packet != self._packet:
            self._packet, self._changed = packet, time
        if time - self._changed > LOST:
            return Driving(time)
        self._upper = time if face.blendshapes[UPPER].max() >= RESTING else self._upper
        self._lower = time if face.blendshapes[~UPPER].max() >= RESTING else self._lower
        return Driving(time, self._inverted(face))

    @property
    def notice(self) -> str | None:
        time = clock.now()
        if time - self._heard > HELLO_PERIOD:
            return self._problem or (
                f"Nothing comes from the phone. Type this computer's address, {self._own_address}, in iFacialMocap, "
                f"stay in the same network, and let the firewall pass UDP port {self.settings.port}."
            )
        resting = [name for name, since in (("upper", self._upper), ("lower", self._lower)) if time - since > HALF_OFF]
        if resting:
            return f"The {' and '.join(resting)} half of the face rests; perhaps it is switched off in the phone's app."
        return None

    def _ask(self, times: int = 1) -> None:
        self._asked = clock.now()
        if not self._phone:
            return
        self._problem = None
        for _ in range(times):
            try:
                self._socket.sendto(HELLO, self._phone)
            except OSError as error:
                self._problem = f"The phone at {self.settings.phone} can't be reached ({error.strerror})."

    def _inverted(self, face: FaceState) -> FaceState:
        settings = self.settings
        inverted = np.array([settings.invert_pitch, settings.invert_yaw, settings.invert_roll])
        rotation = np.where(inverted, -face.rotation, face.rotation)
        return FaceState(face.blendshapes, rotation.astype(np.float32), face.translation)


def parse(packet: bytes, last: FaceState | None = None) -> FaceState:
    """Decode one datagram of version 1 or 2, percent to 0…1 and degrees to radians.

    The phone's axes are ours: x to the face's left, which is the picture's right, y up, z toward the camera. So angles
    keep their signs: positive nods down, turns to the performer's left, leans to the performer's right shoulder. The
    order in which the phone composes them is not documented; the difference is small for a face that sees the phone.

    Args:
        packet: `name-value|name&value|=head#x,y,z,px,py,pz|rightEye#x,y,z|leftEye#x,y,z|`, any pieces missing.
        last: What missing or unreadable pieces keep; a resting face if None.

    Raises:
        PacketError: It is none of iFacialMocap's.
    """
    try:
        text = "".join(packet.decode("utf-8").split())
    except UnicodeDecodeError as error:
        raise PacketError("not text") from error
    last = last or FaceState()
    weights = last.blendshapes.copy()
    head = [*np.degrees(last.rotation), *last.translation]
    found: set[int] = set()
    inner: list[float] = []
    known = False
    for piece in text.split("|"):
        block, is_block, numbers = piece.lstrip("=").partition("#")
        if is_block:
            if block == "head":
                known = True
                values = [_number(number) for number in numbers.split(",")][:6]
                head[: len(values)] = [old if new is None else new for new, old in zip(values, head, strict=False)]
            continue
        name, _, number = piece.partition("&" if "&" in piece else "-")
        name = name.lower()
        known |= name in NAMES or name in INNER_BROWS
        value = _number(number)
        if value is None:
            continue
        if name in INNER_BROWS:
            inner.append(value / 100)
        elif name in NAMES:
            found.add(NAMES[name])
            weights[NAMES[name]] = min(max(value / 100, 0.0), 1.0)
    if not known:
        raise PacketError("no blendshape and no head in it")
    if inner and INDEX["browInnerUp"] not in found:
        weights[INDEX["browInnerUp"]] = min(max(sum(inner) / len(inner), 0.0), 1.0)
    for cheek, eye in CHEEKS.items():
        if cheek not in found and eye in found:
            weights[cheek] = weights[eye]
    angles = np.radians(np.clip(np.array(head[:3], np.float64), -180, 180)).astype(np.float32)
    position = np.clip(np.array(head[3:], np.float64), -POSITION_LIMIT, POSITION_LIMIT).astype(np.float32)
    for values_out in (weights, angles, position):
        values_out.setflags(write=False)
    return FaceState(weights, angles, position)


def encode(face: FaceState) -> bytes:
    """Write a face as version 2 does: for tests, and for programs that expect the phone."""
    pieces = [f"{_short(name)}&{weight * 100:.7g}" for name, weight in zip(BLENDSHAPES, face.blendshapes, strict=True)]
    head = [*np.degrees(face.rotation.astype(np.float64)), *face.translation]
    return "|".join([*pieces, "=head#" + ",".join(f"{value:.7g}" for value in head), ""]).encode()


def _short(name: str) -> str:
    """Apple's name as the phone writes it: eyeBlink_L, but jawLeft."""
    for side in ("Left", "Right"):
        if name.endswith(side) and name not in ("jawLeft", "jawRight", "mouthLeft", "mouthRight"):
            return f"{name.removesuffix(side)}_{side[0]}"
    return name


def _number(text: str) -> float | None:
    """Read a number; None if it is none, or not finite."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
