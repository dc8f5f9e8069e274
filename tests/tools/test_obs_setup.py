"""OBS is found, let in by its password, and gets our source once, however often it is set up."""

import json
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.tools.obs_server import CHALLENGE, SALT, FakeObs, serving
from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.obs import files, protocol, setup, ways
from vtuber_app.tools.obs.protocol import NotThere, Obs, PasswordNeeded, Place
from vtuber_app.tools.obs.ways import Wish

Start = Callable[..., FakeObs]
WISH = Wish("http://127.0.0.1:18512/", (720, 1280), fps=30)
MIC = "pulse_input_capture"
MICROPHONE = {"kind": MIC, "settings": {}, "ms": 20}


@pytest.fixture(autouse=True)
def no_obs_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """OBS' folder, empty."""
    folder = tmp_path / "obs-studio"
    monkeypatch.setattr(files, "folders", lambda: [folder])
    monkeypatch.setattr(setup, "LOOK", 0.05)
    return folder


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as open_:
        yield lambda **what: open_.enter_context(serving(FakeObs(**what)))


def done(fake: FakeObs, wish: Wish = WISH) -> setup.Outcome:
    with Obs(Place(port=fake.port), fake.password) as obs:
        return setup.set_up(obs, wish)


def set_file(folder: Path, **what: object) -> None:
    file = folder / files.NEW
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(what))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_the_challenge_is_answered_as_the_protocol_documents_it() -> None:
    proof = protocol.answer("supersecretpassword", SALT, CHALLENGE)
    assert proof == "1Ct943GAT+6YQUUX47Ia/ncufilbe6+oD6lY+5kaCu4="


def test_the_source_comes_into_the_scene_with_our_address_and_size(start: Start) -> None:
    fake = start(items=[{"sourceName": "Game", "sceneItemId": 1}])
    outcome = done(fake)
    assert (outcome.scene, outcome.way, outcome.created, outcome.notes) == ("Scene", "browser", True, ())
    settings = fake.inputs["vtuber_app"]["settings"]
    assert settings["url"] == WISH.address
    assert (settings["width"], settings["height"], settings["fps"]) == (720, 1280, 30)
    assert settings["shutdown"] is False
    assert fake.requests("SetSceneItemIndex")[0]["sceneItemIndex"] == 1
    assert fake.requests("SetSceneItemBlendMode")[0]["sceneItemBlendMode"] == "OBS_BLEND_NORMAL"
    assert fake.requests("SetSceneItemTransform")[0]["sceneItemTransform"]["boundsHeight"] == 1080


def test_a_second_time_updates_and_leaves_the_place_alone(start: Start) -> None:
    fake = start()
    done(fake)
    moved = len(fake.requests("SetSceneItemTransform"))
    again = done(fake, Wish("http://127.0.0.1:20000/", (512, 512)))
    assert not again.created
    assert list(fake.inputs) == ["vtuber_app"]
    assert len(fake.items) == 1
    assert fake.inputs["vtuber_app"]["settings"]["url"] == "http://127.0.0.1:20000/"
    assert len(fake.requests("SetSceneItemTransform")) == moved
    assert fake.requests("PressInputPropertiesButton")


def test_a_source_of_another_scene_is_shared_not_copied(start: Start) -> None:
    fake = start(inputs={"vtuber_app": {"kind": "browser_source", "settings": {}, "ms": 0}})
    assert not done(fake).created
    assert [item["sourceName"] for item in fake.items] == ["vtuber_app"]
    assert not fake.requests("CreateInput")


@pytest.mark.parametrize("kind", [{"isGroup": True}, {"sourceType": "OBS_SOURCE_TYPE_SCENE"}])
def test_a_source_in_a_group_or_a_nested_scene_is_not_doubled(start: Start, kind: dict[str, object]) -> None:
    inputs = {name: dict(MICROPHONE, kind=kind_) for name, kind_ in (("vtuber_app", "browser_source"), ("Mic", MIC))}
    nested = {"Me": [{"sourceName": name, "sceneItemId": 1} for name in inputs]}
    nested["Me"].append({"sourceName": "Me", "sceneItemId": 9, **kind})
    items = [{"sourceName": "Me", "sceneItemId": 5, **kind}]
    fake = start(inputs=inputs, items=items, nested=nested)
    outcome = done(fake, Wish("", (1, 1), latency=0.05))
    assert not fake.requests("CreateSceneItem")
    assert [delay.microphone for delay in outcome.delays] == ["Mic"]


