"""Presets of mappings: named sets of maps, a JSON file each, that users may give to each other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError, field_validator

from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.settings import Settings
from vtuber_app.core.writing import write_whole
from vtuber_app.pose.mapping import Map, checked

LONGEST_NAME = 40
LARGEST_BYTES = 100_000
"""A file that maps everything has some 20 kB; what is larger is something else."""


class _File(Settings):
    """What is in a file."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=r"\S")
    mapping: dict[str, Map] = Field(min_length=1)

    @field_validator("mapping")
    @classmethod
    def _known(cls, maps: dict[str, Map]) -> dict[str, Map]:
        return checked(maps)


@dataclass(frozen=True)
class Preset:
    """Maps by parameter, under a name."""

    name: str
    mapping: Mapping[str, Map]
    path: Path

    @property
    def ships(self) -> bool:
        """It comes with the program, and can't be changed."""
        return self.path.parent == shipped()


def shipped() -> Path:
    """Where those are that come with the program."""
    return paths.assets() / "mappings"


def own() -> Path:
    """Where the user's are."""
    return paths.data() / "mappings"


def found() -> tuple[list[Preset], list[str]]:
    """Those that ship and then the user's, by name; and a sentence about each file that is none."""
    presets, faults = [], []
    for folder in (shipped(), own()):
        here = []
        for path in folder.glob("*.json"):
            try:
                here.append(read(path))
            except SettingsError as error:
                faults.append(str(error))
        presets += sorted(here, key=lambda preset: preset.name.casefold())
    return presets, faults


def named(name: str) -> Preset:
    """The preset of that name, however it is capitalised; SettingsError if there is none."""
    presets, _ = found()
    if preset := _same(name, presets):
        return preset
    there = ", ".join(preset.name for preset in presets)
    raise SettingsError(f"There is no mapping named {name!r}. There are: {there}.")


def read(path: Path) -> Preset:
    """The preset in that file; SettingsError if it is none."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise SettingsError(f"{path} is no mapping: it is too large.")
        file = _File.model_validate_json(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"{path} can't be read: {error.strerror or error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(place) for place in first["loc"]) or "the file"
        raise SettingsError(
            f"{path} is no mapping ({where}: {first['msg']}). Choose a file that was exported on the mapping page."
        ) from error
    return Preset(file.name.strip(), file.mapping, path)


def save(name: str, maps: Mapping[str, Map]) -> Preset:
    """Keep these under that name among the user's, in the place of an older one of that name.

    Raises:
        SettingsError: The name is taken by one that ships, or can't be used; or there is nothing to keep; or no room.
    """
    name = name.strip()
    if not maps:
        raise SettingsError("There is nothing to save: change a range first.")
    if not name or len(name) > LONGEST_NAME:
        raise SettingsError(f"Give the mapping a name of 1 to {LONGEST_NAME} letters.")
    same = _same(name, found()[0])
    if same and same.ships:
        raise SettingsError(f"{same.name} comes with the program. Choose another name for yours.")
    preset = Preset(name, dict(maps), same.path if same else _free(name))
    write(preset, preset.path)
    return preset


def bring(path: Path) -> Preset:
    """Take a file over among the user's, under a name that is free."""
    given = read(path)
    presets, _ = found()
    name, number = given.name, 1
    while _same(name, presets):
        number += 1
        name = f"{given.name[: LONGEST_NAME - 4]} {number}"
    return save(name, given.mapping)


def delete(preset: Preset) -> None:
    """Remove one of the user's."""
    if preset.ships:
        raise SettingsError(f"{preset.name} comes with the program and can't be deleted.")
    try:
        preset.path.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"{preset.path} can't be removed: {error.strerror or error}.") from error


def write(preset: Preset, path: Path) -> None:
    """Write exactly that file."""
    try:
        write_whole(path, _File(name=preset.name, mapping=dict(preset.mapping)).model_dump_json(indent=1) + "\n")
    except OSError as error:
        raise SettingsError(f"The mapping can't be written to {path}: {error.strerror or error}.") from error


def _same(name: str, presets: list[Preset]) -> Preset | None:
    return next((preset for preset in presets if preset.name.casefold() == name.strip().casefold()), None)


def _free(name: str) -> Path:
    """A file among the user's that isn't there yet, its name safe on every system."""
    stem = re.sub(r"\W+", "_", name.casefold()).strip("_") or "mapping"
    path, number = own() / f"{stem}.json", 1
    while path.exists():
        number += 1
        path = own() / f"{stem}_{number}.json"
    return path
