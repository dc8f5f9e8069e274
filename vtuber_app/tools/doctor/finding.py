"""What a doctor says, and what it is told before it looks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from vtuber_app import settings as files
from vtuber_app.session import StageStatus
from vtuber_app.settings import AppSettings

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What it is.
        state: `fail` if the program can't do its work; `warn` if it does without something.
        what: What was found.
        remedy: What the user can do; empty if nothing needs doing.
        group: What it belongs to.
    """

    name: str
    state: State
    what: str
    remedy: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What is known beforehand.

    Attributes:
        settings: The user's choices.
        at_work: The parts that this program has open now, by kind: they can't be opened a second time.
    """

    settings: AppSettings
    at_work: Mapping[str, StageStatus] = field(default_factory=dict)

    def working(self, kind: str, name: str) -> Iterator[Finding]:
        """What is found of a part that is open."""
        stage = self.at_work[kind]
        if error := stage.error:
            yield Finding(name, "warn", "at work, but not well", error.removeprefix(f"{stage.name}: "))
        else:
            yield Finding(name, "ok", "at work now")


def chosen() -> AppSettings:
    """The user's settings, or the defaults where the file is broken; the file is left as it is."""
    try:
        return AppSettings.model_validate_json(files.path().read_bytes())
    except (OSError, ValidationError):
        return AppSettings()


def version(name: str) -> str | None:
    """The version of a package; None if it isn't installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def existing(folder: Path) -> Path:
    """The folder itself, or the nearest above it that exists."""
    return next(place for place in (folder, *folder.parents) if place.exists())
