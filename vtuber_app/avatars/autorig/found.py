"""What was found in a flat portrait."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]
Flags = NDArray[np.bool_]

EYE = ("corner", "upper 1", "upper 2", "upper 3", "far corner", "lower 1", "lower 2", "lower 3", "iris")
BROW = ("brow 1", "brow 2", "brow 3")
Side = Literal["right", "left"]
SIDES: tuple[Side, Side] = ("right", "left")
LANDMARKS = (
    *(f"{side} {name}" for side in SIDES for name in (*EYE, *BROW)),
    "mouth right", "mouth top", "mouth left", "mouth bottom", "nose", "chin",
    *(f"{side} {name}" for side in SIDES for name in ("temple", "cheek", "jaw", "neck")),
    "crown",
)  # fmt: skip
"""By name. Right is the character's own, which is the picture's left, where lines begin."""
MASKS = (
    "skin", "cap", "white", "iris", "ink", "mouth", "body",
    "neck", "bangs", "back", "sides", "worn", "crest", "tails",
)  # fmt: skip
"""The parts that are told apart, from 1 on; 0 is what lies around the figure.

Skin: of face and ears. Ink: lashes and brows. Hair, from front to back: what is worn in it, the bangs and their sides,
the hair on the head and beside it, what stands up from it (animals' ears too), what hangs behind, and tied up in tails.
"""
GROUPS = {
    "top": ("cap", "crest"),
    "fringe": ("bangs", "sides", "worn"),
    "behind": ("back", "tails"),
    "hair": ("cap", "crest", "bangs", "sides", "worn", "back", "tails"),
}


@dataclass(frozen=True, eq=False)
class Found:
    """Landmarks and parts of a portrait.

    Attributes:
        landmarks: (len(LANDMARKS), 2) px, x right and y down.
        masks: (H, W) which of `MASKS` is seen, counted from 1; 0 for none.
    """

    landmarks: Plane
    masks: Pixels

    def at(self, *names: str) -> Plane:
        """(n, 2) px of the landmarks of these names."""
        return self.landmarks[[LANDMARKS.index(name) for name in names]]

    def of(self, *names: str) -> Flags:
        """(H, W) where these parts, or groups of them, are seen."""
        parts = [part for name in names for part in GROUPS.get(name, (name,))]
        return np.isin(self.masks, [MASKS.index(part) + 1 for part in parts])

    def eye(self, side: Side) -> Plane:
        """(8, 2) px around the opening of an eye: along the upper lid, and back along the lower one."""
        lids = self.at(*(f"{side} {name}" for name in EYE[:8]))
        return np.concatenate([lids[:5], lids[:4:-1]])

    @property
    def mouth(self) -> Plane:
        """(4, 2) px around the mouth: its right corner, top, left corner and bottom."""
        return self.at("mouth right", "mouth top", "mouth left", "mouth bottom")

    @property
    def apart(self) -> float:
        """The distance of the eyes, px: what sizes are measured by."""
        right, left = self.at("right iris", "left iris")
        return float(np.hypot(*(left - right)))
