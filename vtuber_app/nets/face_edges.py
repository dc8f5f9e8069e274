"""What vid2vid draws faces from: landmarks as edges, and how far each place is from each of them.

Points are (68, 2) px, x right and y down, in dlib's order; `with_forehead` makes them 83.

Source: Wang et al., Video-to-Video Synthesis, NeurIPS 2018; Sagonas et al., 300 Faces in-the-Wild, ICCVW 2013.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[Any]
Plane = NDArray[np.uint8]

PARTS: tuple[tuple[int, tuple[Sequence[int], ...]], ...] = (
    (1, ((*range(17), *range(68, 83), 0),)),  # the face
    (2, (range(17, 22),)),  # eyebrows
    (2, (range(22, 27),)),
    (3, ((28, 31), range(31, 36), (35, 28))),  # the nose
    (4, ((36, 37, 38, 39), (39, 40, 41, 36))),  # eyes
    (4, ((42, 43, 44, 45), (45, 46, 47, 42))),
    (5, (range(48, 55), (54, 55, 56, 57, 58, 59, 48))),  # the mouth
    (6, (range(60, 65), (64, 65, 66, 67, 60))),  # what is in it
)
"""Each part's number in the label map, and its edges."""
JAW = 17
STEEPEST = 1
"""A parabola that bends more isn't drawn."""
TRUNCATED = 1e-6
"""A place that rounding left so far below a whole pixel is that pixel."""
CROP_WIDTHS = 2.5
"""How wide the part of the picture around the face is, in faces."""


def with_forehead(points: Points) -> Points:
    """(83, 2): the jaw, mirrored upwards and two thirds as high, closes the face."""
    jaw = points[:JAW].astype(np.int32)
    level = (jaw[0, 1] + jaw[-1, 1]) / 2
    forehead = jaw[1:-1].copy()
    forehead[:, 1] = level + (level - forehead[:, 1]) * 2 // 3
    return np.vstack([points, forehead[::-1]])


def curve(points: Points) -> NDArray[np.int64]:
    """The pixels (N, 2) of a parabola through three points, or of a line through two; none if it bends too much."""
    steps = np.abs(np.diff(points, axis=0)).max(axis=0)
    along, across = (1, 0) if steps[0] < steps[1] else (0, 1)
    first, last = sorted((points[0, along], points[-1, along]))
    degree = min(len(points), 3) - 1
    if len(np.unique(points[:, along])) <= degree:
        return np.empty((0, 2), np.int64)
    bend = np.polyfit(points[:, along].astype(float), points[:, across].astype(float), degree)
    if degree == 2 and abs(bend[0]) > STEEPEST:
        return np.empty((0, 2), np.int64)
    places = np.linspace(first, last, int(last - first))
    pixels = np.empty((len(places), 2))
    pixels[:, along], pixels[:, across] = places, np.polyval(bend, places)
    return (pixels + TRUNCATED).astype(np.int64)


def draw(plane: Plane, pixels: NDArray[np.int64]) -> None:
    """Two pixels wide, up and to the left."""
    height, width = plane.shape
    for right in (-1, 0):
        for below in (-1, 0):
            x, y = pixels[:, 0] + right, pixels[:, 1] + below
            plane[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] = 255


def edge_maps(points: Points, height: int, width: int) -> list[Plane]:
    """Each of the 14 edges (H, W), 255 where it is, of all 83 points."""
    maps = []
    for _, edges in PARTS:
        for edge in edges:
            plane = np.zeros((height, width), np.uint8)
            for start in range(0, max(1, len(edge) - 1), 2):
                draw(plane, curve(points[list(edge[start : start + 3])]))
            maps.append(plane)
    return maps


def distances(plane: Plane) -> Plane:
    """A third of how far each pixel is from the edge, px across and down together, at most 255."""
    import cv2

    away = cv2.distanceTransform(255 - plane, cv2.DIST_L1, 3)
    return np.clip(away / 3, 0, 255).astype(np.uint8)


def label_planes(points: Points, height: int, width: int) -> NDArray[np.uint8]:
    """The network's 15 channels (15, H, W), of 68 points: all edges, and the distances from each; 255 means 1."""
    edges = edge_maps(with_forehead(points), height, width)
    return np.stack([np.maximum.reduce(edges), *(distances(edge) for edge in edges)])


def part_labels(points: Points, height: int, width: int) -> Plane:
    """Which part each pixel is of, 0 to 6, of 68 points."""
    import cv2

    points = with_forehead(points)
    plane = np.zeros((height, width), np.uint8)
    for number, edges in PARTS:
        around = points[[i for edge in edges for i in edge]].astype(np.int32)
        cv2.fillPoly(plane, [around], (number,))
    return plane


def crop(points: Points, height: int, width: int) -> tuple[int, int, int, int]:
    """The square around the face in the first frame, left, top, right and bottom, px; it may lie beyond the picture."""
    points = with_forehead(points)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    side = CROP_WIDTHS * (right - left)
    half = side // 2
    across, down = (left + right) // 2, (3 * top + bottom) // 4
    x, y = (min(max(0, centre - half) + side, size) - half for centre, size in ((across, width), (down, height)))
    return int(x - half), int(y - half), int(x + half), int(y + half)
