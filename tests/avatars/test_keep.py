"""What a user does with the avatars in the gallery."""

import errno
import json
import os
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtuber_app.avatars import archive, gallery, keep, pictures
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError

SHIPPED = gallery.names()[0]


def picture(path: Path, value: int = 200) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full((20, 30, 3), value, np.uint8)
    path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())
    return path


def puppet(folder: Path) -> Path:
    return Path(shutil.copytree(paths.assets() / "avatars" / SHIPPED, folder))


def in_gallery() -> set[str]:
    return {path.name for path in keep.own().iterdir()} if keep.own().is_dir() else set()


@pytest.fixture(params=["folder", "picture"])
def mine(request: pytest.FixtureRequest) -> str:
    """An avatar of the user's: a folder, or a picture on its own, as older versions left them."""
    if request.param == "folder":
        return keep.add(picture(keep.own().with_name("given.png")), "Luna")
    picture(keep.own() / "Luna.png")
    return "Luna"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp"])
def test_a_picture_is_added(tmp_path: Path, suffix: str) -> None:
    source = picture(tmp_path / f"my fox{suffix}")
    assert keep.add(source) == "my fox"
    assert "my fox" in gallery.names()
    assert abs(int(gallery.load("my fox").pixels[10, 10, 0]) - 200) < 4
    assert gallery.load("my fox").name == "my fox"
    assert source.is_file()
    assert in_gallery() == {"my fox"}


def test_a_puppet_is_added_and_what_does_not_belong_to_it_is_not(tmp_path: Path) -> None:
    folder = puppet(tmp_path / "doll")
    (folder / "notes.psd").write_bytes(b"?")
    (folder / ".DS_Store").write_bytes(b"?")
    assert keep.add(folder / "puppet.json", "Doll") == "Doll"
    assert gallery.load("Doll").pixels.any()
    assert not (keep.own() / "Doll" / "notes.psd").exists()
    assert (folder / "notes.psd").is_file()


def test_a_zip_is_added(tmp_path: Path) -> None:
    archive.write(paths.assets() / "avatars" / SHIPPED, tmp_path / "doll.zip")
    assert keep.add(tmp_path / "doll.zip") == "doll"
    assert (gallery.load("doll").pixels == gallery.load(SHIPPED).pixels).all()


def test_an_avatar_is_called_as_it_calls_itself(tmp_path: Path) -> None:
    picture(tmp_path / "x" / "character.png")
    (tmp_path / "x" / "about.json").write_text('{"name": "Véga"}', encoding="utf-8")
    assert keep.add(tmp_path / "x") == "Véga"
    assert keep.add(tmp_path / "x", "Y") == "Y"
    known = keep.about(keep.own() / "Y")
    assert known
    assert known.name == "Y"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    source = picture(tmp_path / "Luna.png")
    assert [keep.add(source), keep.add(source), keep.add(source, "lUNA")] == ["Luna", "Luna 2", "lUNA 3"]
    assert keep.add(source, SHIPPED) == f"{SHIPPED} 2"
    long = "x" * keep.NAME_LIMIT
    assert keep.add(source, long) == long
    assert keep.add(source, long) == "x" * (keep.NAME_LIMIT - 2) + " 2"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("nothing.png", r"nothing\.png can't be read"),
        ("broken.png", "no picture we can read"),
        ("movie.mp4", "is no avatar"),
        ("empty", "holds no pictures"),
        ("two", "can't be told which"),
        ("bad", "mistake in puppet.json"),
        ("broken.zip", "no .zip archive"),
    ],
)
def test_what_is_no_avatar_is_refused_and_leaves_nothing(tmp_path: Path, source: str, words: str) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    (tmp_path / "broken.zip").write_bytes(b"no archive")
    (tmp_path / "movie.mp4").write_bytes(b"?")
    (tmp_path / "empty").mkdir()
    picture(tmp_path / "two" / "a.png")
    picture(tmp_path / "two" / "b.png")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "puppet.json").write_text("{}")
    with pytest.raises(SettingsError, match=words):
        keep.add(tmp_path / source)
    assert in_gallery() == set()


