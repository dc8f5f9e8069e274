"""Picture files as they come: of every mode, cut off, vast, or no pictures at all."""

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from vtuber_app.avatars import pictures
from vtuber_app.core.errors import SettingsError

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
COLOURS = bytes([255, 0, 0, 0, 255, 0, 0, 0, 255])


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def packed(rows: Sequence[bytes]) -> bytes:
    return zlib.compress(b"".join(b"\0" + row for row in rows))


def png(
    size: tuple[int, int], depth: int, mode: int, rows: Sequence[bytes], before: bytes = b"", after: bytes = b""
) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, mode, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + before + chunk(b"IDAT", packed(rows)) + after + chunk(b"IEND", b"")


def read(tmp_path: Path, content: bytes, name: str = "picture.png") -> np.ndarray:
    path = tmp_path / name
    path.write_bytes(content)
    return pictures.read(path)


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def cmyk(adobe: bool) -> bytes:
    """An 8x8 JPEG of four channels, each even: 255, 255, 0 and 255 as stored."""
    frame = struct.pack(">BHHB", 8, 8, 8, 4) + b"".join(bytes([n, 0x11, 0]) for n in range(1, 5))
    sizes = bytes([0, 3] + [0] * 14 + [0, 10, 11])  # differences of 0, 10 and 11 bits, codes 00, 01 and 10
    none = bytes([1] + [0] * 15 + [0])  # the end of a block is code 0
    up = "01" + f"{1016:010b}" + "0"  # 127 * 8 above the middle
    down = "01" + f"{1023 - 1016:010b}" + "0"
    bits = up + up + down + up
    bits += "1" * (-len(bits) % 8)
    scan = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    return (
        b"\xff\xd8"
        + (segment(0xEE, b"Adobe" + bytes([0, 100, 0, 0, 0, 0, 0])) if adobe else b"")
        + segment(0xDB, b"\0" + b"\1" * 64)
        + segment(0xC0, frame)
        + segment(0xC4, b"\0" + sizes)
        + segment(0xC4, b"\x10" + none)
        + segment(0xDA, b"\4" + b"".join(bytes([n, 0]) for n in range(1, 5)) + bytes([0, 63, 0]))
        + scan
        + b"\xff\xd9"
    )


def turned(jpeg: bytes, orientation: int) -> bytes:
    """The JPEG with the note that a camera leaves about how it was held."""
    entry = struct.pack("<HHII", 0x112, 3, 1, orientation)
    note = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)
    return jpeg[:2] + segment(0xE1, note) + jpeg[2:]


def noise(suffix: str) -> bytes:
    pixels = np.random.default_rng(5).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    return bytes(cv2.imencode(suffix, pixels)[1])


def test_a_palette_may_be_transparent(tmp_path: Path) -> None:
    extra = chunk(b"PLTE", COLOURS) + chunk(b"tRNS", bytes([0, 128]))
    (row,) = read(tmp_path, png((3, 1), 8, PALETTE, [bytes([0, 1, 2])], extra))
    assert row.tolist() == [[0, 0, 0, 0], [0, 255, 0, 128], [0, 0, 255, 255]]


def test_a_palette_of_one_bit(tmp_path: Path) -> None:
    (row,) = read(tmp_path, png((8, 1), 1, PALETTE, [b"\x40"], chunk(b"PLTE", COLOURS[:6])))
    assert row[:2].tolist() == [[255, 0, 0, 255], [0, 255, 0, 255]]


def test_a_colour_may_be_transparent(tmp_path: Path) -> None:
    key = chunk(b"tRNS", struct.pack(">3H", 1, 2, 3))
    (row,) = read(tmp_path, png((2, 1), 8, RGB, [bytes([1, 2, 3, 200, 100, 50])], key))
    assert row.tolist() == [[0, 0, 0, 0], [200, 100, 50, 255]]


@pytest.mark.parametrize(
    ("depth", "row", "level"),
    [(8, bytes([10, 255]), 10), (16, struct.pack(">2H", 9000, 65535), 9000), (2, b"\x70", 1)],
)
def test_a_grey_may_be_transparent(tmp_path: Path, depth: int, row: bytes, level: int) -> None:
    content = png((2, 1), depth, GREY, [row], chunk(b"tRNS", struct.pack(">H", level)))
    (pair,) = read(tmp_path, content)
    assert pair.tolist() == [[0, 0, 0, 0], [255, 255, 255, 255]]


def test_grey_with_alpha(tmp_path: Path) -> None:
    (row,) = read(tmp_path, png((2, 1), 8, GREY_ALPHA, [bytes([90, 128, 90, 0])]))
    assert row.tolist() == [[90, 90, 90, 128], [0, 0, 0, 0]]


def test_sixteen_bits(tmp_path: Path) -> None:
    values = struct.pack(">8H", 65535, 0, 257 * 90, 65535, 0, 65535, 0, 257 * 128)
    (row,) = read(tmp_path, png((2, 1), 16, RGBA, [values]))
    assert row.tolist() == [[255, 0, 90, 255], [0, 255, 0, 128]]
    (grey,) = read(tmp_path, png((1, 1), 16, GREY_ALPHA, [struct.pack(">2H", 257 * 90, 257 * 7)]))
    assert grey.tolist() == [[90, 90, 90, 7]]


