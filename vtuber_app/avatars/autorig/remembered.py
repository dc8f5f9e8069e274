"""What was cut out of flat pictures, kept in the user's cache: a picture that is chosen again is there at once."""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vtuber_app import __version__
from vtuber_app.avatars import cutout, keep, pictures, placing
from vtuber_app.avatars.autorig import importing
from vtuber_app.avatars.autorig.found import Pixels
from vtuber_app.avatars.rig import format
from vtuber_app.avatars.rig.format import Rig
from vtuber_app.avatars.rig.writing import write_layers
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError

MOST = 24
"""Pictures whose cuts are kept: those that were asked for last. Each takes some 2 MB."""
ABOUT = "cut.json"
READERS = 2
"""Threads that decode pictures."""
CODE = (*sorted(Path(__file__).parent.glob("*.py")), Path(cutout.__file__), Path(placing.__file__))
log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Cut:
    """A flat picture as a puppet: its rig, the rig's pictures by file name, and what may go wrong, in sentences."""

    rig: Rig
    pictures: dict[str, Pixels]
    doubts: tuple[str, ...]


def cut(pixels: Pixels, name: str) -> Cut:
    """Cut a picture into layers, or take what was cut before.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha.
        name: Of the rig.

    Raises:
        SettingsError: It can't be cut out, or no face is found in it; that too is remembered.
    """
    folder = _folder(pixels)
    if (folder / ABOUT).is_file():
        try:
            return _taken(folder, name)
        except (OSError, ValueError, KeyError) as error:
            log.warning("What was kept of %s can't be read and is made anew: %s", name, error)
    try:
        made = importing.rigged(pixels, name)
    except SettingsError as error:
        _keep(folder, None, {"refused": str(error)})
        raise
    _keep(folder, made, {"refused": None, "doubts": made.doubts})
    return Cut(made.rig, made.pictures, tuple(made.doubts))


def known(pixels: Pixels) -> bool:
    """Whether that picture was cut before, so that `cut` takes no time."""
    return (_folder(pixels) / ABOUT).is_file()


def _taken(folder: Path, name: str) -> Cut:
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    os.utime(folder)  # asked for just now
    if about["refused"] is not None:
        raise SettingsError(about["refused"])
    try:
        rig = format.load(folder)
        files = list(dict.fromkeys(keep.named_files(rig.model_dump())))
        with ThreadPoolExecutor(READERS, thread_name_prefix="cut") as pool:  # an avatar is waited for meanwhile
            found = dict(zip(files, pool.map(lambda file: pictures.read(folder / file), files), strict=True))
    except SettingsError as error:  # of this program's making: not the user's mistake
        raise ValueError(str(error)) from error
    return Cut(rig.model_copy(update={"name": name}), found, tuple(about["doubts"]))


def _keep(folder: Path, made: importing.Imported | None, about: dict[str, object]) -> None:
    """Write beside and rename, so that no half of it is ever found. A full disk only costs time later."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=folder.parent, ignore_cleanup_errors=True) as room:
            fresh = Path(room) / folder.name
            fresh.mkdir()
            if made:
                write_layers(made.rig, made.pictures, fresh, quickly=True)
            (fresh / ABOUT).write_text(json.dumps(about), encoding="utf-8")
            shutil.rmtree(folder, ignore_errors=True)
            fresh.rename(folder)
        kept = sorted(
            (one for one in folder.parent.iterdir() if one.name[0] != "."), key=lambda one: one.stat().st_mtime
        )
        for old in kept[:-MOST]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        log.warning("What was cut out can't be kept in %s: %s", folder.parent, error)


def _folder(pixels: Pixels) -> Path:
    """Where the cut of a picture lies, by its content and by what cuts it."""
    digest = hashlib.blake2b(_maker(), digest_size=16)
    digest.update(str(pixels.shape).encode())
    digest.update(pixels.tobytes() if not pixels.flags.c_contiguous else pixels.data)
    return paths.cache() / "cuts" / digest.hexdigest()


@cache
def _maker() -> bytes:
    """Of the program's version, its code that cuts, and the network."""
    digest = hashlib.sha256(__version__.encode())
    for file in (*CODE, paths.assets() / "rig" / "portrait.onnx"):
        digest.update(file.read_bytes())
    return digest.digest()
