"""The base of every settings model."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Frozen, strict settings; a change is `model_copy(update={…})`.

    A part's own settings also have `kind: Literal["…"]`, its name in the registry.
    """

    # All parts are listed at every start, and most are never opened: their models are built when they are.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
