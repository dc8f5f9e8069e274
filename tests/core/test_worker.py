import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Self

import pytest

from vtuber_app.core.errors import DeviceError, PacketError, SettingsError, StageError
from vtuber_app.core.parts import Part
from vtuber_app.core.settings import Settings
from vtuber_app.core.slot import Fifo, Slot
from vtuber_app.core.types import StreamEnded
from vtuber_app.core.worker import Worker


@dataclass
class Value:
    number: int
    time: float = 0.0


class ScriptSettings(Settings):
    kind: Literal["script"] = "script"


class Script(Part[ScriptSettings]):
    """Gives what it was told to, raises errors, and remembers on which threads it was used."""

    title = "Script"

    def __init__(self, *steps: Value | Exception | None, opening: tuple[Exception | None, ...] = ()) -> None:
        super().__init__(ScriptSettings())
        self.steps = list(steps)
        self.opening = list(opening)
        self.opened = self.closed = 0
        self.threads: set[str] = set()

    def __enter__(self) -> Self:
        self.threads.add(threading.current_thread().name)
        if self.opening and (error := self.opening.pop(0)):
            raise error
        self.opened += 1
        return self

    def __exit__(self, *exc: object) -> None:
        self.threads.add(threading.current_thread().name)
        self.closed += 1

    def read(self, timeout: float) -> Value | None:
        self.threads.add(threading.current_thread().name)
        if not self.steps:
            raise StreamEnded
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


def run(
    part: Script, work: Callable[[Value], Value] | None = None, retries: bool = False
) -> tuple[Worker[Value, Value], list[int]]:
    results: Fifo[Value] = Fifo(100)
    worker = Worker("stage", part, part.read, work or (lambda value: value), [results], retries=retries)
    worker.start()
    assert worker.join(5)
    numbers: list[int] = []
    while True:
        try:
            value = results.read(5)
        except StreamEnded:
            return worker, numbers
        assert value
        numbers.append(value.number)


def test_values_go_through_and_the_end_travels_with_them() -> None:
    part = Script(Value(1), None, Value(2))
    worker, numbers = run(part, lambda value: Value(10 * value.number))
    assert numbers == [10, 20]
    assert worker.error is None
    assert worker.meter.count == 2
    assert len(worker.meter.latency) == 2
    assert (part.opened, part.closed) == (1, 1)


def test_a_part_is_opened_used_and_closed_by_one_thread() -> None:
    part = Script(Value(1))
    run(part)
    assert part.threads == {"stage"}


def test_bad_packets_are_counted() -> None:
    worker, numbers = run(Script(PacketError("x"), Value(1), PacketError("y"), Value(2)))
    assert numbers == [1, 2]
    assert worker.meter.bad_packets == 2
    assert worker.error is None


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (SettingsError("No such thing."), "stage: No such thing."),
        (DeviceError("Gone."), "stage: Gone."),
        (ZeroDivisionError("oops"), "stage: internal error: ZeroDivisionError('oops')"),
    ],
)
def test_a_failure_is_kept_and_the_part_closed(error: Exception, text: str) -> None:
    for part in (Script(Value(1), error), Script(opening=(error,))):
        worker, _ = run(part)
        assert isinstance(worker.error, StageError)
        assert str(worker.error) == text
        assert worker.error.__cause__ is error
        assert part.closed == part.opened


def test_a_failure_in_the_work_is_one_of_the_stage() -> None:
    def divide(value: Value) -> Value:
        return Value(1 // value.number)

    part = Script(Value(1), Value(0), Value(1))
    worker, numbers = run(part, divide)
    assert numbers == [1]
    assert isinstance(worker.error, StageError)
    assert part.closed == 1


def test_a_device_that_comes_back_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtuber_app.core.worker.RETRY", 0.01)
    part = Script(
        Value(1), DeviceError("unplugged"), Value(2), opening=(DeviceError("busy"), None, DeviceError("not yet"))
    )
    worker, numbers = run(part, retries=True)
    assert numbers == [1, 2]
    assert worker.error is None
    assert (part.opened, part.closed) == (2, 2)


def test_a_stop_is_heard_while_a_device_is_gone() -> None:
    part = Script(opening=(DeviceError("busy"),) * 100)
    worker: Worker[Value, Value] = Worker("stage", part, part.read, lambda value: value, retries=True)
    worker.start()
    worker.stop()
    assert worker.join(1)


def test_posted_calls_run_between_values_on_the_same_thread() -> None:
    slot, names = Slot[Value](), Slot[str]()
    part = Script()
    worker: Worker[Value, Value] = Worker("stage", part, slot.read, lambda value: value)
    worker.post(lambda: names.put(threading.current_thread().name))
    worker.start()
    assert names.read(5) == "stage"
    worker.post(lambda: names.put(threading.current_thread().name + " again"))
    assert names.read(5) == "stage again"
    slot.close()
    assert worker.join(5)


def test_a_posted_call_that_fails_fails_the_stage() -> None:
    def fail() -> None:
        raise SettingsError("No.")

    slot, part = Slot[Value](), Script()
    worker: Worker[Value, Value] = Worker("stage", part, slot.read, lambda value: value)
    worker.post(fail)
    worker.start()
    assert worker.join(5)
    assert str(worker.error) == "stage: No."


def test_frames_a_second_are_those_of_the_last_second(monkeypatch: pytest.MonkeyPatch) -> None:
    worker, _ = run(Script(*[Value(number) for number in range(30)]))
    assert worker.meter.fps() == 30
    last = worker.meter.finished[-1]
    monkeypatch.setattr("vtuber_app.core.clock.now", lambda: last + 1.5)
    assert worker.meter.fps() == 0
