"""What a user has to do so that there is a virtual camera: the words for their own system, as it is now."""

import os
import platform
from pathlib import Path

LOAD = "sudo modprobe v4l2loopback devices=1 exclusive_caps=1 card_label=vtuber_app"
MODULES = Path("/lib/modules")
SYSTEM = Path("/sys")
DEVICES = Path("/dev")
PROGRAMS = Path(os.environ.get("PROGRAMFILES", "C:/Program Files"))
APPLICATIONS = Path("/Applications")


def advice() -> str:
    """Say why there is no virtual camera here and what to do about it."""
    return {"Windows": _windows, "Darwin": _macos}.get(platform.system(), _linux)()


def _windows() -> str:
    if (PROGRAMS / "obs-studio").is_dir():
        return (
            "OBS Studio is installed, but its virtual camera is not free. Open OBS (26 or later), press 'Start Virtual "
            "Camera' once and then 'Stop Virtual Camera', close OBS, and try again."
        )
    return (
        "No virtual camera driver is installed. Install OBS Studio 26 or later (obsproject.com), open it once and "
        "press 'Start Virtual Camera', then 'Stop'. For a transparent background install Unity Capture instead."
    )


def _macos() -> str:
    if (APPLICATIONS / "OBS.app").is_dir():
        return (
            "OBS is installed, but its camera is not allowed or not free. Open OBS (30 or later), press 'Start "
            "Virtual Camera' once, allow its extension in System Settings > General > Login Items & Extensions, then "
            "press 'Stop'."
        )
    return (
        "No virtual camera driver is installed. Install OBS Studio 30 or later (obsproject.com) into Applications, "
        "open it, press 'Start Virtual Camera' once, allow its extension in System Settings, then press 'Stop'."
    )


def _linux() -> str:
    loopbacks = sorted((SYSTEM / "devices/virtual/video4linux").glob("video*"))
    if not (SYSTEM / "module/v4l2loopback").exists():
        modules = MODULES / platform.release()
        if not any(modules.rglob("v4l2loopback.ko*")):
            return (
                "The driver v4l2loopback is not installed. Type: sudo apt install v4l2loopback-dkms (Fedora: "
                f"akmod-v4l2loopback, Arch: v4l2loopback-dkms), then: {LOAD}"
            )
        return f"The driver v4l2loopback is installed but not loaded. Type: {LOAD}"
    if not loopbacks:
        return f"The driver v4l2loopback is loaded without a device. Type: sudo modprobe -r v4l2loopback && {LOAD}"
    nodes = [DEVICES / loopback.name for loopback in loopbacks]
    if not any(os.access(node, os.R_OK | os.W_OK) for node in nodes):
        return f"{nodes[0]} may not be written. Type: sudo usermod -aG video $USER, then log out and in again."
    return (
        "Every virtual camera is in use, or of another size. Stop the other program that writes to it (OBS's own "
        "virtual camera?), or make a second one: sudo modprobe -r v4l2loopback && "
        + LOAD.replace("devices=1", "devices=2")
    )
