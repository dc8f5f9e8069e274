"""What a program that speaks the VMC protocol has said until now."""

import math
from typing import NamedTuple

import numpy as np

from vtuber_app.core.errors import PacketError
from vtuber_app.core.types import FaceState
from vtuber_app.trackers.osc import Form, Step, arguments, messages
from vtuber_app.trackers.shapes import LOOKS, look, merged, place
from vtuber_app.trackers.vmc_names import PRESETS, mixed

BONES = ("Head", "Neck", "LeftEye", "RightEye")
SIZES, ALIKE = 32, 8
"""Datagrams of so many sizes are remembered, and so many of one size; programs send about ten in all."""
LARGEST = 4096
"""Of those, bytes; the protocol allows 1500."""


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


class Took(NamedTuple):
    """What a datagram brought."""

    moved: bool
    applied: bool


class Performer:
    """What a program has said until now."""

    def __init__(self) -> None:
        self.tracked = True
        self._coming_named: dict[int, float] = {}
        self._coming_presets: dict[str, float] = {}
        self._named: dict[int, float] = {}
        self._presets: dict[str, float] = {}
        self._bones = dict.fromkeys(BONES, UNTURNED)
        self._forms: dict[int, list[Form]] = {}

    def take(self, packet: bytes) -> Took:
        """Take a datagram; PacketError if it isn't VMC's."""
        form = next((form for form in self._forms.get(len(packet), ()) if form.fits(packet)), None)
        if form is None:
            form = learn(packet)
            if len(packet) <= LARGEST:
                self._remember(form, len(packet))
        values = form.numbers(packet)
        moved = applied = False
        for what, which, at in form.steps:
            if what == "named" and math.isfinite(values[at]):
                self._coming_named[which] = values[at]
            elif what == "preset" and math.isfinite(values[at]):
                self._coming_presets[which] = values[at]
            elif what == "bone":
                moved |= self._bone(which, values[at : at + 4])
            elif what == "apply":
                self._named |= self._coming_named
                self._presets |= self._coming_presets
                self._coming_named.clear()
                self._coming_presets.clear()
                applied = True
            elif what == "tracked":
                self.tracked = which
        return Took(moved, applied)

    def _remember(self, form: Form, size: int) -> None:
        if len(self._forms) >= SIZES:
            self._forms.clear()
        alike = self._forms.setdefault(size, [])
        alike.append(form)
        del alike[:-ALIKE]

    def _bone(self, name: str, turn: list[float]) -> bool:
        length = math.hypot(*turn)
        if not 1e-3 < length < 1e3:  # NaN is neither
            return False
        self._bones[name] = Turn(*(number / length for number in turn))
        return True

    def face(self) -> FaceState | None:
        """The face now; None if the program has lost it.

        Blendshapes by ARKit's names (“perfect sync”) are taken as they are; the expressions of VRM stand for those that
        never come. Eyes that only turn as bones become eyeLook weights. The neck's turn belongs to the head's.
        """
        if not self.tracked:
            return None
        weights = merged(dict(self._named), mixed(self._presets))
        if not any(weights[at] for at in LOOKS):
            for side in ("Left", "Right"):
                down, left, _ = self._bones[f"{side}Eye"].angles
                look(weights, side, math.degrees(down), math.degrees(left))
        rotation = np.array((self._bones["Neck"] @ self._bones["Head"]).angles, np.float32)
        for values in (weights, rotation):
            values.setflags(write=False)
        return FaceState(weights, rotation)


def learn(packet: bytes) -> Form:
    """Find what the numbers of a datagram mean; messages with too few or other arguments mean nothing.

    Raises:
        PacketError: It isn't VMC's.
    """
    if b"/VMC/" not in packet or len(packet) % 4:
        raise PacketError("no address of VMC in it")
    steps: list[Step] = []
    varying: list[int] = []
    needed: list[int] = []
    for address, at, end in messages(packet):
        came, places = arguments(packet, at, end)
        varying += places
        match address, came:
            case b"/VMC/Ext/Blend/Val", [str(name), float(), *_]:
                if (index := place(name)) is not None:
                    steps.append(("named", index, len(needed)))
                    needed += places[:1]
                elif name.lower() in PRESETS:
                    steps.append(("preset", name.lower(), len(needed)))
                    needed += places[:1]
            case b"/VMC/Ext/Bone/Pos", [str(name), float(), float(), float(), float(), float(), float(), float(), *_]:
                if name in BONES:
                    steps.append(("bone", name, len(needed)))
                    needed += places[3:7]
            case b"/VMC/Ext/Blend/Apply", _:
                steps.append(("apply", None, 0))
            case b"/VMC/Ext/OK", [int(loaded), int(), int(), int(status), *_]:
                steps.append(("tracked", loaded != 0 and status != 0, 0))
            case b"/VMC/Ext/OK", [int(loaded), *_]:
                steps.append(("tracked", loaded != 0, 0))
    return Form(packet, varying, needed, steps)
