import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from films import disc
from numpy.typing import NDArray

from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError
from vtuber_app.outputs import drivers
from vtuber_app.outputs.canvas import Canvas, plain
from vtuber_app.outputs.pace import Pace
from vtuber_app.outputs.virtual_camera import VirtualCamera, VirtualCameraSettings

pyvirtualcam = pytest.importorskip("pyvirtualcam", reason="pyvirtualcam is not installed")
GREY = plain((1280, 720), "#808080")


def test_the_avatar_is_fitted_and_stands_on_the_bottom() -> None:
    shown = Canvas((1280, 720), GREY).place(disc(100).pixels)
    orange = np.argwhere((np.abs(shown.astype(int) - 128) > 8).any(axis=2))
    assert orange.min(axis=0) == pytest.approx([72, 280 + 72], abs=4)
    assert orange.max(axis=0) == pytest.approx([720 - 72, 1000 - 72], abs=4)
    assert shown[360, 640].tolist() == pytest.approx([250, 120, 30], abs=1)


def test_half_transparent_is_half_mixed_and_nothing_bleeds() -> None:
    pixels = np.zeros((72, 128, 4), np.uint8)
    pixels[:, :64] = (200, 100, 0, 128)
    shown = Canvas((1280, 720), GREY).place(pixels)
    assert shown[300, 100].tolist() == pytest.approx([164, 114, 64], abs=2)
    assert (shown[300, 660:] == 128).all()
    edge = shown[300, 600:680].astype(int)
    assert (np.diff(edge[:, 0]) <= 0).all()
    assert edge[:, 2].min() >= 62


def test_moved_scaled_and_mirrored() -> None:
    pixels = np.zeros((100, 100, 4), np.uint8)
    pixels[:, :50] = (255, 0, 0, 255)
    canvas = Canvas((400, 200), plain((400, 200), "#000000"))
    assert canvas.place(pixels)[100, 110].tolist() == [255, 0, 0]
    assert canvas.place(pixels, mirrored=True)[100, 110].tolist() == [0, 0, 0]
    assert canvas.place(pixels, mirrored=True)[100, 290].tolist() == [255, 0, 0]
    moved = canvas.place(pixels, scale=0.5, right=0.25, up=0.5).copy()
    assert np.argwhere(moved[..., 0]).min(axis=0).tolist() == [0, 250]
    assert np.argwhere(moved[..., 0]).max(axis=0).tolist() == [99, 299]
    assert not canvas.place(pixels, scale=0.5, right=5).any()
    assert canvas.place(pixels, scale=2)[100, 150].tolist() == [255, 0, 0]


@pytest.mark.parametrize("background", [None, GREY])
def test_any_size_at_any_place_leaves_no_trace(background: NDArray[np.uint8] | None) -> None:
    canvas = Canvas((1280, 720), background)
    rng = np.random.default_rng(5)
    for _ in range(20):
        height, width = rng.integers(1, 900, 2)
        pixels = rng.integers(0, 255, (height, width, 4), np.uint8)
        canvas.place(pixels, *rng.uniform((0.2, -0.6, -0.6), (2, 0.6, 0.6)))
    again = canvas.place(disc().pixels)
    assert (again == Canvas((1280, 720), background).place(disc().pixels)).all()


def test_a_transparent_canvas_keeps_straight_alpha() -> None:
    pixels = np.zeros((72, 128, 4), np.uint8)
    pixels[:, :64] = (200, 100, 50, 128)
    shown = Canvas((256, 144), None).place(pixels)
    assert shown[50, 50].tolist() == pytest.approx([200, 100, 50, 128], abs=2)
    edge = shown[50, 120:136]
    seen = edge[edge[:, 3] > 8]
    assert np.abs(seen[:, :3].astype(int) - (200, 100, 50)).max() < 16  # no dark fringe
    assert shown[50, 200, 3] == 0


class FakeBackend:
    """A driver as pyvirtualcam wants it; remembers what it was sent."""

    sent: list[NDArray[np.uint8]]
    formats: tuple[str, ...] = ("raw ",)
    made: "list[FakeBackend]"

    def __init__(self, *, width: int, height: int, fps: float, fourcc: int, device: str | None) -> None:
        self.fourcc = pyvirtualcam.util.decode_fourcc(fourcc)
        if self.fourcc not in self.formats:
            raise RuntimeError("unsupported format")
        self.shape = (height, width, 4 if self.fourcc == "ABGR" else 3)
        self.sent = []
        self.closed = False
        type(self).made.append(self)

    def send(self, frame: NDArray[np.uint8]) -> None:
        self.sent.append(frame.reshape(self.shape).copy())

    def close(self) -> None:
        self.closed = True

    def device(self) -> str:
        return "fake"

    def native_fourcc(self) -> None:
        return None


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[FakeBackend]]:
    def install(name: str = "v4l2loopback", formats: tuple[str, ...] = ("raw ",)) -> list[FakeBackend]:
        made: list[FakeBackend] = []
        backend = type("Backend", (FakeBackend,), {"formats": formats, "made": made})
        monkeypatch.setattr(pyvirtualcam.camera, "BACKENDS", {name: backend})
        return made

    return install


