"""What a user does with the avatars in the gallery: add, rename, duplicate, delete, and take that back.

Each is a folder, or a picture that lies in the gallery on its own. What is new is written under a hidden name
beside and gets its own by one rename, so that the gallery never shows half an avatar. Nothing is overwritten:
a name that is taken becomes `Name 2`.
"""

import errno
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import cv2
from pydantic import Field, ValidationError

from vtuber_app.avatars import archive, gallery, pictures
from vtuber_app.avatars.rig import format
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.settings import Settings

ABOUT = "about.json"
ABOUT_LIMIT = 256_000
"""The largest `about.json` that is read, bytes."""
NAME_LIMIT = 60
"""The longest name, characters: 255 bytes are what a file's name may have, and a character has up to four."""
UNFINISHED = ".unfinished-"
DELETED = 30 * 24 * 3600.0
"""How long what was deleted can be brought back, s."""
STALE = 24 * 3600.0
"""How old an unfinished folder is that nobody writes to any more, s."""
FULL = (errno.ENOSPC, errno.EDQUOT)


class About(Settings):
    """What is known of an avatar, in its folder's `about.json`."""

    name: str = Field(min_length=1, max_length=200)
    licence: str = Field("", max_length=20_000)
    origin: str = Field("", max_length=2_000, description="who made it, or where it comes from")
    notes: str = Field("", max_length=20_000)
    made: date | None = None


def own() -> Path:
    """The folder of the user's own avatars."""
    return gallery.folders()[0]


def trash() -> Path:
    """The folder of those that were deleted, each in a numbered folder."""
    return paths.data() / "deleted avatars"


def shipped(name: str) -> bool:
    """Whether the avatar of that name is one that ships with the program; SettingsError if there is none."""
    return where(name).parent != own()


def search(text: str = "") -> tuple[str, ...]:
    """The names in the gallery that hold every word of a text, in alphabetical order; all of them if it is empty."""
    words = _key(text).split()
    return tuple(name for name in gallery.names() if all(word in _key(name) for word in words))


def checked(name: str) -> str:
    """The name without spaces around it; SettingsError if no file can be called so on some system."""
    name = unicodedata.normalize("NFC", name.strip())
    reason = archive.why_not(name)
    if not reason and len(name) > NAME_LIMIT:
        reason = f"it is longer than {NAME_LIMIT} characters"
    if reason:
        raise SettingsError(f"An avatar can't be called {name!r}: {reason}. Choose another name.")
    return name


def add(source: Path, name: str | None = None) -> str:
    """Copy an avatar into the gallery.

    Args:
        source: A puppet's folder, the folder of a trained character, a picture, or a .zip archive. It stays as it is.
        name: By default what its `about.json` says, or else the file's or folder's own name.

    Returns:
        The name it got.

    Raises:
        SettingsError: It can't be read or is none, the name can't be used, or the disk is full. Nothing is left behind.
    """
    source = Path(source).expanduser()
    if source.name == gallery.PUPPET:
        source = source.parent
    stem = source.resolve().name if source.is_dir() else source.stem
    wanted = checked(stem if name is None else name)
    with _told(f"The avatar {wanted} can't be added"), _beside(own()) as room:
        folder = room / wanted
        folder.mkdir()
        _fill(folder, source)
        _check(folder)
        if known := about(folder):
            wanted = checked(known.name) if name is None else wanted
            _write_about(folder, known.model_copy(update={"name": wanted}))
        return _settle(folder, wanted)


def duplicate(name: str) -> str:
    """Copy an avatar within the gallery, also one that ships with the program; the copy's name."""
    entry = where(name)
    base = re.sub(r" \d+$", "", name)
    base = base if any(_key(other) == _key(base) for other in gallery.entries()) else name
    with _told(f"The avatar {name} can't be duplicated"), _beside(own()) as room:
        copy = room / entry.name
        _copy(entry, copy)
        return _settle(copy, base)


def rename(old: str, new: str) -> str:
    """Give an avatar of the user's another name; the name it got, `New 2` where that one is taken."""
    entry = _own(old, "renamed")
    wanted = checked(new)
    if wanted == old:
        return old
    with _told(f"The avatar {old} can't be renamed"):
        return _settle(entry, wanted)


def delete(name: str) -> None:
    """Put an avatar of the user's into the trash, from where `restore` brings it back."""
    entry = _own(name, "deleted")
    with _told(f"The avatar {name} can't be deleted"):
        trash().mkdir(parents=True, exist_ok=True)
        numbers = [int(path.name) for path in trash().iterdir() if path.name.isdecimal()]
        place = trash() / str(max(numbers, default=0) + 1)
        place.mkdir()
        try:
            _move(entry, place / entry.name)
        except OSError:
            place.rmdir()
            raise


