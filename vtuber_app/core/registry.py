"""Finds the parts in a folder, so that a new part is a new file and no edit elsewhere."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cached_property
from inspect import isabstract
from typing import Any, Generic, TypeVar

from vtuber_app.core.errors import DependencyError, SettingsError
from vtuber_app.core.parts import Part
from vtuber_app.core.settings import Settings

P = TypeVar("P", bound=Part[Any])


class Registry(Mapping[str, type[P]], Generic[P]):
    """The part classes of one package, by kind; its modules are imported when first asked for."""

    def __init__(self, package: str, *bases: type[P]) -> None:
        self.package = package
        self.bases = bases

    @cached_property
    def _classes(self) -> dict[str, type[P]]:
        package = importlib.import_module(self.package)
        classes: dict[str, type[P]] = {}
        for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
            module = importlib.import_module(f"{self.package}.{info.name}")
            for value in vars(module).values():
                if (
                    isinstance(value, type)
                    and issubclass(value, self.bases)
                    and not isabstract(value)
                    and value.__module__ == module.__name__
                ):
                    classes[value.kind()] = value
        return classes

    def __getitem__(self, kind: str) -> type[P]:
        return self._classes[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)

    def part(self, settings: Settings) -> type[P]:
        """The class for these settings; DependencyError says why it can't be had, SettingsError an unknown kind."""
        kind = str(getattr(settings, "kind", ""))
        if kind not in self:
            raise SettingsError(f"There is no {kind!r} here. Choose one of: {', '.join(self)}.")
        part = self[kind]
        if reason := part.why_not():
            raise DependencyError(reason)
        return part
