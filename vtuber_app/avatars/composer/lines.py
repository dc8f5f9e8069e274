"""Lines and outlines as arrays of points, (N, 2) float64, canvas pixels."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
PointLike = Points | Sequence[tuple[float, float]]

CENTRE_X = 1024.0
"""The canvas' middle, about which characters are symmetrical."""
SPACING = 2.5
"""Distance between points of a sampled curve, px."""

_U = np.linspace(0.0, 1.0, 24, endpoint=False)[:, None]
HERMITE = (2 * _U**3 - 3 * _U**2 + 1, _U**3 - 2 * _U**2 + _U, 3 * _U**2 - 2 * _U**3, _U**3 - _U**2)
"""How much a point, its tangent, the next point and the tangent there count along the way from one to the other."""


def resample(points: Points, spacing: float = SPACING) -> Points:
    """The same line with evenly spaced points."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    n = max(8, int(length[-1] / spacing))
    at = np.linspace(0.0, length[-1], n)
    return np.stack([np.interp(at, length, points[:, 0]), np.interp(at, length, points[:, 1])], axis=1)


def curve(points: PointLike, closed: bool = False) -> Points:
    """A smooth line through `points` (centripetal Catmull-Rom, which makes no loops), evenly sampled; read-only."""
    return _curve(np.asarray(points, dtype=np.float64).tobytes(), closed)


@lru_cache(4096)  # most of a character's outlines are those of others too
def _curve(points: bytes, closed: bool) -> Points:
    p = np.frombuffer(points).reshape(-1, 2)
    ends = (p[-2:], p[:3]) if closed else ([2 * p[0] - p[1]], [2 * p[-1] - p[-2]])
    p = np.concatenate([ends[0], p, ends[1]])
    knots = np.concatenate([[0.0], np.cumsum(np.maximum(np.hypot(*np.diff(p, axis=0).T), 1e-6) ** 0.5)])
    tangents = np.zeros_like(p)
    before = (p[1:-1] - p[:-2]) / (knots[1:-1] - knots[:-2])[:, None]
    after = (p[2:] - p[1:-1]) / (knots[2:] - knots[1:-1])[:, None]
    across = (p[2:] - p[:-2]) / (knots[2:] - knots[:-2])[:, None]
    tangents[1:-1] = before - across + after
    first, last = (2, len(p) - 2) if closed else (1, len(p) - 2)
    gap = np.diff(knots)[first:last, None]
    ends = np.stack(
        [p[first:last], tangents[first:last] * gap, p[first + 1 : last + 1], tangents[first + 1 : last + 1] * gap]
    )
    a, m, b, n = ends[:, :, None]
    pieces = HERMITE[0] * a + HERMITE[1] * m + HERMITE[2] * b + HERMITE[3] * n
    line = resample(np.concatenate([pieces.reshape(-1, 2), p[last : last + 1]]))
    line.setflags(write=False)
    return line


def run(*pieces: PointLike) -> Points:
    """Smooth pieces joined with corners: one outline."""
    return np.concatenate([curve(piece) if len(piece) > 2 else np.asarray(piece, np.float64) for piece in pieces])


def normals(points: Points) -> Points:
    """Unit normals, to the left of the direction of travel as seen on the screen."""
    t = np.empty_like(points)
    t[1:-1] = (points[2:] - points[:-2]) / 2
    t[0], t[-1] = points[1] - points[0], points[-1] - points[-2]
    t /= np.maximum(np.hypot(t[:, 0], t[:, 1]), 1e-9)[:, None]
    return t[:, ::-1] * (1, -1)


def along(points: Points) -> NDArray[np.float64]:
    """How far along the line each point is, 0…1."""
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    return np.asarray(steps / max(steps[-1], 1e-9))


def part(points: Points, start: float, end: float) -> Points:
    """The stretch of the line from `start` to `end`, both 0…1."""
    t = along(points)
    at = np.linspace(start, end, max(6, int(len(points) * abs(end - start))))
    return np.stack([np.interp(at, t, points[:, 0]), np.interp(at, t, points[:, 1])], axis=1)


def ribbon(spine: Points, left: NDArray[np.float64], right: NDArray[np.float64]) -> Points:
    """The outline of a band that reaches `left` and `right` px from its spine."""
    n = normals(spine)
    return np.concatenate([spine + n * left[:, None], (spine - n * right[:, None])[::-1]])


def mirrored(points: PointLike) -> Points:
    """The same line on the other side of the character, drawn the other way round."""
    p = np.asarray(points, dtype=np.float64)[::-1].copy()
    p[:, 0] = 2 * CENTRE_X - p[:, 0]
    return p


def both(half: PointLike) -> Points:
    """A symmetrical line from its one half, whose last point lies on the centre line."""
    p = np.asarray(half, dtype=np.float64)
    return np.concatenate([p, mirrored(p)[1:]])


def centred(points: PointLike) -> Points:
    """Points given relative to the centre line in x."""
    return np.add(np.asarray(points, dtype=np.float64), (CENTRE_X, 0.0), dtype=np.float64)


def graph(points: PointLike) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """The line as a function y(x), held beyond its ends; x must grow."""
    p = curve(points)
    keep = np.concatenate([[True], np.diff(np.maximum.accumulate(p[:, 0])) > 0])
    return lambda x: np.interp(x, p[keep, 0], p[keep, 1])
