"""An avatar as one .zip file to pass on, and what an avatar's folder may hold.

A zip may come from anybody: nothing in it is trusted, and what is unpacked is counted while it is.
"""

import io
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from vtuber_app.avatars import pictures
from vtuber_app.avatars.gallery import CHARACTER, PUPPET
from vtuber_app.core.errors import SettingsError

ENDINGS = (*pictures.SUFFIXES, ".json", ".pt", ".txt")
N_FILES_LIMIT = 400
FILE_LIMIT = 64_000_000
TOTAL_LIMIT = 200_000_000
"""The largest file, and all of them together, unpacked, bytes."""
DIRECTORY_LIMIT = 1_000_000
"""The largest table of contents of a zip that is read, bytes."""
PATH_LIMIT = 120
"""The longest path inside an avatar's folder, characters; Windows takes 260 from the drive on."""
CLUTTER = {".ds_store", "thumbs.db", "desktop.ini"}
"""What file browsers leave in folders; skipped, as are names that start with a dot."""
RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$", *(p + n for p in ("com", "lpt") for n in "0123456789¹²³")}
CHUNK = 1 << 18
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError)
"""All that zipfile raises at bytes that are no sound zip."""


def why_not(name: str) -> str | None:
    """Why no file can be called so on some system we run on, as the end of a sentence; None if it can."""
    if not name.strip():
        return "it is empty"
    if bad := sorted({letter for letter in name if letter in '<>:"/\\|?*'}):
        return f"it holds {' '.join(bad)}"
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in name):
        return "it holds characters that can't be seen"
    if name.startswith("."):
        return "it starts with a dot"
    if name != name.strip() or name.endswith("."):
        return "it starts or ends with a space, or ends with a dot"
    if name.split(".", maxsplit=1)[0].strip().casefold() in RESERVED:
        return "Windows keeps that name for itself"
    if len(name.encode()) > 250:
        return "it is too long"
    return None


def files(folder: Path) -> list[Path]:
    """What an avatar's folder holds of the kinds that avatars are made of, links and hidden files left out.

    Raises:
        SettingsError: It can't be read, or is more than an archive may hold.
    """
    found: list[Path] = []
    total = 0
    try:
        for path in folder.rglob("*"):
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if hidden or path.suffix.lower() not in ENDINGS or path.is_symlink() or not path.is_file():
                continue
            found.append(path)
            size = path.stat().st_size
            total += size
            if len(found) > N_FILES_LIMIT:
                raise _too_much(folder.name, f"more than {N_FILES_LIMIT} files")
            if size > FILE_LIMIT:
                raise _too_much(folder.name, f"{path.name} with more than {FILE_LIMIT // 1_000_000} MB")
            if total > TOTAL_LIMIT:
                raise _too_much(folder.name, f"more than {TOTAL_LIMIT // 1_000_000} MB")
    except OSError as error:
        raise SettingsError(f"The folder {folder} can't be read: {error.strerror or error}.") from error
    return sorted(found)


def write(avatar: Path, path: Path, also: Mapping[str, bytes] | None = None) -> None:
    """Pack an avatar; a file of that name is replaced once the new one is whole.

    Args:
        avatar: Its folder, or a picture file.
        path: The .zip file.
        also: Contents by name of files that are kept elsewhere, and belong to it.

    Raises:
        SettingsError: The avatar can't be read or is too large, or the file can't be written.
    """
    if path.suffix.lower() != ".zip":
        raise SettingsError(
            f"An avatar is exported as a .zip file; {path.name!r} doesn't end so. Try {path.stem or 'avatar'}.zip."
        )
    packed = {file.relative_to(avatar).as_posix(): file for file in files(avatar)} if avatar.is_dir() else {}
    if avatar.is_file():
        packed = {f"{Path(CHARACTER).stem}{avatar.suffix.lower()}": avatar}
    _check_holds(packed, avatar.name)
    part = path.with_name(f".{path.name}.part")
    try:
        if avatar.is_file() and avatar.stat().st_size > FILE_LIMIT:
            raise _too_much(avatar.name, f"more than {FILE_LIMIT // 1_000_000} MB")
        try:
            with zipfile.ZipFile(part, "w") as zipped:
                for name, file in packed.items():
                    entry = zipfile.ZipInfo(name)  # of 1980: the same avatar gives the same file
                    small = file.suffix.lower() in {".json", ".txt", ".bmp"}
                    entry.compress_type = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
                    zipped.writestr(entry, file.read_bytes())
                for name, content in (also or {}).items():
                    zipped.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The avatar {avatar.stem} can't be exported to {path}: {error.strerror or error}. "
            "Choose another folder or make room."
        ) from error


