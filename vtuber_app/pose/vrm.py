"""A face's state as the expressions that every VRM avatar has."""

import math

from vtuber_app.core.types import FaceState
from vtuber_app.pose import tha

STYLE = tha.Style(rest=tha.OPEN, lips=tha.PARTED)


def expressions(face: FaceState) -> dict[str, float]:
    """Values in 0…1 by VRM 0's names, which receivers of VRM 1 know too; sides are the performer's own.

    Mouth and moods are those that our own avatars show (`tha.pose45`). It has no E: where A and I come together they
    make one. A strong smile is Joy, which shuts the eyes of many avatars, a lighter one Fun.
    """
    pose = tha.bounded(tha.pose45(face, STYLE))

    def shown(*names: str) -> float:
        return math.fsum(float(pose[tha.PLACE[name]]) for name in names) / len(names)

    a, i = shown("mouth_aaa"), shown("mouth_iii")
    e = min(a, i)
    joy = shown("eyebrow_happy_left", "eyebrow_happy_right")
    left, up = face.gaze
    blinks = face["eyeBlinkLeft"], face["eyeBlinkRight"]
    return {
        "A": a - e,
        "I": i - e,
        "U": shown("mouth_uuu"),
        "E": min(2 * e, 1.0),
        "O": shown("mouth_ooo"),
        "Blink": 0.0,  # it would come on top of its halves
        "Blink_L": min(max(blinks[0], 0.0), 1.0),
        "Blink_R": min(max(blinks[1], 0.0), 1.0),
        "Joy": joy,
        "Fun": max(shown("mouth_raised_corner_left", "mouth_raised_corner_right") - joy, 0.0),
        "Angry": shown("eyebrow_angry_left", "eyebrow_angry_right"),
        "Sorrow": shown("mouth_lowered_corner_left", "mouth_lowered_corner_right"),
        "LookUp": min(max(up, 0.0), 1.0),
        "LookDown": min(max(-up, 0.0), 1.0),
        "LookLeft": min(max(left, 0.0), 1.0),
        "LookRight": min(max(-left, 0.0), 1.0),
    }
