"""Spout2 against a stand-in for its driver, which runs on Windows only: what it is told, and in which order."""

import platform
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from vtuber_app.core.errors import DeviceError
from vtuber_app.core.types import Frame
from vtuber_app.outputs.spout import GL_RGB, GL_RGBA, Spout, SpoutSettings


class Driver:
    """A sender as SpoutGL gives it."""

    works = has_card = True

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.pixels: Any = None

    def createOpenGL(self) -> bool:
        self.told.append("open")
        return self.has_card

    def setSenderName(self, name: str) -> None:
        self.told.append(name)

    def sendImage(self, pixels: Any, width: int, height: int, kind: int, invert: bool, fbo: int) -> bool:
        self.pixels = np.frombuffer(memoryview(pixels), np.uint8).reshape(height, width, -1)
        self.told.append((width, height, kind, invert, fbo))
        return self.works

    def setFrameSync(self, name: str) -> None:
        self.told.append(("sync", name))

    def releaseSender(self) -> None:
        self.told.append("release")

    def closeOpenGL(self) -> None:
        self.told.append("close")


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Driver:
    driver = Driver()
    monkeypatch.setitem(sys.modules, "SpoutGL", SimpleNamespace(SpoutSender=lambda: driver))
    return driver


def half(width: int = 40, height: int = 30) -> Frame:
    return Frame(np.full((height, width, 4), (200, 100, 50, 128), np.uint8), 1.0)


def test_pictures_are_premultiplied_unless_the_user_wants_them_straight(driver: Driver) -> None:
    with Spout(SpoutSettings()) as spout:
        spout.send(half())
        assert driver.pixels[3, 5].tolist() == [100, 50, 25, 128]
        spout.update(spout.settings.model_copy(update={"alpha": "straight"}))
        spout.send(half(32, 64))
        assert driver.pixels[3, 5].tolist() == [200, 100, 50, 128]
        spout.update(spout.settings.model_copy(update={"filled": True, "colour": "#000000"}))
        spout.send(half())
    assert driver.told == [
        "open", "vtuber_app",
        (40, 30, GL_RGBA, False, 0), ("sync", "vtuber_app"),
        (32, 64, GL_RGBA, False, 0), ("sync", "vtuber_app"),
        (40, 30, GL_RGB, False, 0), ("sync", "vtuber_app"),
        "release", "close",
    ]  # fmt: skip


def test_a_card_that_shares_nothing_is_told_with_what_to_do(driver: Driver) -> None:
    driver.works = False
    with pytest.raises(DeviceError, match="on the same card"), Spout(SpoutSettings()) as spout:
        spout.send(half())
    assert driver.told[-2:] == ["release", "close"]
    driver.has_card = False
    with pytest.raises(DeviceError, match="OpenGL"), Spout(SpoutSettings()):
        pass


@pytest.mark.skipif(platform.system() == "Windows", reason="there it is to be had")
def test_elsewhere_it_says_where_it_is_to_be_had() -> None:
    assert Spout.why_not() == "Spout2 is there on Windows only."
