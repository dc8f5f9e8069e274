"""Where the face is in any picture, drawn or photographed."""

import importlib

import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.autorig import doctor
from vtuber_app.avatars.autorig.find import Finder, on_ground
from vtuber_app.core.errors import DependencyError, SettingsError

HAIR = 0.25
"""Of a drawn head, from crown to chin, what is above the forehead."""


def outline(pixels: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """Points (N, 2) px of the face, from the forehead to the chin; None if none is seen.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha.

    Raises:
        DependencyError: MediaPipe isn't installed, and no drawn face is seen.
    """
    if (drawn := _drawn(pixels)) is not None:
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
    return np.array([(point.x * size[0], point.y * size[1]) for point in seen[0].landmark], np.float32)


def _drawn(pixels: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    try:
        found = Finder().find(pixels)
    except SettingsError:  # none
        return None
    if not doctor.face(found).surely:
        return None
    crown, chin, right, left = found.at("crown", "chin", "right temple", "left temple")
    return np.asarray([crown + HAIR * (chin - crown), chin, right, left], np.float32)
