"""Expressions: named sets of held parameters, a JSON file each, that users may give to each other."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, FiniteFloat, ValidationError

from vtuber_app.core import paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.core.settings import Settings
from vtuber_app.core.writing import write_whole
from vtuber_app.pose.held import value_range
from vtuber_app.pose.tha import PLACE

LONGEST_NAME = 40
LARGEST_BYTES = 100_000
"""A file of all 45 parameters has some 2 kB; what is larger is something else."""


class _File(Settings):
    """What is in a file."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=r"\S")
    values: dict[str, FiniteFloat] = Field(min_length=1)


@dataclass(frozen=True)
class Expression:
    """A face that can be put on.

    Attributes:
        values: Held parameters by their names in `pose.tha.PARAMETERS`, each within its range.
        path: Its file.
    """

    name: str
    values: Mapping[str, float]
    path: Path

    @property
    def ships(self) -> bool:
        """It comes with the program, and can't be changed."""
        return self.path.parent == shipped()


def shipped() -> Path:
    """Where those are that come with the program."""
    return paths.assets() / "expressions"


def own() -> Path:
    """Where the user's are."""
    return paths.data() / "expressions"


def found() -> tuple[list[Expression], list[str]]:
    """Those that ship and then the user's, by name; and a sentence about each file that is none."""
    expressions, faults = [], []
    for folder in (shipped(), own()):
        here = []
        for path in sorted(folder.glob("*.json")):
            try:
                here.append(read(path))
            except SettingsError as error:
                faults.append(str(error))
        expressions += sorted(here, key=lambda expression: expression.name.casefold())
    return expressions, faults


def named(name: str) -> Expression:
    """The expression of that name, however it is capitalised; SettingsError if there is none."""
    expressions, _ = found()
    for expression in expressions:
        if expression.name.casefold() == name.strip().casefold():
            return expression
    there = ", ".join(expression.name for expression in expressions)
    raise SettingsError(f"There is no expression named {name!r}. There are: {there}.")


def read(path: Path) -> Expression:
    """The expression in that file; SettingsError if it is none. Values beyond their range are put at its end."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise SettingsError(f"{path} is no expression: it is too large.")
        file = _File.model_validate_json(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"{path} can't be read: {error.strerror or error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(place) for place in first["loc"]) or "the file"
        raise SettingsError(f"{path} is no expression ({where}: {first['msg']}).") from error
    if unknown := [name for name in file.values if name not in PLACE]:
        raise SettingsError(f"{path} can't be used: it holds {unknown[0]!r}, which no avatar has.")
    values = {}
    for name, value in file.values.items():
        low, high = value_range(name)
        values[name] = min(max(value, low), high)
    return Expression(file.name.strip(), values, path)


def save(name: str, values: Mapping[str, float]) -> Expression:
    """Keep these under that name among the user's, in the place of an older one of that name.

    Raises:
        SettingsError: The name is taken by one that ships, or can't be used; or there is nothing to keep; or no room.
    """
    name = name.strip()
    if not values:
        raise SettingsError("There is nothing to save: move a slider first.")
    if not name or len(name) > LONGEST_NAME:
        raise SettingsError(f"Give the expression a name of 1 to {LONGEST_NAME} letters.")
    expressions, _ = found()
    same = next((each for each in expressions if each.name.casefold() == name.casefold()), None)
    if same and same.ships:
        raise SettingsError(f"{same.name} comes with the program. Choose another name for yours.")
    expression = Expression(name, dict(values), same.path if same else _free(name))
    write(expression, expression.path)
    return expression


def rename(expression: Expression, name: str) -> Expression:
    """Give one of the user's another name; SettingsError if that is taken."""
    _own(expression)
    expressions, _ = found()
    taken = {each.name.casefold(): each for each in expressions}.get(name.strip().casefold())
    if taken and taken.path != expression.path:
        raise SettingsError(f"There is already an expression named {taken.name}. Choose another name.")
    renamed = save(name, expression.values)
    if renamed.path != expression.path:
        delete(expression)
    return renamed


def delete(expression: Expression) -> None:
    """Remove one of the user's."""
    _own(expression)
    try:
        expression.path.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"{expression.path} can't be removed: {error.strerror or error}.") from error


def bring(path: Path) -> Expression:
    """Take a file over among the user's, under a name that is free."""
    given = read(path)
    expressions, _ = found()
    taken = {each.name.casefold() for each in expressions}
    name, number = given.name, 1
    while name.casefold() in taken:
        number += 1
        name = f"{given.name[: LONGEST_NAME - 4]} {number}"
    return save(name, given.values)


def write(expression: Expression, path: Path) -> None:
    """Write exactly that file, in one step, so that a crash leaves the old or the new one."""
    text = json.dumps({"name": expression.name, "values": dict(expression.values)}, indent=1, ensure_ascii=False)
    try:
        write_whole(path, text + "\n")
    except OSError as error:
        raise SettingsError(f"The expression can't be written to {path}: {error.strerror or error}.") from error


def _own(expression: Expression) -> None:
    if expression.ships:
        raise SettingsError(f"{expression.name} comes with the program and can't be changed. Save it as one of yours.")


def _free(name: str) -> Path:
    """A file among the user's that isn't there yet, its name safe on every system."""
    stem = re.sub(r"\W+", "_", name.casefold()).strip("_") or "expression"
    path, number = own() / f"{stem}.json", 1
    while path.exists():
        number += 1
        path = own() / f"{stem}_{number}.json"
    return path
