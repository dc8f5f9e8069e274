"""Any picture of a drawn character as a puppet's folder."""

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from vtuber_app.avatars import cutout, pictures, placing
from vtuber_app.avatars.autorig.find import Finder
from vtuber_app.avatars.autorig.found import Found, Pixels
from vtuber_app.avatars.autorig.puppet import Cutting
from vtuber_app.avatars.rig.format import Rig

CANVAS = 2048
"""The largest canvas, px; smaller pictures get a smaller one."""
SMALLEST = 1024
HEADS = 4
"""The canvas' side in heads, as Talking Head Anime frames its pictures."""
OPAQUE = 255


@dataclass(frozen=True, eq=False)
class Imported:
    """A picture that became a puppet.

    Attributes:
        pixels: (side, side, 4) RGBA, as placed on the canvas; `found` in it.
        pictures: The rig's, by file name.
        doubts: What may go wrong, in sentences.
    """

    pixels: Pixels
    found: Found
    rig: Rig
    pictures: dict[str, Pixels]
    doubts: list[str]


def imported(path: Path, finder: Finder | None = None) -> Imported:
    """Read, cut out, place and rig a picture; SettingsError if that can't be, or no face is found."""
    return rigged(pictures.read(path), path.stem, finder)


def rigged(pixels: Pixels, name: str, finder: Finder | None = None) -> Imported:
    """The same for a picture (H, W, 4) RGBA, straight alpha, that was read."""
    pixels = cutout.cut(pixels) if (pixels[..., 3] == OPAQUE).all() else cutout.clean(pixels)
    found = (finder or Finder()).find(pixels)
    warned = doubts(found, pixels)
    pixels, found = placed(pixels, found, canvas(found))
    cutting = Cutting(pixels, found)
    rig = cutting.rig(name)
    return Imported(pixels, found, rig, cutting.pictures, warned)


def canvas(found: Found) -> int:
    """The side of the canvas on which the picture keeps its sharpness, px."""
    return int(np.clip(64 * round(HEADS * _tall(found) / 64), SMALLEST, CANVAS))


def placed(pixels: Pixels, found: Found, size: int) -> tuple[Pixels, Found]:
    """The picture on a canvas of `size` px with its head where Talking Head Anime wants it, and what was found."""
    crown = found.at("crown")[0]
    tall = _tall(found)
    middle = found.at("right temple", "left temple").mean(axis=0)
    box = (float(middle[0]) - tall / 2, float(crown[1]), tall, tall)
    picture, matrix = placing.place(pixels, box, size)
    landmarks = found.landmarks @ matrix[:, :2].T + matrix[:, 2]
    corner = matrix.copy()
    corner[:, 2] += matrix[:, :2].sum(axis=1) * 0.5 - 0.5  # of pixels' middles, as OpenCV counts
    layers = [
        cv2.warpAffine((found.masks == part).astype(np.float32), corner, (size, size), flags=cv2.INTER_CUBIC)
        for part in range(1, found.masks.max() + 1)
    ]
    parts = np.argmax(layers, axis=0) + 1
    masks = np.where(picture[..., 3] > 25, parts, 0).astype(np.uint8)
    return picture, replace(found, landmarks=landmarks.astype(np.float32), masks=masks)


def doubts(found: Found, pixels: Pixels) -> list[str]:
    """What may go wrong with this picture, in words."""
    said: list[str] = []
    tall = _tall(found)
    right, left, nose = found.at("right iris", "left iris", "nose")
    across = (left - right) / max(found.apart, 1e-3)
    turn = float(np.dot(nose - (right + left) / 2, across)) / max(found.apart, 1e-3)
    if abs(turn) > 0.2:
        said.append("The head is turned to the side: it will look best from there. A front view moves better.")
    if tall < 90:
        said.append(f"The head is only {tall:.0f} px tall, so it will look soft. A larger picture looks better.")
    if abs(float(np.degrees(np.arctan2(across[1], across[0])))) > 15:
        said.append("The head leans to the side. An upright head moves better.")
    for side, eye in (("right", right), ("left", left)):
        x, y = np.clip(eye.astype(int), 0, np.array(pixels.shape[1::-1]) - 1)
        reach = max(int(0.12 * found.apart), 1)
        near = found.masks[max(y - reach, 0) : y + reach, max(x - reach, 0) : x + reach]
        if np.isin(near, (3, 4)).mean() < 0.3:
            said.append(f"The character's {side} eye is covered or closed, and may not move well.")
    return said


def _tall(found: Found) -> float:
    crown, chin = found.at("crown", "chin")
    return max(float(chin[1] - crown[1]), 8.0)
