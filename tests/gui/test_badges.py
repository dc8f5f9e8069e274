"""The chips that say which tracker moves what."""

import pytest
from PySide6.QtWidgets import QApplication

from vtuber_app.core.types import FACE_PARTS, FacePart
from vtuber_app.gui.badges import Badges, badges, moved
from vtuber_app.session import StageStatus, Status


def drives(kind: str, **others: str) -> dict[FacePart, str]:
    return {part: others.get(part, kind) for part in FACE_PARTS}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, []),
        (drives("mediapipe"), [("Face", "mediapipe")]),
        (
            drives("ifacialmocap", mouth="microphone", smile="microphone"),
            [("Face", "ifacialmocap"), ("Mouth", "microphone")],
        ),
        (drives("ifacialmocap", mouth="microphone"), [("Face", "ifacialmocap"), ("Mouth", "microphone")]),
        (drives("microphone", head="mouse", gaze="mouse"), [("Face", "microphone"), ("Gaze, head", "mouse")]),
        (
            drives("mediapipe", head="vmc", gaze="vmc", mouth="microphone", smile="microphone"),
            [("Face", "vmc"), ("Mouth", "microphone"), ("Eyes, brows", "mediapipe")],
        ),
    ],
)
def test_what_moves_what_in_words(given: dict[FacePart, str], words: list[tuple[str, str]]) -> None:
    assert sorted(badges(given)) == sorted(words)
    assert badges(given)[:1] == words[:1]


def test_what_one_tracker_moves() -> None:
    given = drives("ifacialmocap", mouth="microphone", smile="microphone")
    assert moved(given, "microphone") == "Mouth"
    assert moved(given, "mouse") == ""


def test_chips_come_with_a_second_tracker_and_follow_it(qapp: QApplication) -> None:
    def status(*names: str, **others: str) -> Status:
        stages = tuple(StageStatus(name, True, 5, 30.0, 0.02, 0, None, None) for name in names)
        return Status("running", stages, 30.0, 0.02, 0, None, drives("ifacialmocap", **others))

    chips = Badges()
    chips.show_status(status("tracker", "animator", "null"))
    assert chips.chips == []
    chips.show_status(status("tracker", "microphone", "animator"))
    assert [chip.text() for chip in chips.chips] == ["Face: iPhone"]
    chips.show_status(status("tracker", "microphone", "animator", mouth="microphone", smile="microphone"))
    assert [chip.text() for chip in chips.chips] == ["Face: iPhone", "Mouth: Microphone"]
