"""Presets of mappings: named sets of maps."""

from pydantic import Field, field_validator

from vtuber_app.core.shelf import File, Named, Shelf
from vtuber_app.pose.mapping import Map, checked

Preset = Named[Map]


class _File(File):
    """What is in a file."""

    mapping: dict[str, Map] = Field(min_length=1)

    @field_validator("mapping")
    @classmethod
    def _known(cls, maps: dict[str, Map]) -> dict[str, Map]:
        return checked(maps)


presets: Shelf[Map] = Shelf("mappings", "mapping", _File, "mapping", "change a range")
