import json
import socket
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire import PACKETS, free_port, raw, send

from vtuber_app.core.errors import PacketError
from vtuber_app.core.types import BLENDSHAPES, FaceState
from vtuber_app.trackers.network import HELLOS
from vtuber_app.trackers.vtube_studio import VTubeStudio, VTubeStudioSettings, parse

REST = FaceState()


@pytest.fixture(autouse=True)
def further(monkeypatch: pytest.MonkeyPatch) -> int:
    port = free_port()
    monkeypatch.setattr(VTubeStudio, "further", (port,))
    return port


@pytest.mark.parametrize("packet_id", ["vts_ios", "vts_meowface", "vts_android"])
def test_published_packets(packet_id: str) -> None:
    expected = PACKETS[packet_id]["expect"]
    face, found = parse(raw(packet_id), REST)
    assert face
    assert {name: face[name] for name in expected["blend"]} == pytest.approx(expected["blend"])
    assert {BLENDSHAPES[index] for index in found} == set(expected["blend"])
    assert not any(face[name] for name in BLENDSHAPES if name not in expected["blend"])
    degrees = expected.get("ifm_like_head_deg", [0, 0, 0])
    assert np.degrees(face.rotation) == pytest.approx(degrees, abs=1e-5)


def test_centimetres_become_metres() -> None:
    face, _ = parse(raw("vts_ios"), REST)
    assert face
    assert face.translation == pytest.approx([0.01, 0.02, -0.3])


def test_a_face_that_is_lost() -> None:
    assert parse(raw("vts_lost"), REST) == (None, ())


def test_what_is_missing_keeps_its_last_value() -> None:
    first, _ = parse(raw("vts_ios"), REST)
    assert first
    second, found = parse(b'{"FaceFound":true,"Rotation":{"x":1,"y":NaN},"BlendShapes":[{"k":"JawOpen","v":2}]}', first)
    assert second
    assert np.degrees(second.rotation) == pytest.approx([-5, 1, 2.5], abs=1e-5)
    assert (second["jawOpen"], second["eyeBlinkLeft"]) == pytest.approx((1, 0.9))
    assert len(found) == 1


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"1",
        b"\xff",
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"messageType":"iOSTrackingDataRequest"}',
    ],
)
def test_what_is_none_of_its_packets_is_refused(packet: bytes) -> None:
    with pytest.raises(PacketError):
        parse(packet, REST)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyzkv"), inner, max_size=3),
    max_leaves=8,
)
SHAPES = st.lists(st.fixed_dictionaries({"k": st.sampled_from(BLENDSHAPES) | JSON, "v": JSON}) | JSON, max_size=4)


@given(
    st.fixed_dictionaries(
        {"FaceFound": st.sampled_from([True, False, 1, None])},
        optional={"Rotation": JSON, "Position": JSON, "BlendShapes": SHAPES | JSON},
    )
)
def test_any_object_gives_a_sane_face(read: dict[str, Any]) -> None:
    face, _ = parse(json.dumps(read).encode(), REST)
    assert (face is not None) == (read["FaceFound"] is True)
    if face:
        assert ((face.blendshapes >= 0) & (face.blendshapes <= 1)).all()
        assert np.isfinite(face.rotation).all()
        assert np.isfinite(face.translation).all()


def test_the_phone_is_asked_every_second_even_while_it_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VTubeStudio, "period", 0.05)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", 0))
        phone.settimeout(5)
        monkeypatch.setattr(VTubeStudio, "phone_port", phone.getsockname()[1])
        with VTubeStudio(VTubeStudioSettings(port=free_port(), phone="127.0.0.1")) as tracker:
            asked = [json.loads(phone.recv(1000)) for _ in range(HELLOS)]
            expected = json.loads(raw("vts_request")) | {"sentBy": "vtuber_app", "ports": [tracker.settings.port]}
            assert asked == [expected] * HELLOS
            for _ in range(20):
                send(raw("vts_ios"), tracker.settings.port)
                assert tracker.read(0.01)
                monkeypatch.setattr(tracker, "_asked", -1e9)
            assert json.loads(phone.recv(1000)) == expected


def test_meowface_may_send_unasked(further: int) -> None:
    with VTubeStudio(VTubeStudioSettings(port=free_port())) as tracker:
        assert tracker.notice
        assert "Type the phone's address" in tracker.notice
        send(raw("vts_meowface"), further)
        assert tracker.read(1)
        assert tracker.notice is None


def test_a_phone_that_leaves_out_shapes_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from vtuber_app.core import clock

    moment = 100.0
    monkeypatch.setattr(clock, "now", lambda: moment)
    lacking = {"jawForward", "mouthShrugLower", "mouthClose", "cheekSquintLeft"}
    shapes = [{"k": name, "v": 0.5} for name in BLENDSHAPES if name not in lacking]
    packet = json.dumps({"FaceFound": True, "BlendShapes": shapes}).encode()
    said = []
    with VTubeStudio(VTubeStudioSettings(port=free_port())) as tracker:
        for step in range(450):
            moment = 100 + step / 10
            tracker.moment(packet)
            said.append(tracker.notice)
    assert said[:50] == [None] * 50
    assert said[60] == (
        "VTube Studio or MeowFace doesn't send all of the face: jawForward, mouthClose, mouthShrugLower rest."
    )
    assert said[400:] == [None] * 50
