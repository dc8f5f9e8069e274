"""The user's short words for parts, on the command line and in the window, as settings."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from vtuber_app import avatar_settings, plugins
from vtuber_app.avatars import gallery
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.settings import Settings
from vtuber_app.pose import wearing
from vtuber_app.pose.expressions import expressions
from vtuber_app.settings import AppSettings

S = TypeVar("S", bound=Settings)
log = logging.getLogger(__name__)

STUDENT = "tha4_student"
"""The animator of characters for which networks were trained."""
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})


def apply(
    chosen: AppSettings,
    source: str | None = None,
    tracker: str | None = None,
    animator: str | None = None,
    avatar: str | None = None,
    outputs: list[str] | None = None,
    fields: list[str] | None = None,
    expression: str | None = None,
    also: list[str] | None = None,
) -> AppSettings:
    """Change the settings as these words say; None leaves as it is.

    Args:
        chosen: The settings to start from.
        source: A kind, `camera:NAME_OR_INDEX`, or a file.
        tracker: A kind, or a motion file. A source without a tracker wants a tracker that looks at it.
        animator: A kind.
        avatar: A name or a path.
        outputs: Kinds, or files to record to.
        fields: `PART.FIELD=VALUE`.
        expression: The name of one.
        also: Kinds of trackers beside that.
    """
    if source is not None:
        chosen = with_source(chosen, source)
        if tracker is None and not plugins.trackers[chosen.tracker].uses_camera:
            chosen = chosen.model_copy(update={"tracker": AppSettings().tracker})
    if tracker is not None:
        chosen = with_tracker(chosen, tracker)
    if also is not None:
        chosen = chosen.model_copy(update={"also": tuple(_tracker(word) for word in also)})
    if avatar is not None:
        chosen = with_avatar(chosen, avatar)
    if animator is not None:
        chosen = chosen.model_copy(update={"animator": animator})
    if outputs is not None:
        chosen = chosen.model_copy(update={"outputs": ()})
        for output in outputs:
            chosen = _with_output(chosen, output)
    for field in fields or []:
        chosen = _with_field(chosen, field)
    if expression is not None:
        pose = wearing.only(chosen.pose, expressions.named(expression))
        chosen = chosen.model_copy(update={"pose": pose})
    return chosen


def with_avatar(chosen: AppSettings, word: str, say: Callable[[str], None] = log.warning) -> AppSettings:
    """Choose an avatar by name or path, with the settings that are its own.

    A character for which networks were trained is moved by them unless it was told otherwise; no other is.

    Args:
        chosen: The settings to start from.
        word: The avatar.
        say: Takes a sentence about what of its settings can't be used.
    """
    own = avatar_settings.AvatarSettings()
    if word != chosen.avatar:  # what is in force for it may be newer than what was kept
        own, fault = avatar_settings.read(word)
        if fault:
            say(fault)
        chosen = avatar_settings.into(chosen, own)
    animator, trained = chosen.animator, _trained(word)
    if trained and own.animator is None:
        animator = STUDENT
    elif animator == STUDENT and not trained:
        animator = AppSettings().animator
    return chosen.model_copy(update={"avatar": word, "animator": animator})


def _trained(avatar: str) -> bool:
    try:
        folder = gallery.find(avatar).parent
    except SettingsError:  # told when it is opened
        return False
    student = plugins.animators.get(STUDENT)
    return student is not None and not student.missing() and gallery.trained(folder)


def with_source(chosen: AppSettings, word: str) -> AppSettings:
    """Choose a source by kind, `camera:NAME_OR_INDEX` or file."""
    kind, _, name = word.partition(":")
    if kind == "camera":
        return _change(chosen, "camera", {"camera": name}, source="camera")
    if word in plugins.sources:
        return chosen.model_copy(update={"source": word})
    path = Path(word).expanduser()
    if not path.exists():
        raise SettingsError(f"There is no source and no file named {word!r}. Sources: {', '.join(plugins.sources)}.")
    kind = "picture" if path.suffix.lower() in PICTURES else "video"
    return _change(chosen, kind, {"path": path}, source=kind)


def with_tracker(chosen: AppSettings, word: str) -> AppSettings:
    """Choose a tracker by kind or by the motion file it replays."""
    path = Path(word).expanduser()
    if path.suffix.lower() == ".npz" and path.exists():
        return _change(chosen, "replay", {"path": path}, tracker="replay")
    return chosen.model_copy(update={"tracker": _tracker(word)})


def _tracker(word: str) -> str:
    if word in plugins.trackers:
        return word
    raise SettingsError(
        f"There is no tracker and no motion file named {word!r}. Trackers: {', '.join(plugins.trackers)}."
    )


def _with_output(chosen: AppSettings, word: str) -> AppSettings:
    """Add an output by kind or by the file to record to."""
    if word in plugins.outputs:
        return chosen.model_copy(update={"outputs": (*chosen.outputs, word)})
    path = Path(word).expanduser()
    if path.suffix:
        outputs = (*chosen.outputs, "recorder")
        return _change(chosen, "recorder", {"file": path}, outputs=outputs)
    raise SettingsError(f"There is no output named {word!r}. Outputs: {', '.join(plugins.outputs)}, or a file name.")


def _with_field(chosen: AppSettings, assignment: str) -> AppSettings:
    name, equals, value = assignment.partition("=")
    kind, dot, field = name.partition(".")
    if not (equals and dot):
        raise SettingsError(f"{assignment!r} is not of the form PART.FIELD=VALUE.")
    if kind in ("pose", "finish"):
        old: Settings = getattr(chosen, kind)
        return chosen.model_copy(update={kind: _validate(type(old), dict(old) | {field: value}, kind)})
    return _change(chosen, kind, {field: value})


def _change(chosen: AppSettings, kind: str, fields: dict[str, object], **others: object) -> AppSettings:
    old = chosen.part(kind)
    return chosen.with_part(_validate(type(old), old.model_dump() | fields, kind), **others)


def _validate(model: type[S], values: dict[str, object], kind: str) -> S:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join([kind, *(str(place) for place in first["loc"])])
        raise SettingsError(f"{where} can't be {first['input']!r}: {first['msg']}.") from error
