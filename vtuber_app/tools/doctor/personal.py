"""What is personal on this machine: names, folders, secrets, serial numbers, and what the user typed into settings."""

import getpass
import json
import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from vtuber_app.avatars import gallery
from vtuber_app.core import paths
from vtuber_app.core.errors import VtuberError
from vtuber_app.core.settings import Settings
from vtuber_app.pose.expressions import expressions
from vtuber_app.settings import AppSettings, part_class
from vtuber_app.sources.cameras import list_cameras
from vtuber_app.tools.doctor.scrub import SERIAL
from vtuber_app.tools.obs import files as obs_files
from vtuber_app.trackers.microphones import list_microphones

SECRET = re.compile(r"token|password|secret|key", re.IGNORECASE)
"""In names of files that hold some."""
LARGEST = 10_000
TEXT = "<text>"
BY_ID = Path("/dev/v4l/by-id")


def words(settings: AppSettings) -> dict[str, str]:
    """What must not be told, and what stands in its place."""
    found: dict[str, str] = {}
    folders = {Path.home(): "<home>", paths.ROOT: "<program>", paths.data(): "<data>", paths.config(): "<config>"}
    for folder, label in (folders | {paths.cache(): "<cache>", paths.videos(): "<videos>"}).items():
        if len(folder.parts) > 1:
            found |= {str(folder): label, folder.as_posix(): label}
    found |= dict.fromkeys(_people(), "<user>")
    found |= dict.fromkeys(_hosts(), "<computer>")
    found |= dict.fromkeys(_secrets(), "<secret>")
    found |= dict.fromkeys(_serials(), "<serial>")
    found |= dict.fromkeys(_typed(settings), "<setting>")
    own = (name for name in gallery.names() if not ships(name))
    found |= dict.fromkeys(own, "<avatar>")
    found |= dict.fromkeys((each.name for each in expressions.found()[0] if not each.ships), "<expression>")
    return found


def ships(avatar: str) -> bool:
    """Whether an avatar comes with the program, so that its name tells nothing of the user."""
    return avatar.isidentifier() and (paths.assets() / "avatars" / avatar).is_dir()


def settings_without(settings: Settings) -> dict[str, Any]:
    """Numbers, switches and choices among given ones; whatever was typed is left out."""
    return {name: _kept(settings, name, value) for name, value in settings}


def _kept(settings: Settings, name: str, value: Any) -> Any:
    if value is None or value == "" or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Settings):
        return settings_without(value)
    if isinstance(value, dict):
        return {key: _kept(settings, name, one) for key, one in value.items() if part_class(str(key))}
    if isinstance(value, tuple | list):
        return [_kept(settings, name, one) for one in value]
    return value if _is_choice(settings, name, value) else TEXT


def _is_choice(settings: Settings, name: str, value: Any) -> bool:
    """Whether a value is one of a few that everybody has."""
    if isinstance(settings, AppSettings):
        return isinstance(value, str) and (part_class(value) is not None or (name == "avatar" and ships(value)))
    annotation = type(settings).model_fields[name].annotation
    members = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return any(get_origin(member) is Literal and value in get_args(member) for member in members)


def _typed(settings: Settings) -> Iterator[str]:
    """Every text or path that `settings_without` leaves out."""
    for name, value in settings:
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,):
            if isinstance(one, Settings):
                yield from _typed(one)
            elif isinstance(one, str | Path) and not _is_choice(settings, name, one) and len(str(one)) > 2:
                yield str(one)


def _people() -> Iterator[str]:
    yield Path.home().name
    for variable in ("USER", "USERNAME", "LOGNAME", "SUDO_USER"):
        yield os.environ.get(variable, "")
    with suppress(OSError, KeyError, ImportError):  # a container without names
        yield getpass.getuser()
    yield from (part for part in _full_name().split() if len(part) > 2)


def _full_name() -> str:
    if sys.platform == "win32":
        import ctypes

        size = ctypes.c_ulong(256)
        name = ctypes.create_unicode_buffer(size.value)
        return name.value if ctypes.windll.secur32.GetUserNameExW(3, name, ctypes.byref(size)) else ""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_gecos.replace(",", " ")
    except KeyError:
        return ""


def _hosts() -> Iterator[str]:
    name = socket.gethostname()
    yield from (name, name.partition(".")[0], os.environ.get("COMPUTERNAME", ""), os.environ.get("USERDOMAIN", ""))


def _secrets() -> Iterator[str]:
    """What our own files keep, and OBS' password."""
    folder = paths.data()
    for file in folder.iterdir() if folder.is_dir() else ():
        if SECRET.search(file.name) and file.is_file() and file.stat().st_size < LARGEST:
            content = file.read_text(encoding="utf-8", errors="replace")
            try:
                yield from _texts(json.loads(content))
            except ValueError:
                yield from content.split()
    if (server := obs_files.server()) and server.password:
        yield server.password


def _texts(value: Any) -> Iterator[str]:
    """The texts in what a JSON file holds, without its keys."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value


def _serials() -> Iterator[str]:
    """What looks like serial numbers in the names of cameras and microphones."""
    names = [camera.name for camera in list_cameras()]
    with suppress(VtuberError):
        names += list_microphones()
    names += [link.name for link in BY_ID.iterdir()] if BY_ID.is_dir() else []
    for name in names:
        yield from SERIAL.findall(name)
