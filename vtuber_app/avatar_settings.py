"""What an avatar has of its own: how it is moved, kept in its folder and brought back whenever it is chosen.

The user's own avatars have it beside their pictures, so that it goes with them wherever they go; what is kept of those
that ship, and of pictures elsewhere, is in the folder of the program's settings.
"""

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from vtuber_app import plugins, settings
from vtuber_app.avatars import archive, gallery, keep
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.keyboard.chosen import ExpressionKeys
from vtuber_app.core.settings import Settings
from vtuber_app.core.writing import write_whole
from vtuber_app.pose.mapping import Map, checked
from vtuber_app.settings import AppSettings

FILE = "settings.json"
LARGEST = 200_000
"""The largest file that is read, bytes; of all parameters and animators it has some 30 kB."""


class AvatarSettings(Settings):
    """An avatar's own settings.

    What is added here needs a line in `of` and in `into`, and in `_FIELDS` if it can be broken in part.

    Attributes:
        animator: The kind that moves it; None: whichever is chosen.
        parts: By animator, those of its `hot` fields that differ from the defaults. What else an animator takes, as
            the picture's size or the device, is the computer's and not the avatar's.
        mapping: Its layer of `pose.mapping.Layers`.
        keys: Its keys of expressions, in the place of everyone's.
    """

    animator: str | None = None
    parts: dict[str, dict[str, Any]] = Field(default_factory=dict)
    mapping: dict[str, Map] = Field(default_factory=dict)
    hotkeys: ExpressionKeys | None = None


def of(chosen: AppSettings) -> AvatarSettings:
    """What in these settings is the chosen avatar's own."""
    parts = {}
    for kind, part in chosen.parts.items():
        usual = dict(type(part)())
        own = {field: getattr(part, field) for field in _hot(kind) if getattr(part, field) != usual[field]}
        if own:
            parts[kind] = own
    return AvatarSettings(
        animator=chosen.animator, parts=parts, mapping=chosen.pose.mapping.avatar, hotkeys=chosen.hotkeys.avatar
    )


def into(chosen: AppSettings, own: AvatarSettings) -> AppSettings:
    """The settings with what is an avatar's own; where it has nothing of its own, with what is usual."""
    for kind in {*chosen.parts, *own.parts}:
        part = chosen.part(kind)
        usual = dict(type(part)())
        values = {field: usual[field] for field in _hot(kind)} | own.parts.get(kind, {})
        if values != {field: getattr(part, field) for field in values}:
            chosen = chosen.with_part(type(part).model_validate(dict(part) | values))
    mapping = chosen.pose.mapping.model_copy(update={"avatar": own.mapping})
    pose = chosen.pose.model_copy(update={"mapping": mapping})
    hotkeys = chosen.hotkeys.model_copy(update={"avatar": own.hotkeys})
    return chosen.model_copy(update={"pose": pose, "hotkeys": hotkeys, "animator": own.animator or chosen.animator})


def load() -> tuple[AppSettings, str | None]:
    """The program's settings with those of the chosen avatar, and a sentence about what was broken in either."""
    chosen, notice = settings.load()
    file = place(chosen.avatar)
    if not file or not file.is_file():
        return chosen, notice
    own, fault = read(chosen.avatar)
    return into(chosen, own), " ".join(filter(None, (notice, fault))) or None


def place(avatar: str) -> Path | None:
    """The file of an avatar's own settings, by its name in the gallery or its path; None if there is no such avatar."""
    try:
        found = gallery.find(avatar)
    except SettingsError:  # told when it is opened
        return None
    entry = found.parent if found.name == gallery.CHARACTER else found
    yours, shipped = gallery.folders()
    if entry.parent == yours and entry.is_dir():
        return entry / FILE
    absolute = entry.resolve()
    key = hashlib.sha256(str(absolute).encode()).hexdigest()[:12]
    name = entry.name if entry.parent == shipped else f"{entry.stem[:40]}-{key}"
    return paths.config() / "avatars" / f"{name}.json"


def read(avatar: str) -> tuple[AvatarSettings, str | None]:
    """An avatar's own settings, and a sentence if some of them can't be used.

    What is unknown or out of range is left out; a file that can't be read at all is put aside under another name.
    """
    file = place(avatar)
    if file is None:
        return AvatarSettings(), None
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        return _parsed(content, Path(avatar).name)
    except FileNotFoundError:
        return AvatarSettings(), None
    except OSError as error:
        return AvatarSettings(), f"The settings of {Path(avatar).name} can't be read: {error.strerror or error}."
    except ValueError as error:
        aside = file.with_name(f"{file.name}.broken-{time.strftime('%Y%m%d-%H%M%S')}")
        kept = f"kept as {aside.name} in {file.parent}"
        try:
            file.replace(aside)
        except OSError as problem:
            kept = f"where it is, since it can't be moved: {problem.strerror or problem}"
        return AvatarSettings(), f"The settings of {Path(avatar).name} are broken ({error}). The file is {kept}."


