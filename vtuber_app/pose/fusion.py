"""One face from several trackers: each part from the best that is live, and no jump where that changes.

Phones and other programs are believed before cameras, cameras before what only hears or points (`Rank`); of two alike,
the one that was chosen first. A tracker is live while it gives faces as often as it uses to. Whoever is hardly sure of
its face, as where a hand or a mask is before it, is not asked about the mouth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.parts import Rank
from vtuber_app.core.types import BLENDSHAPES, FACE_PARTS, FacePart, FaceState
from vtuber_app.pose.idle import smoothstep

Array = NDArray[np.float32]
Ranks = Mapping[FacePart, Rank]

SILENCE = 0.25
"""How long a tracker may be silent before it is taken for lost, s; longer if it is a slow one."""
BLEND_S = 0.3
"""How long a part takes to pass from one tracker to the next."""
SURE = 0.5
"""Confidence below which a face doesn't tell of the mouth."""

# First those that begin so; what is left of mouth and cheeks is the smile's, the nose wrinkles with the brows.
_BEGINNINGS: dict[str, FacePart] = {
    **dict.fromkeys(("eyeLook",), "gaze"),
    **dict.fromkeys(("eye", "cheekSquint"), "eyes"),
    **dict.fromkeys(("brow", "nose"), "brows"),
    **dict.fromkeys(("jaw", "tongue", "mouthClose", "mouthFunnel", "mouthPucker", "mouthStretch"), "mouth"),
    **dict.fromkeys(("mouthLowerDown", "mouthUpperUp"), "mouth"),
    **dict.fromkeys(("mouth", "cheek"), "smile"),
}


def _places() -> dict[FacePart, NDArray[np.intp]]:
    """Where each part is among a face's 58 values: its blendshapes, rotation and translation."""
    whose = [next(part for start, part in _BEGINNINGS.items() if name.startswith(start)) for name in BLENDSHAPES]
    return {part: np.flatnonzero(np.array([*whose, *["head"] * 6]) == part) for part in FACE_PARTS}


PLACES = _places()


class Pulse:
    """Whether something still comes as often as it uses to.

    Args:
        time: From when it is waited for, s.
    """

    def __init__(self, time: float) -> None:
        self._heard = time
        self._intervals = (0.0, 0.0)

    def beat(self, time: float) -> None:
        """It came."""
        self._heard, self._intervals = time, (self._intervals[1], time - self._heard)

    def silent(self, time: float) -> bool:
        """It has not come for much longer than usual."""
        usual = min(self._intervals)  # one long pause makes nobody a slow one
        return time - self._heard > max(SILENCE, 3 * usual)


@dataclass
class _Source:
    pulse: Pulse
    face: FaceState | None = None
    values: Array = field(default_factory=lambda: np.zeros(58, np.float32))

    def live(self, time: float) -> bool:
        return self.face is not None and not self.pulse.silent(time)

    def rank(self, part: FacePart, ranks: Ranks) -> Rank:
        assert self.face is not None
        unseen = part in ("mouth", "smile") and self.face.confidence < SURE
        return Rank.INVENTED if unseen else ranks.get(part, Rank.INVENTED)


class Fusion:
    """Takes what each tracker gives, and gives one face.

    Attributes:
        ranks: How far each tracker is believed, in the order in which they were chosen; any thread may replace it.
        drives: Which tracker each part comes from now; empty while there is no face. Any thread may look.
    """

    def __init__(self) -> None:
        self.ranks: Mapping[str, Ranks] = {}
        self.drives: Mapping[FacePart, str] = MappingProxyType({})
        self._sources: dict[str, _Source] = {}
        self._chosen: dict[FacePart, str] = {}
        self._last: Array = np.zeros(58, np.float32)
        self._last_time = -np.inf
        # What was given when a part changed hands, less what its new tracker says, fades away.
        self._offset: Array = np.zeros(58, np.float32)
        self._since: dict[FacePart, float] = dict.fromkeys(FACE_PARTS, -np.inf)

    def take(self, tracker: str, face: FaceState | None, time: float) -> None:
        """Take the face that a tracker saw at that moment, s; None if it saw none."""
        source = self._sources.setdefault(tracker, _Source(Pulse(time)))
        source.pulse.beat(time)
        source.face = face
        if face is not None:
            source.values = np.concatenate([face.blendshapes, face.rotation, face.translation])

    def __call__(self, time: float) -> FaceState | None:
        """The face at that moment, s; None if no tracker has one."""
        live = {name: source for name, source in self._sources.items() if source.live(time)}
        if not live:
            self.drives = MappingProxyType({})
            return None
        order = [name for name in self.ranks if name in live] or list(live)
        for part in FACE_PARTS:
            ranked = {name: live[name].rank(part, self.ranks.get(name, {})) for name in order}
            self._give(part, max(ranked, key=ranked.__getitem__), time)
        self.drives = MappingProxyType(dict(self._chosen))
        face = self._whole(time)
        self._last, self._last_time = np.concatenate([face.blendshapes, face.rotation, face.translation]), time
        return face

    def _give(self, part: FacePart, tracker: str, time: float) -> None:
        """Let that tracker have the part from now on."""
        if self._chosen.get(part, tracker) != tracker and time - self._last_time < BLEND_S:
            place = PLACES[part]
            self._offset[place] = self._last[place] - self._sources[tracker].values[place]
            self._since[part] = time
        self._chosen[part] = tracker

    def _whole(self, time: float) -> FaceState:
        head = self._sources[self._chosen["head"]].face
        assert head is not None
        fading = {part: time - since for part, since in self._since.items() if time - since < BLEND_S}
        if not fading and len(set(self._chosen.values())) == 1:
            return head
        values = np.zeros(58, np.float32)
        for part, place in PLACES.items():
            values[place] = self._sources[self._chosen[part]].values[place]
            if part in fading:
                values[place] += np.float32(1 - smoothstep(fading[part] / BLEND_S)) * self._offset[place]
        return replace(head, blendshapes=values[:52].clip(0, 1), rotation=values[52:55], translation=values[55:])
