"""Faces and bodies in pictures: their points, how the head is turned, what the face does."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vtuber_app.pose.head import head_pose
from vtuber_app.pose.mesh_blendshapes import MeshBlendshapes
from vtuber_app.tools.metrics import definitions
from vtuber_app.tools.metrics.kit import Kit, Look, Pair
from vtuber_app.tools.metrics.registry import never, per_frame
from vtuber_app.trackers.mediapipe import in_pixels, native_messages_logged

SIDE = 256
"""Distances are in pixels of a picture that is made so wide and high."""
VISIBLE = 0.5

# fmt: off
PLACES = [
    162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389,  # jaw
    71, 63, 105, 66, 107, 336, 296, 334, 293, 301,  # brows
    168, 197, 5, 4, 75, 97, 2, 326, 305,  # nose
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,  # eyes
    61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87,  # mouth
]
"""Of the mesh's points, those where the usual 68 landmarks of a face lie."""
BODY = [0, 12, 14, 16, 11, 13, 15, 24, 26, 28, 23, 25, 27, 5, 2, 8, 7]
"""Of MediaPipe's points of a body, OpenPose's 18, but for the neck, which is its second."""
# fmt: on
SHOULDERS = (11, 12)


class Face(NamedTuple):
    """What a picture shows of a face.

    Attributes:
        mesh: (478, 3) px.
        points: (68, 2) in a picture of `SIDE`.
        rotation_deg: (3,) pitch, yaw, roll.
        blendshapes: (52,).
    """

    mesh: NDArray[np.float32]
    points: NDArray[np.float64]
    rotation_deg: NDArray[np.float64]
    blendshapes: NDArray[np.float32]


def face(look: Look, kit: Kit) -> Face | None:
    """The face in a picture, looked for in that picture alone; None if none is seen."""
    return look.once("face", lambda pixels: _face(pixels, kit))


def _face(pixels: NDArray[np.uint8], kit: Kit) -> Face | None:
    found = kit.once("face mesh", lambda: kit.closing(_mesh())).process(pixels).multi_face_landmarks
    if not found:
        return None
    height, width = pixels.shape[:2]
    mesh = in_pixels(found[0].landmark, height, width)
    points = mesh[PLACES, :2].astype(np.float64) * (SIDE / width, SIDE / height)
    rotation = np.degrees(head_pose(mesh, height, width)[0])
    shapes = kit.once("blendshapes", MeshBlendshapes)(mesh)
    return Face(mesh, points, rotation, shapes)


def _mesh() -> Any:
    from mediapipe.python.solutions.face_mesh import FaceMesh

    with native_messages_logged():
        mesh = FaceMesh(static_image_mode=True, max_num_faces=1, refine_landmarks=True)
        mesh.process(np.zeros((64, 64, 3), np.uint8))
    return mesh


def body(look: Look, kit: Kit) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(18, 2) points of a body in a picture of `SIDE`, and (18,) which of them are found."""
    return look.once("body", lambda pixels: _body(pixels, kit))


def _body(pixels: NDArray[np.uint8], kit: Kit) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    found = kit.once("body", lambda: kit.closing(_pose())).process(pixels).pose_landmarks
    if not found:
        return np.zeros((18, 2)), np.zeros(18, bool)
    every = np.array([(point.x, point.y, point.visibility) for point in found.landmark])
    neck = [*every[SHOULDERS, :2].mean(axis=0), every[SHOULDERS, 2].min()]
    points = np.insert(every[BODY], 1, neck, axis=0)
    inside = ((points[:, :2] >= 0) & (points[:, :2] <= 1)).all(axis=1)
    return points[:, :2].astype(np.float64) * SIDE, np.asarray((points[:, 2] > VISIBLE) & inside)


def _pose() -> Any:
    from mediapipe.python.solutions.pose import Pose

    with native_messages_logged():
        pose = Pose(static_image_mode=True, model_complexity=1)
        pose.process(np.zeros((64, 64, 3), np.uint8))
    return pose


@per_frame(
    "AKD-mediapipe",
    "lower",
    "AKD with 68 points of MediaPipe's face mesh instead of face-alignment's, pixels of a 256x256 picture; frames "
    "without a face in either are passed over",
    "px",
)
def keypoints(pair: Pair, kit: Kit) -> float | None:
    """How far the face's points are off."""
    generated, real = face(pair.generated, kit), face(pair.reference, kit)
    return definitions.keypoint_distance(generated.points, real.points) if generated and real else None


@per_frame(
    "AKD-body-mediapipe",
    "lower",
    "AKD with 18 points of MediaPipe's pose instead of OpenPose's, those that are found in both, pixels of a 256x256 "
    "picture",
    "px",
    standard=False,
)
def body_keypoints(pair: Pair, kit: Kit) -> float | None:
    """How far the body's points are off."""
    (generated, seen), (real, there) = body(pair.generated, kit), body(pair.reference, kit)
    both = seen & there
    return definitions.keypoint_distance(generated[both], real[both]) if both.any() else None


never(
    "MKR",
    "lower",
    "Of 18 points by OpenPose found in the real frame, the share that is missing in the generated one",
    "OpenPose is a program of its own, for research only; MKR-mediapipe stands in",
)


@per_frame(
    "MKR-mediapipe",
    "lower",
    "MKR with 18 points of MediaPipe's pose instead of OpenPose's, found where their visibility is above 0.5; mean "
    "over frames whose real one has any",
)
def missing_keypoints(pair: Pair, kit: Kit) -> float | None:
    """How many of the body's points got lost."""
    (_, generated), (_, real) = body(pair.generated, kit), body(pair.reference, kit)
    return definitions.missing_share(generated, real)


never(
    "PRMSE",
    "lower",
    "Root mean square of the difference of three angles of the head by py-feat or OpenFace 2, degrees",
    "py-feat and OpenFace 2 are programs of their own; PRMSE-mediapipe stands in",
)


@per_frame(
    "PRMSE-mediapipe",
    "lower",
    "PRMSE with the head's rotation as our own tracker finds it from MediaPipe's face mesh; mean over frames",
    "°",
)
def head_rotation(pair: Pair, kit: Kit) -> float | None:
    """How far the head is turned elsewhere."""
    generated, real = face(pair.generated, kit), face(pair.reference, kit)
    return definitions.pose_error(generated.rotation_deg, real.rotation_deg) if generated and real else None


never(
    "AUCON",
    "higher",
    "Share of facial action units by py-feat (above 0.5) or OpenFace 2 with the same state",
    "it needs the same as PRMSE; AUCON-blendshapes stands in",
)


@per_frame(
    "AUCON-blendshapes",
    "higher",
    "AUCON with ARKit's 52 blendshapes of MediaPipe's face mesh above 0.5, instead of action units; mean over frames",
)
def same_expression(pair: Pair, kit: Kit) -> float | None:
    """How much of the expression is the same."""
    generated, real = face(pair.generated, kit), face(pair.reference, kit)
    return definitions.equal_states(generated.blendshapes, real.blendshapes) if generated and real else None
