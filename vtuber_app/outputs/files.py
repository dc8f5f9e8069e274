"""Names for what is recorded."""

import itertools
import time
from pathlib import Path

from vtuber_app.core import paths


def reserve(folder: Path | None, suffix: str) -> Path:
    """Make an empty file, or without a suffix a folder, that is named by the time and replaces none.

    Args:
        folder: Made if it isn't there; None: vtuber_app among the user's videos.
        suffix: The file's ending, with its dot.
    """
    folder = folder or paths.videos() / paths.APP
    folder.mkdir(parents=True, exist_ok=True)
    stem = time.strftime("%Y-%m-%d %H-%M-%S")
    for number in itertools.count(1):
        path = folder / (stem + (f" ({number})" if number > 1 else "") + suffix)
        try:
            path.touch(exist_ok=False) if suffix else path.mkdir()
        except FileExistsError:
            continue
        return path
    raise AssertionError("counting never ends")
