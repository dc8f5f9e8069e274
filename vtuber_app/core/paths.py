"""Where the program's files are."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_data_path, user_videos_path

APP = "vtuber_app"
ROOT = Path(__file__).resolve().parents[2]


def assets() -> Path:
    """What ships with the program: avatars, icons, motions."""
    return ROOT / "assets"


def model_folders() -> list[Path]:
    """Where weights may lie, the first being where new ones are put. `VTUBER_MODELS` comes before all others."""
    chosen = os.environ.get("VTUBER_MODELS")
    return [*([Path(chosen)] if chosen else []), ROOT / "models", data() / "models"]


def config() -> Path:
    """The settings' folder; `VTUBER_HOME` moves it together with the user's other files."""
    home = os.environ.get("VTUBER_HOME")
    return Path(home) / "config" if home else user_config_path(APP, appauthor=False)


def data() -> Path:
    """The user's own avatars and downloads."""
    home = os.environ.get("VTUBER_HOME")
    return Path(home) / "data" if home else user_data_path(APP, appauthor=False)


def cache() -> Path:
    """What can be made again."""
    home = os.environ.get("VTUBER_HOME")
    return Path(home) / "cache" if home else user_cache_path(APP, appauthor=False)


def videos() -> Path:
    """Where recordings go unless the user says otherwise."""
    home = os.environ.get("VTUBER_HOME")
    return Path(home) / "videos" if home else user_videos_path()
