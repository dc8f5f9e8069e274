"""VTube Studio is asked for permission once, moved, and found again."""

import socket
import stat
import sys
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.outputs.vtube_studio_server import FakeVTubeStudio, serving
from tests.trackers.wire import free_port
from vtuber_app.core import clock
from vtuber_app.core.types import INDEX, Driving, FaceState
from vtuber_app.outputs import vtube_studio, vtube_studio_plugin
from vtuber_app.outputs import vtube_studio_parameters as parameters
from vtuber_app.outputs.vtube_studio import VTubeStudioOut, VTubeStudioOutSettings, token_file


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vtube_studio, "RETRY", 0.05)


def face(rotation: tuple[float, float, float] = (0, 0, 0), **shapes: float) -> FaceState:
    blendshapes = np.zeros(52, np.float32)
    for name, value in shapes.items():
        blendshapes[INDEX[name]] = value
    return FaceState(blendshapes, np.array(rotation, np.float32))


TURNED = face((0.1, 0.3, 0.2), eyeBlinkLeft=0.75, jawOpen=0.5, mouthSmileLeft=0.6, mouthSmileRight=0.6)


def until(output: VTubeStudioOut, happened: Callable[[], object], shown: FaceState = TURNED) -> None:
    """Send as a session does, until that happened; no sending takes long."""
    deadline = clock.now() + 10
    while not happened():
        began = clock.now()
        assert began < deadline, output.notice
        output.send(Driving(began, shown))
        assert clock.now() - began < 1
        threading.Event().wait(0.002)


@pytest.fixture
def studio() -> Iterator[FakeVTubeStudio]:
    with serving(FakeVTubeStudio()) as fake:
        yield fake


def out(studio: FakeVTubeStudio, **settings: object) -> VTubeStudioOut:
    return VTubeStudioOut(VTubeStudioOutSettings.model_validate({"port": studio.port, "fps": 120, **settings}))


def test_the_model_moves_and_the_permission_is_kept(studio: FakeVTubeStudio) -> None:
    for _ in range(2):
        count = len(studio.injected)
        with out(studio, mirrored=False) as output:
            until(output, lambda: len(studio.injected) > count + 3)  # noqa: B023
            assert output.notice is None
    assert studio.asked.count("AuthenticationTokenRequest") == 1
    values = studio.injected[-1]
    assert values["FaceAngleX"] == pytest.approx(np.degrees(0.3), abs=0.01)
    assert values["FaceAngleY"] == pytest.approx(-np.degrees(0.1), abs=0.01)
    assert values["EyeOpenLeft"] == pytest.approx(0.25)
    assert values["MouthSmile"] == pytest.approx(0.8)
    assert values["VoiceA"] > 0.5
    assert studio.faces[-1] is True
    if sys.platform != "win32":
        assert stat.S_IMODE(token_file().stat().st_mode) == 0o600


def test_it_moves_like_an_image_in_a_mirror_unless_told_otherwise(studio: FakeVTubeStudio) -> None:
    with out(studio) as output:
        until(output, lambda: studio.injected)
    assert studio.injected[0]["FaceAngleX"] == pytest.approx(-np.degrees(0.3), abs=0.01)
    assert studio.injected[0]["EyeOpenRight"] == pytest.approx(0.25)


def test_the_user_takes_time_to_allow_it_and_nothing_waits(studio: FakeVTubeStudio) -> None:
    studio.allows = None
    with out(studio) as output:
        began = clock.now()
        until(output, lambda: clock.now() - began > 0.3)
        assert "press Allow" in (output.notice or "")
        assert not studio.injected
        studio.allows = True
        until(output, lambda: studio.injected)


def test_a_refusal_is_not_asked_again_until_switched_on_anew(studio: FakeVTubeStudio) -> None:
    studio.allows = False
    with out(studio) as output:
        until(output, lambda: "was told not to" in (output.notice or ""))
        began = clock.now()
        until(output, lambda: clock.now() - began > 0.3)
        assert studio.asked == ["AuthenticationTokenRequest"]
    studio.allows = True
    with output:
        until(output, lambda: studio.injected)


def test_a_permission_that_was_withdrawn_is_asked_for_again(studio: FakeVTubeStudio) -> None:
    with out(studio) as output:
        until(output, lambda: studio.injected)
        studio.tokens.clear()
        count = len(studio.injected)
        until(output, lambda: len(studio.injected) > count + 2)
    studio.tokens.clear()
    with out(studio) as output:
        count = len(studio.injected)
        until(output, lambda: len(studio.injected) > count)
    assert studio.asked.count("AuthenticationTokenRequest") == 3


def test_it_is_found_again_after_a_restart_without_asking() -> None:
    fake = FakeVTubeStudio(port=free_port(socket.SOCK_STREAM))
    with out(fake) as output:
        until(output, lambda: "Start it, and switch on" in (output.notice or ""))
        for _ in range(2):
            count = len(fake.injected)
            with serving(fake):
                until(output, lambda: len(fake.injected) > count + 2)  # noqa: B023
                assert output.notice is None
            until(output, lambda: "doesn't answer" in (output.notice or ""))
    assert fake.asked.count("AuthenticationTokenRequest") == 1


def test_one_that_hangs_is_left(studio: FakeVTubeStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vtube_studio_plugin, "ANSWER", 0.2)
    with out(studio) as output:
        until(output, lambda: studio.injected)
        studio.silent = True
        until(output, lambda: "doesn't answer" in (output.notice or ""))
        studio.silent = False
        count = len(studio.injected)
        until(output, lambda: len(studio.injected) > count)


def test_all_blendshapes_are_parameters_of_their_own(studio: FakeVTubeStudio) -> None:
    studio.own = {"JawOpen", "MouthFunnel"}
    with out(studio, every_blendshape=True, mirrored=False) as output:
        until(output, lambda: studio.injected)
    assert {*studio.created, *studio.own} == set(parameters.OWN)
    assert len(studio.created) == 48
    assert studio.injected[0]["JawOpen"] == pytest.approx(0.5)
    assert len([name for name in INDEX if parameters.own(name) in studio.injected[0]]) == 52


def test_every_value_is_within_its_range() -> None:
    chance = np.random.default_rng(2)
    for _ in range(50):
        angles, place = chance.uniform(-2, 2, (2, 3)).astype(np.float32)
        for name, value in parameters.values(FaceState(chance.random(52, np.float32), angles, place)).items():
            limit = 30 if "Angle" in name else 10 if "Position" in name else 1
            assert -limit <= value <= limit, name
            if name.startswith(("EyeOpen", "Mouth", "Brow", "Voice")) and name != "MouthX":
                assert value >= 0, name
    rest = parameters.values(FaceState())
    assert (rest["MouthSmile"], rest["Brows"], rest["EyeOpenLeft"], rest["FaceAngleX"]) == (0.5, 0.5, 1, 0)


def test_another_program_at_the_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_other, args=(listening,))
        thread.start()
        with VTubeStudioOut(VTubeStudioOutSettings(port=listening.getsockname()[1])) as output:
            until(output, lambda: "is another program" in (output.notice or ""))
        thread.join()


def _other(listening: socket.socket) -> None:
    client, _ = listening.accept()
    with client:
        client.recv(1000)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