def test_one_pixel(tmp_path: Path) -> None:
    for suffix in pictures.SUFFIXES:
        encoded = bytes(cv2.imencode(suffix, np.full((1, 1, 3), (10, 120, 240), np.uint8))[1])
        ((pixel,),) = read(tmp_path, encoded, f"one{suffix}")
        assert np.abs(pixel.astype(int) - (240, 120, 10, 255)).max() < 4


def test_an_animated_png_gives_its_first_picture(tmp_path: Path) -> None:
    count = chunk(b"acTL", struct.pack(">II", 2, 0))

    def control(number: int) -> bytes:
        return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, 1, 1, 0, 0, 1, 10, 0, 0))

    later = control(1) + chunk(b"fdAT", struct.pack(">I", 2) + packed([bytes([0, 0, 255, 255])]))
    content = png((1, 1), 8, RGBA, [bytes([255, 0, 0, 255])], count + control(0), later)
    assert read(tmp_path, content).tolist() == [[[255, 0, 0, 255]]]


def test_an_animated_webp_gives_its_first_picture(tmp_path: Path) -> None:
    animation = cv2.Animation()
    animation.frames = [np.full((20, 30, 4), colour, np.uint8) for colour in ((0, 0, 255, 255), (255, 0, 0, 255))]
    animation.durations = [100, 100]
    path = tmp_path / "dance.webp"
    assert cv2.imwriteanimation(str(path), animation)
    pixels = pictures.read(path)
    assert pixels.shape == (20, 30, 4)
    assert np.abs(pixels.astype(int) - (255, 0, 0, 255)).max() < 8


def test_a_gif_is_read_or_refused_with_advice(tmp_path: Path) -> None:
    content = (
        b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes([250, 10, 20, 0, 0, 0])  # two colours
        + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + bytes([2, 2, 0x44, 1, 0]) + b";"
    )  # fmt: skip
    assert pictures.header_size(content) == (1, 1)
    if any(line.split() == ["GIF:", "YES"] for line in cv2.getBuildInformation().splitlines()):
        assert read(tmp_path, content, "smile.gif").tolist() == [[[250, 10, 20, 255]]]
        return
    with pytest.raises(SettingsError, match=r"smile\.gif is a GIF.*PNG"):
        read(tmp_path, content, "smile.gif")


def test_printing_colours_as_adobe_saves_them(tmp_path: Path) -> None:
    pixels = read(tmp_path, cmyk(adobe=True), "poster.jpg")
    assert pixels.shape == (8, 8, 4)
    assert np.abs(pixels.astype(int) - (255, 255, 0, 255)).max() < 4  # full yellow, no other ink


def test_printing_colours_of_unknown_sense_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"poster\.jpg has printing colours"):
        read(tmp_path, cmyk(adobe=False), "poster.jpg")


def test_a_photo_is_the_right_way_up(tmp_path: Path) -> None:
    pixels = np.zeros((16, 48, 3), np.uint8)
    pixels[:, :16] = 255
    upright = read(tmp_path, turned(bytes(cv2.imencode(".jpg", pixels)[1]), 6), "phone.jpg")
    assert upright.shape == (48, 16, 4)  # 6: turned a quarter clockwise, so that left is above
    assert upright[:12].min() > 200
    assert upright[20:, :, :3].max() < 50


def test_32_bits_without_alpha_are_opaque(tmp_path: Path) -> None:
    info = struct.pack("<IiiHHIIiiII", 40, 1, 1, 1, 32, 0, 4, 0, 0, 0, 0)
    content = b"BM" + struct.pack("<IHHI", 58, 0, 0, 54) + info + bytes([10, 20, 30, 0])
    assert read(tmp_path, content, "old.bmp").tolist() == [[[30, 20, 10, 255]]]


@pytest.mark.parametrize("suffix", pictures.SUFFIXES)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_what_is_cut_off_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    encoded = noise(suffix)
    with pytest.raises(SettingsError, match=f"part{suffix}"):
        read(tmp_path, encoded[: int(len(encoded) * share)], f"part{suffix}")


@pytest.mark.parametrize("mode", [RGB, PALETTE, RGBA])
def test_a_small_file_with_a_vast_header_is_refused_unread(tmp_path: Path, mode: int) -> None:
    content = png((20_000, 20_000), 8, mode, [bytes(1000)] * 100)
    with pytest.raises(SettingsError, match=r"too large.*20000x20000"):
        read(tmp_path, content)


def test_more_bytes_than_any_picture_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "BYTES_LIMIT", 1000)
    with pytest.raises(SettingsError, match=r"picture\.png is too large"):
        read(tmp_path, noise(".png"))


def test_a_vast_picture_in_a_small_frame_is_refused(tmp_path: Path) -> None:
    inner = noise(".webp")[12:]
    canvas = b"VP8X" + struct.pack("<I", 10) + bytes(4) + (1 - 1).to_bytes(3, "little") * 2
    content = b"RIFF" + struct.pack("<I", 4 + len(canvas) + len(inner)) + b"WEBP" + canvas + inner
    assert pictures.header_size(content) == (1, 1)
    with pytest.raises(SettingsError, match=r"mask\.webp is damaged"):
        read(tmp_path, content, "mask.webp")


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "empty"), (b"MZ" + bytes(90), "no picture"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture")],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(SettingsError, match=rf"picture\.png is {told}"):
        read(tmp_path, content)


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a folder, not a picture"):
        pictures.read(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.png can't be read"):
        pictures.read(tmp_path / "nowhere.png")
