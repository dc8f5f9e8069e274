"""The text that iFacialMocap and Facemotion3d send.

`name-value|name&value|=head#x,y,z,px,py,pz|rightEye#x,y,z|leftEye#x,y,z|`: version 1 joins with `-`, version 2
with `&`; percent, degrees and metres. Sources: the makers' pages, https://www.ifacialmocap.com/for-developer and
https://www.facemotion3d.net/for-developer; what they leave out is as published programs have it.
"""

import math
from collections.abc import Collection
from itertools import zip_longest

import numpy as np

from vtuber_app.core.errors import PacketError
from vtuber_app.core.types import FaceState
from vtuber_app.trackers.shapes import LOOKS, SPELLINGS, look, merged, number, place

POSITION_LIMIT = 10.0
_REST = FaceState()


def read(packet: bytes, last: FaceState = _REST) -> tuple[FaceState, Collection[int]]:
    """Decode one packet of any version, percent to 0…1 and degrees to radians.

    The phone's axes are ours: x to the face's left, which is the picture's right, y up, z toward the camera. So angles
    keep their signs: positive nods down, turns to the performer's left, leans to the performer's right shoulder. The
    order in which the phone composes them is not documented; the difference is small for a face that sees the phone.
    Eyes' angles, positive down and to the performer's left, are used where no eyeLook blendshape comes.

    Args:
        packet: Any pieces may be missing.
        last: What missing or unreadable pieces keep.

    Returns:
        The face, and the indices of the blendshapes in the packet.

    Raises:
        PacketError: It has no blendshape and no head.
    """
    try:
        text = "".join(packet.decode("utf-8").split())
    except UnicodeDecodeError as error:
        raise PacketError("not text") from error
    named: dict[int, float] = {}
    blocks: dict[str, list[float | None]] = {}
    known = False
    for piece in text.split("|"):
        name, is_second, value = piece.partition("&")
        if not is_second:
            block, is_block, numbers = piece.partition("#")
            if is_block:
                blocks[block.lstrip("=").lower()] = [number(value) for value in numbers.split(",", 6)[:6]]
                continue
            name, _, value = piece.partition("-")
        at = SPELLINGS.get(name)
        if at is None and (at := place(name)) is None:
            continue
        known = True
        try:
            weight = float(value)
        except ValueError:
            continue
        if math.isfinite(weight):
            named[at] = weight / 100
    if not known and "head" not in blocks:
        raise PacketError("no blendshape and no head in it")
    weights = merged(named, last.blendshapes)
    if LOOKS.isdisjoint(named):
        for side in ("Left", "Right"):
            down, left = [*blocks.get(f"{side.lower()}eye", []), None, None][:2]
            if down is not None and left is not None:
                look(weights, side, down, left)
    angles, position = last.rotation, last.translation
    if "head" in blocks:
        turns, places = blocks["head"][:3], blocks["head"][3:]
        angles = np.array(
            [
                old if new is None else math.radians(min(max(new, -180.0), 180.0))
                for new, old in zip_longest(turns, last.rotation.tolist())
            ],
            np.float32,
        )
        position = np.array(
            [
                old if new is None else min(max(new, -POSITION_LIMIT), POSITION_LIMIT)
                for new, old in zip_longest(places, last.translation.tolist())
            ],
            np.float32,
        )
    for values in (weights, angles, position):
        values.setflags(write=False)
    return FaceState(weights, angles, position), named.keys()


def parse(packet: bytes, last: FaceState | None = None) -> FaceState:
    """The face of `read` alone."""
    return read(packet, last or _REST)[0]