def deleted() -> tuple[str, ...]:
    """The names of those in the trash, the last deleted first."""
    found = _trashed()
    return tuple(_name(found[number]) for number in sorted(found, reverse=True))


def restore(name: str | None = None) -> str:
    """Bring back the avatar that was deleted last, or the last one of that name; the name it got."""
    found = _trashed()
    numbers = [number for number, entry in found.items() if name is None or _key(_name(entry)) == _key(name)]
    if not numbers:
        names = ", ".join(dict.fromkeys(deleted()))
        raise SettingsError(
            f"No avatar {name!r} was deleted. These can be restored: {names}." if names else "No avatar was deleted."
        )
    entry = found[max(numbers)]
    with _told(f"The avatar {_name(entry)} can't be restored"):
        own().mkdir(parents=True, exist_ok=True)
        got = _settle(entry, _name(entry))
        shutil.rmtree(entry.parent, ignore_errors=True)  # empty, but for what a file browser left there
    return got


def empty_trash(older: float = DELETED) -> int:
    """Delete for good what was put into the trash more than that long ago, s; how many avatars that were."""
    old = [entry for entry in _trashed().values() if time.time() - entry.parent.stat().st_mtime > older]
    for entry in old:
        shutil.rmtree(entry.parent, ignore_errors=True)
    return sum(not entry.exists() for entry in old)


def about(folder: Path) -> About | None:
    """What an avatar's folder says of itself; None if it says nothing, as a picture on its own.

    Raises:
        SettingsError: `about.json` has a mistake or can't be read.
    """
    path = folder / ABOUT
    if not path.is_file():
        return None
    advice = f"Correct or delete {ABOUT}."
    try:
        with path.open("rb") as file:
            content = file.read(ABOUT_LIMIT + 1)
        if len(content) > ABOUT_LIMIT:
            raise SettingsError(f"What is known of {folder.name} is longer than {ABOUT_LIMIT // 1000} kB. {advice}")
        return About.model_validate_json(content.decode("utf-8-sig"), strict=True)  # Notepad writes a signature
    except OSError as error:
        raise SettingsError(f"{path} can't be read: {error.strerror or error}. {advice}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The avatar {folder.name} has an {ABOUT} that is no UTF-8 text. {advice}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(place) for place in first["loc"]) or "its start"
        raise SettingsError(
            f"The avatar {folder.name} has a mistake in {ABOUT} at {where}: {first['msg']}. {advice}"
        ) from error


def note(name: str, known: About) -> None:
    """Write down what is known of an avatar of the user's; a picture on its own becomes a folder for it.

    Its name stays the one that it has in the gallery.
    """
    entry = _own(name, "described")
    with _told(f"What is known of {name} can't be written down"):
        if entry.is_dir():
            _write_about(entry, known.model_copy(update={"name": name}))
            return
        with _beside(own()) as room:
            folder = room / name
            folder.mkdir()
            _fill(folder, entry)
            _write_about(folder, known.model_copy(update={"name": name}))
            folder.rename(own() / name)
        entry.unlink()


def where(name: str) -> Path:
    """The folder or picture of an avatar in the gallery; SettingsError if there is none."""
    found = gallery.entries()
    if name not in found:
        raise SettingsError(f"There is no avatar {name!r} in the gallery. Choose one of: {', '.join(sorted(found))}.")
    return found[name]


def _own(name: str, what: str) -> Path:
    """The folder or picture of an avatar of the user's; SettingsError if it is not theirs."""
    entry = where(name)
    if entry.parent != own():
        raise SettingsError(f"{name} ships with the program and can't be {what}. Duplicate it; the copy is yours.")
    return entry


def _name(entry: Path) -> str:
    return entry.name if entry.is_dir() else entry.stem


def _key(name: str) -> str:
    """The same for two names that some system takes for one."""
    return unicodedata.normalize("NFKC", name).casefold()


def _free(wanted: str, itself: Path | None = None) -> str:
    """The name, or with the first number from 2 on that makes it one of no avatar and no file."""
    taken = {_key(name) for name, entry in gallery.entries().items() if entry != itself}
    if own().is_dir():
        taken |= {_key(text) for path in own().iterdir() if path != itself for text in (path.name, _name(path))}
    name, number = wanted, 1
    while _key(name) in taken:
        number += 1
        name = f"{wanted[: NAME_LIMIT - len(str(number)) - 1].rstrip(' .')} {number}"
    return name


def _settle(entry: Path, wanted: str) -> str:
    """Move a folder or picture to its place in the gallery; the name it got."""
    folder = entry.is_dir()
    name = _free(checked(wanted), entry)
    # Before anything is changed: they may have a mistake.
    known = about(entry) if folder and name != entry.name else None
    rig = format.load(entry) if folder and (entry / gallery.PUPPET).is_file() else None
    place = own() / (name if folder else name + entry.suffix)
    _move(entry, place)
    if known:
        _write_about(place, known.model_copy(update={"name": name}))
    if rig and rig.name != name:
        _write(place / gallery.PUPPET, rig.model_copy(update={"name": name}).model_dump_json(indent=1))
    return name


def _fill(folder: Path, source: Path) -> None:
    """Copy what the source holds; a picture on its own becomes the folder's character."""
    if source.is_dir():
        for file in archive.files(source):
            _copy(file, folder / file.relative_to(source))
    elif source.suffix.lower() == ".zip":
        archive.read(source, folder)
    elif source.suffix.lower() in pictures.SUFFIXES or not source.exists():
        pictures.read(source)  # it says what is wrong with it
        _copy(source, folder / f"{Path(gallery.CHARACTER).stem}{source.suffix.lower()}")
    else:
        kinds = ", ".join((*pictures.SUFFIXES, ".zip"))
        raise SettingsError(f"{source.name} is no avatar. Choose a puppet's folder or a file of these: {kinds}.")
    if (folder / gallery.PUPPET).is_file() or (folder / gallery.CHARACTER).is_file():
        return
    found = [path for path in folder.iterdir() if path.suffix.lower() in pictures.SUFFIXES]
    if len(found) != 1:
        raise SettingsError(
            f"{source.name} holds {len(found) or 'no'} pictures and no {gallery.PUPPET}, so it can't be told which is "
            f"the avatar. Call the picture {gallery.CHARACTER}, or choose one picture."
        )
    _as_character(found[0], folder)


def _as_character(picture: Path, folder: Path) -> None:
    pixels = pictures.read(picture)
    with picture.open("rb") as file:
        png = file.read(8) == b"\x89PNG\r\n\x1a\n"
    if png:
        picture.rename(folder / gallery.CHARACTER)
        return
    encoded = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))[1]
    (folder / gallery.CHARACTER).write_bytes(encoded.tobytes())
    picture.unlink()


