"""Finding and reading avatars, whatever the file."""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtuber_app.avatars import gallery, pictures
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError


def save(path: Path, pixels: np.ndarray) -> Path:  # type: ignore[type-arg]
    cv2.imwrite(str(path), pixels)
    return path


def png(width: int, height: int) -> bytes:
    """A PNG's header that promises a picture of that size, and nothing more."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


@pytest.mark.parametrize("name", gallery.names())
def test_shipped_avatars_can_be_loaded(name: str) -> None:
    avatar = gallery.load(name)
    assert avatar.pixels.shape[2] == 4
    assert not avatar.pixels.flags.writeable
    assert not avatar.pixels[avatar.pixels[..., 3] == 0].any()
    assert gallery.thumbnail(name, 96).shape == (96, 96, 4)
    assert gallery.thumbnail(name, 96)[..., 3].any()


def test_several_avatars_ship() -> None:
    assert len(gallery.names()) >= 3


def test_the_users_own_come_first(home: Path) -> None:
    own = paths.data() / "avatars"
    own.mkdir(parents=True)
    shipped = gallery.names()
    save(own / "me.png", np.full((20, 30, 3), 200, np.uint8))
    save(own / f"{shipped[0]}.png", np.full((20, 30, 3), 100, np.uint8))
    assert set(gallery.names()) == {*shipped, "me"}
    assert gallery.load("me").pixels.shape == (20, 30, 4)
    assert gallery.load(shipped[0]).pixels.shape == (20, 30, 4)


def test_a_character_with_trained_networks_is_one(home: Path) -> None:
    folder = paths.data() / "avatars" / "lin"
    folder.mkdir(parents=True)
    save(folder / "character.png", np.full((512, 512, 4), 200, np.uint8))
    assert "lin" in gallery.names()
    assert gallery.load("lin").name == gallery.load(folder).name == "lin"
    assert not gallery.trained(folder)
    for name in gallery.NETWORKS:
        (folder / name).touch()
    assert gallery.trained(folder)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp"])
def test_pictures_of_every_kind(tmp_path: Path, suffix: str) -> None:
    path = save(tmp_path / f"ünïcode 猫{suffix}".encode().decode(), np.full((40, 60, 3), (10, 120, 240), np.uint8))
    if not path.is_file():  # OpenCV itself can't write such names everywhere
        path.write_bytes(cv2.imencode(suffix, np.full((40, 60, 3), (10, 120, 240), np.uint8))[1].tobytes())
    avatar = gallery.load(path)
    assert avatar.pixels.shape == (40, 60, 4)
    assert (np.abs(avatar.pixels[20, 30].astype(int) - (240, 120, 10, 255)) < 6).all()
    assert pictures.header_size(path.read_bytes()) == (60, 40)


def test_pictures_of_every_mode(tmp_path: Path) -> None:
    grey = pictures.read(save(tmp_path / "grey.png", np.full((8, 8), 90, np.uint8)))
    assert (grey == (90, 90, 90, 255)).all()
    deep = pictures.read(save(tmp_path / "deep.png", np.full((8, 8, 4), (0, 0, 65535, 32896), np.uint16)))
    assert (deep == (255, 0, 0, 128)).all()
    clear = pictures.read(save(tmp_path / "clear.png", np.full((8, 8, 4), (9, 9, 9, 0), np.uint8)))
    assert not clear.any()


def test_a_missing_avatar_is_named_and_others_offered() -> None:
    with pytest.raises(SettingsError, match=rf"nobody.*{gallery.names()[0]}"):
        gallery.load("nobody")


def test_a_gigapixel_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "vast.png"
    path.write_bytes(png(40000, 30000))
    with pytest.raises(SettingsError, match=r"too large.*40000x30000"):
        gallery.load(path)


@pytest.mark.parametrize("content", [b"", b"no picture at all", png(64, 64), png(0, 5), b"\xff\xd8\xff\xe0"])
def test_damaged_pictures_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"broken\.png"):
        gallery.load(path)


def test_a_folder_without_a_puppet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"puppet\.json"):
        gallery.load(tmp_path)


def test_a_puppet_with_a_mistake_names_it(tmp_path: Path) -> None:
    (tmp_path / "puppet.json").write_text('{"format": "vtuber-puppet", "version": 9}')
    with pytest.raises(SettingsError, match="version"):
        gallery.load(tmp_path)


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF....WEBPVP8X", b"BM"]))
def test_any_bytes_have_a_size_or_none(content: bytes, start: bytes) -> None:
    size = pictures.header_size(start + content)
    assert size is None or len(size) == 2