def test_without_a_browser_source_it_is_the_virtual_camera(start: Start) -> None:
    cameras = [
        {"itemName": "Webcam", "itemValue": "/dev/video0", "itemEnabled": True},
        {"itemName": "Dummy video device (0x0000)", "itemValue": "/dev/video9", "itemEnabled": True},
    ]
    fake = start(kinds=["v4l2_input", "xcomposite_input"], choices={"device_id": cameras})
    outcome = done(fake, Wish("", (1, 1), virtual_camera=True))
    assert outcome.way == "camera"
    assert fake.inputs == {"vtuber_app": {"kind": "v4l2_input", "settings": {"device_id": "/dev/video9"}, "ms": 0}}
    assert "not started" in outcome.notes[0]
    assert not fake.running


def test_without_either_it_is_the_window_cut_to_the_picture(start: Start) -> None:
    windows = [
        {"itemName": "vtuber_app - Browser", "itemValue": "1", "itemEnabled": True},
        {"itemName": "vtuber_app", "itemValue": "2", "itemEnabled": True},
    ]
    fake = start(kinds=["v4l2_input", "xcomposite_input"], choices={"capture_window": windows}, width=0.0)
    outcome = done(fake, Wish("", (1, 1), crop=(1, 2, 3, 4)))
    assert outcome.way == "window"
    assert fake.inputs["vtuber_app"]["settings"]["capture_window"] == "2"
    transform = fake.requests("SetSceneItemTransform")[0]["sceneItemTransform"]
    assert [transform[f"crop{side}"] for side in ("Left", "Top", "Right", "Bottom")] == [1, 2, 3, 4]
    assert "no picture" in outcome.notes[0]


def test_with_no_way_at_all_nothing_is_left_behind(start: Start) -> None:
    fake = start(kinds=["v4l2_input", "image_source"])
    with pytest.raises(SettingsError, match="no browser source"):
        done(fake)
    assert not fake.inputs


def test_a_source_of_the_users_own_is_not_touched(start: Start) -> None:
    fake = start(inputs={"vtuber_app": {"kind": "image_source", "settings": {}, "ms": 0}})
    with pytest.raises(SettingsError, match="Rename or remove"):
        done(fake)
    assert fake.inputs["vtuber_app"]["settings"] == {}


def test_microphones_are_delayed_and_nothing_else(start: Start) -> None:
    inputs = {
        "Mic/Aux": dict(MICROPHONE),
        "In another scene": dict(MICROPHONE),
        "Headset": dict(MICROPHONE, kind="wasapi_input_capture"),
        "Music": dict(MICROPHONE, kind="ffmpeg_source"),
    }
    items = [{"sourceName": name, "sceneItemId": n} for n, name in enumerate(("Headset", "Music"))]
    fake = start(inputs=inputs, items=items, special={"mic1": "Mic/Aux", "mic2": None, "desktop1": "Music"})
    delays = done(fake, Wish("", (1, 1), latency=0.0853)).delays
    assert [(delay.microphone, delay.before_ms, delay.now_ms) for delay in delays] == [
        ("Mic/Aux", 20, 85),
        ("Headset", 20, 85),
    ]
    assert [fake.inputs[name]["ms"] for name in inputs] == [85, 20, 85, 20, 0]


def test_camera_and_recording_start_once_and_a_refusal_is_told(start: Start) -> None:
    fake = start(refuses={"StartVirtualCam": "no driver"})
    wish = Wish("", (1, 1), virtual_camera=True, record=True)
    outcome = done(fake, wish)
    assert (outcome.virtual_camera, outcome.recording) == (False, True)
    assert "no driver" in outcome.notes[0]
    done(fake, wish)
    assert len(fake.requests("StartRecord")) == 1


