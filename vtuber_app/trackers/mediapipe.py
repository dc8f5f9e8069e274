"""Face state from the camera's pictures, by MediaPipe's face mesh or its face landmarker."""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtuber_app.core.errors import WeightsError
from vtuber_app.core.parts import Tracker
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import INDEX, Driving, FaceState
from vtuber_app.pose.head import euler, head_pose
from vtuber_app.pose.mesh_blendshapes import MeshBlendshapes
from vtuber_app.pose.smoothing import OneEuro
from vtuber_app.store import file_of
from vtuber_app.trackers.mouth_sight import MouthSight

log = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]

LANDMARKER = "face_landmarker"
HIDDEN = 0.3
"""Confidence in a face whose mouth is covered."""
"""Its model's name in the store."""


class MediaPipeSettings(Settings):
    """How faces are found and read."""

    kind: Literal["mediapipe"] = "mediapipe"
    blendshapes: Literal["auto", "mesh", "landmarker"] = Field(
        "auto",
        title="Expressions",
        description="mesh: always there, fastest. landmarker: finer, needs its model. auto: landmarker if installed.",
    )
    confidence: float = Field(0.5, ge=0.1, le=0.9, title="Face confidence")


class MediaPipe(Tracker[MediaPipeSettings]):
    """Finds one face in each picture of the camera."""

    title = "Webcam (MediaPipe)"
    requires = ("mediapipe",)
    uses_camera = True

    _detector: "Mesh | Landmarker | None" = None

    def __enter__(self) -> Self:
        model = None if self.settings.blendshapes == "mesh" else file_of(LANDMARKER)
        if model is None and self.settings.blendshapes == "landmarker":
            raise WeightsError(
                "The face landmarker's model is not installed. Choose the mesh's blendshapes, which need none, or "
                f"install it on the Networks page, or type: vtuber-app models install {LANDMARKER}"
            )
        self._seen = False
        self._mouth = MouthSight()
        with native_messages_logged():
            self._detector = Landmarker(model, self.settings.confidence) if model else Mesh(self.settings.confidence)
        log.info("Faces are read by MediaPipe's face %s.", "landmarker" if model else "mesh")
        return self

    def __exit__(self, *exc: object) -> None:
        if self._detector:
            self._detector.close()
            self._detector = None

    @property
    def blendshapes(self) -> Literal["mesh", "landmarker"]:
        """Which of the two is at work."""
        return "landmarker" if isinstance(self._detector, Landmarker) else "mesh"

    @property
    def notice(self) -> str | None:
        if self.settings.blendshapes == "auto" and isinstance(self._detector, Mesh):
            return "Expressions come from the built-in mesh; the face landmarker's model would make them finer."
        return None

    def read(self, timeout: float) -> Driving | None:
        """Give the performer in the next picture; `face` is None where none is seen."""
        assert self.frames is not None, "a tracker of pictures is given frames"
        assert self._detector is not None, "entered before it is read"
        frame = self.frames.read(timeout)
        if frame is None:
            return None
        pixels = frame.pixels if frame.pixels.shape[2] == 3 else np.ascontiguousarray(frame.pixels[:, :, :3])
        with nullcontext() if self._seen else native_messages_logged():
            face = self._detector(pixels, frame.time)
        self._seen = self._seen or face is not None
        if face is not None and face.landmarks is not None and self._mouth(pixels, face.landmarks, frame.time):
            face = replace(face, confidence=HIDDEN)
        return Driving(frame.time, face, frame)


