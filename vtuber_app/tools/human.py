"""Tells a photo of a human from a drawing, by MediaPipe's face detector and our network's doubts."""

import importlib

import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.autorig import doctor
from vtuber_app.avatars.autorig.draft import Draft
from vtuber_app.avatars.autorig.find import on_ground
from vtuber_app.core.errors import DependencyError

SURE = 0.85
"""Humans score 0.89 and more, drawings up to 0.90 where they score at all."""


def is_photo(draft: Draft) -> bool:
    """Whether the picture shows a human: a human face is seen, and no face that is surely drawn.

    Raises:
        DependencyError: MediaPipe isn't installed.
    """
    if draft.found is not None and doctor.face(draft.found).surely:
        return False
    return _human(draft.original) >= SURE


def _human(pixels: NDArray[np.uint8]) -> float:
    """How surely there is a human's face, 0…1."""
    try:
        detection = importlib.import_module("mediapipe.python.solutions.face_detection")
    except ImportError as error:
        raise DependencyError("MediaPipe is not installed, so photos can't be told from drawings.") from error
    with detection.FaceDetection(model_selection=0, min_detection_confidence=0.5) as detector:
        seen = detector.process(on_ground(pixels)).detections or []
    return max((float(one.score[0]) for one in seen), default=0.0)
