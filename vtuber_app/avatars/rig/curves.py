"""The format's curves, read at every pixel column."""

from collections.abc import Sequence

import numpy as np

from vtuber_app.avatars.rig.format import Point
from vtuber_app.avatars.rig.textures import Plane


def heights(curve: Sequence[Point], columns: Plane) -> Plane:
    """A smooth y(x) through the points (monotone where they are), held beyond the ends.

    Args:
        curve: Points with growing x.
        columns: (n,) the x at which it is read.

    Source: Fritsch and Butland, A method for constructing local monotone piecewise cubic interpolants, 1984.
    """
    x, y = np.asarray(curve, np.float64).T
    gaps = np.maximum(np.diff(x), 1e-6)
    slopes = np.diff(y) / gaps
    left, right = slopes[:-1], slopes[1:]
    weight = (1 + gaps[1:] / (gaps[:-1] + gaps[1:])) / 3
    divisor = weight * right + (1 - weight) * left
    inner = np.where(left * right > 0, left * right / np.where(divisor == 0, 1, divisor), 0)
    tangents = np.concatenate([[1.5 * slopes[0] - 0.5 * inner[0]], inner, [1.5 * slopes[-1] - 0.5 * inner[-1]]])
    place = np.clip(columns, x[0], x[-1])
    piece = np.clip(np.searchsorted(x, place, side="right") - 1, 0, len(gaps) - 1)
    width = gaps[piece]
    t = (place - x[piece]) / width
    result = (
        (1 + 2 * t) * (1 - t) ** 2 * y[piece]
        + t * (1 - t) ** 2 * width * tangents[piece]
        + t**2 * (3 - 2 * t) * y[piece + 1]
        + t**2 * (t - 1) * width * tangents[piece + 1]
    )
    return np.asarray(result, np.float32)
