"""The avatars at hand: those that ship with the program, the user's own, and any file or folder."""

from pathlib import Path

import cv2
import numpy as np

from vtuber_app.avatars import pictures
from vtuber_app.avatars.rig import format
from vtuber_app.avatars.rig.bend import Motion
from vtuber_app.avatars.rig.figure import Figure, View
from vtuber_app.avatars.rig.textures import Pixels
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.types import Avatar

PUPPET = "puppet.json"
PICTURE = "picture.png"
"""In a puppet's folder: how it looks at rest, framed as Talking Head Anime wants it."""
PORTRAIT = "portrait.png"
CHARACTER = "character.png"
NETWORKS = ("face_morpher.pt", "body_morpher.pt")
"""In the folder of a character for which networks were trained."""
PICTURE_SIZE = 512


def folders() -> tuple[Path, ...]:
    """Where avatars are looked for; the user's own come first and win over one of the same name."""
    return paths.data() / "avatars", paths.assets() / "avatars"


def names() -> tuple[str, ...]:
    """The names of all avatars in the gallery, in alphabetical order."""
    return tuple(sorted(_found()))


def entries() -> dict[str, Path]:
    """What stands for each avatar in the gallery, by name: a folder, or a picture that lies there on its own."""
    return {
        name: path.parent if path.name == CHARACTER and path.parent not in folders() else path
        for name, path in _found().items()
    }


def load(name_or_path: str | Path) -> Avatar:
    """Read an avatar.

    Args:
        name_or_path: A name in the gallery, a picture, or the folder (or `puppet.json`) of a puppet.

    Raises:
        SettingsError: There is none, or it is damaged, too large, or of a kind we don't read.
    """
    path = find(name_or_path)
    if not path.is_dir():
        name = path.parent.name if path.name == CHARACTER else path.stem
        return Avatar(name, _read_only(pictures.read(path)), path)
    rig = format.load(path)
    if (path / PICTURE).is_file():
        return Avatar(rig.name, _read_only(pictures.read(path / PICTURE)), path)
    view = View(0, 0, rig.canvas, PICTURE_SIZE)
    figure = Figure(rig, lambda file: pictures.read(path / file), view.scale)
    return Avatar(rig.name, _read_only(figure.draw(view, Motion(), None, hair=0, time=0)), path)


def find(name_or_path: str | Path) -> Path:
    """The picture or the puppet's folder that is meant; SettingsError if there is none."""
    found = _found()
    if str(name_or_path) in found:
        return found[str(name_or_path)]
    path = Path(name_or_path).expanduser()
    if path.name == PUPPET and path.is_file():
        return path.parent
    if path.is_file() or (path / PUPPET).is_file():
        return path
    if (path / CHARACTER).is_file():
        return path / CHARACTER
    if path.is_dir():
        raise SettingsError(f"The folder {path} holds no {PUPPET}. Choose a picture, or a puppet's folder.")
    choice = ", ".join(sorted(found)) or "none is installed"
    raise SettingsError(f"There is no avatar {str(name_or_path)!r}. Choose a picture's path or one of: {choice}.")


def trained(folder: Path) -> bool:
    """Whether networks were trained for the character in that folder."""
    return all((folder / file).is_file() for file in (CHARACTER, *NETWORKS))


def thumbnail(name_or_path: str | Path, size: int = 160) -> Pixels:
    """A small square picture of an avatar, (size, size, 4) RGBA; SettingsError as `load`."""
    path = find(name_or_path)
    portrait = path / PORTRAIT
    pixels = pictures.read(portrait) if portrait.is_file() else load(path).pixels
    height, width = pixels.shape[:2]
    factor = size / max(height, width)
    wide, tall = max(round(width * factor), 1), max(round(height * factor), 1)
    premultiplied = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)
    small = cv2.resize(premultiplied, (wide, tall), interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    square = np.zeros((size, size, 4), np.uint8)
    top, left = size - tall, (size - wide) // 2
    square[top:, left : left + wide] = cv2.cvtColor(small, cv2.COLOR_mRGBA2RGBA)
    return square


def _found() -> dict[str, Path]:
    """The gallery's avatars by name. A name that starts with a dot is one that is just being written."""
    found: dict[str, Path] = {}
    for folder in reversed(folders()):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name.startswith("."):
                continue
            if (path / PUPPET).is_file() or (path.is_file() and path.suffix.lower() in pictures.SUFFIXES):
                found[path.stem if path.is_file() else path.name] = path
            elif (path / CHARACTER).is_file():
                found[path.name] = path / CHARACTER
    return found


def _read_only(pixels: Pixels) -> Pixels:
    pixels.setflags(write=False)
    return pixels
