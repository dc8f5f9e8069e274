"""A figure to where networks expect it: its head in Talking Head Anime's box."""

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import SettingsError

SIZE = 512
HEAD_HEIGHT = 128
HEAD_MIDDLE = (256.0, 128.0)
"""The head's box, 128x128 px from (192, 64) on, in a picture of `SIZE` px."""
REACH = 2
"""Half the width of the Lanczos window; one of 3 would put a faint ring around an opaque shape."""
BAND = 256
"""Lines that are resized at once, so that a vast picture needs no vast memory."""
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
    across = _weights(wide, scale, float(matrix[0, 2]), size)
    down = _weights(tall, scale, float(matrix[1, 2]), size)
    columns, rows = _needed(across), _needed(down)
    across, down = across[:, columns], down[:, rows]
    seen = pixels[rows, columns]
    sums = np.zeros((size, size, 4), np.float32)
    for start in range(0, seen.shape[0], BAND):
        band = seen[start : start + BAND].astype(np.float32)
        band[..., :3] *= band[..., 3:] / OPAQUE
        narrow = across @ band  # (lines, size, 4)
        sums += (down[:, start : start + BAND] @ narrow.reshape(len(narrow), -1)).reshape(sums.shape)
    alpha = np.rint(np.clip(sums[..., 3:], 0, OPAQUE))
    colour = np.clip(np.rint(sums[..., :3] * OPAQUE / np.maximum(sums[..., 3:], 0.5)), 0, OPAQUE)
    placed = np.concatenate([np.where(alpha > 0, colour, 0), alpha], axis=2).astype(np.uint8)
    return placed, matrix


def _weights(length: int, scale: float, shift: float, size: int) -> NDArray[np.float32]:
    """Lanczos weights (size, length) from a line's pixels to those of the square; nothing is outside the line."""
    centres = (np.arange(size) + 0.5 - shift) / scale
    reach = REACH * max(1 / scale, 1.0)
    margin = int(np.ceil(reach))
    grid = np.arange(-margin, length + margin) + 0.5  # beyond the ends too, so that a line fades out there
    distance = (grid - centres[:, None]) / reach * REACH
    weights = np.where(np.abs(distance) < REACH, np.sinc(distance) * np.sinc(distance / REACH), 0.0)
    total = weights.sum(axis=1, keepdims=True)
    inside = weights[:, margin : margin + length]
    return np.asarray(np.divide(inside, total, out=np.zeros_like(inside), where=total > 0.5), np.float32)


def _needed(weights: NDArray[np.float32]) -> slice:
    """The pixels of a line that matter."""
    (used,) = np.nonzero(weights.any(axis=0))
    return slice(int(used[0]), int(used[-1]) + 1) if len(used) else slice(0, 0)
