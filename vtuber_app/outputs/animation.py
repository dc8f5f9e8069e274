"""Pictures that move and loop in chats and on pages: animated WebP and GIF."""

import io
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

QUALITY = 80
METHOD = 1
"""Of WebP's encoder: 0 is the quickest, 6 the smallest. 1 takes as long as zlib, for a sixth of the bytes."""
BITSTREAM = (b"ALPH", b"VP8 ", b"VP8L")
ANIMATED, ALPHA = 0x02, 0x10
REPLACES = 0x02
"""A picture replaces the one before, and isn't blended over it."""
SHORTEST_CS = 2
"""Players take shorter times of a GIF's picture for a mistake and show it for 0.1 s."""
CLEAR = 255
"""The place in a GIF's palette of what is transparent."""
SAMPLES = 24
"""Pictures from which a GIF's colours are chosen."""


def still(pixels: NDArray[np.uint8]) -> bytes:
    """One (H, W, 3 or 4) picture as WebP."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "WEBP", quality=QUALITY, method=METHOD)
    return stream.getvalue()


def durations(times: Sequence[float], last: float, unit: float, shortest: int = 1) -> list[int]:
    """How long each picture is shown, in `unit` s; rounding never adds up.

    Args:
        times: When each is to be seen, s, growing.
        last: How long the last is shown, s.
        unit: s.
        shortest: The least that a picture is shown, in units.
    """
    ends = [round((time - times[0]) / unit) for time in (*times[1:], times[-1] + last)]
    shown, now = [], 0
    for end in ends:
        shown.append(max(end - now, shortest))
        now += shown[-1]
    return shown


def write_webp(path: Path, stills: Sequence[bytes], size: tuple[int, int], shown_ms: Sequence[int]) -> None:
    """Join pictures that `still` made into one that loops for ever; nothing is encoded again."""
    width, height = (side - 1 for side in size)
    frames = bytearray()
    for content, duration in zip(stills, shown_ms, strict=True):
        head = b"\0" * 6 + _uint24(width) + _uint24(height) + _uint24(duration) + bytes([REPLACES])
        frames += _chunk(b"ANMF", head + b"".join(_bitstream(content)))
    extended = bytes([ANIMATED | ALPHA, 0, 0, 0]) + _uint24(width) + _uint24(height)
    body = b"WEBP" + _chunk(b"VP8X", extended) + _chunk(b"ANIM", b"\0" * 6) + bytes(frames)
    path.write_bytes(_chunk(b"RIFF", body))


def write_gif(path: Path, stills: Sequence[bytes], shown_cs: Sequence[int]) -> None:
    """The same as GIF: one palette for all, so that no colour flickers; what is half transparent is there or not."""
    from PIL import Image

    pixels = [_decoded(stills[place]) for place in sorted({*np.linspace(0, len(stills) - 1, SAMPLES).astype(int)})]
    seen = np.concatenate([each[each[..., 3] >= 128][::7, :3] for each in pixels])
    if not len(seen):
        seen = np.zeros((1, 3), np.uint8)
    palette = Image.fromarray(seen[None]).quantize(CLEAR, Image.Quantize.MEDIANCUT)

    def frames() -> Iterator[Image.Image]:
        for content in stills:
            rgba = _decoded(content)
            colours = Image.fromarray(np.ascontiguousarray(rgba[..., :3]))
            places = np.asarray(colours.quantize(palette=palette, dither=Image.Dither.NONE)).copy()
            places[rgba[..., 3] < 128] = CLEAR
            frame = Image.fromarray(places).convert("P")
            frame.putpalette(palette.getpalette() or [])
            yield frame

    rest = frames()
    next(rest).save(
        path,
        "GIF",
        save_all=True,
        append_images=rest,
        duration=[10 * shown for shown in shown_cs],
        loop=0,
        disposal=2,
        transparency=CLEAR,
        optimize=False,
    )


def _decoded(content: bytes) -> NDArray[np.uint8]:
    from PIL import Image

    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGBA"))


def _bitstream(content: bytes) -> Iterator[bytes]:
    """The chunks of a WebP file that are the picture itself."""
    place = 12
    while place + 8 <= len(content):
        name, (size,) = content[place : place + 4], struct.unpack_from("<I", content, place + 4)
        if name in BITSTREAM:
            yield _chunk(name, content[place + 8 : place + 8 + size])
        place += 8 + size + size % 2


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _uint24(value: int) -> bytes:
    return value.to_bytes(3, "little")
