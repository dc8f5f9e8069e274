"""Trained students of Talking Head Anime 4: two small networks and their picture, which are an avatar of the user's."""

import re
import shutil
import tempfile
from pathlib import Path

from vtuber_app.avatars import pictures
from vtuber_app.avatars.gallery import CHARACTER, NETWORKS
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError, WeightsError
from vtuber_app.store.given import Entry, Given

PICTURE_LIMIT = 64 << 20
"""The largest picture that is taken, bytes."""


def take(
    given: Given, entries: list[Entry], files: dict[Entry, tuple[str | None, Path]]
) -> tuple[list[Path], list[str]]:
    """Put each student that is whole among the user's avatars.

    Args:
        given: Where they are.
        entries: All that is there.
        files: Which network each file of weights is, if a student's, and where it can be read.

    Returns:
        The pictures, each in its character's folder; and sentences about students that are not whole.
    """
    taken, alone = [], []
    for folder in dict.fromkeys(entry.path.parent for entry, (network, _) in files.items() if network):
        mine = {
            network.rpartition(".")[2]: file
            for entry, (network, file) in files.items()
            if network and entry.path.parent == folder
        }
        images = [e for e in entries if e.path.parent == folder and e.path.suffix.lower() == ".png"]
        picture = next((e for e in images if e.path.name == CHARACTER), images[0] if len(images) == 1 else None)
        missing = [f"its {name} network" for name in (Path(file).stem for file in NETWORKS) if name not in mine]
        missing += [] if picture else [f"its picture {CHARACTER}"]
        if missing or picture is None:
            network = next(iter(mine))
            alone.append(
                f"There is a {network} network of a trained Talking Head Anime 4 student, but not "
                f"{' and '.join(missing)}: give the folder with all three."
            )
            continue
        try:
            taken.append(_keep(folder.name or "character", mine, given, picture))
        except WeightsError as error:
            alone.append(str(error))
    return taken, alone


def _keep(name: str, networks: dict[str, Path], given: Given, picture: Entry) -> Path:
    """Copy one into a folder of its own."""
    avatars = paths.data() / "avatars"
    avatars.mkdir(parents=True, exist_ok=True)
    if picture.size > PICTURE_LIMIT:
        raise WeightsError(f"{picture.path} is too large for a character's picture.")
    with tempfile.TemporaryDirectory(prefix=".import-", dir=avatars) as scratch:
        fresh = Path(scratch, "whole")
        fresh.mkdir()
        shutil.copyfile(given.file(picture, Path(scratch)), fresh / CHARACTER)
        try:
            pictures.read(fresh / CHARACTER)
        except SettingsError as error:
            raise WeightsError(f"The student {name} was left out. {error}") from error
        for network, file in networks.items():
            shutil.copyfile(file, fresh / f"{network}.pt")
        target, number = avatars / _clean(name), 2
        while target.exists():
            if _same(fresh, target):
                return target / CHARACTER
            target, number = avatars / f"{_clean(name)}-{number}", number + 1
        fresh.rename(target)
    return target / CHARACTER


def _clean(name: str) -> str:
    """A name that every system takes as a folder's."""
    return re.sub(r"[^\w -]", "_", name).strip(" _") or "character"


def _same(folder: Path, other: Path) -> bool:
    return all(
        (other / path.name).is_file() and (other / path.name).read_bytes() == path.read_bytes()
        for path in folder.iterdir()
    )
