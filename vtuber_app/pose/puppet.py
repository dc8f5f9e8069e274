"""A face's state as a puppet takes it: eyes, brows, mouth and head, each bounded for any face.

Trackers report what the skin does, of which drawn faces show an exaggeration: a webcam's blink reaches 0.5, a drawn lid
must then be shut. Each value passes a soft threshold and a soft limit, so small noise does nothing and nothing jumps.
"""

import math
from typing import NamedTuple

from vtuber_app.core.types import FaceState

YAW, PITCH, ROLL = math.radians(33), math.radians(26), math.radians(28)
"""What a head's angles approach but never reach, rad."""
REACH = 0.12
"""The head's way that is shown as most of the way an avatar goes, m."""


class EyePose(NamedTuple):
    """Of one eye.

    Attributes:
        opening: 0 closed, 1 at rest, 2 as wide as can be.
        smile: 0…1, whether it closes to an arch.
        squint: 0…1, how far the lower lid is raised.
        left: Where it looks, -1…1, to the character's left; `up` likewise.
    """

    opening: float = 1.0
    smile: float = 0.0
    squint: float = 0.0
    left: float = 0.0
    up: float = 0.0


class BrowPose(NamedTuple):
    """How far a brow's inner end, its outer end, and its middle against them are raised, -1…1."""

    inner: float = 0.0
    outer: float = 0.0
    bend: float = 0.0


class MouthPose(NamedTuple):
    """Of the mouth.

    Attributes:
        opening: 0 closed … 1.
        wide: -1 puckered … 0 at rest … 1 stretched.
        round: 0…1, from a lens to an ellipse.
        left: How far the left corner rises, -1…1; `right` likewise.
        raised: 0…1, how much the upper lip is lifted.
        teeth: 0…1, how much of the upper teeth shows.
        shift: To the character's left, -1…1.
        press: 0…1, lips pressed or rolled in.
    """

    opening: float = 0.0
    wide: float = 0.0
    round: float = 0.0
    left: float = 0.0
    right: float = 0.0
    raised: float = 0.0
    teeth: float = 0.0
    shift: float = 0.0
    press: float = 0.0


class PuppetPose(NamedTuple):
    """Of a whole puppet.

    Attributes:
        pitch: Of the head, rad; signs as in `FaceState`, `yaw` and `roll` likewise.
        x: The head's place, -1…1, to the picture's right; `y` up, `z` toward the camera.
    """

    pitch: float = 0.0
    yaw: float = 0.0
    roll: float = 0.0
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    left_eye: EyePose = EyePose()
    right_eye: EyePose = EyePose()
    left_brow: BrowPose = BrowPose()
    right_brow: BrowPose = BrowPose()
    mouth: MouthPose = MouthPose()


REST = PuppetPose()


def puppet_pose(face: FaceState | None) -> PuppetPose:
    """The pose of a puppet with that face; without one it rests."""
    if face is None:
        return REST
    pitch, yaw, roll = (float(angle) for angle in face.rotation)
    x, y, z = (limited(float(way) / REACH, 1) for way in face.translation)
    left_eye, right_eye = _eyes(face, yaw)
    left_brow, right_brow = _brows(face)
    return PuppetPose(
        limited(pitch, PITCH), limited(yaw, YAW), limited(roll, ROLL), x, y, z,
        left_eye, right_eye, left_brow, right_brow, _mouth(face),
    )  # fmt: skip


def _eyes(face: FaceState, yaw: float) -> tuple[EyePose, EyePose]:
    left, right = _apart(_lid(face, "Left"), _lid(face, "Right"), 0.25, 0.5)
    # The far eye of a turned head is guessed by every tracker: let it follow the near one.
    turned = ramp(abs(yaw), 0.35, 0.6)
    if yaw > 0:
        left += turned * (right - left)
    else:
        right += turned * (left - right)
    smile = max(
        ramp((face["mouthSmileLeft"] + face["mouthSmileRight"]) / 2, 0.3, 0.75),
        ramp((face["cheekSquintLeft"] + face["cheekSquintRight"]) / 2, 0.15, 0.6),
    )
    look_left, look_up = face.gaze
    look_left, look_up = limited(1.3 * look_left, 1), limited(1.3 * look_up, 1)
    wide_left, wide_right = _apart(face["eyeWideLeft"], face["eyeWideRight"], 0.3, 0.6)
    squint_left, squint_right = _apart(face["eyeSquintLeft"], face["eyeSquintRight"], 0.2, 0.5)

    def eye(blink: float, wide: float, squint: float) -> EyePose:
        open_ = 1 - ramp(blink + 0.1 * smile, 0.12, 0.5)
        lowered = 0.22 * max(-look_up, 0.0)  # the upper lid goes down with the look
        return EyePose(
            open_ * (1 - lowered) + open_ * ramp(wide, 0.12, 0.6),
            smile,
            max(0.85 * ramp(squint, 0.35, 0.9), 0.7 * smile),
            look_left,
            look_up,
        )

    return eye(left, wide_left, squint_left), eye(right, wide_right, squint_right)


