"""Everything the user can choose, in one JSON file."""

import logging
import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, ValidationError

from vtuber_app import plugins
from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.keyboard.chosen import KeySettings
from vtuber_app.core.parts import Part
from vtuber_app.core.settings import Settings
from vtuber_app.core.writing import write_whole
from vtuber_app.finish.settings import FinishSettings
from vtuber_app.pose.filters import PoseSettings

log = logging.getLogger(__name__)


def part_class(kind: str) -> type[Part[Any]] | None:
    """The part of that kind, of whichever registry: kinds are unique."""
    for registry in (plugins.sources, plugins.trackers, plugins.animators, plugins.outputs):
        if kind in registry:
            return registry[kind]
    return None


def _parse_parts(value: object) -> object:
    """Turn the JSON objects into each part's own settings; parts of plug-ins that are gone are left out."""
    if not isinstance(value, dict):
        return value
    parsed: dict[str, object] = {}
    for kind, settings in value.items():
        part = part_class(kind)
        if part is None:
            log.warning("The settings name a part that is not installed: %s", kind)
        elif isinstance(settings, dict):
            parsed[kind] = part.settings_class().model_validate(settings)
        else:
            parsed[kind] = settings
    return parsed


class PreviewSettings(Settings):
    """What the window shows behind the avatar; outputs have their own backgrounds."""

    background: Literal["checkerboard", "colour", "picture"] = "checkerboard"
    background_colour: str = Field("#00b140", pattern="^#[0-9a-fA-F]{6}$", title="Colour")
    background_picture: Path | None = Field(None, title="Picture")


class DesktopSettings(Settings):
    """The avatar over the desktop, in a window of its own.

    Attributes:
        feet: Where the middle of its lower edge is, in the system's coordinates; None: where the system puts it.
    """

    shown: bool = Field(False, json_schema_extra={"internal": True})
    feet: tuple[int, int] | None = Field(None, json_schema_extra={"internal": True})
    height: int = Field(400, ge=64, le=2160, title="Height, px")
    on_top: bool = Field(True, title="Above other windows")
    click_through: bool = Field(False, title="Clicks go through", description="To what lies behind the avatar.")


class AppSettings(Settings):
    """The user's choices.

    Attributes:
        source: Kind of the chosen source; `tracker`, `animator` and `outputs` likewise.
        also: Kinds of further trackers beside that, for what it doesn't see.
        avatar: Name of one in the gallery, or a path.
        parts: Settings of every part that was ever changed, by kind, so that none is lost when another is chosen.
    """

    source: str = "camera"
    tracker: str = "mediapipe"
    also: tuple[str, ...] = ()
    animator: str = "puppet"
    outputs: tuple[str, ...] = ()
    avatar: str = "sora"
    pose: PoseSettings = Field(default_factory=PoseSettings)
    finish: FinishSettings = Field(default_factory=FinishSettings)
    hotkeys: KeySettings = Field(default_factory=KeySettings)
    parts: Annotated[dict[str, SerializeAsAny[Settings]], BeforeValidator(_parse_parts)] = Field(default_factory=dict)
    show_camera: bool = Field(False, title="Show the camera picture")
    preview: PreviewSettings = Field(default_factory=PreviewSettings)
    desktop: DesktopSettings = Field(default_factory=DesktopSettings)
    window_size: tuple[int, int] = (1280, 800)

    @property
    def trackers(self) -> dict[str, str]:
        """Kinds of the trackers at work, by the names of their stages: "tracker" is the first."""
        return {"tracker": self.tracker} | {kind: kind for kind in self.also if kind != self.tracker}

    def part(self, kind: str) -> Settings:
        """That part's settings, as changed or by default."""
        if kind in self.parts:
            return self.parts[kind]
        part = part_class(kind)
        if part is None:
            raise SettingsError(f"There is no part named {kind!r}.")
        return part.settings_class()()

    def with_part(self, settings: Settings, **changes: object) -> Self:
        """A copy in which that part has these settings, and what else changes."""
        kind = str(getattr(settings, "kind", ""))
        return self.model_copy(update={"parts": {**self.parts, kind: settings}, **changes})


def path() -> Path:
    """The settings file."""
    return paths.config() / "settings.json"


def load() -> tuple[AppSettings, str | None]:
    """Read the settings file.

    Returns:
        The settings, and a sentence for the user if the file was broken: it is then kept aside under another name.
    """
    file = path()
    try:
        return AppSettings.model_validate_json(file.read_bytes()), None
    except FileNotFoundError:
        return AppSettings(), None
    except OSError as error:
        return AppSettings(), f"The settings can't be read ({error.strerror}); the defaults are used."
    except ValidationError as error:
        aside = file.with_name(f"settings-broken-{time.strftime('%Y%m%d-%H%M%S')}.json")
        first = error.errors()[0]
        where = ".".join(str(place) for place in first["loc"]) or "the file"
        try:
            file.replace(aside)
        except OSError as problem:
            return AppSettings(), f"The settings file is broken at {where}, and can't be moved: {problem.strerror}."
        return AppSettings(), f"The settings file was broken at {where}; it is kept as {aside.name}, defaults are used."


def save(settings: AppSettings) -> None:
    """Write the settings file in one step, so that a crash leaves the old or the new one."""
    file = path()
    try:
        write_whole(file, settings.model_dump_json(indent=1))
    except OSError as error:
        raise SettingsError(f"The settings can't be saved in {file.parent}: {error.strerror}.") from error
