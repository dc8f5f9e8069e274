"""One card for each set of weights that can be had: its files, where they come from, under which licence."""

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from vtuber_app.core import paths
from vtuber_app.core.errors import WeightsError

FOLDER = paths.ROOT / "models" / "cards"

Address = Annotated[str, Field(pattern=r"^https?://")]
Precision = Literal["float32", "float16"]


class Entry(BaseModel):
    """What every piece of a card is."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Licence(Entry):
    """What the user may do.

    Attributes:
        id: As SPDX names it.
        commercial: Commercial use is allowed.
        ask: It must have been accepted before the first use.
    """

    id: str
    title: str
    address: Address
    commercial: bool
    ask: bool


class File(Entry):
    """One file.

    Attributes:
        path: In a models folder, with forward slashes.
        network: Whose parameters it holds, as `store.networks` names it; None for what is no network of ours.
        holds: Bytes of its tensors: a file with fewer is not whole.
        size: Its exact size in bytes, where known.
        sha256: In hexadecimal, where known.
        git: Its blob id in git, where known: SHA-1 of "blob SIZE", a zero byte and the content.
        addresses: The official ones, in the order in which they are tried.
        mirrors: Other people's, tried after those. What comes from them is checked like the rest.
    """

    path: str = Field(pattern=r"^[a-z0-9_]+(/[a-z0-9_]+)*/[a-z0-9_]+\.[a-z]+$")
    network: str | None
    precision: Precision | None
    holds: int = Field(gt=0)
    size: int | None
    sha256: str | None = Field(pattern="^[0-9a-f]{64}$")
    git: str | None = Field(pattern="^[0-9a-f]{40}$")
    addresses: tuple[Address, ...]
    mirrors: tuple[Address, ...]

    @property
    def name(self) -> str:
        """Without the folder."""
        return self.path.rpartition("/")[2]

    @property
    def expected(self) -> int:
        """Its size in bytes, exact or nearly."""
        return self.size or self.holds

    def whole(self, path: Path) -> bool:
        """Whether that may be it, by its size alone."""
        try:
            size = path.stat().st_size
        except OSError:
            return False
        return size >= self.holds if self.network else size == self.expected


class Archive(Entry):
    """A zip that holds the files too, in whatever folders.

    Attributes:
        addresses: Where it can be downloaded.
        page: Where only a browser gets it.
        about: Its size in bytes, more or less, where known.
    """

    addresses: tuple[Address, ...]
    page: Address | None
    about: int | None


class Card(Entry):
    """A set of weights.

    Attributes:
        name: As commands name it.
        family: Cards of one family share a licence, which is accepted once.
        gives: What the user gets from it.
        packages: Which packages it needs.
        needs: Which machine.
        page: Its authors' page.
        notes: What else is known about its sources.
    """

    name: str
    title: str
    family: str
    gives: str
    packages: tuple[str, ...]
    needs: str
    author: str
    citation: str
    page: Address
    licence: Licence
    files: tuple[File, ...] = Field(min_length=1)
    archive: Archive | None
    notes: str

    @property
    def size(self) -> int:
        """Of all files, bytes, exact or nearly."""
        return sum(file.expected for file in self.files)

    @property
    def folder(self) -> str:
        """Where its files lie in a models folder."""
        return self.files[0].path.rpartition("/")[0]


def cards() -> dict[str, Card]:
    """All of them by name."""
    return _read(FOLDER)


def find(name: str) -> Card:
    """The card of that name; WeightsError if there is none."""
    if card := cards().get(name):
        return card
    raise WeightsError(f"There are no networks called {name!r}. Choose one of: {', '.join(cards())}.")


@cache
def _read(folder: Path) -> dict[str, Card]:
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            found[path.stem] = Card(**json.loads(path.read_text(encoding="utf-8")), name=path.stem)
        except (OSError, ValueError, TypeError) as error:  # pydantic's and JSON's are ValueErrors
            raise WeightsError(
                f"The card {path} is damaged: {error}. Get it from a fresh copy of the program."
            ) from error
    return found