@pytest.mark.parametrize("file", ["../secret.png", "/secret.png", "..\\secret.png", "//host/share/a.png", "C:/a.png"])
def test_a_puppet_that_looks_outside_its_folder_is_refused(tmp_path: Path, file: str) -> None:
    folder = puppet(tmp_path / "in" / "doll")
    picture(tmp_path / "in" / "secret.png")
    rig = json.loads((folder / "puppet.json").read_text(encoding="utf-8"))
    next(part for part in rig["parts"] if part["kind"] == "layer")["file"] = file
    (folder / "puppet.json").write_text(json.dumps(rig), encoding="utf-8")
    with pytest.raises(SettingsError, match="outside its folder"):
        keep.add(folder)
    assert in_gallery() == set()


def test_a_puppet_with_a_missing_layer_is_refused(tmp_path: Path) -> None:
    folder = puppet(tmp_path / "doll")
    (folder / "layers" / "face.png").unlink()
    with pytest.raises(SettingsError, match=r"face\.png"):
        keep.add(folder)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
@pytest.mark.parametrize("verb", ["add", "duplicate"])
def test_a_full_disk_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, verb: str
) -> None:
    folder = puppet(tmp_path / "doll")
    copy, copied = shutil.copyfile, 0

    def failing(source: Path, target: Path) -> Any:
        nonlocal copied
        copied += 1
        if copied == 5:
            raise OSError(number, os.strerror(number), str(target))
        return copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", failing)
    with pytest.raises(SettingsError, match=r"disk .* is full" if number == errno.ENOSPC else "Permission denied"):
        keep.add(folder) if verb == "add" else keep.duplicate(SHIPPED)
    assert copied == 5
    assert in_gallery() == set()


def test_what_is_half_written_is_not_in_the_gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, seen = puppet(tmp_path / "doll"), []
    copy = shutil.copyfile

    def watched(source: Path, target: Path) -> Any:
        seen.append(gallery.names())
        return copy(source, target)

    before = gallery.names()
    monkeypatch.setattr(shutil, "copyfile", watched)
    keep.add(folder)
    assert set(seen) == {before}
    assert gallery.names() == tuple(sorted((*before, "doll")))


def test_what_a_killed_program_left_goes_after_a_day(tmp_path: Path) -> None:
    for name, age in ((f"{keep.UNFINISHED}old", 2 * keep.STALE), (f"{keep.UNFINISHED}new", 60.0)):
        picture(keep.own() / name / "character.png")
        moment = (keep.own() / name).stat().st_mtime - age
        os.utime(keep.own() / name, (moment, moment))
    keep.add(picture(tmp_path / "Luna.png"))
    assert in_gallery() == {"Luna", f"{keep.UNFINISHED}new"}
    assert keep.search("unfinished") == ()


def test_rename(mine: str) -> None:
    assert keep.rename(mine, " Stella v1.2 ") == "Stella v1.2"
    assert "Luna" not in gallery.names()
    assert gallery.load("Stella v1.2").pixels.shape == (20, 30, 4)
    assert keep.rename("Stella v1.2", "stella V1.2") == "stella V1.2"
    assert keep.rename("stella V1.2", SHIPPED.upper()) == f"{SHIPPED.upper()} 2"
    assert len(in_gallery()) == 1


def test_duplicate(mine: str) -> None:
    assert [keep.duplicate(mine), keep.duplicate("Luna 2")] == ["Luna 2", "Luna 3"]
    assert {name for name in gallery.names() if name.startswith("Luna")} == {"Luna", "Luna 2", "Luna 3"}
    assert (gallery.load("Luna 3").pixels == gallery.load("Luna").pixels).all()
    assert keep.rename("Luna 3", "Agent 47") == "Agent 47"
    assert keep.duplicate("Agent 47") == "Agent 47 2"


def test_delete_and_restore(mine: str) -> None:
    keep.delete(mine)
    assert in_gallery() == set()
    assert keep.deleted() == ("Luna",)
    assert keep.restore() == "Luna"
    assert gallery.load("Luna").pixels.shape == (20, 30, 4)
    assert keep.deleted() == ()
    with pytest.raises(SettingsError, match="No avatar was deleted"):
        keep.restore()


