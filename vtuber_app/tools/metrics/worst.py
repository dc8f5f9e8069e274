"""The frames that differ most, of all and not next to each other."""

from vtuber_app.tools.metrics.clips import Pixels
from vtuber_app.tools.metrics.outcome import Frame
from vtuber_app.tools.metrics.side_by_side import fitted

KEPT = 4
APART = 15
"""Frames between two that are kept."""
SIDE = 256


class Worst:
    """Keeps them, small.

    Attributes:
        frames: The worst first.
    """

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def add(self, clip: str, place: int, value: float, generated: Pixels, reference: Pixels) -> None:
        """Look at a frame; the larger the value, the worse it is."""
        near = [one for one in self.frames if one.clip == clip and place - one.place < APART]
        if any(one.value >= value for one in near) or (
            not near and len(self.frames) == KEPT and self.frames[-1].value >= value
        ):
            return
        kept = [one for one in self.frames if one not in near]
        kept.append(Frame(clip, place, value, fitted(generated, SIDE), fitted(reference, SIDE)))
        self.frames = sorted(kept, key=lambda one: -one.value)[:KEPT]
