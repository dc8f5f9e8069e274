"""A thread that runs one part."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError, PacketError, StageError
from vtuber_app.core.parts import TICK, Part
from vtuber_app.core.slot import Sink
from vtuber_app.core.types import StreamEnded

RETRY = 2.0
"""How long a device that failed is left alone before it is opened again, s."""


class Timed(Protocol):
    """Any value that carries the time its light was captured."""

    @property
    def time(self) -> float: ...


I = TypeVar("I", bound=Timed)
O = TypeVar("O", bound=Timed)


@dataclass
class Meter:
    """What a stage did lately, for the status and the bench. Written by one thread, read by any."""

    count: int = 0
    bad_packets: int = 0
    work: deque[float] = field(default_factory=lambda: deque(maxlen=600))
    latency: deque[float] = field(default_factory=lambda: deque(maxlen=600))
    finished: deque[float] = field(default_factory=lambda: deque(maxlen=600))

    def add(self, started: float, ended: float, captured: float) -> None:
        """Count a value that was captured, begun and finished at these times."""
        self.count += 1
        self.work.append(ended - started)
        self.latency.append(ended - captured)
        self.finished.append(ended)

    def fps(self, window: float = 1.0) -> float:
        """Values a second over the last `window` s."""
        since = clock.now() - window
        recent = [moment for moment in self.finished.copy() if moment > since]
        return len(recent) / window


class Worker(Generic[I, O]):
    """Opens a part on its own thread, feeds it what `read` gives, and puts the results into `to`.

    Args:
        read: Gives the part's next input (or, for a source and a tracker, is the part's own `read`).
        work: Turns it into what is put; None puts it as it is.
        to: Where results go; whoever replaces the worker empties it.
        retries: Open the part again after a DeviceError, every RETRY s.
        closes: Close `to` at the end, so that the end travels the way the values do.
        ready: Workers that must have opened their parts before the first read, so that nothing is lost at the start.
        after: Workers to wait for before the part is opened: predecessors, which may hold the same device.
    """

    def __init__(
        self,
        name: str,
        part: Part[Any],
        read: Callable[[float], I | None],
        work: Callable[[I], O],
        to: Sequence[Sink[O]] = (),
        retries: bool = False,
        closes: bool = True,
        ready: "Sequence[Worker[Any, Any]]" = (),
        after: "Sequence[Worker[Any, Any]]" = (),
    ) -> None:
        self.name = name
        self.part = part
        self.read = read
        self.work = work
        self.to = to
        self.retries = retries
        self.closes = closes
        self.ready = ready
        self.after = after
        self.meter = Meter()
        self.error: StageError | None = None
        self.opened = threading.Event()
        self._stopping = threading.Event()
        self._posted: deque[Callable[[], None]] = deque()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def post(self, call: Callable[[], None]) -> None:
        """Have the worker call this between two values, on its own thread."""
        self._posted.append(call)

    def stop(self) -> None:
        """Ask it to end after the value at hand."""
        self._stopping.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; False if it still runs."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        for worker in self.after:
            worker.join()
        self.after = ()
        try:
            while True:
                try:
                    self._loop()
                except DeviceError as error:
                    if not self.retries:
                        raise
                    self.error = StageError(self.name, error)
                    if not self._stopping.wait(RETRY):
                        continue
                break
        except StreamEnded:
            pass
        except Exception as error:  # the one place where all is caught: the session decides what a failure means
            self.error = StageError(self.name, error)
        finally:
            for sink in self.to if self.closes else ():
                sink.close()

    def _loop(self) -> None:
        with self.part:
            self._do_posted()
            self.opened.set()
            for worker in self.ready:
                while worker.alive and not worker.opened.wait(TICK) and not self._stopping.is_set():
                    pass
            while not self._stopping.is_set():
                self._do_posted()
                try:
                    value = self.read(TICK)
                except PacketError:
                    self.meter.bad_packets += 1
                    continue
                if value is None:
                    continue
                started = clock.now()
                result = self.work(value)
                self.error = None
                for sink in self.to:
                    sink.put(result)
                self.meter.add(started, clock.now(), value.time)

    def _do_posted(self) -> None:
        while self._posted:
            self._posted.popleft()()