def test_what_arrives_is_the_avatar_before_the_background(install: Callable[..., list[FakeBackend]]) -> None:
    made = install()
    with VirtualCamera(VirtualCameraSettings(colour="#102030")) as camera:
        camera.send(disc())
        assert camera.notice is None
    assert made[0].closed
    (shown,) = made[0].sent
    assert shown.shape == (720, 1280, 3)
    assert shown[0, 0].tolist() == [0x10, 0x20, 0x30]
    assert shown[360, 640].tolist() == [250, 120, 30]


def test_at_most_as_many_pictures_as_promised(
    install: Callable[..., list[FakeBackend]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = install()
    moment = 50.0
    monkeypatch.setattr(clock, "now", lambda: moment)
    with VirtualCamera(VirtualCameraSettings(width=160, height=120, fps=30)) as camera:
        for step in range(120):
            moment = 50 + step / 60
            camera.send(disc(32))
        assert len(made[0].sent) == pytest.approx(60, abs=2)
        rng = np.random.default_rng(2)
        for step in range(60):
            moment = 60 + step / 30 + rng.uniform(-0.01, 0.01)
            camera.send(disc(32))
    assert len(made[0].sent) == pytest.approx(120, abs=3)


def test_settings_change_while_it_runs(install: Callable[..., list[FakeBackend]], tmp_path: Path) -> None:
    made = install()
    path = tmp_path / "room.png"
    cv2.imwrite(str(path), np.full((90, 320, 3), (200, 100, 50), np.uint8))
    settings = VirtualCameraSettings(width=320, height=180, fps=60)
    changes: list[dict[str, Any]] = [{"colour": "#ffffff"}, {"picture": path}, {"picture": tmp_path / "none.png"}]
    with VirtualCamera(settings) as camera:
        for change in changes:
            assert set(change) <= camera.hot
            camera._pace = Pace()
            camera.update(settings.model_copy(update=change))
            camera.send(disc(32))
        assert camera.notice
        assert "none.png" in camera.notice
    corners = [picture[0, 0].tolist() for picture in made[0].sent]
    assert corners == [[255, 255, 255], [50, 100, 200], [0x2B, 0x2D, 0x42]]


def test_transparency_where_the_driver_takes_it(install: Callable[..., list[FakeBackend]]) -> None:
    made = install("unitycapture", ("ABGR",))
    with VirtualCamera(VirtualCameraSettings(transparent=True)) as camera:
        camera.send(disc())
        assert camera.notice is None
    assert made[0].sent[0].shape == (720, 1280, 4)
    assert made[0].sent[0][0, 0, 3] == 0
    made = install()
    with VirtualCamera(VirtualCameraSettings(transparent=True)) as camera:
        camera.send(disc())
        assert camera.notice
        assert "v4l2loopback takes no transparency" in camera.notice
    assert made[0].sent[0].shape == (720, 1280, 3)


def test_a_driver_that_fails_is_a_device_error(
    install: Callable[..., list[FakeBackend]], monkeypatch: pytest.MonkeyPatch
) -> None:
    install()

    def fail(self: FakeBackend, frame: NDArray[np.uint8]) -> None:
        raise RuntimeError("device is gone")

    monkeypatch.setattr(FakeBackend, "send", fail)
    with pytest.raises(DeviceError, match="device is gone"), VirtualCamera(VirtualCameraSettings()) as camera:
        camera.send(disc())


def test_no_driver_gets_the_user_going(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyvirtualcam.camera, "BACKENDS", {})
    monkeypatch.setattr(drivers, "advice", lambda: "Do this.")
    for settings in (VirtualCameraSettings(), VirtualCameraSettings(backend="obs", transparent=True)):
        with pytest.raises(DeviceError, match=r"no virtual camera to write to\. Do this\."), VirtualCamera(settings):
            pass


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Gives the advice for a machine of that system on which these files are."""
    places = {"MODULES": "modules", "SYSTEM": "sys", "DEVICES": "dev", "PROGRAMS": "programs", "APPLICATIONS": "apps"}
    for name, folder in places.items():
        monkeypatch.setattr(drivers, name, tmp_path / folder)
    monkeypatch.setattr(platform, "release", lambda: "6.1")

    def advice(system: str, *files: str) -> str:
        monkeypatch.setattr(platform, "system", lambda: system)
        for file in files:
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return drivers.advice()

    return advice


def test_linux_says_which_step_is_missing(computer: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not installed. Type: sudo apt install v4l2loopback-dkms" in computer("Linux")
    assert "not loaded. Type: sudo modprobe v4l2loopback" in computer("Linux", "modules/6.1/x/v4l2loopback.ko.xz")
    assert "without a device" in computer("Linux", "sys/module/v4l2loopback/x")
    monkeypatch.setattr(os, "access", lambda node, mode: False)
    assert "usermod -aG video" in computer("Linux", "sys/devices/virtual/video4linux/video0/x", "dev/video0")
    monkeypatch.setattr(os, "access", lambda node, mode: True)
    assert "devices=2" in computer("Linux")


def test_windows_and_macos_say_whether_obs_is_there(computer: Callable[..., str]) -> None:
    assert "Install OBS Studio 26" in computer("Windows")
    assert "OBS Studio is installed" in computer("Windows", "programs/obs-studio/x")
    assert "Install OBS Studio 30" in computer("Darwin")
    assert "OBS is installed" in computer("Darwin", "apps/OBS.app/x")
