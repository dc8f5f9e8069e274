"""Which cameras there are. The lists may take a second: ask off the main thread."""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from vtuber_app.core.errors import DeviceError

SYSTEM = Path("/sys/class/video4linux")
DEVICES = Path("/dev")
QUERY_CAPABILITIES = 0x80685600
"""VIDIOC_QUERYCAP of Linux' videodev2.h."""
CAPTURES = 0x1
HAS_DEVICE_CAPABILITIES = 0x80000000
VIRTUAL = ("vtuber_app", "obs virtual", "unity video capture", "dummy video device")
"""Beginnings of names of virtual cameras: unless named, they are the last choice, for we may write to them."""
PROBED = 5
"""Indices that are tried where the system gives no list."""


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """A camera, by the index and name that the settings take.

    Attributes:
        problem: Why it can't be used now, as a sentence, or "".
    """

    index: int
    name: str
    problem: str = ""


def list_cameras() -> list[CameraInfo]:
    """Every camera of this machine; two of the same name get a number."""
    if sys.platform.startswith("linux"):
        found = _linux()
    elif sys.platform == "win32":
        found = _named("dshow")
    elif sys.platform == "darwin":
        found = _named("avfoundation")
    else:
        found = _probed()
    names = [camera.name for camera in found]
    return [
        CameraInfo(camera.index, f"{camera.name} ({names[: place + 1].count(camera.name)})", camera.problem)
        if names.count(camera.name) > 1
        else camera
        for place, camera in enumerate(found)
    ]


def choose(wish: str, cameras: list[CameraInfo]) -> CameraInfo:
    """Find the camera the user means: the first if the wish is empty, else by index, name or part of a name.

    Raises:
        DeviceError: There is none, or it can't be used; the text names those there are.
    """
    if not cameras:
        raise DeviceError(
            "No camera is found. Plug one in, or switch it on; a phone can be one with an app such as DroidCam. "
            "Without a camera choose a video as source, or iFacialMocap as tracker."
        )
    wish = wish.strip()
    chosen: CameraInfo | None
    if not wish:
        chosen = min(cameras, key=lambda camera: (bool(camera.problem), camera.name.casefold().startswith(VIRTUAL)))
    elif wish.isdecimal():
        chosen = next((camera for camera in cameras if camera.index == int(wish)), None)
    else:
        folded = wish.casefold()
        exact = [camera for camera in cameras if camera.name.casefold() == folded]
        chosen = next((camera for camera in (*exact, *cameras) if folded in camera.name.casefold()), None)
    if chosen is None:
        there = ", ".join(f"{camera.index}: {camera.name}" for camera in cameras)
        raise DeviceError(f"The camera {wish!r} is not there. Choose one of: {there}.")
    if chosen.problem:
        raise DeviceError(chosen.problem)
    return chosen


def _linux() -> list[CameraInfo]:
    """Devices that capture; the second node that most cameras have gives metadata only and is left out."""
    cameras = []
    for entry in SYSTEM.glob("video*"):
        index = int(re.sub(r"\D", "", entry.name) or -1)
        name = (entry / "name").read_text("utf-8", "replace").strip() if (entry / "name").is_file() else entry.name
        node = DEVICES / entry.name
        try:
            captures = _capabilities(node) & CAPTURES
        except PermissionError:
            problem = f"{name} may not be read. Type: sudo usermod -aG video $USER, then log out and in again."
            cameras.append(CameraInfo(index, name, problem))
        except OSError as error:
            cameras.append(CameraInfo(index, name, f"{name} can't be opened: {error.strerror}."))
        else:
            if captures:
                cameras.append(CameraInfo(index, name))
    return sorted(cameras, key=lambda camera: camera.index)


def _capabilities(node: Path) -> int:
    """What the device says it can do now; a loopback captures only while something is written to it."""
    import fcntl

    answer = bytearray(104)  # struct v4l2_capability: names, version, capabilities, device_caps
    descriptor = os.open(node, os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(descriptor, QUERY_CAPABILITIES, answer)
    finally:
        os.close(descriptor)
    all_nodes, this_node = (int.from_bytes(answer[at : at + 4], "little") for at in (84, 88))
    return this_node if all_nodes & HAS_DEVICE_CAPABILITIES else all_nodes


def _named(system: str) -> list[CameraInfo]:
    """The list of FFmpeg, which asks the same interface as the OpenCV backend that is then used."""
    import av
    from av.device import enumerate_input_devices

    try:
        devices = enumerate_input_devices(system)
    except (av.FFmpegError, OSError, ValueError):
        return _probed()
    cameras = [device for device in devices if "video" in (device.media_types or ["video"])]
    if system == "avfoundation":
        cameras = [device for device in cameras if not device.description.startswith("Capture screen")]
    return [CameraInfo(index, device.description or device.name) for index, device in enumerate(cameras)]


def _probed() -> list[CameraInfo]:
    import cv2

    found = []
    for index in range(PROBED):
        capture = cv2.VideoCapture(index)
        if capture.isOpened():
            found.append(CameraInfo(index, f"Camera {index}"))
        capture.release()
    return found
