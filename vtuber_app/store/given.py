"""What a user gives: a file, a folder or a zip, each as entries that can be looked into and copied out."""

import os
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from vtuber_app.core.errors import WeightsError
from vtuber_app.store import contents

N_ENTRIES = 20_000
"""The most entries that are looked at."""
CHUNK = 1 << 20
IGNORED = ("__MACOSX", ".git")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file among what is given.

    Attributes:
        path: From what is given, whose own name comes first; never used to write.
        size: As it says itself, in bytes.
    """

    path: PurePosixPath
    size: int


class Given(ABC):
    """The files of something."""

    @abstractmethod
    def entries(self) -> Iterator[Entry]:
        """Those that may matter, at most `N_ENTRIES`."""

    @abstractmethod
    def open(self, entry: Entry) -> BinaryIO:
        """Read one."""

    def beginning(self, entry: Entry) -> bytes:
        """Its first bytes."""
        with self.open(entry) as file:
            return file.read(contents.HEAD)

    @abstractmethod
    def file(self, entry: Entry, folder: Path) -> Path:
        """One as a file of its own: where it lies, or copied into the folder; WeightsError if it is damaged."""


class Loose(Given):
    """A file, or a folder with all that is in it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self) -> Iterator[Entry]:
        top = PurePosixPath(self._path.resolve().name)
        if self._path.is_file():
            yield Entry(top, self._path.stat().st_size)
            return
        n_seen = 0
        for folder, inner, names in os.walk(self._path):
            inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in IGNORED)
            for name in sorted(names):
                path = Path(folder, name)
                n_seen += 1
                if n_seen > N_ENTRIES:
                    return
                if not name.startswith(".") and path.is_file():
                    yield Entry(top / path.relative_to(self._path).as_posix(), path.stat().st_size)

    def open(self, entry: Entry) -> BinaryIO:
        return self.file(entry, self._path).open("rb")

    def file(self, entry: Entry, folder: Path) -> Path:
        return self._path.joinpath(*entry.path.parts[1:])


class Zipped(Given):
    """A zip and what is in its folders."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._top = PurePosixPath(path.stem)
        self._members: dict[PurePosixPath, zipfile.ZipInfo] = {}

    def entries(self) -> Iterator[Entry]:
        for member in self._archive.infolist()[:N_ENTRIES]:
            parts = PurePosixPath(member.filename.replace("\\", "/")).parts
            down = [part for part in parts if part not in ("/", "..")]
            if not member.is_dir() and not any(part.startswith(".") or part in IGNORED for part in down):
                path = self._top.joinpath(*down)
                self._members[path] = member
                yield Entry(path, member.file_size)

    def open(self, entry: Entry) -> BinaryIO:
        try:
            return cast(BinaryIO, self._archive.open(self._members[entry.path]))
        except (RuntimeError, zipfile.BadZipFile) as error:  # RuntimeError: a password, an unknown compression
            raise WeightsError(
                f"{entry.path} can't be unpacked ({error}). Unpack the zip yourself, and give the folder."
            ) from error

    def file(self, entry: Entry, folder: Path) -> Path:
        path = folder / f"{len(list(folder.iterdir()))}-{entry.path.name}"
        try:
            with self.open(entry) as packed, path.open("wb") as unpacked:
                left = entry.size
                while chunk := packed.read(CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise WeightsError(f"{entry.path} is larger than it says, so it was refused.")
                    unpacked.write(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise WeightsError(f"{entry.path} is damaged inside the zip. Get the zip again.") from error
        return path


@contextmanager
def opened(path: Path) -> Iterator[Given]:
    """Look into a file, a folder or a zip.

    Raises:
        WeightsError: There is nothing, or it can't be read.
    """
    if not path.exists():
        raise WeightsError(f"There is nothing at {path}. Check the path.")
    if path.is_file() and zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                if not one_model(archive):
                    yield Zipped(path, archive)
                    return
        except zipfile.BadZipFile as error:
            raise WeightsError(f"{path.name} is a damaged zip. Get it again.") from error
    yield Loose(path)


def one_model(archive: zipfile.ZipFile) -> bool:
    """Whether a zip is one file of weights: torch and MediaPipe pack them so."""
    return any(name.endswith(("data.pkl", ".tflite")) for name in archive.namelist()[:N_ENTRIES])
