import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from vtuber_app.core import clock
from vtuber_app.core.errors import SettingsError
from vtuber_app.sources.picture import Picture, PictureSettings


def test_it_is_shown_thirty_times_a_second(tmp_path: Path) -> None:
    path = tmp_path / "Gesicht ä 顔.png"
    pixels = np.full((40, 30, 3), (255, 128, 0), np.uint8)
    path.write_bytes(cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes())
    with Picture(PictureSettings(path=path)) as picture:
        started = clock.now()
        frames = [picture.read(1) for _ in range(7)]
        assert 0.19 < clock.now() - started < 0.4
        assert picture.read(0.001) is None
    times = [frame.time for frame in frames if frame]
    assert np.diff(times).min() > 0.03
    for frame in frames:
        assert frame
        assert (frame.pixels == pixels).all()
        assert not frame.pixels.flags.writeable
        assert frame.pixels.flags.c_contiguous


def png(width: int, height: int) -> bytes:
    """The beginning of a PNG of that size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


@pytest.mark.parametrize("content", [b"", b"no picture", png(40_000, 40_000), png(64, 64), png(0, 10)])
def test_a_corrupt_or_gigantic_picture_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"face\.png"), Picture(PictureSettings(path=path)):
        pass


def test_what_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    for settings in (PictureSettings(), PictureSettings(path=tmp_path / "none.png"), PictureSettings(path=tmp_path)):
        with pytest.raises(SettingsError), Picture(settings):
            pass
