"""Any picture of a drawn character as a puppet's folder."""

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from vtuber_app.avatars import pictures, placing
from vtuber_app.avatars.autorig.draft import Box, Cut, Draft, begun, head_box
from vtuber_app.avatars.autorig.fill import strongest
from vtuber_app.avatars.autorig.find import Finder
from vtuber_app.avatars.autorig.found import Found, Pixels
from vtuber_app.avatars.autorig.puppet import Cutting
from vtuber_app.avatars.rig.format import Rig
from vtuber_app.core.errors import SettingsError

CANVAS = 2048
"""The largest canvas, px; smaller pictures get a smaller one."""
SMALLEST = 1024
HEADS = 4
"""The canvas' side in heads, as Talking Head Anime frames its pictures."""


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


def imported(path: Path, finder: Finder | None = None, cut: Cut | None = None) -> Imported:
    """Read, cut out, place and rig a picture; SettingsError if that can't be, or no face is found."""
    return rigged(pictures.read(path), path.stem, finder, cut)


def rigged(pixels: Pixels, name: str, finder: Finder | None = None, cut: Cut | None = None) -> Imported:
    """The same for a picture (H, W, 4) RGBA, straight alpha, that was read; `cut` as `begun` takes it."""
    return made(begun(pixels, finder or Finder(), cut), name)


def made(draft: Draft, name: str) -> Imported:
    """Place and rig what was begun, corrections included; SettingsError if no face was found."""
    if draft.found is None:
        raise SettingsError(" ".join(filter(None, (draft.background, draft.why))))
    pixels, found = placed(draft.pixels, draft.found, canvas(draft.found, draft.box), draft.box)
    cutting = Cutting(pixels, found)
    rig = cutting.rig(name)
    return Imported(pixels, found, rig, cutting.pictures, draft.doubts)


def flat(draft: Draft) -> Pixels:
    """The picture as it is kept where no puppet can be made of it: placed if there is a box around the head."""
    if draft.box is None:
        return draft.pixels
    return placing.place(draft.pixels, draft.box, _side(draft.box[3]))[0]


def canvas(found: Found, box: Box | None = None) -> int:
    """The side of the canvas on which the picture keeps its sharpness, px."""
    return _side((box or head_box(found))[3])


def placed(pixels: Pixels, found: Found, size: int, box: Box | None = None) -> tuple[Pixels, Found]:
    """The picture on a canvas of `size` px with its head where Talking Head Anime wants it, and what was found."""
    picture, matrix = placing.place(pixels, box or head_box(found), size)
    landmarks = found.landmarks @ matrix[:, :2].T + matrix[:, 2]
    corner = matrix.copy()
    corner[:, 2] += matrix[:, :2].sum(axis=1) * 0.5 - 0.5  # of pixels' middles, as OpenCV counts
    layers = (
        cv2.warpAffine((found.masks == part).astype(np.float32), corner, (size, size), flags=cv2.INTER_LINEAR)
        for part in range(1, found.masks.max() + 1)
    )
    parts = strongest(np.asarray(layer, np.float32) for layer in layers) + 1
    masks = np.where(picture[..., 3] > 25, parts, 0).astype(np.uint8)
    return picture, replace(found, landmarks=landmarks.astype(np.float32), masks=masks)


def _side(tall: float) -> int:
    return int(np.clip(64 * round(HEADS * tall / 64), SMALLEST, CANVAS))
