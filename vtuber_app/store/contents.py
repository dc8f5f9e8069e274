"""What a file of weights holds, whatever it is called. Nothing in it is ever run."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from vtuber_app.core import weights
from vtuber_app.core.errors import WeightsError
from vtuber_app.store import cards, networks
from vtuber_app.store.cards import Card, File
from vtuber_app.store.networks import Signature

HEAD = 512
"""Bytes that tell of what kind a file is."""
PAGES = (b"<!doctype html", b"<html", b"<head", b"<?xml")
LIMIT = 180 << 20
"""No network of ours has a file as large as this, bytes."""
LIKE = 0.5
"""The share of common parameters from which on a network looks like another."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds.

    Attributes:
        precision: Of all its numbers, as torch names it; several where they differ.
    """

    signature: Signature
    precision: str

    @property
    def networks(self) -> tuple[str, ...]:
        """Which of our networks have such parameters."""
        return tuple(name for name, own in networks.signatures().items() if own == self.signature)

    @property
    def words(self) -> str:
        """What it is, in words."""
        known = self.networks
        if not known:
            return f"another network ({len(self.signature)} parameters{_like(self.signature)})"
        posers = " or ".join(dict.fromkeys(_spoken(name) for name in known))
        return f"{known[0].rpartition('.')[2]} of {posers}, {_precision(self.precision)}"


def examine(path: Path, name: str = "") -> Contents:
    """See what a file holds.

    Args:
        path: The file.
        name: What messages call it, if not as it is called.

    Raises:
        WeightsError: It is no file of weights, is damaged, or could run a program.
    """
    name = name or path.name
    head = beginning(path)
    if reason := why_not(head):
        raise WeightsError(f"{name} {reason}")
    if not may_be_weights(head):
        raise WeightsError(f"{name} is no file of weights, or a damaged one: it begins like none.")
    if _unpacked(path) > LIMIT:
        raise WeightsError(f"{name} is larger than any network that this program runs.")
    try:
        state = weights.load(path)
    except WeightsError as error:
        raise WeightsError(str(error).replace(path.name, name)) from error
    precisions = sorted({str(tensor.dtype).removeprefix("torch.") for tensor in state.values()})
    return Contents(networks.signature(state), ", ".join(precisions))


def expect(card: Card, file: File, path: Path) -> str:
    """See that a file holds what the card says, and say it in words.

    Raises:
        WeightsError: It doesn't.
    """
    if file.network is None:
        if reason := why_not(beginning(path)):
            raise WeightsError(f"{file.name} {reason}")
        return "as published"
    found = examine(path, file.name)
    if found.signature != networks.signatures()[file.network]:
        raise WeightsError(f"{file.name} should be {_part(file)} of {card.title}, but is {found.words}.")
    if found.precision != file.precision:
        raise WeightsError(
            f"{file.name} is the right network {_precision(found.precision)}; {card.title} has it "
            f"{_precision(file.precision or '')}."
        )
    return f"{len(found.signature)} tensors, {_precision(found.precision)}"


def fitting(found: Contents) -> list[tuple[Card, File]]:
    """The files of all cards that have these parameters in this precision."""
    known = found.networks
    return [
        (card, file)
        for card in cards.cards().values()
        for file in card.files
        if file.network in known and file.precision == found.precision
    ]


def beginning(path: Path) -> bytes:
    """A file's first bytes; WeightsError if it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError as error:
        raise WeightsError(f"{path} can't be read: {error.strerror or error}.") from error


def why_not(head: bytes) -> str | None:
    """Why a file that begins so holds no weights, as the rest of a sentence."""
    if not head:
        return "is empty. Delete it and get it again."
    if head.lstrip().lower().startswith(PAGES):
        return (
            "is a web page: the server gave a page instead of the file. Get it with a browser, from the link that "
            "starts a download."
        )
    if head.startswith(b"version https://git-lfs"):
        return (
            "is only a pointer of Git LFS, not the file itself. Get the file with `git lfs pull`, or from its authors."
        )
    return None


def may_be_weights(head: bytes) -> bool:
    """Whether a file that begins so may hold weights: torch's zip, torch's older format, or safetensors."""
    return head.startswith((b"PK\x03\x04", b"\x80")) or head[8:9] == b"{"


def _unpacked(path: Path) -> int:
    """How many bytes come out of a file."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:  # none, or a damaged one, which `load` tells
        return path.stat().st_size


def _like(signature: Signature) -> str:
    """Which of ours it looks like."""

    def common(name: str) -> float:
        own = networks.signatures()[name]
        return len(own & signature) / len(own | signature)

    nearest = max(networks.signatures(), key=common)
    if common(nearest) < LIKE:
        return ""
    differ = sorted(name for name, _ in networks.signatures()[nearest] ^ signature)
    return f"; like {nearest.rpartition('.')[2]} of {_spoken(nearest)}, but of another version: {differ[0]} differs"


def _part(file: File) -> str:
    return (file.network or file.name).rpartition(".")[2]


def _precision(precision: str) -> str:
    return {"float32": "in full precision (float32)", "float16": "in half precision (float16)"}.get(
        precision, f"in {precision}"
    )


def _spoken(network: str) -> str:
    """The poser in words."""
    return {
        "tha1": "Talking Head Anime 1",
        "tha2": "Talking Head Anime 2",
        "tha3_standard": "Talking Head Anime 3 standard",
        "tha3_separable": "Talking Head Anime 3 small",
        "tha4": "Talking Head Anime 4",
        networks.STUDENT: "a Talking Head Anime 4 student",
    }[network.partition(".")[0]]
