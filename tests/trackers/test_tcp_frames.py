import socket
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vtuber_app.core import clock, tcp
from vtuber_app.core.errors import DeviceError, PacketError

END = b"___END"


def last(frames: tcp.Frames, seconds: float = 2.0) -> bytes | None:
    """The last frame that comes until a pause."""
    newest = frames.newest(seconds)
    while frame := frames.newest(0.02):
        newest = frame
    return newest


@settings(max_examples=25, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=9), st.lists(st.integers(1, 300), max_size=9))
def test_frames_come_whole_however_they_are_cut(sent: list[bytes], cuts: list[int]) -> None:
    sent = [frame.replace(b"_", b"-") for frame in sent]
    stream = END.join([*sent, b""])
    with tcp.Frames(0, END) as frames, socket.create_connection(("127.0.0.1", frames.port), 5) as phone:
        phone.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        seen = []
        for cut in cuts:
            phone.sendall(stream[:cut])
            stream = stream[cut:]
            if (frame := frames.newest(0.001)) is not None:
                seen.append(frame)
        phone.sendall(stream)
        while (not seen or seen[-1] != sent[-1]) and (frame := frames.newest(2)) is not None:
            seen.append(frame)
        assert seen[-1] == sent[-1]
        assert [frame for frame in seen if frame not in sent] == []


def test_the_last_frame_is_given_though_the_phone_has_gone() -> None:
    with tcp.Frames(0, END) as frames:
        with socket.create_connection(("127.0.0.1", frames.port), 5) as phone:
            phone.sendall(b"one" + END + b"two" + END + b"thr")
        time.sleep(0.05)
        assert last(frames) == b"two"
        assert frames.newest(0.01) is None


def test_more_than_is_read_at_once() -> None:
    with tcp.Frames(0, END) as frames, socket.create_connection(("127.0.0.1", frames.port), 5) as phone:
        phone.sendall((b"x" * 1000 + END) * 400 + b"last" + END)
        assert last(frames) == b"last"


def test_a_stream_without_ends_is_dropped_and_the_next_frame_is_read() -> None:
    with tcp.Frames(0, END) as frames, socket.create_connection(("127.0.0.1", frames.port), 5) as phone:
        frames.newest(0.1)
        phone.sendall(b"x" * 100_000)
        with pytest.raises(PacketError):
            last(frames)
        assert len(frames._rest) <= tcp.LONGEST
        phone.sendall(END + b"good" + END)
        assert last(frames) == b"good"


def test_who_connects_later_is_heard() -> None:
    with tcp.Frames(0, END) as frames, socket.create_connection(("127.0.0.1", frames.port), 5) as first:
        first.sendall(b"half")
        assert frames.newest(0.05) is None
        with socket.create_connection(("127.0.0.1", frames.port), 5) as second:
            second.sendall(b"whole" + END)
            assert last(frames) == b"whole"
            assert frames.sender == "127.0.0.1"


def test_silence_takes_no_longer_than_was_asked() -> None:
    with tcp.Frames(0, END) as frames:
        started = clock.now()
        assert frames.newest(0.05) is None
        assert clock.now() - started < 0.5


def test_a_taken_port_is_a_sentence() -> None:
    with tcp.Frames(0, END) as frames, pytest.raises(DeviceError, match=r"TCP port \d+ can't be opened"):
        tcp.Frames(frames.port, END)