def test_a_typed_password_is_kept_privately(start: Start, home: Path) -> None:
    place = Place(port=start(password="neko").port)
    with pytest.raises(PasswordNeeded, match="asks for its password"):
        setup.connect(place)
    with pytest.raises(PasswordNeeded, match="another password"):
        setup.connect(place, "wrong")
    assert files.kept(place) is None
    with setup.connect(place, "neko"):
        pass
    with setup.connect(place):
        pass
    if sys.platform != "win32":
        assert stat.S_IMODE(files.password_file().stat().st_mode) == 0o600


def test_obs_own_files_give_port_and_password(start: Start, no_obs_here: Path) -> None:
    fake = start(password="own")
    set_file(no_obs_here, server_enabled=True, server_port=fake.port, server_password="own", auth_required=True)
    with setup.connect() as obs:
        assert obs.place.port == fake.port
    (no_obs_here / files.NEW).unlink()
    text = f"\ufeff[General]\nName=%A\n[OBSWebSocket]\nServerEnabled=true\nServerPort={fake.port}\nServerPassword=own\n"
    (no_obs_here / files.OLD).write_text(text, encoding="utf-8")
    with setup.connect() as obs:
        assert obs.place.port == fake.port
    assert not files.password_file().exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"server_port": 70000}',
        "[OBSWebSocket]\nServerPort=0",
        '{"server_port": "x"}',
        '{"server_port": null}',
    ],
)
def test_unreadable_files_of_obs_are_none(no_obs_here: Path, text: str) -> None:
    for file in (files.NEW, files.OLD):
        (no_obs_here / file).parent.mkdir(parents=True, exist_ok=True)
        (no_obs_here / file).write_text(text)
    assert files.server() is None


def test_a_server_that_is_off_is_told_from_an_obs_that_is_not_running(no_obs_here: Path) -> None:
    port = free_port()
    set_file(no_obs_here, server_enabled=False, server_port=port)
    with pytest.raises(NotThere, match="server is off"):
        setup.connect()
    set_file(no_obs_here, server_enabled=True, server_port=port)
    with pytest.raises(NotThere, match="Start OBS"):
        setup.connect()


def test_an_old_plug_in_is_told(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = start(greets=False)
    with pytest.raises(SettingsError, match="old obs-websocket 4"):
        Obs(Place(port=fake.port), patience=0.2).greet()
    monkeypatch.setattr(protocol, "OLD_PORT", fake.port)
    with pytest.raises(NotThere, match="old obs-websocket 4"):
        Obs(Place(port=free_port())).greet()


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x81\x85\x00\x00\x00\x00hello",
        b"\xf1\x00",
        b"\x8b\x00",
        b"\x81\x7f" + b"\xff" * 8,
        b"\x81\x02[]",
        b"\x81\x02\xff\xfe",
        b'\x81\x0f{"op":0,"d":[1]}',
        b"\x88\x00",
        b"\x88\x02\x0f\xae",
    ],
)
def test_nonsense_is_told_as_another_program(start: Start, garbage: bytes) -> None:
    with pytest.raises(SettingsError):
        Obs(Place(port=start(garbage=garbage).port), patience=1).greet()


@pytest.mark.parametrize("place", [Place(port=70000), Place(host="no..such")])
def test_places_that_cannot_be_are_told(place: Place) -> None:
    with pytest.raises(NotThere, match="doesn't answer"):
        Obs(place, patience=1).greet()


def test_silence_and_an_end_are_told(start: Start) -> None:
    fake = start(silent=("GetVersion",))
    with Obs(Place(port=fake.port), patience=0.2) as obs, pytest.raises(SettingsError, match="didn't answer"):
        obs.ask("GetVersion")
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(SettingsError, match="doesn't answer"):
        Obs(Place(port=mute.getsockname()[1]), patience=0.2).greet()


def test_each_kind_belongs_to_one_way() -> None:
    kinds = [way.kind for way in ways.WAYS]
    assert all(sum(way.has(kind) for way in ways.WAYS) == 1 for kind in kinds)
    assert ways.WAYS[4].among(["av_capture_input", "av_capture_input_v2"]) == "av_capture_input_v2"
