"""Where the mouse pointer is on the screen, asked of the system itself."""

import ctypes
import sys
from typing import Any, Protocol

from vtuber_app.core.errors import DeviceError
from vtuber_app.core.x11 import Connection, wayland

VIRTUAL_SCREEN = (76, 77, 78, 79)
"""SM_XVIRTUALSCREEN, SM_YVIRTUALSCREEN, SM_CXVIRTUALSCREEN and SM_CYVIRTUALSCREEN: all screens together."""
CORE_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"
CORE_FOUNDATION = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation"


class Pointer(Protocol):
    """Knows the pointer."""

    def place(self) -> tuple[float, float]:
        """How far right and up it is, each -1…1 from edge to edge."""
        ...

    def close(self) -> None: ...


def open_pointer() -> Pointer:
    """Ask this system.

    Raises:
        DeviceError: It doesn't tell; the text says why.
    """
    if sys.platform == "win32":
        return Windows()
    if sys.platform == "darwin":
        return Mac()
    if wayland():
        raise DeviceError(
            "The mouse can't be followed: Wayland tells no program where the pointer is outside its own window. "
            "Log out and choose an X11 (Xorg) session, or take another input."
        )
    return X11()


def placed(x: float, y: float, left: float, top: float, width: float, height: float) -> tuple[float, float]:
    """That point, px, y down, as it lies on a screen: right and up, -1…1."""
    right, down = (2 * (x - left) / max(width - 1, 1) - 1, 2 * (y - top) / max(height - 1, 1) - 1)
    return min(max(right, -1), 1), min(max(-down, -1), 1)


class X11:
    """The pointer of an X server."""

    def __init__(self) -> None:
        self.connection = Connection("The mouse can't be followed")
        x, display = self.connection.x, self.connection.display
        screen = x.XDefaultScreen(display)
        self._size = x.XDisplayWidth(display, screen), x.XDisplayHeight(display, screen)

    def place(self) -> tuple[float, float]:
        windows, numbers, buttons = (ctypes.c_ulong * 2)(), (ctypes.c_int * 4)(), ctypes.c_uint()
        self.connection.x.XQueryPointer(
            self.connection.display,
            self.connection.root,
            *(ctypes.byref(windows, 8 * i) for i in range(2)),
            *(ctypes.byref(numbers, 4 * i) for i in range(4)),
            ctypes.byref(buttons),
        )
        return placed(numbers[0], numbers[1], 0, 0, *self._size)

    def close(self) -> None:
        self.connection.close()


class Windows:
    """The pointer of Windows, over all screens."""

    def __init__(self) -> None:
        self._user: Any = getattr(ctypes, "windll").user32  # noqa: B009

    def place(self) -> tuple[float, float]:
        point = (ctypes.c_long * 2)()
        if not self._user.GetCursorPos(ctypes.byref(point)):  # the screen is locked
            return 0.0, 0.0
        return placed(point[0], point[1], *(self._user.GetSystemMetrics(which) for which in VIRTUAL_SCREEN))

    def close(self) -> None:
        """Nothing is held."""


class _Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_double), ("y", ctypes.c_double)]


class _Rectangle(ctypes.Structure):
    _fields_ = [("origin", _Point), ("size", _Point)]


class Mac:
    """The pointer of macOS, on the main screen; needs no permission."""

    def __init__(self) -> None:
        self._graphics: Any = ctypes.CDLL(CORE_GRAPHICS)
        self._foundation: Any = ctypes.CDLL(CORE_FOUNDATION)
        self._graphics.CGEventCreate.restype = ctypes.c_void_p
        self._graphics.CGEventCreate.argtypes = (ctypes.c_void_p,)
        self._graphics.CGEventGetLocation.restype = _Point
        self._graphics.CGEventGetLocation.argtypes = (ctypes.c_void_p,)
        self._graphics.CGMainDisplayID.restype = ctypes.c_uint32
        self._graphics.CGDisplayBounds.restype = _Rectangle
        self._graphics.CGDisplayBounds.argtypes = (ctypes.c_uint32,)
        self._foundation.CFRelease.argtypes = (ctypes.c_void_p,)

    def place(self) -> tuple[float, float]:
        event = self._graphics.CGEventCreate(None)
        if not event:
            return 0.0, 0.0
        point = self._graphics.CGEventGetLocation(event)
        self._foundation.CFRelease(event)
        screen = self._graphics.CGDisplayBounds(self._graphics.CGMainDisplayID())
        return placed(point.x, point.y, screen.origin.x, screen.origin.y, screen.size.x, screen.size.y)

    def close(self) -> None:
        """Nothing is held."""
