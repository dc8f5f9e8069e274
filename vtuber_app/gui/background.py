"""Work that would hold the window up, on two threads of its own."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from vtuber_app.core.errors import VtuberError

T = TypeVar("T")
log = logging.getLogger(__name__)


class Background(QObject):
    """Calls functions elsewhere and brings what they return back to the thread of the window.

    Python's own pool, not Qt's: a QThread that runs Python code leaves a dummy thread behind in `threading`.
    """

    _finished = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="window")
        self._closed = False
        self._finished.connect(lambda then, value: then(value))

    def run(self, call: Callable[[], T], then: Callable[[T], None]) -> None:
        """Call `call` elsewhere, then `then` here; an error a user may cause is logged, and `then` left out."""

        def finish(future: Future[T]) -> None:
            if future.cancelled():
                return
            error = future.exception()
            if isinstance(error, VtuberError):
                log.warning("%s", error)
            elif error:
                log.error("Work in the background failed.", exc_info=error)
            else:
                self._finished.emit(then, future.result())

        if not self._closed:
            self._pool.submit(call).add_done_callback(finish)

    def close(self) -> None:
        """Drop what has not begun and wait for the rest; nothing is begun after this."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)


Runner = Callable[[Callable[[], Any], Callable[[Any], None]], None]
"""What `Background.run` is: cards take only that."""


def attempt(call: Callable[[], T]) -> Callable[[], T | VtuberError]:
    """The same, but for an error that a user may see, which it returns."""

    def tried() -> T | VtuberError:
        try:
            return call()
        except VtuberError as error:
            return error

    return tried
