"""A figure to where networks expect it: its head in Talking Head Anime's box."""

import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars.square import window
from vtuber_app.core.errors import SettingsError

SIZE = 512
HEAD_HEIGHT = 128
HEAD_MIDDLE = (256.0, 128.0)
"""The head's box, 128x128 px from (192, 64) on, in a picture of `SIZE` px."""
REACH = 2
"""Half the width of the Lanczos window; one of 3 would put a faint ring around an opaque shape."""
BAND = 64
"""Lines that are made at once, so that a vast picture needs no vast memory."""
OPAQUE = 255


def transform(head: tuple[float, float, float, float], size: int = SIZE) -> NDArray[np.float64]:
    """The (2, 3) matrix from a picture's px to those of the square in which its head is in its place.

    Args:
        head: Left, top, width and height of the head's box, px; only its middle and height matter.
        size: Side of the square, px.

    Raises:
        SettingsError: The box is empty.
    """
    left, top, width, height = head
    if not (np.isfinite(head).all() and width > 0 and height > 0):
        raise SettingsError("The box around the head is empty. Draw it from above the hair to below the chin.")
    scale = HEAD_HEIGHT / height * size / SIZE
    middle = np.array(HEAD_MIDDLE) * size / SIZE
    shift = middle - scale * np.array([left + width / 2, top + height / 2])
    return np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])


def place(
    pixels: NDArray[np.uint8], head: tuple[float, float, float, float], size: int = SIZE
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Scale and shift a picture so that its head lies in Talking Head Anime's box; what is outside is cut.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha.
        head: Left, top, width and height of the head's box, px from the picture's corner.
        size: Side of the square, px.

    Returns:
        (size, size, 4) RGBA, straight alpha, colour 0 where alpha is 0; and the (2, 3) matrix that takes points
        (x, y, 1), px from the picture's corner, along. A pixel's middle is half a pixel from its corner.

    Raises:
        SettingsError: The box is empty or outside the picture.
    """
    matrix = transform(head, size)
    tall, wide = pixels.shape[:2]
    left, top, width, height = head
    if left >= wide or top >= tall or left + width <= 0 or top + height <= 0:
        raise SettingsError("The box around the head is outside the picture. Draw it around the head that is seen.")
    scale = float(matrix[0, 0])
    columns, across = _taps(wide, scale, float(matrix[0, 2]), size)
    lines, down = _taps(tall, scale, float(matrix[1, 2]), size)
    sums = np.zeros((size, size, 4), np.float32)
    for start in range(0, size, BAND):
        band = slice(start, start + BAND)
        first, last = int(lines[band].min()), int(lines[band].max()) + 1
        seen = pixels[first:last].astype(np.float32)
        seen[..., :3] *= seen[..., 3:] / OPAQUE
        low = np.zeros((len(lines[band]), wide, 4), np.float32)
        for line, weight in zip(lines[band].T, down[band].T, strict=True):
            low += seen[line - first] * weight[:, None, None]
        for column, weight in zip(columns.T, across.T, strict=True):
            sums[band] += low[:, column] * weight[:, None]
    alpha = np.rint(np.clip(sums[..., 3:], 0, OPAQUE))
    colour = np.clip(np.rint(sums[..., :3] * OPAQUE / np.maximum(sums[..., 3:], 0.5)), 0, OPAQUE)
    placed = np.concatenate([np.where(alpha > 0, colour, 0), alpha], axis=2).astype(np.uint8)
    return placed, matrix


def _taps(length: int, scale: float, shift: float, size: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Which pixels of a line each of the square's takes, (size, taps), and their Lanczos weights; 0 outside of it."""
    centres = (np.arange(size) + 0.5 - shift) / scale
    reach = REACH * max(1 / scale, 1.0)
    first = np.ceil(centres - reach - 0.5).astype(np.intp)
    places = first[:, None] + np.arange(int(np.floor(2 * reach)) + 1)
    distance = (places + 0.5 - centres[:, None]) / reach * REACH
    weights = window(distance, REACH)
    weights /= weights.sum(axis=1, keepdims=True)
    inside = (places >= 0) & (places < length)
    return np.clip(places, 0, length - 1), np.where(inside, weights, 0).astype(np.float32)
