"""The performer as a mirror shows them."""

from dataclasses import replace

import numpy as np

from vtuber_app.core.types import BLENDSHAPES, INDEX, FaceState


def _other_side(name: str) -> str:
    if "Left" in name:
        return name.replace("Left", "Right")
    return name.replace("Right", "Left")


SWAP = np.array([INDEX[_other_side(name)] for name in BLENDSHAPES])


def mirror(face: FaceState, width_px: int | None = None) -> FaceState:
    """Swap left and right.

    Args:
        face: As the camera sees it.
        width_px: Of the frame; without it the landmarks have no mirror image and are left out.
    """
    landmarks = None
    if face.landmarks is not None and width_px is not None:
        landmarks = face.landmarks * np.array([-1, 1], np.float32) + np.array([width_px, 0], np.float32)
    return replace(
        face,
        blendshapes=face.blendshapes[SWAP],
        rotation=face.rotation * np.array([1, -1, -1], np.float32),
        translation=face.translation * np.array([-1, 1, 1], np.float32),
        landmarks=landmarks,
    )
