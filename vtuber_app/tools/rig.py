"""A flat picture becomes a puppet's folder."""

import shutil
from pathlib import Path

import cv2
import numpy as np

from vtuber_app.avatars.autorig import importing
from vtuber_app.avatars.autorig.found import Found, Pixels
from vtuber_app.avatars.rig.writing import write_png, write_puppet
from vtuber_app.core.errors import SettingsError

PICTURE = 512
"""Of the pictures beside the layers, px."""
TINTS = np.array(
    [
        *((40, 40, 40), (255, 200, 180), (0, 160, 0), (0, 0, 255), (0, 200, 255), (255, 220, 0), (255, 0, 255)),
        *((230, 230, 230), (255, 110, 90), (120, 230, 0), (0, 90, 70)),
        *((170, 255, 90), (255, 140, 0), (0, 120, 160), (90, 60, 140)),
    ],
    np.float32,
)
"""Of what is no part and of each part, in `overlay`."""


def rigged(picture: Path, out: Path, debug: Path | None = None) -> list[str]:
    """Write the puppet into the new folder `out`, and what was found in it over the picture to `debug`.

    Returns:
        What may go wrong, in sentences.

    Raises:
        SettingsError: The picture can't be read, cut out or understood, or `out` is there or can't be written.
    """
    if out.exists():
        raise SettingsError(f"{out} is there already. Choose another folder.")
    made = importing.imported(picture)
    try:
        write_puppet(made.rig, made.pictures, out, PICTURE)
        if debug:
            write_png(debug, overlay(made.pixels, made.found))
    except OSError as error:
        shutil.rmtree(out, ignore_errors=True)
        raise SettingsError(f"The puppet can't be written to {out}: {error.strerror or error}.") from error
    return made.doubts


def overlay(pixels: Pixels, found: Found) -> Pixels:
    """The picture tinted by its parts, with its landmarks as dots."""
    shown = pixels.copy()
    shown[..., :3] = (0.55 * pixels[..., :3] + 0.45 * TINTS[found.masks]).astype(np.uint8)
    for x, y in found.landmarks:
        cv2.circle(
            shown, (round(float(x)), round(float(y))), max(len(shown) // 340, 1), (255, 0, 0, 255), -1, cv2.LINE_AA
        )
    return shown
