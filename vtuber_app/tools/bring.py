"""A picture from wherever comes into the gallery: read, cut out, looked into, made a puppet, kept."""

import struct
import tempfile
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from vtuber_app import avatar_settings, store
from vtuber_app.avatars import archive, gallery, keep, online, pictures
from vtuber_app.avatars.autorig import importing
from vtuber_app.avatars.autorig.draft import Cut, Draft, begun
from vtuber_app.avatars.autorig.find import Finder
from vtuber_app.avatars.autorig.found import Pixels
from vtuber_app.avatars.autorig.importing import Imported
from vtuber_app.avatars.matting import Matting
from vtuber_app.avatars.rig.writing import write_png, write_puppet
from vtuber_app.core.errors import DependencyError, SettingsError
from vtuber_app.tools import human

CARD = "isnet_anime"
WEIGHTS = (".pt", ".pth", ".safetensors")
TAIL = 66_000
"""The end of a .zip, which says how long its table of contents is, lies within so many bytes from its own."""
PICTURE = 512
"""Of the pictures beside the layers, px."""
NAME = "Avatar"


@dataclass(frozen=True, eq=False)
class Made:
    """What became of a draft.

    Attributes:
        puppet: None where it stays flat.
        why_flat: A sentence, where it does.
    """

    draft: Draft
    puppet: Imported | None
    why_flat: str = ""


def read(source: str) -> tuple[Pixels, str]:
    """The pixels of a picture's file or web address, and a name; SettingsError says why not."""
    if online.is_address(source):
        return online.read(source)
    path = Path(source).expanduser()
    return pictures.read(path), path.stem


def is_avatar(source: str) -> bool:
    """Whether it is one already, which is taken as it is: a puppet's folder, or an archive."""
    path = Path(source)
    return not online.is_address(source) and (
        path.is_dir() or path.suffix.lower() == ".zip" or path.name == gallery.PUPPET
    )


def holds_avatar(path: Path) -> bool:
    """Whether a .zip holds an avatar, rather than networks or what nobody should open."""
    if path.suffix.lower() != ".zip":
        return False
    try:
        with path.open("rb") as file:
            file.seek(max(path.stat().st_size - TAIL, 0))
            tail = file.read()
        end = tail.rfind(b"PK\5\6")
        if end < 0 or struct.unpack_from("<I", tail, end + 12)[0] > archive.DIRECTORY_LIMIT:
            return False
        with zipfile.ZipFile(path) as zipped:
            names = [PurePosixPath(name.lower()) for name in zipped.namelist()]
    except (OSError, zipfile.BadZipFile, struct.error, ValueError, RuntimeError, NotImplementedError):
        return False
    if any(name.name in (gallery.PUPPET, keep.ABOUT) for name in names):
        return True
    kinds = {name.suffix for name in names}
    return bool(kinds & set(pictures.SUFFIXES)) and not kinds & set(WEIGHTS)


def begin(pixels: Pixels, finder: Finder) -> Draft:
    """Cut a picture out, by the matting network where it is installed and needed, and look what it shows."""
    draft = begun(pixels, finder, _matting())
    try:
        return replace(draft, photo=human.is_photo(draft))
    except DependencyError:  # without MediaPipe nobody can tell
        return draft


def make(draft: Draft, name: str) -> Made:
    """The puppet of a draft, or why there can't be one."""
    try:
        return Made(draft, importing.made(draft, name))
    except SettingsError as error:
        return Made(draft, None, str(error))


def as_it_is(pixels: Pixels) -> Made:
    """A picture that is to stay flat and uncut."""
    return Made(Draft(pixels, pixels, None, None), None)


def keep_it(made: Made, name: str) -> str:
    """Put it into the gallery: as a puppet, or as a flat picture.

    Returns:
        The name it got.

    Raises:
        SettingsError: The name can't be used, or the disk is full; the gallery is as it was before.
    """
    wanted = keep.checked(name)
    try:
        with tempfile.TemporaryDirectory(prefix="vtuber-app-") as spare:
            folder = Path(spare) / "avatar"
            if made.puppet:
                rig = made.puppet.rig.model_copy(update={"name": wanted})
                write_puppet(rig, made.puppet.pictures, folder, PICTURE)
            else:
                folder.mkdir()
                write_png(folder / gallery.CHARACTER, importing.flat(made.draft))
            return keep.add(folder, wanted)
    except OSError as error:
        raise SettingsError(
            f"{wanted} can't be kept: {error.strerror or error}. Make room on the disk and try again; the gallery is "
            "as it was."
        ) from error


def add(source: str) -> tuple[str, str | None]:
    """Take an avatar as it is into the gallery; the name it got, and what of its settings was left out."""
    path = Path(source)
    return avatar_settings.add(path.parent if path.name == gallery.PUPPET else path)


def good_name(name: str) -> str:
    """A name that may be used, as near to that one as can be."""
    words = " ".join("".join(c if c.isalnum() or c in " -_'()" else " " for c in name.replace("_", " ")).split())
    words = words[: keep.NAME_LIMIT].strip() or NAME
    return NAME if archive.why_not(words) else words


def _matting() -> Cut | None:
    """What cuts figures out of any background, loaded when it is needed; None where it isn't installed."""
    path = store.file_of(CARD)
    return None if path is None else lambda pixels: Matting(path).cut(pixels)
