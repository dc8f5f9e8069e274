"""Whose face it is, by networks that recognise faces."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import WeightsError
from vtuber_app.tools.metrics import definitions
from vtuber_app.tools.metrics.faces import face
from vtuber_app.tools.metrics.files import ARCFACE, OPENFACE, SFACE, Expected
from vtuber_app.tools.metrics.kit import Kit, Look, Pair
from vtuber_app.tools.metrics.registry import never, per_frame

Vector = NDArray[np.float32]
Embedding = Callable[[Look, Kit], Vector | None]

CROP = 112
FIVE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])
"""Where eyes, nose and corners of the mouth lie in the crop that ArcFace and SFace were trained on, px."""
MESH = ([33, 133], [362, 263], [4], [61], [291])
"""Of the mesh's points, those whose means are the five."""


def openface(look: Look, kit: Kit) -> Vector:
    """(128,) of the whole frame, as pose-evaluation takes it: BGR, 96x96, no alignment; of length 1."""

    def embed(pixels: NDArray[np.uint8]) -> Vector:
        blob = cv2.dnn.blobFromImage(np.ascontiguousarray(pixels[..., ::-1]), 1 / 255, (96, 96))
        return _unit(_run(kit, OPENFACE, cv2.dnn.readNetFromTorch, blob))

    return look.once("openface", embed)


def arcface(look: Look, kit: Kit) -> Vector | None:
    """(512,) of the aligned face, of length 1; None without a face."""
    return _aligned(look, kit, ARCFACE, 127.5, 127.5)


def sface(look: Look, kit: Kit) -> Vector | None:
    """(128,) of the aligned face, of length 1; None without a face."""
    return _aligned(look, kit, SFACE, 0, 1)


def _aligned(look: Look, kit: Kit, expected: Expected, mean: float, scale: float) -> Vector | None:
    seen = face(look, kit)
    if seen is None:
        return None
    five = np.array([seen.mesh[places, :2].mean(axis=0) for places in MESH])

    def embed(pixels: NDArray[np.uint8]) -> Vector:
        crop = cv2.warpAffine(pixels, similarity(five, FIVE), (CROP, CROP))
        blob = cv2.dnn.blobFromImage(crop, 1 / scale, (CROP, CROP), (mean, mean, mean))
        return _unit(_run(kit, expected, cv2.dnn.readNetFromONNX, blob))

    return look.once(expected.names[0], embed)


def similarity(points: NDArray[Any], goal: NDArray[Any]) -> NDArray[np.float64]:
    """(2, 3) turn, scale and shift that bring (K, 2) `points` nearest to (K, 2) `goal`."""
    (a, b) = (each[:, 0] + 1j * each[:, 1] for each in (points, goal))
    off = a - a.mean()
    turn = (off.conj() @ b) / (off.conj() @ off)
    shift = b.mean() - turn * a.mean()
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def _run(kit: Kit, expected: Expected, read: Callable[[str], Any], blob: Any) -> Vector:
    given = kit.file(expected)
    assert given
    net = kit.once(expected.names[0], lambda: _opened(read, given.path))
    net.setInput(blob)
    return np.asarray(net.forward(), np.float32).ravel()


def _opened(read: Callable[[str], Any], path: Path) -> Any:
    try:
        return read(str(path))
    except cv2.error as error:
        raise WeightsError(f"{path.name} is damaged or another network's. Get it again.") from error


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


@per_frame(
    "AED",
    "lower",
    "Sum of squared differences of OpenFace nn4.small2's unit vectors of the whole frame at 96x96, as pose-evaluation "
    "computes it; mean over frames",
    files=(OPENFACE,),
)
def openface_distance(pair: Pair, kit: Kit) -> float:
    """As FOM and TPSMM measure faces."""
    return definitions.identity_distance(openface(pair.generated, kit), openface(pair.reference, kit))


never(
    "CSIM",
    "higher",
    "Cosine of identity vectors of generated frame and source",
    "papers differ in the network and don't name its file; CSIM-arcface and CSIM-sface stand in",
)


def apart(embedded: Embedding, pair: Pair, kit: Kit) -> float | None:
    """AED with another network."""
    generated, real = embedded(pair.generated, kit), embedded(pair.reference, kit)
    return definitions.identity_distance(generated, real) if generated is not None and real is not None else None


def alike(embedded: Embedding, pair: Pair, kit: Kit) -> float | None:
    """CSIM with that network."""
    generated, source = embedded(pair.generated, kit), embedded(pair.source, kit)
    return definitions.cosine(generated, source) if generated is not None and source is not None else None


for _title, _file, _embedded in (("ArcFace", ARCFACE, arcface), ("SFace", SFACE, sface)):
    _of = f"{_title}'s vectors of faces aligned by MediaPipe's points; mean over frames"
    per_frame(f"AED-{_title.lower()}", "lower", f"AED with {_of}", files=(_file,))(partial(apart, _embedded))
    per_frame(f"CSIM-{_title.lower()}", "higher", f"Cosine, generated and source, of {_of}", files=(_file,))(
        partial(alike, _embedded)
    )
