"""Small pictures of a puppet with its eyes closing, for a gallery in which the avatars blink."""

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vtuber_app import __version__
from vtuber_app.avatars import gallery, pictures
from vtuber_app.avatars.rig import format
from vtuber_app.avatars.rig.bend import Motion
from vtuber_app.avatars.rig.face import REST
from vtuber_app.avatars.rig.figure import Figure, View
from vtuber_app.avatars.rig.format import Eye
from vtuber_app.avatars.rig.textures import Pixels
from vtuber_app.avatars.rig.writing import write_png
from vtuber_app.core import paths

LIDS = (1.0, 0.45, 0.0)
"""How far the eyes are open in each picture."""
MOST = 300
"""Avatars whose pictures are kept, of some 0.2 MB each."""
log = logging.getLogger(__name__)


def frames(name_or_path: str | Path, size: int) -> tuple[Pixels, ...]:
    """An avatar's portrait as its eyes close, from open to closed.

    What was drawn is kept in the user's cache until the puppet is changed.

    Args:
        name_or_path: As `gallery.load` takes it.
        size: Of the pictures, px.

    Returns:
        Pictures (size, size, 4) RGBA; none for an avatar without eyes that move, such as a flat picture.

    Raises:
        SettingsError: There is no such avatar, or it is damaged.
    """
    path = gallery.find(name_or_path)
    if not path.is_dir():
        return ()
    file = paths.cache() / "blinks" / f"{_state(path, size)}.png"
    if file.is_file():
        strip = pictures.read(file)
        return tuple(np.split(strip, len(LIDS), axis=1)) if strip.size else ()
    drawn = _drawn(path, size)
    if drawn:
        _keep(file, np.concatenate(drawn, axis=1))
    return drawn


def _drawn(folder: Path, size: int) -> tuple[Pixels, ...]:
    rig = format.load(folder)
    if not any(isinstance(part, Eye) for part in rig.parts):
        return ()
    view = View(*rig.portrait, size)
    figure = Figure(rig, lambda file: pictures.read(folder / file), view.scale)
    poses = [REST | {f"{side} eye": (lid, 0, 0, 0, 0) for side in ("left", "right")} for lid in LIDS]
    return tuple(figure.draw(view, Motion(), pose, hair=0, time=0) for pose in poses)


def _state(folder: Path, size: int) -> str:
    """The same as long as nothing in the folder is changed, wherever it lies."""
    digest = hashlib.sha256(f"{__version__} {size} {LIDS}".encode())
    for file in sorted((folder / gallery.PUPPET, *(folder / "layers").glob("*.png"))):
        about = file.stat()
        digest.update(f"{file.relative_to(folder).as_posix()} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]


def _keep(file: Path, strip: Pixels) -> None:
    fresh = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_png(fresh, strip, quickly=True)
        fresh.replace(file)
        _forget(sorted(file.parent.glob("*.png"), key=lambda one: one.stat().st_mtime)[:-MOST])
    except OSError as error:  # it is only drawn again next time
        log.warning("Small pictures can't be kept in %s: %s", file.parent, error)


def _forget(old: Sequence[Path]) -> None:
    for file in old:
        file.unlink(missing_ok=True)
