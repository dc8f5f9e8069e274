"""Downloading, checking and removing what a card describes."""

import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vtuber_app.core import paths
from vtuber_app.core.errors import WeightsError
from vtuber_app.store import cards, contents, importing, installed, networks
from vtuber_app.store.cards import Archive, Card, File
from vtuber_app.store.download import (
    NoRoom,
    Offline,
    Progress,
    Stopped,
    Stopping,
    Wanted,
    discard,
    fetch,
    matches,
    room,
)
from vtuber_app.store.installed import PART

MARGIN = 1.3
"""How much larger than its files a zip of unknown size may be."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a file when it was looked into.

    Attributes:
        ok: It is what the card says, byte by byte where that is known.
        what: What was found, in words.
    """

    path: Path
    ok: bool
    what: str


def install(name: str, progress: Progress | None = None, stopping: Stopping | None = None) -> Path:
    """Download what is missing of a card: file by file, or out of its zip.

    Args:
        name: The card's.
        progress: Told how many bytes have come, of about how many.
        stopping: Asked now and then whether to stop; what has come is kept.

    Returns:
        The folder with all of its files.

    Raises:
        WeightsError: No network, no room, or not the files that were published; `Stopped` if `stopping` said so.
        DependencyError: torch isn't installed, without which nothing can be checked.
    """
    card = cards.find(name)
    state = installed.look(card)
    missing = [file for file in card.files if file.name in state.missing]
    if any(file.network for file in missing):
        networks.signatures()
    try:
        if all(file.addresses for file in missing):
            _singly(card, missing, state.folder, progress, stopping)
        else:
            _zipped(card, missing, progress, stopping)
    except (Stopped, NoRoom):
        raise
    except WeightsError as error:
        if isinstance(error, Offline) or not all(file.addresses for file in missing) or not _archive(card):
            raise WeightsError(f"{error} {_by_hand(card)}") from error
        try:
            _zipped(
                card, [file for file in card.files if file.name in installed.look(card).missing], progress, stopping
            )
        except (Stopped, NoRoom):
            raise
        except WeightsError as second:
            raise WeightsError(f"{error} The zip with all of it: {second} {_by_hand(card)}") from second
    return installed.look(card).folder


def verify(name: str, progress: Progress | None = None) -> list[Checked]:
    """Look into every file of a card: its checksum where that is known, and always the tensors in it."""
    card = cards.find(name)
    folder = installed.look(card).folder
    results, done = [], 0
    for file in card.files:
        results.append(_verify(card, file, folder / file.name))
        done += file.expected
        if progress:
            progress(done, card.size)
    return results


def remove(name: str) -> int:
    """Delete a card's files, wherever they lie, and what was begun of them; nothing else.

    Returns:
        The bytes that are free now.

    Raises:
        WeightsError: A file can't be deleted.
    """
    card = cards.find(name)
    freed = 0
    for folder in dict.fromkeys(installed.folders(card)):
        for file in card.files:
            path = folder / file.name
            try:
                freed += discard(path) + (path.stat().st_size if path.is_file() else 0)
                path.unlink(missing_ok=True)
            except OSError as error:
                raise WeightsError(f"{path} can't be deleted: {error.strerror or error}.") from error
        _sweep(folder)
    return freed


def forget(name: str) -> int:
    """Delete what was begun of a card's download; give the bytes that are free now."""
    card = cards.find(name)
    freed = sum(discard(folder / file.name) for folder in installed.folders(card) for file in card.files)
    if path := installed.archive_path(card):
        freed += discard(path)
        _sweep(path.parent)
    _sweep(installed.look(card).folder)
    return freed


def _singly(
    card: Card, missing: list[File], folder: Path, progress: Progress | None, stopping: Stopping | None
) -> None:
    """Download file by file."""
    total = sum(file.expected for file in missing)
    done = 0
    for file in missing:

        def told(have: int, of: int, done: int = done) -> None:
            if progress:
                progress(done + have, max(total, done + of))

        fetch(_wanted(card, file, folder), told, stopping)
        done += file.expected


def _wanted(card: Card, file: File, folder: Path) -> Wanted:
    return Wanted(
        path=folder / file.name,
        addresses=(*file.addresses, *file.mirrors),
        expected=file.expected,
        limit=file.size or file.holds * 11 // 10 + importing.SLACK,
        size=file.size,
        sha256=file.sha256,
        git=file.git,
        check=None if file.sha256 else partial(contents.expect, card, file),
    )


def _zipped(card: Card, missing: list[File], progress: Progress | None, stopping: Stopping | None) -> None:
    """Download the zip, and take out of it what is missing."""
    archive, path = _archive(card), installed.archive_path(card)
    if not archive or not path:
        raise WeightsError(f"{card.title} can't be downloaded by this program.")
    about = archive.about or card.size
    path.parent.mkdir(parents=True, exist_ok=True)
    unpacked = sum(file.expected for file in missing)
    begun = path.with_name(path.name + PART)
    room(path.parent, about - (begun.stat().st_size if begun.exists() else 0) + unpacked, card.title)
    try:
        if not path.exists():
            wanted = Wanted(path, archive.addresses, about, round(MARGIN * about), check=_see_zip)
            fetch(wanted, progress, stopping)
        _unpack(card, path)
    finally:
        _sweep(path.parent)
    for file in missing:  # what was begun of them singly
        discard(installed.look(card).folder / file.name)
    if still := installed.look(card).missing:
        raise WeightsError(f"{path.name} did not have all files: {', '.join(still)} missing.")


def _unpack(card: Card, path: Path) -> None:
    """Take the card's files out of the zip, which then is no longer needed."""
    try:
        importing.import_(path, as_=card.name)
    except NoRoom:  # the zip is good, and stays until there is
        raise
    except WeightsError:
        path.unlink()
        raise
    path.unlink()


def _see_zip(path: Path) -> None:
    if reason := contents.why_not(contents.beginning(path)):
        raise WeightsError(f"the zip {reason}")
    if not zipfile.is_zipfile(path):
        raise WeightsError("it is no zip, or a damaged one")


def _archive(card: Card) -> Archive | None:
    return card.archive if card.archive and card.archive.addresses else None


def _verify(card: Card, file: File, path: Path) -> Checked:
    if not path.is_file():
        return Checked(path, False, "missing")
    try:
        what = contents.expect(card, file, path)
    except WeightsError as error:
        return Checked(path, False, str(error))
    known = file.sha256 or file.git or file.size
    if known and not matches(path, file.size, file.sha256, file.git):
        return Checked(path, False, f"{what}, but not byte by byte the published file: it was changed or saved anew")
    return Checked(path, True, f"{what}, {'as published' if known else 'no checksum is known'}")


def _by_hand(card: Card) -> str:
    page = (card.archive.page if card.archive else None) or card.page
    return f"Or get it with a browser from {page} and type: vtuber-app models import FILE"


def _sweep(folder: Path) -> None:
    """Remove folders that are empty now, up to the models folder."""
    models = {path.resolve() for path in paths.model_folders()}
    while folder.is_dir() and folder.resolve() not in models and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
