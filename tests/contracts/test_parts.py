"""What holds for every part of every registry."""

from enum import Enum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from vtuber_app import plugins
from vtuber_app.core.parts import Part

PARTS: list[type[Part[Any]]] = [
    *plugins.sources.values(),
    *plugins.trackers.values(),
    *plugins.animators.values(),
    *plugins.outputs.values(),
]


@pytest.fixture(params=PARTS, ids=lambda part: part.kind())
def part(request: pytest.FixtureRequest) -> type[Part[Any]]:
    found: type[Part[Any]] = request.param
    return found


def test_it_has_a_name_for_the_user_and_a_first_line_of_help(part: type[Part[Any]]) -> None:
    assert part.title.strip()
    assert (part.__doc__ or "").strip()


def test_its_settings_survive_a_file(part: type[Part[Any]]) -> None:
    settings = part.settings_class()()
    assert getattr(settings, "kind") == part.kind()  # noqa: B009
    assert type(settings).model_validate_json(settings.model_dump_json()) == settings


def test_its_settings_refuse_what_they_do_not_know(part: type[Part[Any]]) -> None:
    with pytest.raises(ValidationError):
        part.settings_class().model_validate({"no_such_setting": 1})
    with pytest.raises(ValidationError):
        part.settings_class()().kind = "other"  # type: ignore[attr-defined]


def test_hot_settings_exist(part: type[Part[Any]]) -> None:
    assert part.hot <= set(part.settings_class().model_fields)


def test_the_form_can_show_every_setting(part: type[Part[Any]]) -> None:
    for name, field in part.settings_class().model_fields.items():
        if name != "kind" and not field.exclude:  # what no file keeps, no form shows
            assert field.title, f"{name} has no title"
            assert shown(field), f"{name} is of a kind no widget has, or a number without bounds"


def shown(field: FieldInfo) -> bool:
    kinds = [kind for kind in get_args(field.annotation) if kind is not type(None)]
    kind = kinds[0] if get_origin(field.annotation) is not Literal and len(kinds) == 1 else field.annotation
    if get_origin(kind) is Literal or kind in (bool, str, Path):
        return True
    if isinstance(kind, type) and issubclass(kind, Enum):
        return True
    if kind in (int, float):
        bounds = {
            attribute for bound in field.metadata for attribute in ("ge", "gt", "le", "lt") if hasattr(bound, attribute)
        }
        return bool(bounds & {"ge", "gt"}) and bool(bounds & {"le", "lt"})
    return get_origin(kind) is Union


def test_closing_what_was_never_opened_is_safe(part: type[Part[Any]]) -> None:
    part(part.settings_class()()).__exit__(None, None, None)
