"""Expressions: named sets of held parameters, by their names in `pose.tha.PARAMETERS`, each within its range."""

from pydantic import Field, FiniteFloat, field_validator

from vtuber_app.core.shelf import File, Named, Shelf
from vtuber_app.pose.held import value_range
from vtuber_app.pose.tha import PLACE

Expression = Named[float]


class _File(File):
    """What is in a file. Values beyond their range are put at its end."""

    values: dict[str, FiniteFloat] = Field(min_length=1)

    @field_validator("values")
    @classmethod
    def _known(cls, values: dict[str, float]) -> dict[str, float]:
        if unknown := [name for name in values if name not in PLACE]:
            raise ValueError(f"it holds {unknown[0]!r}, which no avatar has")
        ranges = {name: value_range(name) for name in values}
        return {name: min(max(value, ranges[name][0]), ranges[name][1]) for name, value in values.items()}


expressions: Shelf[float] = Shelf("expressions", "expression", _File, "values", "move a slider")
