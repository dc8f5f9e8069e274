"""Characters are drawn on processes of their own: it is Python's work, which on a thread would hold the stream up."""

import logging
import os
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any

import cv2
from PySide6.QtCore import QObject, Signal

from vtuber_app.core.errors import VtuberError
from vtuber_app.gui.controls import tr

COUNT = max(2, min(4, (os.cpu_count() or 2) // 2))
"""How many processes: enough for a grid within some seconds, and few enough to leave the stream its own."""
AHEAD = 1
"""How many jobs more than processes are handed over, so that none waits for the next."""
log = logging.getLogger(__name__)


@dataclass(eq=False)
class Job:
    """One thing to draw."""

    call: Callable[[], Any]
    then: Callable[[Any], None]
    failed: Callable[[str], None]
    dropped: bool = False


class Painters(QObject):
    """Calls what can be pickled elsewhere, in order, and brings the results to the window's thread.

    The processes start with the first job; `close` ends them, and a later job starts new ones.
    """

    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Job] = deque()
        self._at_work: set[Job] = set()
        self._pool: ProcessPoolExecutor | None = None
        self._finished.connect(self._done)

    def ask(
        self, call: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[str], None], first: bool = False
    ) -> Job:
        """Have something drawn, `first` before all that waits; then `then` gets it, or `failed` a sentence."""
        job = Job(call, then, failed)
        if first:
            self._waiting.appendleft(job)
        else:
            self._waiting.append(job)
        self._hand_over()
        return job

    def drop(self, jobs: Collection[Job]) -> None:
        """Nobody wants these any more."""
        for job in jobs:
            job.dropped = True

    def close(self) -> None:
        """Drop everything and end the processes, without waiting for what they have just begun."""
        self.drop([*self._waiting, *self._at_work])
        self._waiting.clear()
        self._at_work.clear()
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _hand_over(self) -> None:
        while self._waiting and len(self._at_work) < COUNT + AHEAD:
            job = self._waiting.popleft()
            if job.dropped:
                continue
            self._at_work.add(job)
            self._submitted(job.call).add_done_callback(partial(self._tell, job))

    def _submitted(self, call: Callable[[], Any]) -> Future[Any]:
        if self._pool:
            try:
                return self._pool.submit(call)
            except BrokenExecutor:
                log.warning("A process that drew characters has ended; another one is started.")
        self._pool = ProcessPoolExecutor(COUNT, get_context("spawn"), initializer=_modest)
        return self._pool.submit(call)

    def _tell(self, job: Job, future: Future[Any]) -> None:
        if not job.dropped and not future.cancelled():
            self._finished.emit(job, future)
        elif job in self._at_work:
            self._finished.emit(job, None)

    def _done(self, job: Job, future: Future[Any] | None) -> None:
        self._at_work.discard(job)
        error = future.exception() if future else None
        if isinstance(error, VtuberError):
            log.warning("%s", error)
        elif error:
            log.error("A character could not be drawn.", exc_info=error)
            self.close()  # whatever ended the processes, the next job gets new ones
        if error and not job.dropped:
            own = isinstance(error, VtuberError)
            job.failed(str(error) if own else tr("The drawing failed: {}. Try again.").format(error))
        elif future and not job.dropped:
            job.then(future.result())
        self._hand_over()


def _modest() -> None:
    """The stream comes first; and nobody is left behind by a program that was killed."""
    Thread(target=_leave_with_parent, daemon=True).start()
    cv2.setNumThreads(1)
    if hasattr(os, "nice"):
        os.nice(5)


def _leave_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(0)
