"""Whether the system lets this program use cameras and microphones."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vtuber_app.tools.doctor.finding import Finding

DEVICES = Path("/dev")
CONSENT = r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore"
WHAT = {"camera": "webcam", "microphone": "microphone"}
"""What is asked for, and how Windows calls it."""


def permissions() -> Iterator[Finding]:
    """Look where this system keeps what it allows."""
    if sys.platform == "win32":
        for name, key in WHAT.items():
            yield windows(name, _denied(key))
    elif sys.platform == "darwin":
        yield Finding(
            "permission",
            "ok",
            "macOS asks at the first use, and shows black pictures if you said no: then "
            "allow Terminal (or this program) in System Settings, Privacy & Security, Camera and Microphone",
        )
    else:
        yield linux()


def linux() -> Finding:
    """Whether the video devices may be opened."""
    devices = sorted(DEVICES.glob("video*"))
    shut = [device.name for device in devices if not os.access(device, os.R_OK | os.W_OK)]
    if shut:
        cure = "Type: sudo usermod -aG video $USER, then log out and in again."
        return Finding("permission", "warn", f"{', '.join(shut)} may not be opened by you", cure)
    return Finding(
        "permission",
        "ok",
        f"{len(devices)} video devices, all may be opened" if devices else "there is no video device to open",
    )


def windows(name: str, denied: bool) -> Finding:
    """What Windows' settings mean for desktop programs."""
    if denied:
        cure = (
            f"Open Settings, Privacy & security, {name.capitalize()}, and allow {name} access, also for desktop apps."
        )
        return Finding("permission", "warn", f"Windows forbids the {name}", cure)
    return Finding("permission", "ok", f"Windows allows the {name}")


def _denied(key: str) -> bool:
    import winreg

    registry: Any = winreg
    for path in (f"{CONSENT}\\{key}", f"{CONSENT}\\{key}\\NonPackaged"):
        try:
            with registry.OpenKey(registry.HKEY_CURRENT_USER, path) as opened:
                if registry.QueryValueEx(opened, "Value")[0] == "Deny":
                    return True
        except OSError:  # never chosen, or an older Windows: allowed
            continue
    return False
