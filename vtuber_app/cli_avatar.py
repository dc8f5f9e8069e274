"""`vtuber-app avatar`: the avatars in the gallery, added, passed on, renamed and deleted from the command line."""

import secrets
import tempfile
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vtuber_app import avatar_settings
from vtuber_app.avatars import gallery, keep, online
from vtuber_app.avatars.autorig.find import Finder
from vtuber_app.avatars.rig import format
from vtuber_app.core.errors import SettingsError

avatar = App(name="avatar", help="The avatars: what there is, add one, pass it on, rename, duplicate, delete, restore.")
console = Console()


@avatar.command(name="list")
def list_(text: str = "") -> int:
    """List the avatars in the gallery.

    Args:
        text: Only those whose name holds these words.
    """
    entries = gallery.entries()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("name", "kind", "whose", "licence", "origin"):
        table.add_column(title)
    for name in keep.search(text):
        row = (name, _kind(entries[name]), "the program's" if keep.shipped(name) else "yours", *_about(entries[name]))
        table.add_row(*map(Text, row))
    if table.row_count:
        console.print(table)
    else:
        _say(f"No avatar is called like {text!r}." if text else "There is no avatar. Add one: vtuber-app avatar import")
    return 0


@avatar.command
def export(name: str, file: Path) -> int:
    """Pack an avatar into one file, to pass it on.

    Args:
        name: As `avatar list` names it.
        file: The .zip file to write.
    """
    if file.exists():
        raise SettingsError(f"{file} is already there. Choose another name, or delete it first.")
    avatar_settings.export(name, file)
    _say(f"{name} is packed in {file} ({file.stat().st_size / 1e6:.1f} MB).")
    return 0


@avatar.command(name="import")
def import_(source: str, *, name: str | None = None, flat: bool = False) -> int:
    """Bring an avatar into the gallery.

    Args:
        source: A picture's file or web address, a .zip archive that was exported, or a puppet's folder. It stays as
            it is.
        name: What to call it; by default as it calls itself, or as the file.
        flat: Keep a picture as it is, for networks, instead of making a puppet of it.
    """
    from vtuber_app.tools import bring

    if bring.is_avatar(source) or (flat and not online.is_address(source)):
        got, fault = avatar_settings.add(Path(source), name)
        if fault:
            _say(f"Note: {fault}")
    else:
        pixels, called = bring.read(source)
        wanted = keep.checked(name) if name else bring.good_name(called)
        if flat:
            got = bring.keep_it(bring.as_it_is(pixels), wanted)
        else:
            draft = bring.begin(pixels, Finder())
            made = bring.make(draft, wanted)
            for doubt in draft.doubts:
                _say(f"Note: {doubt}")
            if not made.puppet:
                _say(f"It moves only as a whole: {made.why_flat}")
            got = bring.keep_it(made, wanted)
    _say(f"{got} is in the gallery. See it: vtuber-app live --avatar {_quoted(got)}")
    return 0


@avatar.command
def rename(old: str, new: str) -> int:
    """Give an avatar of yours another name.

    Args:
        old: As `avatar list` names it.
        new: The new name; where it is taken, a number is added.
    """
    _say(f"{old} is called {avatar_settings.rename(old, new)} now.")
    return 0


@avatar.command
def duplicate(name: str) -> int:
    """Copy an avatar within the gallery; the copy is yours to change.

    Args:
        name: As `avatar list` names it.
    """
    _say(f"The copy of {name} is called {avatar_settings.duplicate(name)}.")
    return 0


@avatar.command
def delete(name: str) -> int:
    """Put an avatar of yours into the trash.

    Args:
        name: As `avatar list` names it.
    """
    keep.delete(name)
    _say(f"{name} is deleted. Bring it back: vtuber-app avatar restore {_quoted(name)}")
    return 0


@avatar.command
def restore(name: str | None = None) -> int:
    """Bring back an avatar that was deleted.

    Args:
        name: Which; by default the one that was deleted last.
    """
    _say(f"{keep.restore(name)} is in the gallery again.")
    return 0


