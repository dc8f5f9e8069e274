"""An avatar as one .zip file, from a friend or from an enemy."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vtuber_app.avatars import archive, gallery
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError

SHIPPED = paths.assets() / "avatars" / gallery.names()[0]
PNG = cv2.imencode(".png", np.full((20, 30, 4), 200, np.uint8))[1].tobytes()

Entry = tuple[str | zipfile.ZipInfo, bytes]


def packed(path: Path, *entries: Entry, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip that holds the entries as they are, after a sound picture."""
    with zipfile.ZipFile(path, "w", compression) as zipped:
        for name, content in (("character.png", PNG), *entries):
            if isinstance(name, str):
                entry = zipfile.ZipInfo("x")
                entry.filename, entry.compress_type = name, compression  # else it would be cleaned
            else:
                entry = name
            zipped.writestr(entry, content)
    return path


def of_mode(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, mode << 16
    return entry


def everything_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder to unpack to, in one that nothing else may be written to."""
    (tmp_path / "around" / "out").mkdir(parents=True)
    return tmp_path / "around" / "out"


def test_a_puppet_comes_back_as_it_was(tmp_path: Path, out: Path) -> None:
    path = tmp_path / "doll.zip"
    archive.write(SHIPPED, path)
    archive.read(path, out)
    assert everything_in(out) == everything_in(SHIPPED)
    assert all((out / name).read_bytes() == (SHIPPED / name).read_bytes() for name in everything_in(out))
    first = path.read_bytes()
    archive.write(SHIPPED, path)  # replaces it
    assert path.read_bytes() == first
    assert not [other for other in tmp_path.iterdir() if other.suffix == ".part"]


@pytest.mark.parametrize(("name", "inside"), [("me.png", "character.png"), ("me.JPG", "character.jpg")])
def test_a_picture_on_its_own(tmp_path: Path, out: Path, name: str, inside: str) -> None:
    (tmp_path / name).write_bytes(PNG)
    archive.write(tmp_path / name, tmp_path / "me.zip")
    archive.read(tmp_path / "me.zip", out)
    assert (out / inside).read_bytes() == PNG


def test_a_picture_that_could_not_be_read_back_is_not_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "me.png").write_bytes(PNG)
    monkeypatch.setattr(archive, "FILE_LIMIT", len(PNG) - 1)
    with pytest.raises(SettingsError, match=r"me\.png is too large"):
        archive.write(tmp_path / "me.png", tmp_path / "me.zip")
    assert everything_in(tmp_path) == {"me.png"}


def test_what_is_not_part_of_an_avatar_is_not_packed(tmp_path: Path) -> None:
    folder = tmp_path / "me"
    folder.mkdir()
    for name in ("character.png", ".hidden.png", "paint.psd", "licence.TXT"):
        (folder / name).write_bytes(PNG)
    archive.write(folder, tmp_path / "me.zip")
    assert zipfile.ZipFile(tmp_path / "me.zip").namelist() == ["character.png", "licence.TXT"]


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "me").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "me" / "character.png").write_bytes(PNG)
    try:
        (tmp_path / "me" / "licence.txt").symlink_to(tmp_path / "secret.txt")
    except OSError:
        pytest.skip("this user may not make links")
    assert archive.files(tmp_path / "me") == [tmp_path / "me" / "character.png"]


def test_nothing_else_is_written_when_it_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"can't be exported to .*nowhere"):
        archive.write(SHIPPED, tmp_path / "nowhere" / "doll.zip")
    with pytest.raises(SettingsError, match=r"Try doll\.zip"):
        archive.write(SHIPPED, tmp_path / "doll.rar")
    with pytest.raises(SettingsError, match="holds no avatar"):
        archive.write(tmp_path, tmp_path / "doll.zip")
    assert everything_in(tmp_path) == set()


def test_a_failed_export_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "doll.zip").write_bytes(b"old")

    def full(self: zipfile.ZipFile, *arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(SettingsError, match="No space left"):
        archive.write(SHIPPED, tmp_path / "doll.zip")
    assert everything_in(tmp_path) == {"doll.zip"}
    assert (tmp_path / "doll.zip").read_bytes() == b"old"


def test_a_folder_around_and_clutter_are_left_out(tmp_path: Path, out: Path) -> None:
    path = tmp_path / "mac.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.mkdir("my avatar")
        zipped.writestr("my avatar/character.png", PNG)
        zipped.writestr("my avatar/layers/猫.png", PNG)
        zipped.writestr("my avatar/.DS_Store", b"?")
        zipped.writestr("my avatar/Thumbs.db", b"?")
        zipped.writestr("__MACOSX/my avatar/._character.png", b"?")
    archive.read(path, out)
    assert everything_in(out) == {"character.png", "layers/猫.png"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../evil.png", "outside its folder"),
        ("layers/../../evil.png", "outside its folder"),
        ("/evil.png", "outside its folder"),
        ("//host/share/evil.png", "outside its folder"),
        ("C:/evil.png", "outside its folder"),
        ("C:evil.png", "outside its folder"),
        ("character.png:stream.txt", "outside its folder"),
        ("..\\evil.png", "outside its folder"),
        ("layers\\evil.png", "outside its folder"),
        ("__MACOSX/../../evil.png", "outside its folder"),
        ("layers//evil.png", "it is empty"),
        ("layers /evil.png", "a space"),
        ("layers./evil.png", "a dot"),
        ("evil?.png", "no file can be called"),
        ("evil\x01.png", "can't be seen"),
        ("NUL.png", "Windows keeps"),
        ("aux/evil.png", "Windows keeps"),
        ("evil.exe", r"'evil\.exe'; an avatar has only"),
        ("evil", "an avatar has only"),
        ("evil.png.lnk", "an avatar has only"),
        ("CHARACTER.png", "twice"),
        ("character.png/evil.png", "both a file and a folder"),
        ("猫" * 90 + ".png", "too long"),
        ("a/" * 60 + "evil.png", "longer than"),
    ],
)
def test_a_path_that_is_not_safe_is_refused(tmp_path: Path, out: Path, name: str, words: str) -> None:
    path = packed(tmp_path / "evil.zip", (name, PNG))
    with pytest.raises(SettingsError, match=rf"evil\.zip was not unpacked: .*{words}"):
        archive.read(path, out)
    assert everything_in(tmp_path) == {"evil.zip"}


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_are_refused(tmp_path: Path, out: Path, kind: int) -> None:
    path = packed(tmp_path / "evil.zip", (of_mode("link.png", kind | 0o777), b"../../secret.txt"))
    with pytest.raises(SettingsError, match="link or a device"):
        archive.read(path, out)
    assert everything_in(tmp_path) == {"evil.zip"}


def test_a_password_is_refused(tmp_path: Path, out: Path) -> None:
    path = packed(tmp_path / "locked.zip")
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="password"):
        archive.read(path, out)


def test_other_compressions_are_refused(tmp_path: Path, out: Path) -> None:
    path = packed(tmp_path / "new.zip", ("more.png", PNG), compression=zipfile.ZIP_LZMA)
    with pytest.raises(SettingsError, match=r"ordinary \.zip"):
        archive.read(path, out)


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("N_FILES_LIMIT", 3, "more than 3 files"),
        ("FILE_LIMIT", 1_999_999, "with more than 1 MB"),
        ("TOTAL_LIMIT", 5_999_999, "more than 5 MB"),
    ],
)
def test_bombs_are_refused(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, words: str
) -> None:
    zeros = bytes(2_000_000)
    path = packed(tmp_path / "bomb.zip", ("a.txt", zeros), ("b.txt", zeros), ("c.txt", zeros))
    assert path.stat().st_size < 20_000
    archive.read(path, out)
    monkeypatch.setattr(archive, limit, value)
    into = tmp_path / "again"
    into.mkdir()
    with pytest.raises(SettingsError, match=rf"bomb\.zip is too large for an avatar: .*{words}"):
        archive.read(path, into)
    assert sum(file.stat().st_size for file in into.rglob("*")) < value + archive.CHUNK
    with pytest.raises(SettingsError, match=rf"out is too large for an avatar: .*{words}"):
        archive.files(out)


def test_a_size_that_lies_is_seen(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "bomb.zip", ("a.txt", bytes(2_000_000)))
    content = bytearray(path.read_bytes())
    place = content.rindex(b"PK\1\2")
    content[place + 24 : place + 28] = struct.pack("<I", 10)
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"damaged: a\.txt"):
        archive.read(path, out)


def test_a_vast_table_of_contents_is_not_read(tmp_path: Path, out: Path) -> None:
    path = tmp_path / "long.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        for number in range(1000):
            entry = zipfile.ZipInfo(f"{number}.txt")
            entry.comment = b"x" * 2000
            zipped.writestr(entry, b"")
    with pytest.raises(SettingsError, match="table of contents"):
        archive.read(path, out)


@pytest.mark.parametrize("names", [["readme.txt"], ["a/character.png", "b/character.png"], ["layers/face.txt"], []])
def test_no_avatar_is_refused(tmp_path: Path, out: Path, names: list[str]) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        for name in names:
            zipped.writestr(name, PNG)
    with pytest.raises(SettingsError, match=r"other\.zip holds no avatar"):
        archive.read(path, out)


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    return content.replace(PNG[-40:-20], bytes(20))


@pytest.mark.parametrize("damage", [cut, flipped, lambda content: b"", lambda content: b"%PDF-1.4" + bytes(100)])
def test_damage_is_told(tmp_path: Path, out: Path, damage: Callable[[bytes], bytes]) -> None:
    path = packed(tmp_path / "broken.zip", compression=zipfile.ZIP_STORED)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SettingsError, match=r"broken\.zip .*damaged.*again"):
        archive.read(path, out)


SOUND = io.BytesIO()
with zipfile.ZipFile(SOUND, "w", zipfile.ZIP_DEFLATED) as _zipped:
    _zipped.writestr("character.png", PNG)
    _zipped.writestr("layers/face.png", PNG)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, len(SOUND.getvalue()) - 1), st.integers(0, 255)), max_size=12))
def test_any_bytes_are_unpacked_within_the_folder_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    around = tmp_path_factory.mktemp("around")
    content = bytearray(SOUND.getvalue())
    for place, value in changes:
        content[place] = value
    (around / "any.zip").write_bytes(content)
    (around / "out").mkdir()
    try:
        archive.read(around / "any.zip", around / "out")
    except SettingsError:
        pass
    else:
        assert everything_in(around / "out")
    assert {path.name for path in around.iterdir()} == {"any.zip", "out"}
