import os
import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError
from vtuber_app.core.slot import Slot
from vtuber_app.core.types import Frame
from vtuber_app.core.worker import Worker
from vtuber_app.sources import camera as module
from vtuber_app.sources import cameras
from vtuber_app.sources.camera import Camera, CameraSettings
from vtuber_app.sources.cameras import CameraInfo, choose

WEBCAM = CameraInfo(0, "HD Webcam C270")


class FakeCapture:
    """Gives `count` pictures, blue but for a red left half, then fails, or blocks until it is let go."""

    def __init__(self, count: int, blocks: bool = False) -> None:
        self.count = count
        self.blocks = blocks
        self.free = threading.Event()
        self.released = threading.Event()

    def grab(self) -> bool:
        if self.count <= 0 and self.blocks:
            self.free.wait()
        self.count -= 1
        return self.count >= 0

    def retrieve(self) -> tuple[bool, NDArray[np.uint8]]:
        pixels = np.zeros((48, 64, 3), np.uint8)
        pixels[..., 0] = 255
        pixels[:, :32] = (0, 0, 255)
        return True, pixels

    def release(self) -> None:
        self.released.set()


Opens = Callable[[FakeCapture], None]


@pytest.fixture
def plug_in(monkeypatch: pytest.MonkeyPatch) -> Opens:
    def opens(capture: FakeCapture) -> None:
        monkeypatch.setattr(module, "list_cameras", lambda: [WEBCAM])
        monkeypatch.setattr(module, "open_capture", lambda index, settings: capture)

    return opens


def read_on(camera: Camera) -> None:
    while True:
        camera.read(0.1)


def test_frames_are_rgb_and_timed(plug_in: Opens) -> None:
    plug_in(FakeCapture(10**6))
    before = clock.now()
    with Camera(CameraSettings()) as camera:
        first = camera.read(5)
        second = camera.read(5)
        assert first
        assert second
        assert before < first.time < second.time < clock.now()
        assert first.pixels[0, 0].tolist() == [255, 0, 0]
        assert first.pixels[0, -1].tolist() == [0, 0, 255]
        assert not first.pixels.flags.writeable
        camera.update(CameraSettings(flipped=True))
        flipped = camera.read(5)
        assert flipped
        assert flipped.pixels[0, 0].tolist() == [0, 0, 255]
        assert flipped.pixels.flags.c_contiguous
        assert not flipped.pixels.flags.writeable


def test_an_unplugged_camera_is_a_device_error_within_two_seconds(plug_in: Opens) -> None:
    capture = FakeCapture(3)
    plug_in(capture)
    started = clock.now()
    with (
        pytest.raises(DeviceError, match="HD Webcam C270 gives no pictures any more"),
        Camera(CameraSettings()) as camera,
    ):
        read_on(camera)
    assert 0.9 < clock.now() - started < 2.5
    assert capture.released.is_set()


def test_a_driver_that_never_answers_holds_nothing_up(plug_in: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STUCK", 0.2)
    monkeypatch.setattr(module, "FAREWELL", 0.2)
    capture = FakeCapture(1, blocks=True)
    plug_in(capture)
    with Camera(CameraSettings()) as camera:
        assert camera.read(5)
        started = clock.now()
        assert camera.read(0.1) is None
        assert clock.now() - started < 0.15
        with pytest.raises(DeviceError, match="no pictures any more"):
            read_on(camera)
    assert clock.now() - started < 1
    capture.free.set()
    assert capture.released.wait(5)


def test_a_worker_opens_it_again_when_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtuber_app.core.worker.RETRY", 0.05)
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    captures = iter([FakeCapture(2), FakeCapture(2), FakeCapture(10**6)])
    lists = iter([[WEBCAM], [], [WEBCAM], [WEBCAM]])
    monkeypatch.setattr(module, "list_cameras", lambda: next(lists))
    monkeypatch.setattr(module, "open_capture", lambda index, settings: next(captures))
    part, frames = Camera(CameraSettings()), Slot[Frame]()
    worker: Worker[Frame, Frame] = Worker("source", part, part.read, lambda frame: frame, [frames], retries=True)
    worker.start()
    for _ in range(30):
        assert frames.read(5)
    assert worker.error is None
    assert next(lists, None) is None
    worker.stop()
    assert worker.join(5)


def test_busy_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(FakeCapture):
        def isOpened(self) -> bool:
            return False

    monkeypatch.setattr(module, "list_cameras", lambda: [WEBCAM])
    monkeypatch.setattr(cv2, "VideoCapture", lambda index, backend: Closed(0))
    with Camera(CameraSettings()) as camera, pytest.raises(DeviceError, match="another program"):
        camera.read(5)


def test_choice_by_number_name_and_part() -> None:
    there = [CameraInfo(0, "vtuber_app"), CameraInfo(2, "Integrated Camera"), CameraInfo(4, "Camera")]
    assert choose("", there).index == 2
    assert choose("4", there).index == 4
    assert choose(" integrated", there).index == 2
    assert choose("camera", there).index == 4
    assert choose("", [CameraInfo(0, "vtuber_app")]).index == 0


@pytest.mark.parametrize(
    ("wish", "there", "sentence"),
    [
        ("", [], "No camera is found"),
        ("Logi", [WEBCAM], "'Logi' is not there. Choose one of: 0: HD Webcam C270"),
        ("7", [WEBCAM], "'7' is not there"),
        ("", [CameraInfo(0, "X", "X may not be read.")], "X may not be read"),
    ],
)
def test_a_camera_that_is_not_there(wish: str, there: list[CameraInfo], sentence: str) -> None:
    with pytest.raises(DeviceError, match=sentence):
        choose(wish, there)


@pytest.fixture
def linux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, str, int | OSError], None]:
    """Makes the nodes of a Linux machine, each with its name and what opening it tells."""
    told: dict[str, int | OSError] = {}
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(cameras, "SYSTEM", tmp_path)

    def capabilities(node: Path) -> int:
        answer = told[node.name]
        if isinstance(answer, OSError):
            raise answer
        return answer

    monkeypatch.setattr(cameras, "_capabilities", capabilities)

    def make(index: int, name: str, answer: int | OSError) -> None:
        folder = tmp_path / f"video{index}"
        folder.mkdir()
        (folder / "name").write_text(name + "\n")
        told[folder.name] = answer

    return make


def test_linux_lists_what_captures(linux: Callable[[int, str, int | OSError], None]) -> None:
    linux(10, "Webcam", 0x04200001)
    linux(2, "Webcam", 0x04200001)
    linux(3, "Webcam", 0x04A00000)  # its metadata
    linux(4, "Private", PermissionError(13, "Permission denied"))
    listed = cameras.list_cameras()
    assert [(camera.index, camera.name) for camera in listed] == [(2, "Webcam (1)"), (4, "Private"), (10, "Webcam (2)")]
    assert "usermod -aG video" in listed[1].problem


def test_this_machine_can_be_asked() -> None:
    listed = cameras.list_cameras()
    assert len({camera.name for camera in listed}) == len(listed)
    if os.path.isdir("/dev") and not list(Path("/dev").glob("video*")):
        assert listed == []
