"""Weights as people have them, a file, a folder or a zip under any names, recognised by what they hold."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from vtuber_app.core.errors import WeightsError
from vtuber_app.store import cards, contents, decide, installed, networks, students
from vtuber_app.store.cards import Card, File
from vtuber_app.store.decide import Fit, Found
from vtuber_app.store.download import FULL, NoRoom, Progress, Stopped, Stopping, matches, room
from vtuber_app.store.given import Entry, Given, Loose, opened

SMALLEST = 100_000
"""No network of ours has a smaller file, bytes."""
SLACK = 1 << 20
"""How much larger than its tensors a file may be, bytes, besides a tenth."""
NON_COMMERCIAL = "What is trained from Talking Head Anime 4 is not for commercial use (CC BY-NC 4.0)."
N_TOLD = 5
"""The most files that are named one by one."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of what was given.

    Attributes:
        placed: Files of cards that are now installed.
        students: The pictures of trained characters that are now among the user's avatars.
        left: Sentences about what was left out, and why.
    """

    placed: tuple[Fit, ...]
    students: tuple[Path, ...]
    left: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the cards."""
        return tuple(dict.fromkeys(card.name for card, _ in self.placed))

    @property
    def words(self) -> list[str]:
        """What was done, in sentences."""
        said = []
        for name in self.names:
            card = cards.find(name)
            state = installed.look(card)
            n_files = sum(other.name == name for other, _ in self.placed)
            missing = f" Still missing: {', '.join(state.missing)}." if state.missing else ""
            said.append(f"{card.title}: {n_files} of {len(card.files)} files put into {state.folder}.{missing}")
        said += [f"The character {picture.parent.name} is now an avatar: {picture}" for picture in self.students]
        said += [NON_COMMERCIAL] if self.students else []
        return said + list(self.left)


@dataclass(frozen=True, slots=True)
class Item:
    """A file of weights among what was given.

    Attributes:
        file: Where it can be read.
        words: What it is.
        student: Which network of a student it is, if one.
    """

    entry: Entry
    file: Path
    found: Found
    words: str
    student: str | None


def import_(
    path: Path, as_: str | None = None, progress: Progress | None = None, stopping: Stopping | None = None
) -> Imported:
    """Take over whatever networks are in a file, a folder or a zip. What is given stays as it is.

    Args:
        path: It.
        as_: The card that is meant, where files fit several; others are then left out.
        progress: Told how many bytes were looked at, of how many.
        stopping: Asked between files.

    Raises:
        WeightsError: Nothing in it can be used; the text says why, and what to do.
    """
    only = cards.find(as_) if as_ else None
    path = path.expanduser()
    if path.suffix.lower() in {".yaml", ".yml"}:  # a student's, which lies beside its networks
        path = path.parent
    with opened(path) as given:
        entries = list(given.entries())
        single = isinstance(given, Loose) and path.is_file()
        chosen = entries if single else _plausible(given, entries, only)
        folder = installed.models_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            room(folder, sum(entry.size for entry in chosen), path.name)
            with tempfile.TemporaryDirectory(prefix=".import-", dir=folder) as scratch:
                return _take(given, entries, chosen, only, Path(scratch), progress, stopping)
        except OSError as error:
            if error.errno in FULL:
                raise NoRoom(f"The disk of {folder} became full. Make room and start again.") from error
            raise WeightsError(f"{path} can't be taken over: {error.strerror or error}.") from error


def _take(
    given: Given,
    entries: list[Entry],
    chosen: list[Entry],
    only: Card | None,
    scratch: Path,
    progress: Progress | None,
    stopping: Stopping | None,
) -> Imported:
    items, left, done, total = [], [], 0, sum(entry.size for entry in chosen)
    for entry in chosen:
        if stopping and stopping():
            raise Stopped("Stopped; nothing was taken over.")
        try:
            items.append(_look(given, entry, only, scratch))
        except WeightsError as error:
            left.append(str(error))
        done += entry.size
        if progress:
            progress(done, total)
    recognised = [item for item in items if item.found.fits]
    placed, unclear = _place(recognised)
    others = [item for item in items if not item.found.fits and not item.student]
    if not only:
        taken, alone = students.take(given, entries, {item.entry: (item.student, item.file) for item in items})
        left += alone
    else:
        taken = []
    left += unclear
    if not only or not placed:
        left += [f"{item.entry.path.name} is {item.words}." for item in others[:N_TOLD]]
    if not placed and not taken:
        raise WeightsError(" ".join(left[:N_TOLD]) or _nothing(only))
    return Imported(tuple(placed), tuple(taken), tuple(left))