def write(avatar: str, own: AvatarSettings) -> None:
    """Keep an avatar's own settings; SettingsError if they can't be."""
    file = place(avatar)
    if file is None:
        return
    try:
        write_whole(file, own.model_dump_json(indent=1))
    except OSError as error:
        raise SettingsError(
            f"The settings of {Path(avatar).name} can't be kept in {file.parent}: {error.strerror or error}. Make room "
            "there, and check that it may be written to."
        ) from error


def add(source: Path, name: str | None = None) -> tuple[str, str | None]:
    """Copy an avatar into the gallery as `keep.add` does; the name it got, and what of its settings was left out."""
    got = keep.add(source, name)
    file = place(got)
    if not file or not file.is_file():
        return got, None
    own, fault = read(got)
    if fault:
        for aside in file.parent.glob(f"{FILE}.broken-*"):
            aside.unlink()
        write(got, own)
        fault = f"{got} came with settings that can't be used, and were left out. {fault.partition(' The file is ')[0]}"
    return got, fault


def duplicate(name: str) -> str:
    """Copy an avatar within the gallery, with its settings; the copy's name."""
    return _following(name, lambda: keep.duplicate(name))


def rename(old: str, new: str) -> str:
    """Give an avatar of the user's another name, and its settings too; the name it got."""
    return _following(old, lambda: keep.rename(old, new))


def export(name: str, file: Path) -> None:
    """Pack an avatar of the gallery into a .zip file, with its settings."""
    entry, kept = keep.where(name), place(name)
    there = kept is not None and kept.is_file() and kept.parent != entry
    archive.write(entry, file, {FILE: kept.read_bytes()} if there and kept else {})


def _following(name: str, deed: Callable[[], str]) -> str:
    own, _ = read(name)
    got = deed()
    file = place(got)
    if own != AvatarSettings() and file and not file.is_file():
        write(got, own)
    return got


def _hot(kind: str) -> frozenset[str]:
    """Fields of an animator that are an avatar's own; none of any other part."""
    return plugins.animators[kind].hot if kind in plugins.animators else frozenset()


def _parsed(content: bytes, avatar: str) -> tuple[AvatarSettings, str | None]:
    """What can be used in a file, and a sentence about what can't; ValueError if it is none at all."""
    if len(content) > LARGEST:
        raise ValueError(f"more than {LARGEST // 1000} kB")
    try:
        raw = json.loads(content)
    except RecursionError as error:
        raise ValueError("too deeply nested") from error
    if not isinstance(raw, dict):
        raise ValueError("no settings")
    good: dict[str, Any] = {}
    bad: list[str] = []
    for name, value in raw.items():
        if name not in AvatarSettings.model_fields:
            bad.append(name)
            continue
        try:
            good[name], broken = _FIELDS[name](value) if name in _FIELDS else (value, [])
            bad += [f"{name}.{inner}" for inner in broken]
            AvatarSettings.model_validate({name: good[name]})
        except (ValidationError, TypeError):
            good.pop(name, None)
            bad.append(name)
    named = ", ".join(name[:60] for name in bad[:3]) + (f" and {len(bad) - 3} more" if len(bad) > 3 else "")
    sentence = f"In the settings of {avatar} these can't be used, and were left out: {named}." if bad else None
    return AvatarSettings.model_validate(good), sentence


def _animator(kind: Any) -> tuple[Any, list[str]]:
    known = kind is None or (isinstance(kind, str) and kind in plugins.animators)
    return (kind, []) if known else (None, [str(kind)])


def _parts(value: dict[str, dict[str, Any]]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    good: dict[str, dict[str, Any]] = {}
    bad: list[str] = []
    for kind, fields in _items(value):
        for field, wanted in _items(fields):
            try:
                if field not in _hot(kind):
                    raise TypeError
                read = plugins.animators[kind].settings_class().model_validate({field: wanted})
                good.setdefault(kind, {})[field] = getattr(read, field)
            except (ValidationError, TypeError):
                bad.append(f"{kind}.{field}")
    return good, bad


def _mapping(value: dict[str, Any]) -> tuple[dict[str, Map], list[str]]:
    good: dict[str, Map] = {}
    bad: list[str] = []
    for name, by in _items(value):
        try:
            good |= checked({name: Map.model_validate(by)})
        except ValueError:
            bad.append(name)
    return good, bad


def _items(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise TypeError
    return list(value.items())


_FIELDS: dict[str, Callable[[Any], tuple[Any, list[str]]]] = {
    "animator": _animator,
    "parts": _parts,
    "mapping": _mapping,
}
