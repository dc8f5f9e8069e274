"""Faces by the names of their blendshapes, and poses by those of their parameters."""

import numpy as np

from vtuber_app.core.types import INDEX, FaceState
from vtuber_app.pose import tha


def face(rotation: tuple[float, float, float] = (0, 0, 0), **shapes: float) -> FaceState:
    blendshapes = np.zeros(52, np.float32)
    for name, value in shapes.items():
        blendshapes[INDEX[name]] = value
    return FaceState(blendshapes, np.array(rotation, np.float32))


def value(pose: tha.Pose, name: str) -> float:
    return float(pose[tha.PLACE[name]])
