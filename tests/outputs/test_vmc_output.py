"""The face by the VMC protocol: heard by python-osc's server and by our own tracker."""

import math
import threading
from typing import Any

import numpy as np
import pytest
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer

from tests.trackers.wire import free_port
from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError
from vtuber_app.core.types import INDEX, Driving, FaceState
from vtuber_app.outputs import datagrams, vmc
from vtuber_app.outputs.pace import Pace
from vtuber_app.outputs.vmc import VmcOut, VmcOutSettings
from vtuber_app.trackers.vmc import Vmc, VmcSettings
from vtuber_app.trackers.vmc_performer import Performer


def face(rotation: tuple[float, float, float] = (0, 0, 0), confidence: float = 1.0, **shapes: float) -> FaceState:
    blendshapes = np.zeros(52, np.float32)
    for name, value in shapes.items():
        blendshapes[INDEX[name]] = value
    return FaceState(blendshapes, np.array(rotation, np.float32), confidence=confidence)


def by_chance(seed: int) -> FaceState:
    chance = np.random.default_rng(seed)
    return FaceState(chance.random(52, np.float32), chance.uniform(-0.9, 0.9, 3).astype(np.float32))


def heard(sent: FaceState, perfect_sync: bool = False) -> FaceState:
    performer = Performer()
    for bundle in vmc.bundles(vmc.messages(sent, 1.0, perfect_sync, body=0.2)):
        assert len(bundle) <= vmc.LARGEST
        performer.take(bundle)
    again = performer.face()
    assert again
    return again


@pytest.mark.parametrize("seed", range(20))
def test_our_tracker_hears_the_same_face(seed: int) -> None:
    sent = by_chance(seed)
    again = heard(sent, perfect_sync=True)
    assert again.blendshapes == pytest.approx(sent.blendshapes, abs=1e-6)
    assert again.rotation == pytest.approx(sent.rotation, abs=1e-5)


def test_expressions_come_back_as_what_they_look_like() -> None:
    again = heard(face((0.1, -0.4, 0.2), eyeBlinkLeft=0.9, jawOpen=0.5, eyeLookOutLeft=0.4, eyeLookInRight=0.4))
    assert again.rotation == pytest.approx([0.1, -0.4, 0.2], abs=1e-5)
    assert (again["eyeBlinkLeft"], again["eyeBlinkRight"]) == pytest.approx((0.9, 0))
    assert again["jawOpen"] > 0.3
    assert again.gaze == pytest.approx((0.4, 0), abs=1e-5)
    assert heard(face(mouthSmileLeft=0.9, mouthSmileRight=0.9))["mouthSmileLeft"] > 0.5
    assert heard(face(browDownLeft=0.4, browDownRight=0.4))["browDownRight"] > 0.5
    assert heard(face(mouthPucker=0.7, jawOpen=0.2))["mouthPucker"] > 0.3
    assert not heard(face()).blendshapes.any()


def test_eyes_turn_as_bones_too() -> None:
    """In Unity's frame, x to the character's right: left is negative about y, and down positive about x."""
    messages = vmc.messages(
        face(eyeLookInRight=0.5, eyeLookOutLeft=0.5, eyeLookDownLeft=0.2, eyeLookDownRight=0.2), 0.0
    )
    bones = {message.params[0]: message.params[4:] for message in messages if message.address.endswith("Bone/Pos")}
    assert bones["LeftEye"] == pytest.approx(bones["RightEye"])
    x, y, _, w = bones["LeftEye"]
    assert math.degrees(2 * math.atan2(x, w)) == pytest.approx(7.1, abs=0.2)
    assert math.degrees(2 * math.atan2(y, w)) == pytest.approx(-17.75, abs=0.2)