def test_the_last_deleted_comes_back_first(tmp_path: Path) -> None:
    for name, value in (("a", 10), ("b", 20), ("a", 30)):
        keep.add(picture(tmp_path / "one.png", value), name)
        keep.delete(name)
    (keep.trash() / "3" / ".DS_Store").touch()
    assert keep.deleted() == ("a", "b", "a")
    with pytest.raises(SettingsError, match=r"'c'.*a, b\."):
        keep.restore("c")
    assert keep.restore("B") == "b"
    assert keep.restore() == "a"
    assert gallery.load("a").pixels[0, 0, 0] == 30
    assert keep.restore() == "a 2"
    assert gallery.load("a 2").pixels[0, 0, 0] == 10
    assert list(keep.trash().iterdir()) == []


def test_what_cannot_be_deleted_stays(mine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "used by another process", str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", locked)
        with pytest.raises(SettingsError, match=r"Luna can't be deleted: used by another process"):
            keep.delete(mine)
    assert keep.deleted() == ()
    assert list(keep.trash().iterdir()) == []
    assert gallery.load(mine).pixels.any()


def test_a_gallery_on_another_disk(mine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def between(self: Path, target: Path) -> Path:
        if (keep.own() in self.parents) != (keep.own() in target.parents):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", between)
    keep.delete(mine)
    assert in_gallery() == set()
    assert keep.restore() == "Luna"
    assert gallery.load("Luna").pixels.shape == (20, 30, 4)
    assert keep.deleted() == ()


@pytest.mark.parametrize("verb", [keep.delete, lambda name: keep.rename(name, "x")])
def test_what_ships_with_the_program_stays(verb: Any) -> None:
    assert keep.shipped(SHIPPED)
    with pytest.raises(SettingsError, match="ships with the program"):
        verb(SHIPPED)
    assert SHIPPED in gallery.names()
    assert keep.duplicate(SHIPPED) == f"{SHIPPED} 2"
    assert not keep.shipped(f"{SHIPPED} 2")
    verb(f"{SHIPPED} 2")
    assert f"{SHIPPED} 2" not in gallery.names()


@pytest.mark.parametrize("verb", [keep.delete, keep.duplicate, lambda name: keep.rename(name, "x")])
def test_an_unknown_avatar_is_named_and_others_offered(verb: Any) -> None:
    with pytest.raises(SettingsError, match=rf"nobody.*{SHIPPED}"):
        verb("nobody")


@pytest.mark.parametrize(
    "name",
    ["", "  ", ".", "..", ".x", "a/b", "a\\b", "a:b", "what?", "a\nb", "a\x7f", "x.", "CON", "nul.png", "Com1",
     "lpt² .x", "y" * 61, "\ud800"],
)  # fmt: skip
def test_names_that_no_file_can_have_are_refused(mine: str, tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="can't be called"):
        keep.rename(mine, name)
    with pytest.raises(SettingsError, match="can't be called"):
        keep.add(picture(tmp_path / "one.png"), name)
    assert [path.stem for path in keep.own().iterdir()] == ["Luna"]


@given(st.text(min_size=1, max_size=70))
def test_a_name_is_refused_or_stays_as_it_is(name: str) -> None:
    try:
        got = keep.checked(name)
    except SettingsError:
        return
    assert keep.checked(got) == got
    assert Path(got).name == got
    assert len(f"{got}.webp".encode()) <= 255


def test_search(tmp_path: Path) -> None:
    for name in ("Blue Fox", "Red fox", "Füchsin"):
        keep.add(picture(tmp_path / "one.png"), name)
    assert keep.search("FOX") == ("Blue Fox", "Red fox")
    assert keep.search("fox red") == ("Red fox",)
    assert keep.search("fü") == ("Füchsin",)
    assert keep.search("wolf") == ()
    assert keep.search() == gallery.names()


def test_what_is_known_is_written_and_follows_the_name(mine: str) -> None:
    assert keep.about(keep.where(mine)) is None
    known = keep.About(name="?", licence="CC0", origin="me, 猫", notes="two\nlines", made=date(2026, 2, 3))
    keep.note(mine, known)
    assert in_gallery() == {"Luna"}
    assert keep.about(keep.where("Luna")) == known.model_copy(update={"name": "Luna"})
    keep.rename("Luna", "Stella")
    keep.duplicate("Stella")
    assert keep.about(keep.where("Stella")) == known.model_copy(update={"name": "Stella"})
    assert keep.about(keep.where("Stella 2")) == known.model_copy(update={"name": "Stella 2"})
    assert gallery.load("Stella").pixels.shape == (20, 30, 4)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "its start"),
        (b'{"name": "a", "colour": "red"}', "colour"),
        (b'{"name": 3}', "name"),
        (b'{"licence": "MIT"}', "name"),
        (b'{"name": "a", "made": 20260203}', "made"),
        (b'{"name": "\xff"}', "UTF-8"),
        (b'{"name": "a"}' + b" " * keep.ABOUT_LIMIT, "longer than"),
    ],
)
def test_a_mistake_in_about_json_is_named(mine: str, text: bytes, words: str) -> None:
    keep.note(mine, keep.About(name="Luna"))
    file = keep.where("Luna") / keep.ABOUT
    file.write_bytes(text)
    with pytest.raises(SettingsError, match=words):
        keep.rename("Luna", "Stella")
    assert file.read_bytes() == text
    keep.delete("Luna")  # what is deleted with a mistake comes back with it
    assert keep.restore() == "Luna"


