"""The base of every settings model."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Frozen, strict settings; a change is `model_copy(update={…})`.

    A part's own settings also have `kind: Literal["…"]`, its name in the registry.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
