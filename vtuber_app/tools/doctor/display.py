"""Whether a window can open here."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from vtuber_app.tools.doctor.finding import Finding, version
from vtuber_app.tools.doctor.machine import RUN
from vtuber_app.tools.install import libraries

XCB = ("libxcb.so.1", "libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-keysyms.so.1", "libxkbcommon-x11.so.0")
"""Libraries without which Qt ends the whole program as soon as it opens its first window under X."""
QT = "from PySide6.QtGui import QGuiApplication as A; a = A([]); print(a.platformName(), len(a.screens()))"


def why_no_display() -> str | None:
    """Why no window can open here, as a sentence; None if one can. Asked first, since Qt would end the program."""
    if os.environ.get("QT_QPA_PLATFORM") or sys.platform != "linux":  # chosen by the user; always there
        return None
    wayland = os.environ.get("WAYLAND_DISPLAY", "")
    if wayland and (Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / wayland).is_socket():
        return None
    screen = os.environ.get("DISPLAY", "")
    if not screen:
        return "There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set."
    loaded = {soname: _load(soname) for soname in XCB}
    if lacking := [soname for soname, library in loaded.items() if library is None]:
        return libraries.sentence(libraries.package_tool(), lacking)
    return None if _x_answers(loaded["libxcb.so.1"]) else f"The display {screen} does not answer."


def _load(soname: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(soname)
    except OSError:
        return None


def _x_answers(xcb: ctypes.CDLL | None) -> bool:
    assert xcb
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed


def display() -> Iterator[Finding]:
    """Whether Qt can open a window."""
    if reason := why_no_display():
        cure = "The window needs a desktop. Without one: vtuber-app live, animate, track and demo work."
        yield Finding("display", "warn", reason, cure)
        return
    done = subprocess.run(
        [sys.executable, "-P", "-c", QT], capture_output=True, text=True, errors="replace", timeout=30, check=False
    )
    if done.returncode:
        words = done.stderr.strip().splitlines()[-1:] or [f"it ended with code {done.returncode}"]
        yield Finding("display", "fail", f"Qt can't start: {words[0]}", f"Type: {RUN} doctor, with QT_DEBUG_PLUGINS=1")
    else:
        name, n_screens = done.stdout.split()[:2]
        yield Finding("display", "ok", f"Qt {version('pyside6-essentials')} on {name}, screens: {n_screens}")
