import platform
from typing import Any, Literal

import pytest

from vtuber_app.core.parts import Output
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Frame


class ElsewhereSettings(Settings):
    kind: Literal["elsewhere"] = "elsewhere"


class Elsewhere(Output[ElsewhereSettings]):
    title = "Elsewhere"
    systems = ("Windows",)
    requires = ("no_such_package",)

    def send(self, picture: Frame) -> None:
        pass


@pytest.mark.parametrize(
    ("system", "reason"),
    [("Linux", "Elsewhere is there on Windows only."), ("Windows", "Type: pip install no_such_package")],
)
def test_the_system_is_named_before_the_package(monkeypatch: pytest.MonkeyPatch, system: str, reason: str) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    assert Elsewhere.why_not().endswith(reason)


def test_what_is_there_has_no_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    here: Any = type("Here", (Elsewhere,), {"requires": ("json",)})
    assert not here.why_not()
