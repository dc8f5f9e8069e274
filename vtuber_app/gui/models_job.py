"""Work on networks elsewhere than on the window's thread, which looks now and then how far it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from vtuber_app.core import clock
from vtuber_app.core.errors import VtuberError
from vtuber_app.gui.controls import tr
from vtuber_app.store import importing
from vtuber_app.store import install as installing
from vtuber_app.store.download import Stopped
from vtuber_app.tools.prepare import prepare


@dataclass(frozen=True, slots=True)
class Result:
    """How work ended.

    Attributes:
        sentences: What the user should read.
        failed: They tell a fault.
        unread: Names of cards that came and whose licence may not have been accepted.
        students: Pictures of characters that came.
    """

    sentences: tuple[str, ...] = ()
    failed: bool = False
    unread: tuple[str, ...] = ()
    students: tuple[Path, ...] = ()


@dataclass
class Job:
    """One piece of work.

    Attributes:
        name: The card it is about, or empty.
        do: It, given the job.
        have: How many bytes are done, of `total`.
        stopped: It should stop as soon as it can.
        preparing: All is there, and is made ready for this machine.
    """

    name: str
    do: "Callable[[Job], Result]"
    have: int = 0
    total: int = 0
    stopped: bool = False
    preparing: bool = False
    began: tuple[float, int] | None = field(default=None, repr=False)

    def run(self) -> Result:
        """Do it; a fault the user may cause is a result too."""
        try:
            return self.do(self)
        except Stopped:
            return Result()
        except VtuberError as error:
            return Result((str(error),), failed=True)

    def tell(self, have: int, total: int) -> None:
        """Note how far it is; called by whoever works."""
        if self.began is None:
            self.began = clock.now(), have
        self.have, self.total = have, total

    @property
    def speed(self) -> float:
        """Bytes per second so far."""
        if self.began is None:
            return 0.0
        moment, have = self.began
        return (self.have - have) / max(clock.now() - moment, 0.1)


def install(name: str) -> Job:
    """Download a card."""

    def do(job: Job) -> Result:
        installing.install(name, job.tell, lambda: job.stopped)
        job.preparing = True
        try:
            route = prepare(name)
        except VtuberError as error:  # they are installed all the same
            return Result((str(error),), failed=True)
        return Result((tr("On this machine it runs with {}.").format(route),) if route else ())

    return Job(name, do)


def remove(name: str) -> Job:
    """Delete a card's files."""
    return Job(name, partial(_done, partial(installing.remove, name)))


def forget(name: str) -> Job:
    """Delete what was begun of a card."""
    return Job(name, partial(_done, partial(installing.forget, name)))


def take(path: Path, name: str = "") -> Job:
    """Take over what is in a file, folder or zip, as a card's if one is named."""

    def do(job: Job) -> Result:
        taken = importing.import_(path, name or None, job.tell, lambda: job.stopped)
        return Result(tuple(taken.words), unread=taken.names, students=taken.students)

    return Job(name, do)


def _done(work: Callable[[], object], _: Job) -> Result:
    work()
    return Result()
