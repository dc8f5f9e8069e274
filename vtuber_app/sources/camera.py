"""Frames of a camera."""

import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from pydantic import Field

from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError
from vtuber_app.core.parts import Source
from vtuber_app.core.settings import Settings
from vtuber_app.core.slot import Slot
from vtuber_app.core.types import Frame, StreamEnded
from vtuber_app.sources.cameras import CameraInfo, choose, list_cameras

if TYPE_CHECKING:
    import cv2

__all__ = ["Camera", "CameraInfo", "CameraSettings", "list_cameras"]

PATIENCE = 1.0
"""How long a camera may fail to give pictures before it counts as gone, s; OPENING for its first."""
OPENING = 10.0
STUCK = 4.0
"""How long a call of the driver may take before the camera counts as gone, s: in the dark some need a second."""
FAREWELL = 1.0
"""How long a driver is waited for when the camera is closed, s."""
RAW_LIMIT = 640 * 480 * 30
"""Pixels a second that USB 2 carries uncompressed; beyond, the camera is asked for JPEG."""


class CameraSettings(Settings):
    """A camera and what is asked of it; it may give something near."""

    kind: Literal["camera"] = "camera"
    camera: str = Field("", title="Camera", description="Empty: the first. Else its name, part of it, or its number.")
    width: int = Field(640, ge=160, le=3840, title="Width, px")
    height: int = Field(480, ge=120, le=2160, title="Height, px")
    fps: int = Field(30, ge=5, le=120, title="Pictures a second")
    flipped: bool = Field(False, title="Flip left and right", description="For cameras that give a mirrored picture.")


class Camera(Source[CameraSettings]):
    """Reads on a thread of its own, since a driver's calls may never come back and nothing may wait for them."""

    title = "Camera"
    hot = frozenset({"flipped"})

    _grabber: "Grabber | None" = None

    def __enter__(self) -> Self:
        camera, settings = choose(self.settings.camera, list_cameras()), self.settings
        self._grabber = Grabber(camera.name, lambda: open_capture(camera.index, settings))
        return self

    def __exit__(self, *exc: object) -> None:
        if self._grabber:
            self._grabber.close()
            self._grabber = None

    def read(self, timeout: float) -> Frame | None:
        assert self._grabber
        frame = self._grabber.read(timeout)
        if frame and self.settings.flipped:
            pixels = np.ascontiguousarray(frame.pixels[:, ::-1])
            pixels.setflags(write=False)
            return Frame(pixels, frame.time)
        return frame


class Grabber:
    """Opens a capture, reads it and releases it, all on one thread.

    Args:
        name: What the user calls the camera.
        opens: Gives the capture, or raises DeviceError; may take long.
    """

    def __init__(self, name: str, opens: "Callable[[], cv2.VideoCapture]") -> None:
        self._name = name
        self._opens = opens
        self._frames: Slot[Frame] = Slot()
        self._failure: DeviceError | None = None
        self._stopping = threading.Event()
        self._limit = OPENING
        self._called = clock.now()
        self._thread = threading.Thread(target=self._run, name=f"camera {name}", daemon=True)
        self._thread.start()

    def read(self, timeout: float) -> Frame | None:
        """The newest frame; DeviceError if there will be no more."""
        try:
            frame = self._frames.read(timeout)
        except StreamEnded:
            raise self._failure or self._gone() from None
        if frame is None and clock.now() - self._called > self._limit:
            raise self._gone()
        return frame

    def close(self) -> None:
        """Release the camera; a driver that does not answer is left to itself."""
        self._stopping.set()
        self._thread.join(FAREWELL)

    def _run(self) -> None:
        try:
            capture = self._opens()
        except DeviceError as error:
            self._failure = error
        else:
            try:
                self._grab(capture)
            finally:
                capture.release()
        finally:
            self._frames.close()

    def _grab(self, capture: "cv2.VideoCapture") -> None:
        import cv2

        opened = last = clock.now()
        while not self._stopping.is_set():
            self._called = clock.now()
            grabbed = capture.grab()
            time = clock.now()
            got, pixels = capture.retrieve() if grabbed else (False, None)
            if got and pixels is not None and pixels.size:
                rgb = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)
                rgb.setflags(write=False)
                self._frames.put(Frame(rgb, time))
                self._limit, last = STUCK, time
            elif time - last > (PATIENCE if last > opened else STUCK):
                self._failure = self._gone()
                return
            else:
                self._stopping.wait(0.02)  # a failed call comes back at once

    def _gone(self) -> DeviceError:
        return DeviceError(
            f"The camera {self._name} gives no pictures any more. Plug it in again; it is then used again by itself."
        )


def open_capture(index: int, settings: CameraSettings) -> "cv2.VideoCapture":
    """Open the camera of that index with the backend whose order `list_cameras` has.

    Raises:
        DeviceError: It can't be opened.
    """
    import cv2

    if (
        sys.platform == "darwin"
    ):  # off the main thread OpenCV can't ask for permission, and refuses; the system asks too
        os.environ.setdefault("OPENCV_AVFOUNDATION_SKIP_AUTH", "1")
    cv2.setLogLevel(2)  # errors only: what matters is said by ours, and every two seconds is too often
    backends = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
    capture = cv2.VideoCapture(index, backends.get(sys.platform, cv2.CAP_ANY))
    if not capture.isOpened():
        capture.release()
        privacy = {
            "win32": " Or allow it: Settings > Privacy & security > Camera > Let desktop apps access your camera.",
            "darwin": " Or allow it: System Settings > Privacy & Security > Camera, then start this program again.",
        }.get(sys.platform, "")
        raise DeviceError(
            f"The camera number {index} can't be opened: most likely another program (a browser, OBS, Zoom) uses it. "
            f"Close that program.{privacy}"
        )
    if settings.width * settings.height * settings.fps > RAW_LIMIT:
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, settings.width)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, settings.height)
    capture.set(cv2.CAP_PROP_FPS, settings.fps)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture
