"""Which key does what."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field, field_validator

from vtuber_app.core.keyboard.names import KEYS
from vtuber_app.core.settings import Settings

OWN_FACE = "0"
"""Takes every expression off."""
Way = Literal["toggle", "hold", "while"]
"""Press on and off; on while it is down; on for some seconds."""
Modifier = Literal["Ctrl+Alt", "Ctrl+Shift", "Ctrl+Alt+Shift"]


class ExpressionKey(Settings):
    """The key of an expression, and how it puts it on."""

    key: str
    way: Way = "toggle"
    seconds: float = Field(3.0, ge=0.2, le=60)

    @field_validator("key")
    @classmethod
    def _known(cls, key: str) -> str:
        return _checked(key)


class ExpressionKeys(Settings):
    """Keys of expressions, by the expression's name: everyone's, or one avatar's."""

    by_name: dict[str, ExpressionKey] = Field(
        default_factory=lambda: {
            name: ExpressionKey(key=str(place))
            for place, name in enumerate(
                ("Happy", "Smile", "Wink", "Surprised", "Angry", "Sad", "Smug", "Sleepy", "Unimpressed"), 1
            )
        }
    )

    def of(self, key: str) -> list[tuple[str, ExpressionKey]]:
        """Names of the expressions on that key."""
        return [(name, by) for name, by in self.by_name.items() if by.key == key]


class KeySettings(Settings):
    """Every key that does something.

    Attributes:
        everywhere: They are heard, with `modifier`, while other programs have the focus.
        avatar: The chosen avatar's own keys of expressions, in the place of everyone's. They are kept with it.
        actions: Keys of `actions.ACTIONS` that differ from their defaults; empty: none.
    """

    everywhere: bool = False
    modifier: Modifier = "Ctrl+Alt"
    actions: dict[str, str] = Field(default_factory=dict)
    expressions: ExpressionKeys = Field(default_factory=ExpressionKeys)
    avatar: ExpressionKeys | None = Field(None, exclude=True)

    @field_validator("actions")
    @classmethod
    def _known(cls, actions: dict[str, str]) -> dict[str, str]:
        return {name: _checked(key) if key else "" for name, key in actions.items()}


def conflicts(used: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    """Keys that do several things, and these, of pairs of a key and what it does."""
    found: dict[str, list[str]] = {}
    for key, does in used:
        found.setdefault(key, []).append(does)
    return {key: does for key, does in found.items() if key and len(does) > 1}


def _checked(key: str) -> str:
    if key not in KEYS:
        raise ValueError(f"there is no key {key}")
    return key
