"""Face state from programs that speak the VMC protocol: VSeeFace, Waidayo, VirtualMotionCapture and others.

OSC over UDP, to port 39539, in bundles of up to 1500 bytes; a frame may need several:

- `/VMC/Ext/Blend/Val` name value, `/VMC/Ext/Blend/Apply`: the values since the last Apply take effect;
- `/VMC/Ext/Bone/Pos` name px py pz qx qy qz qw: local, of Unity's Head, Neck, LeftEye and RightEye;
- `/VMC/Ext/OK` loaded calibration mode tracking: whether the performer is seen.

Other addresses and further arguments are passed over. Source: https://protocol.vmc.info/english.
"""

import math
from collections.abc import Collection
from typing import Literal

from pydantic import Field

from vtuber_app.core import clock
from vtuber_app.core.errors import PacketError
from vtuber_app.core.types import Driving, FaceState, Frame, Reader
from vtuber_app.trackers.network import NetworkSettings, NetworkTracker
from vtuber_app.trackers.vmc_performer import Performer

PORT = 39539
APPLIED_LATELY = 0.2
"""Where no Apply came for this long the head alone makes moments, s."""


class VmcSettings(NetworkSettings):
    """Programs that send the VMC protocol."""

    kind: Literal["vmc"] = "vmc"
    port: int = Field(PORT, ge=1, le=65535, title="Port")


class Vmc(NetworkTracker[VmcSettings]):
    """Reads every datagram, as a frame is spread over several, and gives the newest whole one."""

    title = "VMC protocol"
    app = "a VMC program"

    def __init__(self, settings: VmcSettings, frames: Reader[Frame] | None = None) -> None:
        super().__init__(settings, frames)
        self._performer = Performer()
        self._applied = -math.inf

    def read(self, timeout: float) -> Driving | None:
        wrong = ""
        moved = applied = False
        for packet in self.listener.all(timeout):
            try:
                took = self._performer.take(packet)
            except PacketError as error:
                self.refuse(packet, clock.now())
                wrong = str(error)  # the error itself would hold this frame, and this frame it
                continue
            self.heard = clock.now()
            moved, applied = moved or took.moved, applied or took.applied
        time = clock.now()
        if applied:
            self._applied = time
        if applied or (moved and time - self._applied > APPLIED_LATELY):
            return self._driving(time)
        if wrong:
            raise PacketError(wrong)
        return None

    def _driving(self, time: float) -> Driving:
        face = self._performer.face()
        return Driving(time) if face is None else Driving(time, self.inverted(face))

    def parse(self, packet: bytes) -> tuple[FaceState | None, Collection[int]]:
        self._performer.take(packet)
        return self._performer.face(), ()
