"""Endless varied faces, each as both meshes see it, from a few real takes."""

import numpy as np
from numpy.typing import NDArray

from vtuber_app.tools.train.takes import Take

Array = NDArray[np.float32]

# How often a face keeps the expression it was taken with, gets part of another's, and has its eyes moved.
REAL, SHARED, EYES_MOVED = 0.4, 0.6, 0.4
ORIGINAL = 0.25
"""How often a clip as it is, not in another look."""
TURN = 0.1
"""How far heads are turned further, rad."""
SHAPE = 0.03
"""How far faces are reshaped, in sizes of the rigid points."""

NOSE_TIP = 4
N_SKIN = 468
# Upper lid, lower lid, iris, outer and inner corner, of the performer's right and left eye.
EYES = (
    ([246, 161, 160, 159, 158, 157, 173], [7, 163, 144, 145, 153, 154, 155], range(468, 473), 33, 133),
    ([466, 388, 387, 386, 385, 384, 398], [249, 390, 373, 374, 380, 381, 382], range(473, 478), 263, 362),
)
_ARCH = np.sin(np.linspace(0.3, np.pi - 0.3, 7))


class Varied:
    """Mixes people, expressions, looks and poses. What is done to a face is done to both its meshes.

    Inside, a face is a pair: (2, 478, 3), the embedded mesh's and the face landmarker's.
    """

    def __init__(self, takes: list[Take], random: np.random.Generator) -> None:
        self.random = random
        self.people = [
            [take for take in takes if take.person == person] for person in dict.fromkeys(take.person for take in takes)
        ]
        # A long clip has more to tell, a clip of half the length half as much less.
        lengths = np.sqrt([len(person[0].mesh) for person in self.people])
        self.shares = lengths / lengths.sum()
        self.rest = {
            id(take): np.stack([np.median(take.mesh, axis=0), np.median(take.landmarker, axis=0)]) for take in takes
        }
        self.mean: Array = np.mean([pair[1] for pair in self.rest.values()], axis=0)
        self.other_side = other_side(self.mean)
        # 1 in the upper face, 0 in the lower: expressions of two moments meet at the nose.
        self.upper = 1 / (1 + np.exp((self.mean[NOSE_TIP, 1] - self.mean[:, 1]) / 0.06))[:, None]
        self.upper[N_SKIN:] = 1

    def draw(self, n: int) -> tuple[Array, Array]:
        """(n, 478, 2) as the embedded mesh sees them and as the face landmarker does, y up."""
        pairs = np.array([self._one() for _ in range(n)], np.float32)
        return pairs[:, 0], pairs[:, 1]

    def _one(self) -> Array:
        take, moment = self._moment()
        if self.random.random() < REAL:
            pair = self._pair(take, moment)
        else:
            pair = self.rest[id(self._moment()[0])] + self._expression(take, moment)
        if self.random.random() < EYES_MOVED:
            pair = self._eyes_moved(pair)
        rotation = take.rotation[moment]
        if self.random.random() < 0.5:
            pair = pair[:, self.other_side] * (-1, 1, 1)
            rotation = rotation * np.array([[1, -1, -1], [-1, 1, 1], [-1, 1, 1]])
        pair = self._reshaped(pair)
        seen = pair @ (turn(self.random.normal(0, TURN, 3)) @ rotation).T
        near = 1 - seen[..., 2:] * self.random.normal(0, 0.05)
        return np.asarray(seen[..., :2] / near, np.float32)

    def _moment(self) -> tuple[Take, int]:
        takes = self.people[self.random.choice(len(self.people), p=self.shares)]
        take = takes[0] if self.random.random() < ORIGINAL else takes[self.random.integers(len(takes))]
        return take, int(self.random.integers(len(take.mesh)))

    def _pair(self, take: Take, moment: int) -> Array:
        return np.stack([take.mesh[moment], take.landmarker[moment]])

    def _expression(self, take: Take, moment: int) -> Array:
        """What differs from rest, more or less of it, sometimes the opposite, sometimes with part of another's."""
        often_whole = (0.3, 1.6) if self.random.random() < 0.8 else (-0.6, 0.3)
        change = (self._pair(take, moment) - self.rest[id(take)]) * self.random.uniform(*often_whole)
        if self.random.random() < SHARED:
            other, then = self._moment()
            added = (self._pair(other, then) - self.rest[id(other)]) * self.random.uniform(-0.6, 1.6)
            kind = self.random.random()
            if kind < 0.3:
                change = change + added
            else:
                part = self.upper if kind < 0.65 else 1 - self.upper
                change = change * (1 - part) + added * part
        return np.asarray(change, np.float32)

    def _eyes_moved(self, pair: Array) -> Array:
        """Irises moved, lids following them, and half of the time more or less closed, sometimes one alone."""
        pair = pair.copy()
        across, up, follows = self.random.normal(0, 0.12), self.random.normal(0, 0.07), self.random.uniform(0.2, 0.6)
        closed = self.random.uniform(-0.3, 1) if self.random.random() < 0.5 else 0.0
        for upper, lower, iris, outer, inner in EYES:
            alone = self.random.uniform(-0.3, 1) if self.random.random() < 0.15 else closed
            width = np.linalg.norm(pair[:, outer] - pair[:, inner], axis=-1)[:, None]
            pair[:, upper] += 0.9 * alone * (pair[:, lower] - pair[:, upper])
            pair[:, upper, 1] += up * width * follows * _ARCH
            pair[:, lower, 1] += up * width * 0.15
            pair[:, iris, 0] += across * width
            pair[:, iris, 1] += up * width
        return pair

    def _reshaped(self, pair: Array) -> Array:
        """Another face's proportions: slow waves through space."""
        if self.random.random() < 0.2:
            return pair
        waves = np.cos(self.mean @ self.random.normal(0, 1.6, (3, 24)) + self.random.uniform(0, 2 * np.pi, 24))
        shift = waves @ self.random.normal(0, self.random.uniform(0, 1.3) * SHAPE / np.sqrt(3), (24, 3))
        return np.asarray(pair * (1 + self.random.normal(0, 0.04, 3)) + shift, np.float32)


def other_side(mesh: Array) -> NDArray[np.intp]:
    """(478,) each point's mirror image in a (478, 3) mesh that is about symmetric."""
    centred = mesh - mesh.mean(0)
    distance = ((centred[:, None] - centred[None] * (-1, 1, 1)) ** 2).sum(-1)
    is_iris = np.arange(len(mesh)) >= N_SKIN
    distance[is_iris[:, None] != is_iris] = np.inf
    return np.asarray(distance.argmin(1), np.intp)


def turn(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, 3) rotation about a (3,) vector by its length, rad."""
    angle = float(np.linalg.norm(vector))
    x, y, z = vector / max(angle, 1e-9)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    matrix: NDArray[np.float64] = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return matrix
