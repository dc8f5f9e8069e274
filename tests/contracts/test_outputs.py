import socket
from typing import Any

import numpy as np
import pytest
from trying import opened, settings_of

from vtuber_app import plugins
from vtuber_app.core import clock
from vtuber_app.core.parts import FaceOutput, Output
from vtuber_app.core.types import Driving, FaceState, Frame

AnyOutput = Output[Any] | FaceOutput[Any]
SIZES = [(512, 512), (1, 1), (33, 77), (512, 512), (700, 300), (1024, 1024)]


@pytest.fixture(params=list(plugins.outputs))
def output(request: pytest.FixtureRequest) -> AnyOutput:
    part = plugins.outputs[request.param]
    settings = settings_of(part)
    if "port" in type(settings).model_fields:  # the usual one may be in use by the program itself
        with socket.create_server(("127.0.0.1", 0)) as free:
            settings = settings.model_copy(update={"port": free.getsockname()[1]})
    return part(settings)


def values(output: AnyOutput) -> list[Any]:
    """What is sent: pictures of any size, or moments of a face that is there, moves, and is lost."""
    return moments() if isinstance(output, FaceOutput) else pictures()


def moments() -> list[Driving]:
    rng = np.random.default_rng(8)
    faces = [FaceState(), FaceState(confidence=0.0)]
    for _ in range(6):
        faces.append(FaceState(rng.random(52, np.float32), *(rng.uniform(-1, 1, (2, 3)).astype(np.float32))))
        faces[-1].blendshapes.setflags(write=False)
    return [Driving(clock.now() + index / 30, face) for index, face in enumerate(faces)]


def pictures() -> list[Frame]:
    rng = np.random.default_rng(6)
    shown = []
    for index, size in enumerate(SIZES):
        pixels = rng.integers(0, 255, (*size, 4), np.uint8)
        pixels.setflags(write=False)
        shown.append(Frame(pixels, clock.now() + index / 30))
    return shown


def test_it_takes_pictures_of_any_size_and_any_face(output: AnyOutput) -> None:
    with opened(output):
        for value in values(output):
            output.send(value)


def test_the_first_may_be_any_of_them(output: AnyOutput) -> None:
    for value in values(output):
        with opened(output):
            output.send(value)


def test_it_leaves_what_it_gets_as_it_was(output: AnyOutput) -> None:
    value = values(output)[-1]
    content = value.face.blendshapes if isinstance(output, FaceOutput) else value.pixels
    before = content.copy()
    with opened(output):
        output.send(value)
    assert (content == before).all()


def test_it_opens_again(output: AnyOutput) -> None:
    for _ in range(3):
        with opened(output):
            output.send(values(output)[0])


def test_it_closes_after_an_error_elsewhere_and_opens_again(output: AnyOutput) -> None:
    with opened(output):
        output.send(values(output)[0])
    error = RuntimeError("elsewhere")
    output.__enter__()
    output.send(values(output)[0])
    output.__exit__(RuntimeError, error, None)
    output.__exit__(RuntimeError, error, None)
    with opened(output):
        output.send(values(output)[0])
