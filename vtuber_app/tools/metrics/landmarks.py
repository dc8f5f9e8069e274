"""The 68 landmarks that papers compare: face-alignment's, by S3FD and 2DFAN-4, without the flipped picture.

Source: Bulat, Tzimiropoulos, How far are we from solving the 2D & 3D Face Alignment problem?, ICCV 2017; the steps, and
where they round, are those of the package face-alignment.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.tools.metrics import definitions
from vtuber_app.tools.metrics.faces import SIDE
from vtuber_app.tools.metrics.files import FAN, S3FD
from vtuber_app.tools.metrics.kit import Kit, Look, Pair, program
from vtuber_app.tools.metrics.registry import per_frame

Array = NDArray[np.floating[Any]]

SURE = 0.5
CROP, MAP = 256, 64
REFERENCE, UNIT, UP = 195, 200.0, 0.12
"""A box of that width and height together is cut out `UNIT` px large, moved up by that share of its height."""


@per_frame(
    "AKD",
    "lower",
    "Mean absolute difference of the coordinates of 68 landmarks by face-alignment (S3FD, 2DFAN-4, not flipped, first "
    "face), pixels of a 256x256 picture, as pose-evaluation has it; frames without a face in either are passed over",
    "px",
    files=(S3FD, FAN),
    packages=("torch",),
)
def akd(pair: Pair, kit: Kit) -> float | None:
    """As the papers measure it."""
    generated, real = landmarks(pair.generated, kit), landmarks(pair.reference, kit)
    return definitions.keypoint_distance(generated, real) if generated is not None and real is not None else None


def landmarks(look: Look, kit: Kit) -> NDArray[np.float64] | None:
    """(68, 2) in a picture of `SIDE`; None without a face."""
    return look.once("landmarks", lambda pixels: _landmarks(pixels, kit))


def _landmarks(pixels: NDArray[np.uint8], kit: Kit) -> NDArray[np.float64] | None:
    if pixels.shape[:2] != (SIDE, SIDE):
        pixels = np.asarray(cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)
    box = first_face(pixels, kit)
    if box is None:
        return None
    centre = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2 - UP * (box[3] - box[1])])
    side = UNIT * (box[2] - box[0] + box[3] - box[1]) / REFERENCE
    return points(_maps(cropped(pixels, centre, side), kit), centre, side)


def first_face(pixels: NDArray[np.uint8], kit: Kit) -> Array | None:
    """The surest face's left, top, right and bottom, px."""
    import torch

    from vtuber_app.core import weights
    from vtuber_app.nets import s3fd

    def network() -> Any:
        given = kit.file(S3FD)
        assert given
        return kit.network(s3fd.S3fd, weights.load(given.path), given.path.name)

    image = torch.from_numpy(np.ascontiguousarray(pixels[..., ::-1].transpose(2, 0, 1)[None])).to(kit.device).float()
    with torch.inference_mode():
        found = kit.once("s3fd", network)(image - image.new_tensor(s3fd.MEAN)[:, None, None])
    best: Array | None = None
    for place, (scores, offsets) in enumerate(found):
        sure = scores.softmax(dim=1)[0, 1].cpu().numpy()
        row, column = np.unravel_index(sure.argmax(), sure.shape)
        score = float(sure[row, column])
        if score > SURE and (best is None or score > best[4]):
            stride = 2 ** (place + 2)
            offset = offsets[0, :, row, column].cpu().numpy()
            middle = np.array([column, row]) * stride + stride / 2 + 0.1 * 4 * stride * offset[:2]
            half = 2 * stride * np.exp(0.2 * offset[2:])
            best = np.array([*(middle - half), *(middle + half), score])
    return best


def cropped(pixels: NDArray[np.uint8], centre: Array, side: float) -> NDArray[np.uint8]:
    """(256, 256, 3): the square about the centre, black beyond the picture."""
    first = _back(np.array([1.0, 1.0]), centre, side, CROP)
    last = _back(np.array([CROP, CROP], float), centre, side, CROP)
    width, height = last - first
    square = np.zeros((height, width, 3), np.uint8)
    (left, top), (right, bottom) = np.maximum(first, 0), np.minimum(last, pixels.shape[1::-1])
    square[top - first[1] : bottom - first[1], left - first[0] : right - first[0]] = pixels[top:bottom, left:right]
    return np.asarray(cv2.resize(square, (CROP, CROP), interpolation=cv2.INTER_LINEAR), np.uint8)


def points(maps: Array, centre: Array, side: float) -> NDArray[np.float64]:
    """Where each of the maps (68, 64, 64) is largest, a quarter of a pixel toward its larger neighbour; whole px."""
    found = []
    for one in maps:
        y, x = np.unravel_index(one.argmax(), one.shape)
        place = np.array([x, y]) + 0.5
        if 0 < x < MAP - 1 and 0 < y < MAP - 1:
            place += 0.25 * np.sign([one[y, x + 1] - one[y, x - 1], one[y + 1, x] - one[y - 1, x]])
        found.append(_back(place, centre, side, MAP))
    return np.array(found, np.float64)


def _back(place: Array, centre: Array, side: float, size: int) -> NDArray[np.int64]:
    """From a square of that size to the picture; cut off to whole px, as published."""
    return (place * side / size + centre - side / 2).astype(np.int64)


def _maps(crop: NDArray[np.uint8], kit: Kit) -> Array:
    import torch

    def network() -> Any:
        given = kit.file(FAN)
        assert given
        return program(given.path, kit.device)

    with torch.inference_mode():
        found = kit.once("fan", network)(kit.tensor(Look(crop)))
    last = found[-1] if isinstance(found, list | tuple) else found
    return np.asarray(last.cpu().numpy().reshape(-1, MAP, MAP))
