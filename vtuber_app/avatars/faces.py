"""Where the face is in any picture, drawn or photographed."""

import importlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.autorig import doctor
from vtuber_app.avatars.autorig.find import Finder, on_ground
from vtuber_app.core.errors import DependencyError, SettingsError

HAIR = 0.25
"""Of a drawn head, from crown to chin, what is above the forehead."""
FOREHEAD = 10
ALIKE = {
    "chin": 152, "right temple": 127, "left temple": 356, "nose": 1,
    "right corner": 33, "right far corner": 133, "left corner": 362, "left far corner": 263,
    "mouth right": 61, "mouth left": 291, "mouth top": 13, "mouth bottom": 14,
}  # fmt: skip
"""Landmarks of drawings, and which of the mesh's points lies there in a human face."""


class Face(NamedTuple):
    """A face.

    Attributes:
        points: (N, 2) px, from the forehead to the chin.
        places: (N,) which of the points of MediaPipe's face mesh each is.
    """

    points: NDArray[np.float32]
    places: NDArray[np.intp]


def find(pixels: NDArray[np.uint8]) -> Face | None:
    """The face in a picture; None if none is seen.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha.

    Raises:
        DependencyError: MediaPipe isn't installed, and no drawn face is seen.
    """
    if drawn := _drawn(pixels):
        return drawn
    try:
        face_mesh = importlib.import_module("mediapipe.python.solutions.face_mesh")
    except ImportError as error:
        raise DependencyError("MediaPipe is not installed, so faces aren't found in photos.") from error
    with face_mesh.FaceMesh(static_image_mode=True, max_num_faces=1) as mesh:
        seen = mesh.process(on_ground(pixels)).multi_face_landmarks
    if not seen:
        return None
    size = (pixels.shape[1], pixels.shape[0])
    points = np.array([(point.x * size[0], point.y * size[1]) for point in seen[0].landmark], np.float32)
    return Face(points, np.arange(len(points)))


def _drawn(pixels: NDArray[np.uint8]) -> Face | None:
    try:
        found = Finder().find(pixels)
    except SettingsError:  # none
        return None
    if not doctor.face(found).surely:
        return None
    crown, chin = found.at("crown", "chin")
    points = np.concatenate([[crown + HAIR * (chin - crown)], found.at(*ALIKE)]).astype(np.float32)
    return Face(points, np.array([FOREHEAD, *ALIKE.values()]))
