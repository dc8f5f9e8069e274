"""Where a head is and how it is turned, from the points of the face mesh.

The points are lifted into space by a pinhole camera's perspective, with a rigid template giving the scale, and the
template's rigid fit to them is the pose. The template is ours: the mean of aligned meshes.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FIELD_OF_VIEW = np.radians(63.0)
"""Vertical, of a usual webcam; the same as in MediaPipe's face geometry, so that the poses agree."""

# point of the mesh, then where it is in a resting head: x to the picture's right, y up, z to the camera, cm
# fmt: off
_TEMPLATE = np.array([
    [4, 0.00, -1.00, 2.44], [6, 0.00, 2.26, 0.08], [10, 0.00, 9.16, -1.12], [33, -5.54, 2.71, -3.14],
    [54, -7.82, 7.59, -5.00], [67, -4.21, 8.99, -2.10], [117, -6.59, 0.68, -3.12], [119, -4.06, 0.52, -2.10],
    [121, -2.21, 1.15, -1.73], [127, -10.39, 2.38, -9.22], [129, -2.54, -1.72, -1.15], [132, -9.82, -4.56, -9.37],
    [133, -2.06, 2.44, -2.48], [136, -6.49, -9.59, -6.03], [143, -8.07, 2.27, -4.91], [147, -8.13, -2.97, -4.66],
    [198, -1.58, -0.29, 0.05], [205, -4.93, -2.27, -1.69], [263, 5.54, 2.71, -3.14], [284, 7.82, 7.59, -5.00],
    [297, 4.21, 8.99, -2.10], [346, 6.59, 0.68, -3.12], [348, 4.06, 0.52, -2.10], [350, 2.21, 1.15, -1.73],
    [356, 10.39, 2.38, -9.22], [358, 2.54, -1.72, -1.15], [361, 9.82, -4.56, -9.37], [362, 2.06, 2.44, -2.48],
    [365, 6.49, -9.59, -6.03], [372, 8.07, 2.27, -4.91], [376, 8.13, -2.97, -4.66], [420, 1.58, -0.29, 0.05],
    [425, 4.93, -2.27, -1.69],
])
# fmt: on
RIGID = _TEMPLATE[:, 0].astype(np.intp)
"""Points that expressions move little."""
SHAPE = _TEMPLATE[:, 1:] / 100


def head_pose(points: NDArray[np.float32], height_px: int, width_px: int) -> tuple[Array, Array]:
    """Find the head.

    Args:
        points: (N, 3) of the face mesh, px: x right and y down from the top left, z away from the camera.
        height_px: Of the picture.
        width_px: Of the picture.

    Returns:
        (3,) pitch, yaw, roll, rad, and (3,) translation, m, as in `FaceState`.
    """
    focal_px = height_px / 2 / np.tan(FIELD_OF_VIEW / 2)
    seen = (points[RIGID] - (width_px / 2, height_px / 2, 0)) * (1, -1, -1) / focal_px
    depth = seen[:, 2] - seen[:, 2].mean()
    scale = fit(SHAPE, seen)[0]
    # The mesh's depths are relative. Its size beside the template's gives the distance, which bends the rays, which
    # changes its size a little: the second round settles it.
    for _ in range(2):
        distance = (1 - depth) / scale
        lifted = np.column_stack([seen[:, :2] * distance[:, None], -distance])
        grown, rotation, translation = fit(SHAPE, lifted)
        scale *= grown
    return euler(rotation), translation


def fit(shape: Array, points: Array) -> tuple[float, Array, Array]:
    """Scale, (3, 3) rotation and (3,) translation that bring (K, 3) `shape` nearest to (K, 3) `points`.

    Source: Umeyama, Least-squares estimation of transformation parameters between two point patterns, PAMI 1991.
    """
    centre, target = shape.mean(0), points.mean(0)
    spread = (points - target).T @ (shape - centre)
    u, _, v = np.linalg.svd(spread)
    u[:, 2] *= np.sign(np.linalg.det(u @ v))  # a mirror image is no rotation
    rotation: Array = u @ v
    scale = float((rotation * spread).sum() / ((shape - centre) ** 2).sum())
    return scale, rotation, target - scale * rotation @ centre


def euler(matrix: Array) -> Array:
    """(3,) pitch, yaw, roll, rad, of the (3, 3) rotation Rz(roll) Ry(yaw) Rx(pitch)."""
    pitch = np.arctan2(matrix[2, 1], matrix[2, 2])
    yaw = np.arcsin(np.clip(-matrix[2, 0], -1, 1))
    roll = np.arctan2(matrix[1, 0], matrix[0, 0])
    return np.array([pitch, yaw, roll])
