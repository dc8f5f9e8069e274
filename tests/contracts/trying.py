"""How parts are opened for a try, or skipped where this machine lacks what they need."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from vtuber_app.core.errors import DependencyError, DeviceError, SettingsError, WeightsError
from vtuber_app.core.parts import Part
from vtuber_app.core.settings import Settings

P = TypeVar("P", bound=Part[Any])


def with_file(part: type[P], media: list[Path]) -> P:
    """The part with its default settings; one that reads a file gets the one it can open."""
    settings = part.settings_class()()
    if "path" not in type(settings).model_fields:
        return part(settings)
    for path in media:
        candidate = part(settings.model_copy(update={"path": path}))
        try:
            with candidate:
                return candidate
        except SettingsError:
            continue
    raise AssertionError(f"{part.__name__} opens none of {media}")


@contextmanager
def skipping() -> Iterator[None]:
    """Skip, saying why, where a device, weights or a package are missing."""
    try:
        yield
    except (DeviceError, WeightsError, DependencyError) as error:
        pytest.skip(str(error))


@contextmanager
def opened(part: P) -> Iterator[P]:
    """The part, open; skips where it can't be."""
    if reason := type(part).why_not():
        pytest.skip(reason)
    with skipping():
        part.__enter__()
    try:
        yield part
    finally:
        part.__exit__(None, None, None)


def settings_of(part: type[Part[Any]]) -> Settings:
    return part.settings_class()()
