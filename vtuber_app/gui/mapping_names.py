"""Parameters of a mapping in the user's words, in groups."""

from vtuber_app.gui.controls import tr
from vtuber_app.pose.parameters import GROUPS, SINGLE


def group_titles() -> dict[str, str]:
    """By the group's name in `parameters.GROUPS`."""
    return {"head": tr("Head"), "eyes": tr("Eyes"), "brows": tr("Brows"), "mouth": tr("Mouth")}


def titles() -> dict[str, str]:
    """Every parameter's title; a blendshape's is its own name, which is what its users know it by."""
    return {
        "turn": tr("Turn"),
        "nod": tr("Nod"),
        "lean": tr("Lean"),
        "aside": tr("Position: aside"),
        "height": tr("Position: height"),
        "distance": tr("Position: nearness"),
        "eye_open_left": tr("Left eye open"),
        "eye_open_right": tr("Right eye open"),
        "eye_wide": tr("Eyes wide"),
        "eye_squint": tr("Eyes squint"),
        "look_aside": tr("Look aside"),
        "look_up": tr("Look up and down"),
        "brow_left": tr("Left brow"),
        "brow_right": tr("Right brow"),
        "brow_inner": tr("Inner brows up"),
        "mouth_open": tr("Mouth open"),
        "smile": tr("Smile"),
        "frown": tr("Corners down"),
        "pucker": tr("Pucker"),
        "funnel": tr("Funnel"),
        "stretch": tr("Mouth wide"),
        "mouth_aside": tr("Mouth aside"),
        "jaw_aside": tr("Jaw aside"),
        "cheek_puff": tr("Cheeks puffed"),
        "tongue": tr("Tongue out"),
        **{parameter.name: parameter.name for parameter in SINGLE},
    }


def grouped() -> dict[str, tuple[str, ...]]:
    """Names of the parameters of each group, by the group's title."""
    return {group_titles()[group]: tuple(each.name for each in inside) for group, inside in GROUPS.items()}