def test_the_spine_turns_along_and_a_lost_face_is_said() -> None:
    messages = list(vmc.messages(face((0, 0.5, 0), confidence=0.0), 7.5, body=0.2))
    bones = {message.params[0]: message.params[4:] for message in messages if message.address.endswith("Bone/Pos")}
    assert bones["Spine"] == pytest.approx([0, -math.sin(0.05), 0, math.cos(0.05)], abs=1e-6)
    assert messages[0].params == [1, 3, 0, 0]
    assert messages[1].params == [7.5]
    assert messages[-1].address == "/VMC/Ext/Blend/Apply"
    performer = Performer()
    performer.take(b"".join(vmc.bundles(messages)))
    assert performer.face() is None


@pytest.mark.parametrize("shapes", ["VRM", "perfect sync"])
def test_a_python_osc_server_hears_it(shapes: Any) -> None:
    said: list[tuple[str, tuple[Any, ...]]] = []
    applied = threading.Event()

    def hear(address: str, *arguments: Any) -> None:
        said.append((address, arguments))
        if address.endswith("Apply"):
            applied.set()

    dispatcher = Dispatcher()
    dispatcher.set_default_handler(hear)
    with BlockingOSCUDPServer(("127.0.0.1", 0), dispatcher) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            with VmcOut(VmcOutSettings(port=server.server_address[1], shapes=shapes)) as output:
                output.send(Driving(2.0, face((0, 0.3, 0), eyeBlinkLeft=0.75, jawOpen=0.5)))
                assert applied.wait(5)
                assert output.notice is None
        finally:
            server.shutdown()
            thread.join()
    addresses = [address for address, _ in said]
    assert addresses[:3] == ["/VMC/Ext/OK", "/VMC/Ext/T", "/VMC/Ext/Root/Pos"]
    values = {arguments[0]: arguments[1] for address, arguments in said if address == "/VMC/Ext/Blend/Val"}
    assert values["Blink_L" if shapes == "VRM" else "eyeBlinkLeft"] == pytest.approx(0.75)
    assert len(values) == (16 if shapes == "VRM" else 52)
    head = next(arguments for address, arguments in said if arguments[:1] == ("Head",))
    assert head[5] == pytest.approx(-math.sin(0.3 * 0.6 / 2), abs=1e-6)


def test_mirrored_it_shows_the_image_in_a_mirror() -> None:
    with (
        Vmc(VmcSettings(port=free_port())) as tracker,
        VmcOut(VmcOutSettings(port=tracker.settings.port, mirrored=True)) as output,
    ):
        output._ours = False  # as if the tracker were another program
        output.send(Driving(0.0, face((0.1, 0.3, 0.2), eyeBlinkLeft=0.75)))
        driving = tracker.read(1)
        assert driving
        assert driving.face
        assert driving.face["eyeBlinkRight"] == pytest.approx(0.75)
        assert driving.face.rotation == pytest.approx([0.1, -0.3, -0.2], abs=1e-5)


def test_it_does_not_talk_to_itself() -> None:
    with Vmc(VmcSettings(port=free_port())) as tracker, VmcOut(VmcOutSettings(port=tracker.settings.port)) as output:
        output.send(Driving(0.0, face()))
        assert "own tracker listens at port" in (output.notice or "")
        assert tracker.read(0.05) is None
        tracker.__exit__(None, None, None)
        assert "own tracker" not in (output.notice or "")


def test_nobody_listens_is_said_and_takes_no_time() -> None:
    with VmcOut(VmcOutSettings(port=free_port(), fps=120)) as output:
        began = clock.now()
        for moment in range(20):
            output._pace = Pace()
            output.send(Driving(float(moment), face()))
        assert clock.now() - began < 1
        assert "Nobody listens at 127.0.0.1" in (output.notice or "")


def test_an_address_that_is_none_is_a_sentence() -> None:
    with pytest.raises(DeviceError, match="no computer at"), VmcOut(VmcOutSettings(address="300.1.1.1.x!")):
        pass


def test_it_is_not_sent_more_often_than_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    pace, sent = Pace(datagrams.EARLY), 0
    for step in range(600):
        now[0] = step / 60 + 0.003 * math.sin(step)
        sent += pace.allows(clock.now(), 30)
    assert sent == pytest.approx(300, abs=6)
