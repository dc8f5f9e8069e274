"""The parameters of a pose in the user's words, in groups."""

from dataclasses import dataclass

from vtuber_app.gui.controls import tr
from vtuber_app.pose.tha import PLACE, SIDES


@dataclass(frozen=True)
class Parameter:
    """One line of the page.

    Attributes:
        name: Of the field, without its side where it has two.
        inverted: Its slider's right end is its lowest value, for what would move against the hand.
    """

    name: str
    title: str
    inverted: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """As `pose.tha.PARAMETERS` has it: one, or the left and the right."""
        return (self.name,) if self.name in PLACE else tuple(f"{self.name}_{side}" for side in SIDES)


def groups() -> dict[str, tuple[Parameter, ...]]:
    """Every parameter, by the part of the body."""
    return {
        tr("Brows"): (
            Parameter("eyebrow_happy", tr("Happy")),
            Parameter("eyebrow_angry", tr("Angry")),
            Parameter("eyebrow_troubled", tr("Troubled")),
            Parameter("eyebrow_serious", tr("Serious")),
            Parameter("eyebrow_raised", tr("Raised")),
            Parameter("eyebrow_lowered", tr("Lowered")),
        ),
        tr("Eyes"): (
            Parameter("eye_wink", tr("Closed")),
            Parameter("eye_happy_wink", tr("Smiling shut")),
            Parameter("eye_relaxed", tr("Relaxed shut")),
            Parameter("eye_unimpressed", tr("Half shut")),
            Parameter("eye_surprised", tr("Wide open")),
            Parameter("eye_raised_lower_eyelid", tr("Lower lid up")),
        ),
        tr("Irises"): (
            Parameter("iris_rotation_y", tr("Look aside"), inverted=True),
            Parameter("iris_rotation_x", tr("Look up")),
            Parameter("iris_small", tr("Small")),
        ),
        tr("Mouth"): (
            Parameter("mouth_aaa", tr("Ah")),
            Parameter("mouth_iii", tr("Ee")),
            Parameter("mouth_uuu", tr("Oo")),
            Parameter("mouth_eee", tr("Eh")),
            Parameter("mouth_ooo", tr("Oh")),
            Parameter("mouth_delta", tr("Triangle")),
            Parameter("mouth_raised_corner", tr("Corners up")),
            Parameter("mouth_lowered_corner", tr("Corners down")),
            Parameter("mouth_smirk", tr("Smirk")),
        ),
        tr("Head"): (
            Parameter("head_y", tr("Turn"), inverted=True),
            Parameter("head_x", tr("Tilt up")),
            Parameter("neck_z", tr("Lean"), inverted=True),
        ),
        tr("Body"): (
            Parameter("body_y", tr("Turn"), inverted=True),
            Parameter("body_z", tr("Lean"), inverted=True),
            Parameter("breathing", tr("Breath")),
        ),
    }