class Mesh:
    """The face mesh that MediaPipe's wheel carries, read by our own network."""

    def __init__(self, confidence: float) -> None:
        from mediapipe.python.solutions.face_mesh import FaceMesh

        self._mesh: Any = FaceMesh(
            max_num_faces=1,
            refine_landmarks=True,
            min_detection_confidence=confidence,
            min_tracking_confidence=confidence,
        )
        self._mesh.process(np.zeros((64, 64, 3), np.uint8))  # wait until the graph has started
        self._blendshapes = MeshBlendshapes()
        # As strong as the smoothing inside the face landmarker, whose results our network was trained to give.
        self._smooth = OneEuro(min_cutoff=0.05, beta=80.0)

    def close(self) -> None:
        """Free MediaPipe's graph."""
        self._mesh.close()

    def points(self, pixels: Pixels, time: float) -> NDArray[np.float32] | None:
        """(478, 3) px of the face in (H, W, 3) RGB of that moment, s, smoothed; x right, y down, z away."""
        found = self._mesh.process(pixels).multi_face_landmarks
        if not found:
            self._smooth.reset()
            return None
        points = in_pixels(found[0].landmark, *pixels.shape[:2])
        return self._smooth(points, time, scale=float(np.ptp(points[:, :2], axis=0).mean()))

    def __call__(self, pixels: Pixels, time: float) -> FaceState | None:
        """Find the face in (H, W, 3) RGB of that moment, s."""
        points = self.points(pixels, time)
        if points is None:
            return None
        height, width = pixels.shape[:2]
        rotation, translation = head_pose(points, height, width)
        return FaceState(
            blendshapes=self._blendshapes(points),
            rotation=rotation.astype(np.float32),
            translation=translation.astype(np.float32),
            landmarks=points[:, :2],
        )


class Landmarker:
    """MediaPipe's FaceLandmarker, which smooths its points and gives blendshapes and head itself."""

    def __init__(self, model: Path, confidence: float) -> None:
        import mediapipe
        from mediapipe.tasks.python import BaseOptions, vision

        self._mediapipe: Any = mediapipe
        options = vision.FaceLandmarkerOptions(
            # As bytes: MediaPipe can't open paths with letters outside ASCII on Windows.
            base_options=BaseOptions(model_asset_buffer=model.read_bytes()),
            running_mode=vision.RunningMode.VIDEO,
            min_face_detection_confidence=confidence,
            min_face_presence_confidence=confidence,
            min_tracking_confidence=confidence,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        try:
            self._landmarker: Any = vision.FaceLandmarker.create_from_options(options)
        except (RuntimeError, ValueError) as error:
            raise WeightsError(f"{model} is no face landmarker. Delete it and fetch it again.") from error
        self._last_ms = -1

    def close(self) -> None:
        """Free MediaPipe's graph."""
        self._landmarker.close()

    def find(self, pixels: Pixels, time: float) -> Any | None:
        """MediaPipe's own result for (H, W, 3) RGB of that moment, s, if there is a face."""
        self._last_ms = max(self._last_ms + 1, int(time * 1000))
        picture = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=pixels)
        found = self._landmarker.detect_for_video(picture, self._last_ms)
        return found if found.face_landmarks else None

    def __call__(self, pixels: Pixels, time: float) -> FaceState | None:
        """Find the face in (H, W, 3) RGB of that moment, s."""
        found = self.find(pixels, time)
        if found is None:
            return None
        blendshapes = np.zeros(len(INDEX), np.float32)
        for shape in found.face_blendshapes[0]:
            if shape.category_name in INDEX:  # all but "_neutral"
                blendshapes[INDEX[shape.category_name]] = shape.score
        matrix = np.asarray(found.facial_transformation_matrixes[0], np.float64)
        return FaceState(
            blendshapes=blendshapes,
            rotation=euler(matrix[:3, :3]).astype(np.float32),
            translation=(matrix[:3, 3] / 100).astype(np.float32),  # MediaPipe's are cm
            landmarks=in_pixels(found.face_landmarks[0], *pixels.shape[:2])[:, :2],
        )


def in_pixels(landmarks: Any, height: int, width: int) -> NDArray[np.float32]:
    """(478, 3) px of MediaPipe's normalised landmarks; x right, y down, z away from the camera."""
    points = np.array([(point.x, point.y, point.z) for point in landmarks], np.float32)
    return points * np.array([width, height, width], np.float32)


@contextmanager
def native_messages_logged() -> Iterator[None]:
    """Send what C++ writes to the console to the log instead: MediaPipe greets with a page that means nothing."""
    try:
        console = os.dup(2)
    except OSError:  # no console at all, as in a windowed program
        yield
        return
    with tempfile.TemporaryFile() as messages:
        os.dup2(messages.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(console, 2)
            os.close(console)
            messages.seek(0)
            for line in messages.read().decode(errors="replace").splitlines():
                log.debug("MediaPipe: %s", line)
