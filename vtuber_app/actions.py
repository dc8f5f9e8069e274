"""What a key, a phone or a stream deck can ask for: by name, whoever asks."""

from collections.abc import Mapping
from typing import NamedTuple

from vtuber_app import choices, plugins
from vtuber_app.avatars import gallery
from vtuber_app.core.keyboard.chosen import OWN_FACE, ExpressionKeys, KeySettings
from vtuber_app.pose import wearing
from vtuber_app.settings import AppSettings


class Action(NamedTuple):
    """Something to ask for, in words, and the key that does it where nothing else was chosen."""

    title: str
    key: str


ACTIONS: dict[str, Action] = {
    "own_face": Action("Back to my own face", OWN_FACE),
    "calibrate": Action("Calibrate", "C"),
    "rest": Action("Rest: stop following my face, or follow again", "F"),
    "next_avatar": Action("Next avatar", "N"),
    "previous_avatar": Action("Previous avatar", "B"),
    "mirror": Action("Mirror", "M"),
    "virtual_camera": Action("Virtual camera on or off", "V"),
    "recorder": Action("Record, or end the recording", "R"),
    "clip": Action("Save a clip of the last seconds", "S"),
}
ASKED = frozenset({"calibrate", "clip"})
"""Those that a session does; all others are a change of settings."""


def offered() -> Mapping[str, Action]:
    """Those that can be done here."""
    gone = {kind for kind in ("virtual_camera", "recorder") if kind not in plugins.outputs}
    return {name: action for name, action in ACTIONS.items() if name not in gone}


def key_of(name: str, keys: KeySettings) -> str:
    """The key that asks for it; empty where none does."""
    return keys.actions.get(name, ACTIONS[name].key)


def expression_keys(settings: AppSettings) -> ExpressionKeys:
    """The keys of expressions that are in force."""
    return settings.hotkeys.avatar or settings.hotkeys.expressions


def changed(name: str, settings: AppSettings) -> AppSettings:
    """The settings after that action; as they are where it isn't one of settings."""
    pose = settings.pose
    match name:
        case "own_face":
            return settings.model_copy(update={"pose": wearing.own_face(pose)})
        case "rest":
            return settings.model_copy(update={"pose": pose.model_copy(update={"follows": not pose.follows})})
        case "mirror":
            return settings.model_copy(update={"pose": pose.model_copy(update={"mirrored": not pose.mirrored})})
        case "next_avatar" | "previous_avatar":
            return _beside(settings, 1 if name == "next_avatar" else -1)
        case "virtual_camera" | "recorder":
            return switched(settings, name, name not in settings.outputs)
    return settings


def switched(settings: AppSettings, kind: str, on: bool) -> AppSettings:
    """With that output on or off."""
    others = tuple(other for other in settings.outputs if other != kind)
    return settings.model_copy(update={"outputs": (*others, kind) if on else others})


def _beside(settings: AppSettings, step: int) -> AppSettings:
    names = list(gallery.names())
    if not names:
        return settings
    place = names.index(settings.avatar) + step if settings.avatar in names else 0
    return choices.with_avatar(settings, names[place % len(names)])
