import threading

import pytest

from vtuber_app.core import clock
from vtuber_app.core.parts import each
from vtuber_app.core.slot import Fifo, Meeting, Slot
from vtuber_app.core.types import StreamEnded


def test_the_newest_wins_and_is_read_once() -> None:
    slot: Slot[int] = Slot()
    assert slot.peek() is None
    for value in range(5):
        slot.put(value)
    assert slot.peek() == 4
    assert slot.read(0) == 4
    assert slot.read(0) is None
    assert slot.peek() == 4
    assert slot.dropped == 4


def test_nothing_within_the_timeout_is_none() -> None:
    for reader in (Slot[int](), Fifo[int](2)):
        started = clock.now()
        assert reader.read(0.05) is None
        assert 0.04 < clock.now() - started < 0.5


def test_a_waiting_reader_is_woken() -> None:
    for joint in (Slot[int](), Fifo[int](2)):
        timer = threading.Timer(0.05, joint.put, [7])
        timer.start()
        started = clock.now()
        assert joint.read(5) == 7
        assert clock.now() - started < 1
        timer.join()


def test_the_end_comes_after_the_last_value() -> None:
    slot, fifo = Slot[int](), Fifo[int](3)
    for joint in (slot, fifo):
        joint.put(1)
        joint.put(2)
        joint.close()
    assert slot.read(0) == 2
    assert [fifo.read(0), fifo.read(0)] == [1, 2]
    for joint in (slot, fifo):
        for _ in range(2):
            with pytest.raises(StreamEnded):
                joint.read(5)


def test_closing_wakes_a_waiting_reader() -> None:
    for joint in (Slot[int](), Fifo[int](2)):
        timer = threading.Timer(0.05, joint.close)
        timer.start()
        with pytest.raises(StreamEnded):
            joint.read(5)
        timer.join()


def test_a_full_fifo_drops_and_counts() -> None:
    fifo: Fifo[int] = Fifo(3)
    for value in range(5):
        fifo.put(value)
    assert [fifo.read(0) for _ in range(4)] == [0, 1, 2, None]
    assert fifo.dropped == 2


def test_a_full_fifo_that_waits_loses_nothing() -> None:
    fifo: Fifo[int] = Fifo(2, waits=True)

    def write() -> None:
        for value in range(100):
            fifo.put(value)
        fifo.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert list(each(fifo)) == list(range(100))
    writer.join()
    assert fifo.dropped == 0


def test_closing_lets_a_waiting_writer_go() -> None:
    fifo: Fifo[int] = Fifo(1, waits=True)
    fifo.put(1)
    writer = threading.Thread(target=fifo.put, args=[2])
    writer.start()
    fifo.close()
    writer.join(5)
    assert not writer.is_alive()
    assert fifo.dropped == 1


def test_a_meeting_gives_the_newest_of_each_writer_at_once() -> None:
    meeting: Meeting[str] = Meeting("+".join)
    camera, phone = meeting.place("camera"), meeting.place("phone")
    assert meeting.read(0.01) is None
    for sink, value in ((camera, "c1"), (phone, "p1"), (camera, "c2")):
        sink.put(value)
    assert meeting.peek() == "c2"
    assert meeting.read(0) == "c2+p1"
    assert meeting.dropped == 1
    phone.put("p2")
    assert meeting.read(0) == "p2"
    assert meeting.read(0.01) is None
    camera.put("c3")
    phone.close()
    assert meeting.read(1) == "c3"
    with pytest.raises(StreamEnded):
        meeting.read(1)


def test_who_does_not_wake_the_reader_is_taken_along_or_comes_last() -> None:
    meeting: Meeting[str] = Meeting("+".join, wakes=lambda name: name != "spare")
    spare, phone = meeting.place("spare"), meeting.place("phone")
    spare.put("s1")
    spare.put("s2")
    started = clock.now()
    assert meeting.read(0.05) == "s2"
    assert clock.now() - started > 0.04
    assert meeting.dropped == 0, "nobody waited for them"
    spare.put("s3")
    phone.put("p1")
    started = clock.now()
    assert meeting.read(5) == "s3+p1"
    assert clock.now() - started < 1
    assert meeting.read(0.01) is None


def test_any_writer_wakes_a_meeting_s_reader() -> None:
    meeting: Meeting[str] = Meeting("+".join)
    for name in ("camera", "phone"):
        writer = threading.Timer(0.05, meeting.place(name).put, [name])
        writer.start()
        started = clock.now()
        assert meeting.read(5) == name
        assert clock.now() - started < 1
        writer.join()
