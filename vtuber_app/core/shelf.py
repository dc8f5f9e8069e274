"""Named sets of values, a JSON file each, that users may give to each other: expressions, presets of mappings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import Field, ValidationError

from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.settings import Settings
from vtuber_app.core.writing import write_whole

LONGEST_NAME = 40
LARGEST_BYTES = 100_000
"""A file that holds everything has some 20 kB; what is larger is something else."""

V = TypeVar("V")


@dataclass(frozen=True)
class Named(Generic[V]):
    """Values by parameter, under a name."""

    name: str
    values: Mapping[str, V]
    path: Path

    @property
    def ships(self) -> bool:
        """It comes with the program, and can't be changed."""
        return self.path.is_relative_to(paths.assets())


class File(Settings):
    """What every file has, beside its values."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=r"\S")


class Shelf(Generic[V]):
    """Those that ship with the program, and the user's.

    Args:
        folder: Of both, among the assets and among the user's data.
        word: What one is called.
        model: What is in a file: `name`, and the values as `key`.
        key: Name of the values.
        nothing: What to do first when there is nothing to save.
    """

    def __init__(self, folder: str, word: str, model: type[File], key: str, nothing: str) -> None:
        self._folder, self._word, self._model, self._key, self._nothing = folder, word, model, key, nothing

    def shipped(self) -> Path:
        """Where those are that come with the program."""
        return paths.assets() / self._folder

    def own(self) -> Path:
        """Where the user's are."""
        return paths.data() / self._folder

    def found(self) -> tuple[list[Named[V]], list[str]]:
        """Those that ship and then the user's, by name; and a sentence about each file that is none."""
        all_, faults = list[Named[V]](), list[str]()
        for folder in (self.shipped(), self.own()):
            here = []
            for path in sorted(folder.glob("*.json")):
                try:
                    here.append(self.read(path))
                except SettingsError as error:
                    faults.append(str(error))
            all_ += sorted(here, key=lambda one: one.name.casefold())
        return all_, faults

    def named(self, name: str) -> Named[V]:
        """The one of that name, however it is capitalised; SettingsError if there is none."""
        if one := self._same(name):
            return one
        there = ", ".join(one.name for one in self.found()[0])
        raise SettingsError(f"There is no {self._word} named {name!r}. There are: {there}.")

    def read(self, path: Path) -> Named[V]:
        """The one in that file; SettingsError if it holds none."""
        try:
            if path.stat().st_size > LARGEST_BYTES:
                raise SettingsError(f"{path} is no {self._word}: it is too large.")
            file = self._model.model_validate_json(path.read_bytes())
        except OSError as error:
            raise SettingsError(f"{path} can't be read: {error.strerror or error}.") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(place) for place in first["loc"]) or "the file"
            raise SettingsError(
                f"{path} is no {self._word} ({where}: {first['msg']}). Choose a file that vtuber_app saved."
            ) from error
        return Named(file.name.strip(), getattr(file, self._key), path)

    def save(self, name: str, values: Mapping[str, V]) -> Named[V]:
        """Keep these under that name among the user's, in the place of an older one of that name.

        Raises:
            SettingsError: The name is taken by one that ships, or can't be used; or there is nothing to keep; or no
                room.
        """
        name = name.strip()
        if not values:
            raise SettingsError(f"There is nothing to save: {self._nothing} first.")
        if not name or len(name) > LONGEST_NAME:
            raise SettingsError(f"Give the {self._word} a name of 1 to {LONGEST_NAME} letters.")
        same = self._same(name)
        if same and same.ships:
            raise SettingsError(f"{same.name} comes with the program. Choose another name for yours.")
        saved = Named(name, dict(values), same.path if same else self._free(name))
        self.write(saved, saved.path)
        return saved

    def rename(self, one: Named[V], name: str) -> Named[V]:
        """Give one of the user's another name; SettingsError if that is taken."""
        self._check_own(one)
        taken = self._same(name)
        if taken and taken.path != one.path:
            raise SettingsError(f"There is already one named {taken.name}. Choose another name.")
        renamed = self.save(name, one.values)
        if renamed.path != one.path:
            self.delete(one)
        return renamed

    def delete(self, one: Named[V]) -> None:
        """Remove one of the user's."""
        self._check_own(one)
        try:
            one.path.unlink(missing_ok=True)
        except OSError as error:
            raise SettingsError(f"{one.path} can't be removed: {error.strerror or error}.") from error

    def bring(self, path: Path) -> Named[V]:
        """Take a file over among the user's, under a name that is free."""
        given = self.read(path)
        name, number = given.name, 1
        while self._same(name):
            number += 1
            name = f"{given.name[: LONGEST_NAME - 4]} {number}"
        return self.save(name, given.values)

    def write(self, one: Named[V], path: Path) -> None:
        """Write exactly that file, in one step, so that a crash leaves the old or the new one."""
        file = self._model.model_validate({"name": one.name, self._key: dict(one.values)})
        try:
            write_whole(path, file.model_dump_json(indent=1) + "\n")
        except OSError as error:
            raise SettingsError(f"The {self._word} can't be written to {path}: {error.strerror or error}.") from error

    def _same(self, name: str) -> Named[V] | None:
        name = name.strip().casefold()
        return next((one for one in self.found()[0] if one.name.casefold() == name), None)

    def _check_own(self, one: Named[V]) -> None:
        if one.ships:
            raise SettingsError(f"{one.name} comes with the program and can't be changed. Save it as one of yours.")

    def _free(self, name: str) -> Path:
        """A file among the user's that isn't there yet, its name safe on every system."""
        stem = re.sub(r"\W+", "_", name.casefold()).strip("_") or self._word
        path, number = self.own() / f"{stem}.json", 1
        while path.exists():
            number += 1
            path = self.own() / f"{stem}_{number}.json"
        return path