def _check(folder: Path) -> None:
    """SettingsError if a new avatar can't be shown, or names files outside its folder."""
    if (folder / gallery.PUPPET).is_file():
        for file in sorted(set(named_files(format.load(folder).model_dump()))):
            if any(archive.why_not(part) for part in file.split("/")):
                raise SettingsError(f"The puppet {folder.name} names a file outside its folder: {file!r}. Correct it.")
            pictures.read(folder / file)
    gallery.load(folder)


def named_files(value: Any) -> Iterator[str]:
    """Every `file` in a rig's content."""
    if isinstance(value, dict):
        if isinstance(value.get("file"), str):
            yield value["file"]
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from named_files(inner)


def _write_about(folder: Path, known: About) -> None:
    About.model_validate(known.model_dump())  # a copy with changes was not looked at
    _write(folder / ABOUT, known.model_dump_json(indent=1))


def _write(path: Path, text: str) -> None:
    """Replace a file once the new one is whole."""
    fresh = path.with_name(f".{path.name}.part")
    try:
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _trashed() -> dict[int, Path]:
    """What lies in the trash, by the number of its folder: the larger, the later."""
    found = {}
    for folder in trash().iterdir() if trash().is_dir() else ():
        if not folder.name.isdecimal() or not folder.is_dir():
            continue
        for path in folder.iterdir():
            if not path.name.startswith(".") and path.name.lower() not in archive.CLUTTER:
                found[int(folder.name)] = path
    return found


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A hidden folder in that one, to write in; gone afterwards with all that still is in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{UNFINISHED}*"):  # by a program that was killed
        if time.time() - left.stat().st_mtime > STALE:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder, ignore_cleanup_errors=True) as room:
        yield Path(room)


def _copy(source: Path, target: Path) -> None:
    """Copy a file, or a folder with all that is in it."""
    if not source.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        return
    target.mkdir(parents=True, exist_ok=True)
    for inner in source.iterdir():
        _copy(inner, target / inner.name)


def _move(source: Path, target: Path) -> None:
    """Rename; where the target is on another disk, copy beside it, rename that, and delete the source."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with _beside(target.parent) as room:
            _copy(source, room / target.name)
            (room / target.name).rename(target)
        if source.is_dir() and not source.is_symlink():
            shutil.rmtree(source)
        else:
            source.unlink()


@contextmanager
def _told(what: str) -> Iterator[None]:
    """What the disk has against it, as a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise SettingsError(f"{what}: the disk of {own()} is full. Make room and try again.") from error
        reason = error.strerror or str(error)
        raise SettingsError(
            f"{what}: {reason}. Close what has its files open, and check that {own()} may be written to."
        ) from error
