"""What the gallery page has done elsewhere: none of it knows the window."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from vtuber_app import avatar_settings
from vtuber_app.avatars import gallery, keep
from vtuber_app.avatars.autorig import remembered
from vtuber_app.avatars.keep import About
from vtuber_app.avatars.rig import format
from vtuber_app.core.errors import SettingsError
from vtuber_app.settings import AppSettings

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """An avatar in the gallery.

    Attributes:
        entry: Its folder, or the picture that it is.
        about: What is known of it.
        fault: Why that can't be read, in a sentence.
    """

    name: str
    entry: Path
    shipped: bool
    puppet: bool
    about: About
    fault: str = ""


def known(name: str) -> Known:
    """Look up an avatar; SettingsError if there is none."""
    entry = keep.where(name)
    puppet = (entry / gallery.PUPPET).is_file()
    fault, about = "", None
    try:
        about = keep.about(entry)
        if about is None and puppet:
            rig = format.load(entry)
            about = About(name=name, licence=rig.licence, origin=rig.author)
    except SettingsError as error:
        fault = str(error)
    return Known(name, entry, keep.shipped(name), puppet, about or About(name=name), fault)


def renamed(name: str, new: str, about: About | None) -> str:
    """Write down what is known of an avatar, if that is given, and call it otherwise; the name it got."""
    if about:
        keep.note(name, about)
    return avatar_settings.rename(name, new)


def using(settings: AppSettings) -> str | None:
    """The name of the avatar on the stream, chosen by it or by a path into the gallery; None if it is none of those."""
    entries = gallery.entries()
    if settings.avatar in entries:
        return settings.avatar
    chosen = Path(settings.avatar).expanduser()
    places = {chosen, *chosen.parents} if chosen.is_absolute() else set()
    return next((name for name, entry in entries.items() if entry in places), None)


def instead(name: str) -> str:
    """What is shown when that avatar is deleted; SettingsError if there is no other."""
    usual = AppSettings().avatar
    others = {other: entry.parent != keep.own() for other, entry in gallery.entries().items() if other != name}
    shipped = sorted((other for other, ships in others.items() if ships), key=lambda other: (other != usual, other))
    for other in (*shipped, *sorted(others)):
        return other
    raise SettingsError(f"{name} is the only avatar in the gallery. Import or make another one before you delete it.")


def flat(avatar: str) -> bool:
    """Whether that is a picture without layers, which the puppet has cut before it can move; not if there is none."""
    try:
        return not gallery.find(avatar).is_dir()
    except SettingsError:  # told when it is chosen
        return False


def cut_ahead(avatar: str) -> None:
    """Cut a flat picture into the layers that the puppet asks for then, while the old avatar still moves."""
    try:
        loaded = gallery.load(avatar)
        if not remembered.known(loaded.pixels):
            remembered.cut(loaded.pixels, loaded.name)
    except Exception as error:  # whatever it is: the puppet meets it again, and it is told then
        log.info("%s can't be cut ahead: %s", avatar, error)
