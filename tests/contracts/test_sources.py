from pathlib import Path
from typing import Any

import numpy as np
import pytest
from trying import opened, with_file

from vtuber_app import plugins
from vtuber_app.core import clock
from vtuber_app.core.parts import Source
from vtuber_app.core.types import Frame, StreamEnded


@pytest.fixture(params=list(plugins.sources))
def source(request: pytest.FixtureRequest, media: list[Path]) -> Source[Any]:
    return with_file(plugins.sources[request.param], media)


def some(source: Source[Any], count: int) -> list[Frame]:
    """Up to that many frames, waited for no longer than some seconds."""
    frames: list[Frame] = []
    deadline = clock.now() + 10
    while len(frames) < count and clock.now() < deadline:
        try:
            frame = source.read(0.1)
        except StreamEnded:
            break
        if frame:
            frames.append(frame)
    return frames


def test_frames_are_rgb_read_only_and_contiguous(source: Source[Any]) -> None:
    with opened(source):
        frames = some(source, 3)
    assert len(frames) == 3
    for frame in frames:
        assert frame.pixels.ndim == 3
        assert frame.pixels.shape[2] == 3
        assert frame.pixels.dtype == np.uint8
        assert frame.pixels.flags.c_contiguous
        assert not frame.pixels.flags.writeable


def test_times_grow_and_are_on_the_clock(source: Source[Any]) -> None:
    before = clock.now()
    with opened(source):
        times = [frame.time for frame in some(source, 5)]
    assert min(np.diff(times)) > 0
    assert times[0] >= before
    assert times[-1] < clock.now() + 1  # a file that is read ahead is ahead of the clock


def test_reading_takes_no_longer_than_asked(source: Source[Any]) -> None:
    with opened(source):
        some(source, 1)
        for _ in range(4):
            started = clock.now()
            try:
                source.read(0.01)
            except StreamEnded:
                break
            assert clock.now() - started < 0.25


def test_it_opens_twice(source: Source[Any]) -> None:
    for _ in range(2):
        with opened(source):
            assert some(source, 2)
