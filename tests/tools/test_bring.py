"""Pictures from wherever come into the gallery whole, or not at all."""

import errno
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.store.server import Page, serving
from vtuber_app import cli_avatar, store
from vtuber_app.avatars import archive, gallery, keep, pictures
from vtuber_app.avatars.autorig.draft import begun
from vtuber_app.avatars.autorig.find import Finder
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.tools import bring, human

REN = paths.assets() / "avatars" / "ren" / "picture.png"


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder()


@pytest.fixture(scope="module")
def made(finder: Finder) -> bring.Made:
    return bring.make(bring.begin(pictures.read(REN), finder), "Ren")


def png(pixels: np.ndarray[Any, Any]) -> bytes:
    return cv2.imencode(".png", pixels)[1].tobytes()


def in_gallery() -> set[str]:
    return {path.name for path in keep.own().iterdir()} if keep.own().is_dir() else set()


def test_a_drawing_becomes_a_puppet_in_the_gallery(made: bring.Made) -> None:
    assert made.puppet is not None
    assert made.draft.doubts == []
    assert bring.keep_it(made, " Fox ") == "Fox"
    assert bring.keep_it(made, "Fox") == "Fox 2"
    assert (keep.own() / "Fox" / gallery.PUPPET).is_file()
    assert gallery.load("Fox").name == "Fox"
    assert in_gallery() == {"Fox", "Fox 2"}


def test_what_shows_no_face_is_kept_flat(finder: Finder) -> None:
    flat = bring.make(bring.begin(np.full((64, 64, 4), 255, np.uint8), finder), "Plain")
    assert flat.puppet is None
    assert "face" in flat.why_flat
    bring.keep_it(flat, "Plain")
    assert gallery.load("Plain").pixels.shape == (64, 64, 4)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (3, 2)])
def test_pictures_of_hardly_any_pixels_are_no_trouble(finder: Finder, size: tuple[int, int]) -> None:
    for pixels in (np.full((*size, 4), 255, np.uint8), np.zeros((*size, 4), np.uint8)):
        flat = bring.make(bring.begin(pixels, finder), "Dot")
        assert flat.puppet is None
        assert flat.draft.doubts[-1]


@pytest.mark.parametrize("failing", ["write_bytes", "copyfile"])
@pytest.mark.parametrize("flat", [False, True])
def test_a_full_disk_leaves_nothing(
    made: bring.Made, monkeypatch: pytest.MonkeyPatch, failing: str, flat: bool
) -> None:
    done = 0

    def fails(*args: Any) -> Any:
        nonlocal done
        done += 1
        if done > (0 if flat else 4):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*args)

    if failing == "write_bytes":
        real: Any = Path.write_bytes
        monkeypatch.setattr(Path, "write_bytes", fails)
    else:
        real = shutil.copyfile
        monkeypatch.setattr(shutil, "copyfile", fails)
    with pytest.raises(SettingsError, match=r"full|No space"):
        bring.keep_it(bring.as_it_is(made.draft.pixels) if flat else made, "Ren")
    assert in_gallery() == set()


def test_a_photo_of_a_human_is_told(finder: Finder) -> None:
    pytest.importorskip("mediapipe")
    film = cv2.VideoCapture(str(paths.assets() / "demo" / "astronaut.mp4"))
    told = []
    for place in (0, 90):
        film.set(cv2.CAP_PROP_POS_FRAMES, place)
        draft = begun(np.asarray(cv2.cvtColor(film.read()[1], cv2.COLOR_BGR2RGBA), np.uint8), finder)
        told.append(human.is_photo(draft))
    film.release()
    assert told == [True, True]
    assert not human.is_photo(begun(pictures.read(REN), finder))


def test_the_matting_network_is_used_where_it_is_installed(monkeypatch: pytest.MonkeyPatch, finder: Finder) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (90, 90, 4)).astype(np.uint8)
    noise[..., 3] = 255
    assert "isnet_anime" in bring.begin(noise, finder).background
    seen = []

    class Cutter:
        def __init__(self, path: Path) -> None:
            seen.append(path)

        def cut(self, pixels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
            return np.where(np.arange(90)[:, None, None] < 20, 0, pixels).astype(np.uint8)

    monkeypatch.setattr(store, "file_of", Path)
    monkeypatch.setattr(bring, "Matting", Cutter)
    draft = bring.begin(noise, finder)
    assert draft.background == ""
    assert (draft.pixels[:20, :, 3] == 0).all()
    assert seen == [Path("isnet_anime")]


@pytest.mark.parametrize(
    ("names", "avatar"),
    [
        (["puppet.json", "layers/face.png"], True),
        (["fox/about.json", "fox/character.png"], True),
        (["fox.png"], True),
        (["character.png", "face_morpher.pt", "body_morpher.pt"], False),
        (["tha3/editor.pt"], False),
        (["notes.txt"], False),
    ],
)
def test_archives_of_avatars_and_of_networks_are_told_apart(tmp_path: Path, names: list[str], avatar: bool) -> None:
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as zipped:
        for name in names:
            zipped.writestr(name, b"x")
    assert bring.holds_avatar(tmp_path / "some.zip") is avatar


@pytest.mark.parametrize("content", [b"", b"PK\5\6", b"no zip", b"PK\5\6" + b"\xff" * 18])
def test_what_is_no_archive_holds_no_avatar(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "some.zip").write_bytes(content)
    assert not bring.holds_avatar(tmp_path / "some.zip")


def test_an_archive_is_taken_as_it_is(tmp_path: Path) -> None:
    archive.write(REN.parent, tmp_path / "Ren.zip")
    assert bring.is_avatar(str(tmp_path / "Ren.zip"))
    got, fault = bring.add(str(tmp_path / "Ren.zip"))
    assert got in in_gallery()
    assert fault is None


def test_a_bad_archive_leaves_nothing(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as zipped:
        zipped.writestr("puppet.json", "{}")
        zipped.writestr("../../escaped.png", b"x")
    assert bring.holds_avatar(tmp_path / "bad.zip")
    with pytest.raises(SettingsError):
        bring.add(str(tmp_path / "bad.zip"))
    assert in_gallery() == set()


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("my_fox", "my fox"), ("../../etc/passwd", "etc passwd"), ("con", "Avatar"), ("", "Avatar"), ("狐 1", "狐 1"),
        ("a" * 300, "a" * 60), ("img.v2?x=1", "img v2 x 1"),
    ],
)  # fmt: skip
def test_a_name_is_made_of_whatever_it_was_called(name: str, good: str) -> None:
    assert bring.good_name(name) == good
    assert keep.checked(good) == good


def test_from_the_web_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as server:
        server.pages["/red_ren.png"] = Page(REN.read_bytes(), kind="image/png")
        address = server.address("/red_ren.png")
        assert cli_avatar.avatar(["import", address], result_action="return_value") == 0
        assert cli_avatar.avatar(["import", address, "--flat", "--name", "Flat"], result_action="return_value") == 0
        server.pages["/red_ren.png"] = Page(png(np.zeros((3, 3, 3), np.uint8))[:50])
        with pytest.raises(SettingsError, match="cut off"):
            cli_avatar.avatar(["import", address], result_action="return_value")
    assert "red ren is in the gallery" in capsys.readouterr().out
    assert in_gallery() == {"red ren", "Flat"}
    assert (keep.own() / "red ren" / gallery.PUPPET).is_file()
