"""Short words as settings."""

from pathlib import Path

import pytest

from vtuber_app import choices
from vtuber_app.avatars import gallery
from vtuber_app.core.errors import SettingsError
from vtuber_app.pose.expressions import expressions
from vtuber_app.settings import AppSettings


def dumped(chosen: AppSettings, kind: str) -> dict[str, object]:
    return chosen.part(kind).model_dump()


def test_a_camera_by_index_or_name() -> None:
    chosen = choices.apply(AppSettings(), source="camera:HD Webcam: front")
    assert chosen.source == "camera"
    assert dumped(chosen, "camera")["camera"] == "HD Webcam: front"
    assert dumped(choices.apply(chosen, source="camera"), "camera")["camera"] == ""


@pytest.mark.parametrize(("name", "kind"), [("a.mp4", "video"), ("a.MOV", "video"), ("b.PNG", "picture")])
def test_a_file_is_a_video_or_a_picture(tmp_path: Path, name: str, kind: str) -> None:
    file = tmp_path / name
    file.touch()
    chosen = choices.apply(AppSettings(tracker="idle"), source=str(file))
    assert chosen.source == kind
    assert dumped(chosen, kind)["path"] == file
    assert chosen.tracker == "mediapipe", "a source needs a tracker that looks at it"


def test_a_motion_file_is_replayed(tmp_path: Path) -> None:
    file = tmp_path / "motion.npz"
    file.touch()
    chosen = choices.apply(AppSettings(), tracker=str(file))
    assert chosen.tracker == "replay"
    assert dumped(chosen, "replay")["path"] == file


def test_further_trackers_stay_until_others_are_named() -> None:
    chosen = choices.apply(AppSettings(), also=["microphone", "ifacialmocap"])
    assert chosen.also == ("microphone", "ifacialmocap")
    assert choices.apply(chosen, tracker="microphone").trackers == {
        "tracker": "microphone",
        "ifacialmocap": "ifacialmocap",
    }
    assert choices.apply(chosen, also=[]).also == ()
    with pytest.raises(SettingsError, match="nobody"):
        choices.apply(chosen, also=["nobody"])


def test_outputs_are_kinds_or_files() -> None:
    chosen = choices.apply(AppSettings(outputs=("virtual_camera",)), outputs=["null", "out.webm"])
    assert chosen.outputs == ("null", "recorder")
    assert dumped(chosen, "recorder")["file"] == Path("out.webm")


def test_fields_of_parts_and_of_the_pose() -> None:
    chosen = choices.apply(AppSettings(), fields=["puppet.size=1024", "pose.mirrored=false"])
    assert dumped(chosen, "puppet")["size"] == 1024
    assert chosen.pose.mirrored is False


def test_an_expression_is_worn() -> None:
    chosen = choices.apply(AppSettings(), fields=["pose.mirrored=false"], expression="surprised")
    assert chosen.pose.held == expressions.named("Surprised").values
    assert chosen.pose.mirrored is False


def test_what_is_not_given_stays() -> None:
    chosen = AppSettings(avatar="ren", outputs=("null",))
    assert choices.apply(chosen) == chosen


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"source": "nothing.mp4"}, "nothing.mp4"),
        ({"tracker": "nobody"}, "mediapipe"),
        ({"outputs": ["nowhere"]}, "virtual_camera"),
        ({"fields": ["puppet.size"]}, "PART.FIELD=VALUE"),
        ({"fields": ["puppet.size=huge"]}, "puppet.size can't be 'huge'"),
        ({"fields": ["puppet.colour=red"]}, "puppet.colour"),
        ({"fields": ["nobody.size=1"]}, "nobody"),
        ({"expression": "hapy"}, "Happy"),
    ],
)
def test_what_can_not_be_is_told(words: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        choices.apply(AppSettings(), **words)  # type: ignore[arg-type]


def test_a_trained_character_is_moved_by_its_networks(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    for name in (gallery.CHARACTER, *gallery.NETWORKS):
        (tmp_path / name).touch()
    character = str(tmp_path / gallery.CHARACTER)
    chosen = choices.apply(AppSettings(), avatar=character)
    assert (chosen.avatar, chosen.animator) == (character, "tha4_student")
    assert choices.apply(chosen, avatar="sora").animator == "puppet"
    assert choices.apply(AppSettings(), avatar=character, animator="still").animator == "still"
    assert choices.apply(AppSettings(animator="tha3"), avatar="sora").animator == "tha3"
