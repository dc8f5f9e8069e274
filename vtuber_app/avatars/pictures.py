"""Picture files, read with care: the header says the size before anything is decoded."""

import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import SettingsError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
SIDE_LIMIT = 8192
AREA_LIMIT = 64_000_000
"""The largest picture that is decoded, px."""


def read(path: Path) -> NDArray[np.uint8]:
    """Decode a picture of any mode.

    Returns:
        (H, W, 4) RGBA, straight alpha, colour 0 where alpha is 0.

    Raises:
        SettingsError: It is missing, damaged, too large or of a kind we don't read.
    """
    try:
        encoded = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"The picture {path} can't be read: {error.strerror or error}.") from error
    size = header_size(encoded)
    if size is None:
        raise SettingsError(f"{path} is no picture we can read. Save it as PNG, JPEG, WebP or BMP.")
    width, height = size
    if width < 1 or height < 1:
        raise SettingsError(f"The picture {path.name} is damaged: its header says {width}x{height}.")
    if max(size) > SIDE_LIMIT or width * height > AREA_LIMIT:
        raise SettingsError(
            f"The picture {path.name} is too large ({width}x{height}). Make it at most {SIDE_LIMIT} px a side "
            f"and {AREA_LIMIT // 1_000_000} megapixels."
        )
    flags = cv2.IMREAD_COLOR if encoded[:2] == b"\xff\xd8" else cv2.IMREAD_UNCHANGED  # colour: a photo's orientation
    try:
        decoded = cv2.imdecode(np.frombuffer(encoded, np.uint8), flags)
    except cv2.error as error:
        raise SettingsError(f"The picture {path.name} is damaged: {error.err}.") from error
    if decoded is None:
        raise SettingsError(f"The picture {path.name} is damaged and can't be decoded.")
    return _rgba(decoded)


def _rgba(decoded: NDArray[np.integer[Any] | np.floating[Any]]) -> NDArray[np.uint8]:
    """Turn what OpenCV decoded, grey, BGR or BGRA with 8 or 16 bits, into clean RGBA."""
    eight = (decoded / 257 + 0.5 if decoded.dtype == np.uint16 else decoded).astype(np.uint8)
    channels = 1 if eight.ndim == 2 else eight.shape[2]
    code = {1: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_BGR2RGBA, 4: cv2.COLOR_BGRA2RGBA}[channels]
    pixels = np.asarray(cv2.cvtColor(eight, code), np.uint8)
    pixels[pixels[..., 3] == 0] = 0
    return pixels


def header_size(encoded: bytes) -> tuple[int, int] | None:
    """Width and height from the header of a PNG, JPEG, WebP or BMP file; None if it is none of them."""
    try:
        if encoded.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack_from(">II", encoded, 16)
        elif encoded.startswith(b"\xff\xd8"):
            return _jpeg_size(encoded)
        elif encoded[:4] == b"RIFF" and encoded[8:12] == b"WEBP":
            return _webp_size(encoded)
        elif encoded.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", encoded, 18)
            height = abs(height)  # negative: stored from the top
        else:
            return None
    except (struct.error, IndexError):
        return None
    return int(width), int(height)


def _jpeg_size(encoded: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 4 <= len(encoded):
        if encoded[place] != 0xFF:
            return None
        marker = encoded[place + 1]
        if marker == 0xFF:
            place += 1
        elif marker in range(0xC0, 0xD0) and marker not in (0xC4, 0xC8, 0xCC):  # start of frame
            height, width = struct.unpack_from(">HH", encoded, place + 5)
            return int(width), int(height)
        elif marker == 0x01 or marker in range(0xD0, 0xD8):
            place += 2
        else:
            place += 2 + int(struct.unpack_from(">H", encoded, place + 2)[0])
    return None


def _webp_size(encoded: bytes) -> tuple[int, int] | None:
    kind = encoded[12:16]
    if kind == b"VP8X":
        return (1 + int.from_bytes(encoded[24:27], "little"), 1 + int.from_bytes(encoded[27:30], "little"))
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", encoded, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", encoded, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None