def test_a_file_of_notepads_is_read(mine: str) -> None:
    keep.note(mine, keep.About(name="Luna"))
    (keep.where("Luna") / keep.ABOUT).write_text('{"name": "Luna", "made": "2026-02-03"}', encoding="utf-8-sig")
    assert keep.about(keep.where("Luna")) == keep.About(name="Luna", made=date(2026, 2, 3))


def test_a_trained_character_keeps_its_networks(tmp_path: Path) -> None:
    folder = tmp_path / "lin"
    picture(folder / "character.png")
    for name in gallery.NETWORKS:
        (folder / name).write_bytes(b"weights")
    keep.add(folder)
    keep.rename("lin", "Lin")
    archive.write(keep.where("Lin"), tmp_path / "out.zip")
    assert set(zipfile.ZipFile(tmp_path / "out.zip").namelist()) == {"character.png", *gallery.NETWORKS}
    assert gallery.trained(keep.where("Lin"))
    assert keep.add(tmp_path / "out.zip", "Ann") == "Ann"
    assert gallery.trained(gallery.find("Ann").parent)
    assert pictures.read(gallery.find("Ann")).shape == (20, 30, 4)


def test_a_puppet_calls_itself_as_the_gallery_does(tmp_path: Path) -> None:
    name = keep.add(puppet(tmp_path / "doll"), "Luna")
    assert gallery.load(name).name == "Luna"
    copy = keep.duplicate(name)
    assert gallery.load(copy).name == copy
    assert gallery.load(keep.rename(name, "Stella")).name == "Stella"
    keep.delete("Stella")
    assert gallery.load(keep.restore()).name == "Stella"


def test_a_puppet_with_a_mistake_stays_as_it_was(tmp_path: Path) -> None:
    name = keep.add(puppet(tmp_path / "doll"), "Luna")
    (keep.own() / name / "puppet.json").write_text("{", encoding="utf-8")
    with pytest.raises(SettingsError, match="mistake"):
        keep.rename(name, "Stella")
    assert in_gallery() == {"Luna"}
    keep.delete(name)  # but it can be got rid of
    assert in_gallery() == set()


def test_what_was_deleted_long_ago_is_gone_for_good(mine: str) -> None:
    keep.duplicate(mine)
    keep.delete(mine)
    keep.delete("Luna 2")
    month = keep.trash() / "1"
    os.utime(month, (month.stat().st_mtime - 31 * 24 * 3600,) * 2)
    assert keep.empty_trash() == 1
    assert keep.deleted() == ("Luna 2",)
    assert keep.empty_trash() == 0