def read(path: Path, folder: Path) -> None:
    """Unpack an avatar, from whomever it comes.

    A folder around all of its files is left out, and so is what file browsers add.

    Args:
        path: The .zip file.
        folder: An empty folder. After an error it may hold some of the files.

    Raises:
        SettingsError: It can't be read, isn't sound, isn't safe, is too large or holds no avatar.
        OSError: The folder can't be written to.
    """
    with _opened(path) as zipped:
        entries = _entries(zipped, path.name)
        while len({inside[0] for inside, _ in entries}) == 1 and all(len(inside) > 1 for inside, _ in entries):
            entries = [(inside[1:], entry) for inside, entry in entries]
        _check_holds(["/".join(inside) for inside, _ in entries], path.name)
        total = 0
        for inside, entry in entries:
            target = folder.joinpath(*inside)
            target.parent.mkdir(parents=True, exist_ok=True)
            size = 0
            with target.open("xb") as unpacked:
                for chunk in _chunks(zipped, entry, path.name):
                    size, total = size + len(chunk), total + len(chunk)
                    if size > FILE_LIMIT:
                        raise _too_much(path.name, f"{inside[-1]} with more than {FILE_LIMIT // 1_000_000} MB")
                    if total > TOTAL_LIMIT:
                        raise _too_much(path.name, f"more than {TOTAL_LIMIT // 1_000_000} MB")
                    unpacked.write(chunk)


class _Bounded(io.FileIO):
    """A file that refuses to be read in one vast piece, as zipfile reads a table of contents."""

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > DIRECTORY_LIMIT:
            raise zipfile.BadZipFile("its table of contents is too large")
        return super().read(-1 if size is None else size) or b""


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        file = _Bounded(path)
    except OSError as error:
        raise SettingsError(f"The archive {path} can't be read: {error.strerror or error}.") from error
    with file:
        try:
            zipped = zipfile.ZipFile(file)
        except (*DAMAGED, OSError) as error:
            raise SettingsError(
                f"{path.name} is no .zip archive, or it is damaged ({error}). Download or export it again."
            ) from error
        with zipped:
            yield zipped


def _chunks(zipped: zipfile.ZipFile, entry: zipfile.ZipInfo, archive: str) -> Iterator[bytes]:
    """The content of an entry, bit by bit, whatever its header says of its size."""
    try:
        with zipped.open(entry) as packed:
            while chunk := packed.read(CHUNK):
                yield chunk
    except (*DAMAGED, OSError) as error:
        raise SettingsError(
            f"{archive} is damaged: {entry.filename} can't be unpacked ({error}). Download or export it again."
        ) from error


def _entries(zipped: zipfile.ZipFile, archive: str) -> list[tuple[tuple[str, ...], zipfile.ZipInfo]]:
    """The files in an archive that an avatar is made of, with the parts of their paths; all of them safe to write."""
    if len(zipped.infolist()) > N_FILES_LIMIT:
        raise _too_much(archive, f"more than {N_FILES_LIMIT} files")
    found: dict[str, tuple[tuple[str, ...], zipfile.ZipInfo]] = {}
    for entry in zipped.infolist():
        name = entry.orig_filename  # as it is stored: zipfile's own is cleaned, which would hide what was tried
        kind = stat.S_IFMT(entry.external_attr >> 16)
        folder = name.endswith("/")
        inside = tuple(name.rstrip("/").split("/"))
        if "\\" in name or ":" in name or name.startswith("/") or ".." in inside:
            raise _unsafe(archive, f"it wants to write outside its folder, to {name!r}")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _unsafe(archive, f"{name!r} is a link or a device, not a file")
        if entry.flag_bits & 0x41:
            raise SettingsError(f"{archive} is locked with a password. Pack it again without one.")
        if inside[0] == "__MACOSX" or inside[-1].lower() in CLUTTER or any(part.startswith(".") for part in inside):
            continue
        for part in inside:
            if reason := why_not(part):
                raise _unsafe(archive, f"no file can be called {part!r}: {reason}")
        if len(name) > PATH_LIMIT:
            raise _unsafe(archive, f"a path in it is longer than {PATH_LIMIT} characters: {name[:40]!r}…")
        if folder:
            continue
        if Path(name).suffix.lower() not in ENDINGS:
            raise _unsafe(archive, f"it holds {inside[-1]!r}; an avatar has only {', '.join(ENDINGS)} files")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SettingsError(f"{archive} is packed in a way we don't read. Pack it again as an ordinary .zip.")
        key = unicodedata.normalize("NFC", name).casefold()
        if key in found:
            raise _unsafe(archive, f"it holds {name!r} twice")
        found[key] = inside, entry
    for key in found:
        if any(other.startswith(f"{key}/") for other in found):
            raise _unsafe(archive, f"{key!r} is both a file and a folder")
    return list(found.values())


def _check_holds(names: Iterable[str], where: str) -> None:
    """SettingsError if files of those paths are no avatar."""
    top = [name for name in names if "/" not in name]
    if PUPPET in top or CHARACTER in top or any(name.lower().endswith(pictures.SUFFIXES) for name in top):
        return
    raise SettingsError(f"{where} holds no avatar: neither {PUPPET} nor {CHARACTER} nor a picture. Choose another.")


def _unsafe(archive: str, reason: str) -> SettingsError:
    return SettingsError(f"{archive} was not unpacked: {reason}. Ask whoever made it for another archive.")


def _too_much(where: str, what: str) -> SettingsError:
    return SettingsError(f"{where} is too large for an avatar: it holds {what}. Take out what doesn't belong to it.")
