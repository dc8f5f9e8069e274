"""`vtuber-app models`: the published networks, got, checked and removed from the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from vtuber_app import store
from vtuber_app.core.errors import VtuberError, WeightsError
from vtuber_app.store import cards, importing, installed
from vtuber_app.store import install as installing
from vtuber_app.store.cards import Card
from vtuber_app.store.download import Progress as Told

models = App(name="models", help="The published networks: what there is, get it, check it, remove it.")
console = Console()
err = Console(stderr=True)

Accepting = Annotated[bool, Parameter(name=["--accept-licence", "--accept-license"], negative="")]

INTERRUPTED = 130


@models.command(name="list")
def list_() -> int:
    """List the networks, and which of them are installed."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("name", no_wrap=True)
    table.add_column("what it gives", ratio=1)
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("licence")
    table.add_column("state")
    for name, card in cards.cards().items():
        state = installed.look(card)
        said, colour = state.words, "green" if state.whole else "yellow" if state.there or state.begun else "dim"
        if state.whole and not store.accepted(name):
            said, colour = "installed, licence not accepted", "yellow"
        licence = card.licence.id + ("" if card.licence.commercial else ", not for commercial use")
        table.add_row(name, f"{card.title}. {card.gives}", _mb(card.size), licence, f"[{colour}]{said}[/]")
    console.print(table)
    console.print(
        "\nGet one: vtuber-app models install NAME. Have the files: vtuber-app models import FILE", highlight=False
    )
    return 0


@models.command
def install(*names: str, accept_licence: Accepting = False) -> int:
    """Download networks. What an interrupted download got is continued.

    Args:
        names: As `models list` names them.
        accept_licence: You have read the licence and accept it, so that nothing is asked.
    """
    for card in _named(names):
        if not _agreed(card, accept_licence):
            return 1
        try:
            with _bar(card.title) as told:
                folder = installing.install(card.name, told)
        except KeyboardInterrupt:
            _say("Stopped. What has come is kept: the same command goes on from there.")
            return INTERRUPTED
        console.print(f"{card.title} is installed in {folder}.", highlight=False, soft_wrap=True)
        _prepare(card)
    return 0


@models.command
def accept(*names: str) -> int:
    """Accept the licence of networks that are installed or that you will put there.

    Args:
        names: As `models list` names them.
    """
    for card in _named(names):
        _show_licence(card)
        store.accept(card.name)
        console.print(f"Accepted for {card.title}.", highlight=False)
    return 0


@models.command
def verify(*names: str) -> int:
    """Look into every file: its checksum where that is known, its tensors, its precision.

    Args:
        names: As `models list` names them; none means all of which something is there.
    """
    chosen = _named(names) if names else [card for card in cards.cards().values() if installed.look(card).there]
    if not chosen:
        console.print("Nothing is installed.")
    sound = True
    for card in chosen:
        console.print(card.title, style="bold", highlight=False)
        with _bar("Looking") as told:
            results = installing.verify(card.name, told)
        for checked in results:
            mark, colour = ("✔", "green") if checked.ok else ("✘", "red")
            console.print(f"[{colour}]{mark}[/] {checked.path.name}: {checked.what}", highlight=False, soft_wrap=True)
        sound = sound and all(checked.ok for checked in results)
    return int(not sound)


@models.command
def remove(*names: str) -> int:
    """Delete the files of networks, and nothing else.

    Args:
        names: As `models list` names them.
    """
    for card in _named(names):
        freed = installing.remove(card.name)
        said = f"removed, {_mb(freed)} are free again" if freed else "was not installed"
        console.print(f"{card.title}: {said}.", highlight=False)
    return 0


@models.command(name="import")
def import_(
    path: Path,
    *,
    as_: Annotated[str | None, Parameter(name="--as")] = None,
    accept_licence: Accepting = False,
) -> int:
    """Take over networks that you have: a file, a folder or a zip under any name, recognised by what is in it.

    Args:
        path: The file, folder or zip. It stays as it is.
        as_: Which networks are meant, where a file fits several; as `models list` names them.
        accept_licence: You have read the licence and accept it, so that nothing is asked.
    """
    with _bar("Looking into it") as told:
        result = importing.import_(path, as_, told)
    for sentence in result.words:
        console.print(sentence, highlight=False, markup=False, soft_wrap=True)
    taken = [cards.find(name) for name in result.names]
    agreed = [card for card in taken if _agreed(card, accept_licence)]
    for card in agreed:
        if installed.look(card).whole:
            _prepare(card)
    return int(agreed != taken)


def _prepare(card: Card) -> None:
    """Make its networks ready for this machine. Where they can't run, they are installed all the same."""
    from vtuber_app.tools.prepare import prepare

    try:
        with err.status("Preparing the networks for this machine, once"):
            route = prepare(card.name)
    except VtuberError as error:
        _say(str(error))
        return
    if route:
        console.print(f"On this machine it runs with {route}.", highlight=False)


def _named(names: tuple[str, ...]) -> list[Card]:
    if not names:
        raise WeightsError(f"Name one or more of: {', '.join(cards.cards())}.")
    return [cards.find(name) for name in names]


def _agreed(card: Card, already: bool) -> bool:
    """Whether the user accepts the licence; asked where there is somebody to ask."""
    if store.accepted(card.name):
        return True
    _show_licence(card)
    if not already:
        if not sys.stdin.isatty():
            _say(
                "The licence must be accepted, and there is nobody to ask. Add --accept-licence, or type: "
                f"vtuber-app models accept {card.name}"
            )
            return False
        if console.input("Do you accept it? [y/N] ", markup=False).strip().lower() not in {"y", "yes"}:
            _say(f"{card.title} can't be used without.")
            return False
    store.accept(card.name)
    return True


def _show_licence(card: Card) -> None:
    use = "Commercial use is allowed." if card.licence.commercial else "NOT for commercial use, nor is what it makes."
    console.print(f"{card.title}, by {card.author}", style="bold", highlight=False, markup=False)
    console.print(f"{card.licence.title}: {card.licence.address}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"Who passes it on must name its author. {use}", style="" if card.licence.commercial else "yellow")
    console.print(f"{_mb(card.size)}. {card.needs} From {card.page}", highlight=False, markup=False, soft_wrap=True)


@contextmanager
def _bar(title: str) -> Iterator[Told]:
    """A bar with bytes, speed and time left, on the error stream."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda have, total: progress.update(task, completed=have, total=total)


def _say(sentence: str) -> None:
    err.print(sentence, style="yellow", highlight=False, markup=False, soft_wrap=True)


def _mb(size: int) -> str:
    return f"{size / 1e6:.0f} MB"
