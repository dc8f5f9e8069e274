"""What joins two parts: a slot for the newest value, a fifo for every value."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from vtuber_app.core.types import StreamEnded

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class Sink(Protocol[T_contra]):
    """Where a worker puts its results."""

    def put(self, value: T_contra) -> None: ...
    def close(self) -> None: ...


class Slot(Generic[T]):
    """Holds the newest value: writing never waits, reading skips what it missed. One reader; any may peek."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._value: T | None = None
        self._unread = False
        self._closed = False
        self.dropped = 0

    def put(self, value: T) -> None:
        """Replace the value; one that nobody read is counted as dropped."""
        with self._changed:
            self.dropped += self._unread
            self._value, self._unread = value, True
            self._changed.notify()

    def read(self, timeout: float) -> T | None:
        """Give the newest value once; None if none came in time; StreamEnded after the last."""
        with self._changed:
            self._changed.wait_for(lambda: self._unread or self._closed, timeout)
            if self._unread:
                self._unread = False
                return self._value
            if self._closed:
                raise StreamEnded
            return None

    def peek(self) -> T | None:
        """The newest value, read or not."""
        return self._value

    def close(self) -> None:
        """Say that no more values come."""
        with self._changed:
            self._closed = True
            self._changed.notify()


class Meeting(Generic[T]):
    """Where several writers meet one reader: it gets the newest of each that it has not read, all at once.

    Args:
        join: Makes one value of what is new; called on the reader's thread.
        wakes: Whether that writer's values wake the reader; otherwise they are taken along. Called on any thread.
    """

    def __init__(self, join: Callable[[Sequence[T]], T], wakes: Callable[[str], bool] = lambda _: True) -> None:
        self._join = join
        self._wakes = wakes
        self._woken = False
        self._changed = threading.Condition()
        self._new: dict[str, T] = {}
        self._newest: T | None = None
        self._closed = False
        self.dropped = 0

    def place(self, name: str) -> "Place[T]":
        """Where the writer of that name puts its values."""
        return Place(self, name)

    def put(self, name: str, value: T) -> None:
        """Replace that writer's value; one that should have been read is counted as dropped."""
        wakes = self._wakes(name)
        with self._changed:
            self.dropped += wakes and name in self._new
            self._new[name] = self._newest = value
            self._woken = self._woken or wakes
            if wakes:
                self._changed.notify()

    def read(self, timeout: float) -> T | None:
        """Give what is new, at the latest after `timeout`; None if that is nothing; StreamEnded after the last."""
        with self._changed:
            self._changed.wait_for(lambda: self._woken or self._closed, timeout)
            new, self._new, self._woken = self._new, {}, False
        if new:
            return self._join(tuple(new.values()))
        if self._closed:
            raise StreamEnded
        return None

    def peek(self) -> T | None:
        """The newest value of any writer, read or not."""
        return self._newest

    def close(self) -> None:
        """Say that no more values come."""
        with self._changed:
            self._closed = True
            self._changed.notify()


class Place(Generic[T]):
    """One writer's place in a `Meeting`."""

    def __init__(self, meeting: Meeting[T], name: str) -> None:
        self._meeting, self._name = meeting, name

    def put(self, value: T) -> None:
        """Replace this writer's value."""
        self._meeting.put(self._name, value)

    def close(self) -> None:
        """Say that no more values come, from any writer."""
        self._meeting.close()


class Fifo(Generic[T]):
    """Keeps every value in order, up to `size`. Full, it drops and counts, or if it `waits`, holds the writer up."""

    def __init__(self, size: int, waits: bool = False) -> None:
        self._changed = threading.Condition()
        self._values: deque[T] = deque()
        self._size = size
        self._waits = waits
        self._closed = False
        self.dropped = 0

    def put(self, value: T) -> None:
        """Append the value."""
        with self._changed:
            if self._waits:
                self._changed.wait_for(lambda: len(self._values) < self._size or self._closed)
            if len(self._values) >= self._size or self._closed:
                self.dropped += 1
                return
            self._values.append(value)
            self._changed.notify_all()

    def read(self, timeout: float) -> T | None:
        """Give the oldest value; None if none came in time; StreamEnded after the last."""
        with self._changed:
            self._changed.wait_for(lambda: self._values or self._closed, timeout)
            if self._values:
                self._changed.notify_all()
                return self._values.popleft()
            if self._closed:
                raise StreamEnded
            return None

    def close(self) -> None:
        """Say that no more values come; a waiting writer goes on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
