"""The log file: what went wrong lately, for the report that a user may send."""

import logging
import sys
import threading
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from vtuber_app.core import paths

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
SIZE = 256_000
log = logging.getLogger(__name__)


def file() -> Path:
    """Where it is."""
    return paths.cache() / "log.txt"


def start() -> None:
    """Write warnings, errors and crashes to the file from now on; without one the program runs all the same."""
    try:
        file().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(file(), maxBytes=SIZE, backupCount=1, encoding="utf-8", errors="replace")
    except OSError as error:
        log.warning("There is no log file %s: %s", file(), error.strerror)
        return
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    sys.excepthook = _crashed
    threading.excepthook = lambda crash: log.critical(
        "A thread ended by a bug.",
        exc_info=(crash.exc_type, crash.exc_value or crash.exc_type(), crash.exc_traceback),
    )


def last(count: int) -> list[str]:
    """The last lines."""
    try:
        with file().open(encoding="utf-8", errors="replace") as stream:
            return [line.rstrip("\n") for line in deque(stream, count)]
    except OSError:
        return []


def _crashed(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, where)
    else:
        log.critical("The program met a bug.", exc_info=(kind, error, where))
