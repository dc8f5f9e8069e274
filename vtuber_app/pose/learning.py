"""Learns how far a performer goes: input ranges from what was seen while they tried everything."""

from collections.abc import Mapping

import numpy as np

from vtuber_app.core.types import FaceState
from vtuber_app.pose.mapping import Map, Maps, usual
from vtuber_app.pose.parameters import GROUPS, PARAMETERS, levels

LEARN_S = 10.0
LEARNT: tuple[str, ...] = tuple(parameter.name for group in GROUPS.values() for parameter in group)
PERCENTILES = (2.0, 98.0)
NOISE_PERCENTILE = 10.0
"""Most of the time a part of the face rests; what it does then is noise."""
LARGEST_NOISE = 0.2
STEADY = 0.15
"""What moved less, as a share of the usual range, was not tried: its range stays."""
LARGEST_GAIN = 3.0


class Learning:
    """Watches faces as they are before mapping.

    Attributes:
        n_seen: How many there were.
    """

    def __init__(self) -> None:
        self.n_seen = 0
        self._seen: list[list[float]] = []
        self._last: FaceState | None = None

    def add(self, face: FaceState) -> None:
        """Watch one; the same one again counts once."""
        if face is self._last:
            return
        self._last = face
        values = levels(face)
        self._seen.append([values[name] for name in LEARNT])
        self.n_seen = len(self._seen)

    def ranges(self) -> Mapping[str, tuple[float, float]]:
        """Input ranges of what moved, by parameter."""
        if not self._seen:
            return {}
        seen = np.array(self._seen)
        low, high = np.percentile(seen, PERCENTILES, axis=0)
        quiet_low, quiet_high = np.percentile(seen, (NOISE_PERCENTILE, 100 - NOISE_PERCENTILE), axis=0)
        found = {}
        for place, name in enumerate(LEARNT):
            parameter = PARAMETERS[name]
            usual_span = parameter.high - parameter.low
            bottom, top = parameter.limits
            if high[place] - low[place] < STEADY * usual_span / (2 if parameter.two_sided else 1):
                continue
            if parameter.two_sided:  # rest stays in the middle
                reach = max(high[place], -low[place], parameter.high / LARGEST_GAIN)
                found[name] = (max(-reach, bottom), min(reach, top))
            elif parameter.rest == parameter.high:
                end = max(quiet_high[place], parameter.high - LARGEST_NOISE)
                found[name] = (min(low[place], end - 1 / LARGEST_GAIN), end)
            else:
                start = min(quiet_low[place], LARGEST_NOISE)
                found[name] = (start, max(high[place], start + 1 / LARGEST_GAIN))
        return {name: (round(float(a), 3), round(float(b), 3)) for name, (a, b) in found.items()}

    def maps(self, before: Maps) -> dict[str, Map]:
        """The maps before with the input ranges that were seen."""
        learnt = {
            name: before.get(name, usual(name)).model_copy(update={"low": low, "high": high})
            for name, (low, high) in self.ranges().items()
        }
        return {**before, **learnt}
