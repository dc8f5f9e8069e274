"""The steps in which a character is chosen, each with the traits that it draws anew."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One step: its name, and the traits that are its own."""

    name: str
    traits: tuple[str, ...]


STEPS = (
    Step("character", ("fringe", "side hair", "back hair", "ahoge", "build", "shading", "lines")),
    Step("colours", ("hair colour", "hair ends", "skin", "iris", "right iris", "lashes")),
    Step(
        "details",
        (
            "face", "eyes", "iris size", "brows", "mouth", "fang", "nose", "mole", "blush", "ears", "on the head",
            "on the face",
        ),
    ),
    Step("outfit", ("clothes", "cloth", "second cloth", "accent", "on the neck")),
)  # fmt: skip
"""Every trait is one step's own; the first step draws those of all of them."""