def _look(given: Given, entry: Entry, only: Card | None, scratch: Path) -> Item:
    """See what a file is."""
    file = given.file(entry, scratch)
    if fits := _without_network(file):
        return Item(entry, file, Found(entry.path, fits, frozenset({fits[0][0].name})), fits[0][0].title, None)
    found = contents.examine(file, entry.path.name)
    fits = tuple(fit for fit in contents.fitting(found) if only in (None, fit[0]))
    published: frozenset[str] = frozenset()
    if len(fits) > 1:
        published = frozenset(card.name for card, one in fits if _published(one, file))
    student = next((name for name in found.networks if name.startswith(networks.STUDENT)), None)
    words = found.words
    if only and not fits:
        words += f", which is no file of {only.title}"
    elif not fits and found.networks and not student:
        words += ", in which it was never published"
    return Item(entry, file, Found(entry.path, fits, published), words, student)


def _place(items: list[Item]) -> tuple[list[Fit], list[str]]:
    """Put the files where they belong; tell which can't be."""
    placed: dict[str, tuple[Fit, Item]] = {}
    unclear: list[str] = []
    for item, fit in zip(items, decide.decide([item.found for item in items]), strict=True):
        if fit is None:
            names = [card.name for card, _ in item.found.fits]
            unclear.append(
                f"{item.entry.path.name} is {item.words}; it could be any of them. Say which: "
                f"vtuber-app models import FILE --as {names[0]} (or {', '.join(names[1:])})."
            )
        elif (other := placed.get(fit[1].path)) and other[1].file.read_bytes() != item.file.read_bytes():
            unclear.append(
                f"{other[1].entry.path} and {item.entry.path} differ, and both could be {fit[1].name} of "
                f"{fit[0].title}; the first was taken."
            )
        elif not other:
            placed[fit[1].path] = fit, item
    for (card, file), item in placed.values():
        _put(item.file, _target(card, file))
    return [fit for fit, _ in placed.values()], unclear


def _put(source: Path, target: Path) -> None:
    """Copy a file to its place, whole or not at all."""
    if target.exists() and target.samefile(source):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".new")
    try:
        shutil.copyfile(source, fresh)
        os.replace(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)


def _target(card: Card, file: File) -> Path:
    return installed.look(card).folder / file.name


def _plausible(given: Given, entries: list[Entry], only: Card | None) -> list[Entry]:
    """Those that may be networks, or those of one card, by size and first bytes."""
    sizes = (
        [(file.holds, file.holds * 11 // 10 + SLACK) for file in only.files] if only else [(SMALLEST, contents.LIMIT)]
    )
    near = [entry for entry in entries if any(low <= entry.size <= high for low, high in sizes)]
    likely = [entry for entry in near if contents.may_be_weights(given.beginning(entry))]
    if only:  # where a zip has all variants, the folder tells which are meant; else all that may be are looked into
        named = [entry for entry in likely if _is_named(entry.path, only)]
        return named if len(named) == len(only.files) else likely
    return likely


def _is_named(path: PurePosixPath, card: Card) -> bool:
    return any(PurePosixPath(file.path).parts[-2:] == path.parts[-2:] for file in card.files)


def _without_network(path: Path) -> tuple[Fit, ...]:
    """The cards' files that are no networks of ours: they are known by their bytes."""
    return tuple(
        (card, file)
        for card in cards.cards().values()
        for file in card.files
        if file.network is None and file.whole(path) and _published(file, path)
    )


def _published(file: File, path: Path) -> bool:
    return bool(file.sha256 or file.git) and matches(path, file.size, file.sha256, file.git)


def _nothing(only: Card | None) -> str:
    what = f"No file of {only.title}" if only else "No network that this program knows"
    return f"{what} is in it. Files of weights end with .pt or .safetensors; a zip inside a zip must be unpacked first."
