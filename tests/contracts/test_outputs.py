import socket
from typing import Any

import numpy as np
import pytest
from trying import opened, settings_of

from vtuber_app import plugins
from vtuber_app.core import clock
from vtuber_app.core.parts import Output
from vtuber_app.core.types import Frame

SIZES = [(512, 512), (1, 1), (33, 77), (512, 512), (700, 300), (1024, 1024)]


@pytest.fixture(params=list(plugins.outputs))
def output(request: pytest.FixtureRequest) -> Output[Any]:
    part = plugins.outputs[request.param]
    settings = settings_of(part)
    if "port" in type(settings).model_fields:  # the usual one may be in use by the program itself
        with socket.create_server(("127.0.0.1", 0)) as free:
            settings = settings.model_copy(update={"port": free.getsockname()[1]})
    return part(settings)


def pictures() -> list[Frame]:
    rng = np.random.default_rng(6)
    shown = []
    for index, size in enumerate(SIZES):
        pixels = rng.integers(0, 255, (*size, 4), np.uint8)
        pixels.setflags(write=False)
        shown.append(Frame(pixels, clock.now() + index / 30))
    return shown


def test_it_takes_pictures_of_any_size(output: Output[Any]) -> None:
    with opened(output):
        for picture in pictures():
            output.send(picture)


def test_its_first_picture_may_be_of_any_size(output: Output[Any]) -> None:
    for picture in pictures():
        with opened(output):
            output.send(picture)


def test_it_leaves_the_picture_as_it_was(output: Output[Any]) -> None:
    picture = pictures()[0]
    before = picture.pixels.copy()
    with opened(output):
        output.send(picture)
    assert (picture.pixels == before).all()


def test_it_opens_again(output: Output[Any]) -> None:
    for _ in range(3):
        with opened(output):
            output.send(pictures()[0])


def test_it_closes_after_an_error_elsewhere_and_opens_again(output: Output[Any]) -> None:
    with opened(output):
        output.send(pictures()[0])
    error = RuntimeError("elsewhere")
    output.__enter__()
    output.send(pictures()[0])
    output.__exit__(RuntimeError, error, None)
    output.__exit__(RuntimeError, error, None)
    with opened(output):
        output.send(pictures()[0])
