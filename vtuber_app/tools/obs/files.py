"""What OBS' own files tell about its WebSocket server, and the password that we keep ourselves."""

import configparser
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from vtuber_app.core import paths, private
from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.obs.protocol import PORT, Place

NEW = Path("plugin_config", "obs-websocket", "config.json")
OLD = Path("global.ini")
"""Where OBS keeps it, in its folder: since version 30.2, and before."""


@dataclass(frozen=True, slots=True)
class Server:
    """How OBS' WebSocket server is set.

    Attributes:
        file: Which file tells it.
        password: None if it wants none.
    """

    file: Path
    on: bool
    port: int
    password: str | None = field(repr=False)


def folders() -> list[Path]:
    """Where OBS keeps its files on this system, Flatpak and Snap included."""
    home = Path.home()
    if sys.platform == "win32":
        roaming = os.environ.get("APPDATA")
        return [(Path(roaming) if roaming else home / "AppData" / "Roaming") / "obs-studio"]
    if sys.platform == "darwin":
        return [home / "Library" / "Application Support" / "obs-studio"]
    own = os.environ.get("XDG_CONFIG_HOME")
    return [
        (Path(own) if own else home / ".config") / "obs-studio",
        home / ".var" / "app" / "com.obsproject.Studio" / "config" / "obs-studio",
        home / "snap" / "obs-studio" / "current" / ".config" / "obs-studio",
    ]


def server(among: list[Path] | None = None) -> Server | None:
    """How the server is set; where several are, one that is on, then the newest. None where no file tells."""
    found = [one for folder in among or folders() for one in (_of_json(folder / NEW), _of_ini(folder / OLD)) if one]
    return max(found, key=lambda one: (one.on, _age(one.file)), default=None)


def kept(place: Place) -> str | None:
    """The password that was typed for this place."""
    return private.kept(password_file(), _key(place))


def keep(place: Place, password: str) -> None:
    """Keep a password in a file that only this user may read.

    Raises:
        SettingsError: It can't be written.
    """
    file = password_file()
    try:
        private.keep(file, _key(place), password)
    except OSError as error:
        raise SettingsError(
            f"OBS' password can't be kept in {file} ({error.strerror}). Make that folder writable, then try again."
        ) from error


def password_file() -> Path:
    """Where typed passwords are kept."""
    return paths.data() / "obs-passwords.json"


def _of_json(file: Path) -> Server | None:
    try:
        said = json.loads(file.read_text(encoding="utf-8-sig"))
        password = str(said.get("server_password") or "") if said.get("auth_required", True) else ""
        return Server(file, bool(said.get("server_enabled")), _port(said.get("server_port", PORT)), password or None)
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _of_ini(file: Path) -> Server | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",), comment_prefixes=("#",))
    try:
        parser.read_string(file.read_text(encoding="utf-8-sig"))
        said = parser["OBSWebSocket"]
        password = said.get("ServerPassword") if said.getboolean("AuthRequired", True) else None
        port = _port(said.get("ServerPort", str(PORT)))
        return Server(file, said.getboolean("ServerEnabled", False), port, password or None)
    except (OSError, ValueError, KeyError, configparser.Error):
        return None


def _port(said: str | int) -> int:
    """A port as a number; ValueError if it can't be one."""
    port = int(said)
    if not 0 < port < 1 << 16:
        raise ValueError(port)
    return port


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _key(place: Place) -> str:
    return f"{place.host}:{place.port}"