def _kind(entry: Path) -> str:
    if (entry / gallery.PUPPET).is_file():
        return "puppet"
    return "trained character" if gallery.trained(entry) else "picture"


def _about(entry: Path) -> tuple[str, str]:
    """Licence and origin, a line each; what is wrong with the avatar's files is said where the licence would be."""
    try:
        if known := keep.about(entry):
            return known.licence.partition("\n")[0], known.origin.partition("\n")[0]
        if (entry / gallery.PUPPET).is_file():
            rig = format.load(entry)
            return rig.licence, rig.author
    except SettingsError as error:
        return str(error), ""
    return "", ""


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _say(sentence: str) -> None:
    console.print(sentence, highlight=False, markup=False, soft_wrap=True)


@avatar.command
def rig(picture: Path, *, out: Path, debug: Path | None = None) -> int:
    """Make a puppet of a flat picture of a character: it is cut into layers that blink, speak and turn.

    Args:
        picture: A drawn character from the front, on a transparent or a plain background.
        out: The folder to write; it must not be there yet.
        debug: A PNG to write, which shows the landmarks and parts that were found.
    """
    from vtuber_app.tools.rig import rigged

    for doubt in rigged(picture, out, debug):
        _say(f"Note: {doubt}")
    _say(f"{out}: see it by vtuber-app live --avatar {_quoted(str(out))}")
    return 0


@avatar.command
def sheet(*avatars: str, out: Path, tile: int = 128) -> int:
    """Draw what avatars can do into one picture, a row each; of one avatar alone, all of it.

    Args:
        avatars: Names in the gallery, pictures or puppets' folders.
        out: The PNG or JPEG file to write.
        tile: Size of each picture in it, px.
    """
    from vtuber_app.tools import contact_sheet

    loaded = [gallery.load(one) for one in avatars]
    if not loaded:
        raise SettingsError("Name at least one avatar.")
    drawn = contact_sheet.rows(loaded, tile) if len(loaded) > 1 else contact_sheet.contact_sheet(loaded[0], tile)
    contact_sheet.write(drawn, out)
    _say(f"{out} is written.")
    return 0


@avatar.command
def compose(
    *,
    count: int = 1,
    seed: int | None = None,
    out: Path | None = None,
    set_: Annotated[list[str] | None, Parameter(name="--set", consume_multiple=True)] = None,
    name: str = "Hana",
    size: int = 2048,
    psd: bool = False,
) -> int:
    """Draw new characters by lot: puppets that move at once.

    Args:
        count: How many; no two are alike.
        seed: The same number gives the same characters; by default another one each time.
        out: The folder for them; by default your gallery.
        set_: Traits that are fixed, as TRAIT=OPTION, e.g. "hair colour=silver"; `avatar traits` lists them.
        name: What to call them.
        size: Of the canvas, px.
        psd: Write the layers as a Photoshop file too, beside the puppet; it needs --out.
    """
    from vtuber_app.tools.compose import compose as drawn

    pairs = [one.partition("=") for one in set_ or []]
    if wrong := [trait for trait, equals, _ in pairs if not equals]:
        raise SettingsError(f"--set takes TRAIT=OPTION, not {wrong[0]!r}.")
    if psd and out is None:
        raise SettingsError("The gallery keeps no PSD files. Give a folder for them: --out FOLDER.")
    fixed = {trait.strip(): option.strip() for trait, _, option in pairs}
    chosen = secrets.randbelow(1 << 31) if seed is None else seed
    with tempfile.TemporaryDirectory() as spare:
        for folder in drawn(out or Path(spare), count, chosen, fixed, size, name, psd):
            made = str(folder) if out else keep.add(folder)
            _say(f"{made}: see it by vtuber-app live --avatar {_quoted(made)}")
    _say(f"The seed was {chosen}.")
    return 0


@avatar.command
def traits() -> int:
    """List the traits of composed characters and their options."""
    from vtuber_app.tools.compose import traits as pools

    for trait, pool in pools().items():
        console.print(Text(trait, style="bold"), Text(", ".join(pool)), sep="\n")
    return 0
