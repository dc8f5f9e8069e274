"""What of the weights is there. Only names and sizes are looked at: that takes no time."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from vtuber_app.core import paths
from vtuber_app.core.errors import WeightsError
from vtuber_app.store import cards, licences
from vtuber_app.store.cards import Card

PART = ".part"
"""Ends the name of a file that is being downloaded."""
DOWNLOADS = "downloads"
"""Where zips are in a models folder until they are unpacked."""


@dataclass(frozen=True, slots=True)
class Installed:
    """How much of a card is there.

    Attributes:
        folder: The one with most of its files, or where new ones would be put.
        there: Names of the files that are there, in the card's order.
        missing: Names of the others.
        begun: Bytes of a download that was interrupted.
    """

    folder: Path
    there: tuple[str, ...]
    missing: tuple[str, ...]
    begun: int

    @property
    def whole(self) -> bool:
        """Nothing is missing."""
        return not self.missing

    @property
    def words(self) -> str:
        """In a few words."""
        if self.whole:
            return "installed"
        if self.there:
            return f"{len(self.there)} of {len(self.there) + len(self.missing)} files"
        return f"begun, {self.begun / 1e6:.0f} MB" if self.begun else "not installed"


def require(name: str) -> Path:
    """The folder with all files of a card, put there by us or by hand.

    Raises:
        WeightsError: Files are missing, or the licence was never accepted; the text says what to do.
    """
    card = cards.find(name)
    found = look(card)
    if found.missing:
        how = f"Install it on the Networks page, or type: vtuber-app models install {name}"
        if not found.there:
            raise WeightsError(f"{card.title} is not installed. {how}, or put {_listed(card)} into {found.folder}.")
        raise WeightsError(
            f"{card.title} is only half there: {', '.join(found.missing)} missing in {found.folder}. {how}."
        )
    if not licences.accepted(name):
        raise WeightsError(
            f"{card.title} is there, but its licence, {card.licence.title}, was never accepted. Read and accept it on "
            f"the Networks page, or type: vtuber-app models accept {name}"
        )
    return found.folder


def file_of(name: str) -> Path | None:
    """The file of a card that has but one, if it is there."""
    found = look(cards.find(name))
    return found.folder / found.there[0] if found.whole else None


def look(card: Card) -> Installed:
    """How much of it is there, in the models folder that has most of it."""
    return max((_look(card, folder) for folder in folders(card)), key=lambda found: len(found.there))


def folders(card: Card) -> list[Path]:
    """Where its files may lie, the place for new ones first; a single file may lie loose in a models folder too."""
    own = [models / card.folder for models in [models_folder(), *paths.model_folders()]]
    return [*own, *(paths.model_folders() if len(card.files) == 1 else [])]


def models_folder() -> Path:
    """The models folder that takes new files: the first that may be written."""
    for folder in paths.model_folders():
        there = next(place for place in (folder, *folder.parents) if place.exists())
        if os.access(there, os.W_OK):
            return folder
    return paths.model_folders()[0]


def archive_path(card: Card) -> Path | None:
    """Where the card's zip is while it is needed; None if none can be downloaded."""
    if not card.archive or not card.archive.addresses:
        return None
    name = urlsplit(card.archive.addresses[0]).path.rpartition("/")[2]
    return models_folder() / DOWNLOADS / name


def _look(card: Card, folder: Path) -> Installed:
    there = tuple(file.name for file in card.files if file.whole(folder / file.name))
    missing = tuple(file.name for file in card.files if file.name not in there)
    parts = [folder / (file.name + PART) for file in card.files]
    if card.archive and (path := archive_path(card)) and not any(file.addresses for file in card.files):
        parts.append(path.with_name(path.name + PART))
    return Installed(folder, there, missing, sum(part.stat().st_size for part in parts if part.is_file()))


def _listed(card: Card) -> str:
    return ", ".join(file.name for file in card.files)
