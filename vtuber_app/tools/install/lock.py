"""Lets one installation at a time into the folder."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def alone(path: Path, waiting: Callable[[], None]) -> Iterator[int]:
    """Wait until no other process holds the file, and hold it.

    The system lets go of it when its last holder ends, however it ends. A pip that outlived a killed installation
    inherited it, so the next one waits for that pip.

    Args:
        path: The file; it stays.
        waiting: Called once if there is someone to wait for.

    Yields:
        The descriptor, for children that should hold it too.
    """
    with path.open("ab") as file:
        told = False
        while True:
            try:
                _take(file)
                break
            except OSError:
                if not told:
                    waiting()
                    told = True
                time.sleep(0.5)
        yield file.fileno()
