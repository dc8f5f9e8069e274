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
BYTES_LIMIT = 260_000_000
"""The largest file that is read, bytes: a BMP of `AREA_LIMIT`."""


def read(path: Path) -> NDArray[np.uint8]:
    """Decode a picture of any mode; of an animation its first picture, of a photo the right way up.

    Returns:
        (H, W, 4) RGBA, straight alpha, colour 0 where alpha is 0.

    Raises:
        SettingsError: It is missing, damaged, too large or of a kind we don't read.
    """
    return decode(_content(path), path.name)


def decode(encoded: bytes, name: str) -> NDArray[np.uint8]:
    """The same for the content of a picture file, which sentences call by `name`."""
    size = header_size(encoded)
    if size is None:
        raise SettingsError(f"{name} is no picture we can read. Save it as PNG, JPEG, WebP or BMP.")
    width, height = size
    if width < 1 or height < 1:
        raise SettingsError(f"The picture {name} is damaged: its header says {width}x{height}.")
    if max(size) > SIDE_LIMIT or width * height > AREA_LIMIT:
        raise SettingsError(
            f"The picture {name} is too large ({width}x{height}). Make it at most {SIDE_LIMIT} px a side "
            f"and {AREA_LIMIT // 1_000_000} megapixels."
        )
    jpeg = encoded.startswith(b"\xff\xd8")
    if jpeg and _jpeg_inks(encoded):
        raise SettingsError(f"The picture {name} has printing colours (CMYK). Save it as RGB, best as a PNG.")
    flags = cv2.IMREAD_COLOR if jpeg else cv2.IMREAD_UNCHANGED  # colour: a photo's orientation
    try:
        decoded = cv2.imdecode(np.frombuffer(encoded, np.uint8), flags)
    except cv2.error as error:
        raise SettingsError(f"The picture {name} is damaged: {error.err}.") from error
    if decoded is None and encoded.startswith(b"GIF8"):  # not every build of OpenCV reads them
        raise SettingsError(f"The picture {name} is a GIF, which we can't read. Save one picture of it as PNG.")
    if decoded is None:
        raise SettingsError(
            f"The picture {name} is damaged or was cut off and can't be decoded. Copy or download it again, "
            "or open it in a paint program and save it as PNG."
        )
    if sorted(decoded.shape[:2]) != sorted(size):
        raise SettingsError(
            f"The picture {name} is damaged: its header says {width}x{height}, "
            f"its content has {decoded.shape[1]}x{decoded.shape[0]}. Save it again as PNG."
        )
    pixels = _rgba(decoded)
    if decoded.ndim == 2 and (clear := _clear_grey(encoded)) is not None:
        pixels[decoded == clear] = 0
    return pixels


def _content(path: Path) -> bytes:
    """What is in the file; SettingsError if it is a folder, missing, empty or too large."""
    if path.is_dir():  # Windows would say that access is denied
        raise SettingsError(f"{path} is a folder, not a picture. Choose a file in it.")
    try:
        if path.stat().st_size > BYTES_LIMIT:
            raise SettingsError(
                f"The file {path.name} is too large for a picture: more than {BYTES_LIMIT // 1_000_000} MB. "
                "Save it smaller, as PNG."
            )
        encoded = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"The picture {path} can't be read: {error.strerror or error}.") from error
    if not encoded:
        raise SettingsError(f"The file {path.name} is empty. Copy or download the picture again.")
    return encoded


def _clear_grey(encoded: bytes) -> int | None:
    """The grey that a PNG without an alpha channel declares clear, as OpenCV decodes it (which ignores it)."""
    if not encoded.startswith(b"\x89PNG") or encoded[25] != 0:  # 0: grey
        return None
    depth, place = encoded[24], 33
    while place + 8 <= len(encoded):
        (length,), kind = struct.unpack_from(">I", encoded, place), encoded[place + 4 : place + 8]
        if kind == b"IDAT":
            return None
        if kind == b"tRNS":
            level = int.from_bytes(encoded[place + 8 : place + 10], "big")
            return level if depth >= 8 else level * 255 // (2**depth - 1)
        place += 12 + length
    return None


def _rgba(decoded: NDArray[np.integer[Any] | np.floating[Any]]) -> NDArray[np.uint8]:
    """Turn what OpenCV decoded, grey, BGR or BGRA with 8 or 16 bits, into clean RGBA."""
    eight = (decoded / 257 + 0.5 if decoded.dtype == np.uint16 else decoded).astype(np.uint8)
    channels = 1 if eight.ndim == 2 else eight.shape[2]
    code = {1: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_BGR2RGBA, 4: cv2.COLOR_BGRA2RGBA}[channels]
    pixels = np.asarray(cv2.cvtColor(eight, code), np.uint8)
    pixels[pixels[..., 3] == 0] = 0
    return pixels


def header_size(encoded: bytes) -> tuple[int, int] | None:
    """Width and height from the header of a PNG, JPEG, WebP, BMP or GIF file; None if it is none of them."""
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
        elif encoded[:6] in (b"GIF87a", b"GIF89a"):
            width, height = struct.unpack_from("<HH", encoded, 6)
        else:
            return None
    except (struct.error, IndexError):
        return None
    return int(width), int(height)


def _jpeg_size(encoded: bytes) -> tuple[int, int] | None:
    start = _jpeg_frame(encoded)
    if start is None:
        return None
    height, width = struct.unpack_from(">HH", encoded, start + 5)
    return int(width), int(height)


def _jpeg_inks(encoded: bytes) -> bool:
    """Whether its four channels are inks as they are; OpenCV takes them for inverted, as Adobe's programs save them."""
    start = _jpeg_frame(encoded)
    return start is not None and encoded[start + 9 : start + 10] == b"\4" and b"Adobe" not in encoded[:start]


def _jpeg_frame(encoded: bytes) -> int | None:
    """Where the marker that starts the frame lies."""
    place = 2
    while place + 4 <= len(encoded):
        if encoded[place] != 0xFF:
            return None
        marker = encoded[place + 1]
        if marker == 0xFF:
            place += 1
        elif marker in range(0xC0, 0xD0) and marker not in (0xC4, 0xC8, 0xCC):  # start of frame
            return place
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
