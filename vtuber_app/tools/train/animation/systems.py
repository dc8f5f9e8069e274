"""The systems that can be trained, by name."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vtuber_app.tools.train.animation.system import System

CLASSES = {
    "monkeynet": "MonkeyNetTraining",
    "fom": "FomTraining",
    "tpsmm": "TpsmmTraining",
    "tpsmm_avd": "TpsmmAvdTraining",
    "dagan": "DaganTraining",
    "facevid2vid": "FaceVid2VidTraining",
}


def named(name: str) -> "type[System]":
    """A system's training."""
    found: type[System] = getattr(import_module(f"{__package__}.{name}"), CLASSES[name])
    return found