def _lid(face: FaceState, side: str) -> float:
    """How far a lid is closed; trackers mistake a look down for a blink, in part."""
    return max(face[f"eyeBlink{side}"] - 0.2 * face[f"eyeLookDown{side}"], 0.0)


def _brows(face: FaceState) -> tuple[BrowPose, BrowPose]:
    down = _apart(face["browDownLeft"], face["browDownRight"], 0.2, 0.5)
    outer = _apart(face["browOuterUpLeft"], face["browOuterUpRight"], 0.2, 0.5)
    inner = ramp(face["browInnerUp"], 0.04, 0.8)

    def brow(down: float, outer: float) -> BrowPose:
        angry, raised = ramp(down, 0.06, 0.6), ramp(outer, 0.04, 0.8)
        return BrowPose(
            limited(inner - 1.3 * angry + 0.25 * raised, 1),
            limited(0.9 * raised - 0.5 * inner * (1 - raised) + 0.25 * angry, 1),
            limited(0.25 * raised - 0.12 * angry, 1),
        )

    return brow(down[0], outer[0]), brow(down[1], outer[1])


def _mouth(face: FaceState) -> MouthPose:
    def both(name: str) -> float:
        return (face[f"{name}Left"] + face[f"{name}Right"]) / 2

    smile_left, smile_right = _apart(face["mouthSmileLeft"], face["mouthSmileRight"], 0.2, 0.5)
    frown_left, frown_right = _apart(face["mouthFrownLeft"], face["mouthFrownRight"], 0.2, 0.5)
    smile, stretch = (smile_left + smile_right) / 2, ramp(both("mouthStretch"), 0.1, 0.6)
    pucker, funnel = ramp(face["mouthPucker"], 0.15, 0.85), ramp(face["mouthFunnel"], 0.08, 0.6)
    lips = max(both("mouthLowerDown"), both("mouthUpperUp") - 0.1 * smile)
    press = ramp(max(face["mouthRollLower"], face["mouthRollUpper"], both("mouthPress")), 0.15, 0.7)
    # ARKit's jawOpen does not know whether the lips are open: mouthClose does.
    jaw = max(face["jawOpen"] - face["mouthClose"] - 0.02, 0.0)
    opening = 1.12 * (1 - math.exp(-2.3 * jaw)) + 0.36 * ramp(lips, 0.1, 0.5) + 0.16 * funnel * (1 - pucker)
    opening = limited(opening * (1 - 0.6 * press), 1)
    opening *= ramp(opening, 0.0, 0.1)  # noise around closed lips does not part them
    round_ = limited(0.9 * funnel + 0.9 * pucker, 1) * (1 - 0.6 * smile)
    corner_left = limited(1.15 * ramp(smile_left, 0.05, 0.8) - 1.4 * ramp(frown_left, 0.05, 0.6), 1)
    corner_right = limited(1.15 * ramp(smile_right, 0.05, 0.8) - 1.4 * ramp(frown_right, 0.05, 0.6), 1)
    return MouthPose(
        opening=opening,
        wide=limited(0.6 * smile + 0.7 * stretch + 0.25 * both("mouthDimple") - 1.1 * pucker - 0.45 * funnel, 1),
        round=round_,
        left=corner_left,
        right=corner_right,
        raised=ramp(both("mouthUpperUp"), 0.1, 0.7),
        teeth=limited((ramp(smile, 0.2, 0.7) + 0.8 * stretch + 0.4 * ramp(lips, 0.1, 0.5)) * (1 - round_), 1),
        shift=limited(
            face["mouthLeft"] + face["jawLeft"] - face["mouthRight"] - face["jawRight"],
            1,
        ),
        press=press * (1 - opening),
    )


def _apart(left: float, right: float, same: float, different: float) -> tuple[float, float]:
    """Both sides' mean while they differ less than `same`, as they are when they differ by `different` or more."""
    mean, own = (left + right) / 2, ramp(abs(left - right), same, different)
    return mean + own * (left - mean), mean + own * (right - mean)


def ramp(value: float, start: float, end: float) -> float:
    """0 up to `start`, 1 from `end`, smooth between."""
    t = min(max((value - start) / (end - start), 0.0), 1.0)
    return t * t * (3 - 2 * t)


def limited(value: float, limit: float) -> float:
    """`value` while it is small against `limit`, which it approaches but never passes."""
    return value / math.sqrt(math.sqrt(1 + (value / limit) ** 4))
