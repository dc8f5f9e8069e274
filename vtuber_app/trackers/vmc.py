"""Face state from programs that speak the VMC protocol: VSeeFace, Waidayo, VirtualMotionCapture and others.

OSC over UDP, to port 39539, in bundles of up to 1500 bytes; a frame may need several:

- `/VMC/Ext/Blend/Val` name value, `/VMC/Ext/Blend/Apply`: the values since the last Apply take effect;
- `/VMC/Ext/Bone/Pos` name px py pz qx qy qz qw: local, of Unity's Head, Neck, LeftEye and RightEye;
- `/VMC/Ext/OK` loaded calibration mode tracking: whether the performer is seen.

Other addresses and further arguments are passed over. Source: https://protocol.vmc.info/english.
"""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple, Self

import numpy as np
from pydantic import Field

from vtuber_app.core import clock
from vtuber_app.core.errors import PacketError
from vtuber_app.core.types import Driving, FaceState
from vtuber_app.trackers.network import NetworkSettings, NetworkTracker
from vtuber_app.trackers.osc import Argument, messages
from vtuber_app.trackers.shapes import KNOWN, LOOKS, look, merged
from vtuber_app.trackers.vmc_names import PRESETS, mixed

PORT = 39539
OK, VAL, APPLY, BONE = b"/VMC/Ext/OK", b"/VMC/Ext/Blend/Val", b"/VMC/Ext/Blend/Apply", b"/VMC/Ext/Bone/Pos"
WANTED = frozenset({OK, VAL, APPLY, BONE})
APPLIED_LATELY = 0.2
"""Where no Apply came for this long the head alone makes moments, s."""
LOOK_LIST = sorted(LOOKS)


class Turn(NamedTuple):
    """A rotation as a quaternion of length 1, in Unity's frame: x to the character's right, y up, z forward."""

    x: float
    y: float
    z: float
    w: float

    def __matmul__(self, other: "Turn") -> "Turn":
        """First `other`, then this."""
        x, y, z, w = self
        a, b, c, d = other
        return Turn(
            w * a + x * d + y * c - z * b,
            w * b - x * c + y * d + z * a,
            w * c + x * b - y * a + z * d,
            w * d - x * a - y * b - z * c,
        )

    @property
    def angles(self) -> tuple[float, float, float]:
        """Pitch, yaw and roll as `FaceState` has them, rad: our x is the other way, so y and z turn the other way."""
        x, y, z, w = self.x, -self.y, -self.z, self.w
        return (
            math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)),
            math.asin(min(max(2 * (w * y - z * x), -1.0), 1.0)),
            math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)),
        )


UNTURNED = Turn(0, 0, 0, 1)


class VmcSettings(NetworkSettings):
    """Programs that send the VMC protocol."""

    kind: Literal["vmc"] = "vmc"
    port: int = Field(PORT, ge=1, le=65535, title="Port")


class Vmc(NetworkTracker[VmcSettings]):
    """Reads every datagram, as a frame is spread over several, and gives the newest whole one."""

    title = "VMC protocol"
    app = "a VMC program"

    def __enter__(self) -> Self:
        super().__enter__()
        self._performer = Performer()
        self._applied = -math.inf
        return self

    def read(self, timeout: float) -> Driving | None:
        wrong: PacketError | None = None
        moved = applied = False
        for packet in self.listener.all(timeout):
            try:
                took = self._performer.take(packet)
            except PacketError as error:
                self.refuse(packet, clock.now())
                wrong = error
                continue
            self.heard = clock.now()
            moved, applied = moved or took.moved, applied or took.applied
        time = clock.now()
        if applied:
            self._applied = time
        if applied or (moved and time - self._applied > APPLIED_LATELY):
            return self._driving(time)
        if wrong:
            raise wrong
        return None

    def _driving(self, time: float) -> Driving:
        face = self._performer.face()
        return Driving(time) if face is None else Driving(time, self.inverted(face))

    def parse(self, packet: bytes) -> tuple[FaceState | None, set[int]]:
        self._performer.take(packet)
        return self._performer.face(), set()


class Took(NamedTuple):
    """What a datagram brought."""

    moved: bool
    applied: bool


class Performer:
    """What a program has said until now."""

    def __init__(self) -> None:
        self.tracked = True
        self._coming: dict[str, float] = {}
        self._values: dict[str, float] = {}
        self._bones = {"Head": UNTURNED, "Neck": UNTURNED, "LeftEye": UNTURNED, "RightEye": UNTURNED}

    def take(self, packet: bytes) -> Took:
        """Take a datagram; PacketError if it isn't VMC's. What came before a mistake in it is taken."""
        if b"/VMC/" not in packet:
            raise PacketError("no address of VMC in it")
        moved = applied = False
        for address, arguments in messages(packet, WANTED):
            if address == VAL:
                self._value(arguments)
            elif address == BONE:
                moved |= self._bone(arguments)
            elif address == APPLY:
                self._values.update(self._coming)
                self._coming.clear()
                applied = True
            elif all(isinstance(argument, int) for argument in arguments[:4]) and arguments:
                self.tracked = arguments[0] != 0 and (len(arguments) < 4 or arguments[3] != 0)
        return Took(moved, applied)

    def _value(self, arguments: Sequence[Argument]) -> None:
        match arguments:
            case [str(name), float(value), *_] if math.isfinite(value):
                name = name.lower()
                if name in KNOWN or name in PRESETS:
                    self._coming[name] = value

    def _bone(self, arguments: Sequence[Argument]) -> bool:
        if len(arguments) < 8 or arguments[0] not in self._bones:
            return False
        numbers = [argument for argument in arguments[1:8] if isinstance(argument, float) and math.isfinite(argument)]
        length = math.hypot(*numbers[3:7]) if len(numbers) == 7 else 0.0
        if not 1e-3 < length < 1e3:
            return False
        self._bones[str(arguments[0])] = Turn(*(number / length for number in numbers[3:7]))
        return True

    def face(self) -> FaceState | None:
        """The face now; None if the program has lost it.

        Blendshapes by ARKit's names (“perfect sync”) are taken as they are; the expressions of VRM stand for those that
        never come. Eyes that only turn as bones become eyeLook weights. The neck's turn belongs to the head's.
        """
        if not self.tracked:
            return None
        weights, _ = merged(self._values, mixed(self._values))
        if not weights[LOOK_LIST].any():
            for side in ("Left", "Right"):
                down, left, _ = self._bones[f"{side}Eye"].angles
                look(weights, side, math.degrees(down), math.degrees(left))
        rotation = np.array((self._bones["Neck"] @ self._bones["Head"]).angles, np.float32)
        for values in (weights, rotation):
            values.setflags(write=False)
        return FaceState(weights, rotation)
