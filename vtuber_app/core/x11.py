"""Connections to an X server, through its own library."""

import ctypes
import os
from typing import Any

from vtuber_app.core.errors import DeviceError


def wayland() -> bool:
    """Whether this desktop keeps programs from what is outside their own windows."""
    return bool(os.environ.get("WAYLAND_DISPLAY")) or os.environ.get("XDG_SESSION_TYPE") == "wayland"


class Connection:
    """One connection; only one thread at a time uses it.

    Args:
        refusal: What is said first where there is none.

    Attributes:
        x: The library.
        display: What its calls take.
        root: The screen's own window.
    """

    def __init__(self, refusal: str) -> None:
        try:
            self.x: Any = ctypes.CDLL("libX11.so.6")
        except OSError as error:
            raise DeviceError(f"{refusal}: libX11 is missing. Install it, or do without.") from error
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XDefaultRootWindow.restype = ctypes.c_ulong
        for name in ("XDefaultRootWindow", "XCloseDisplay", "XDefaultScreen", "XPending"):
            getattr(self.x, name).argtypes = (ctypes.c_void_p,)
        for name in ("XDisplayWidth", "XDisplayHeight", "XSync"):
            getattr(self.x, name).argtypes = (ctypes.c_void_p, ctypes.c_int)
        self.x.XQueryPointer.argtypes = (ctypes.c_void_p, ctypes.c_ulong, *[ctypes.c_void_p] * 7)
        self.x.XKeysymToKeycode.argtypes = (ctypes.c_void_p, ctypes.c_ulong)
        self.x.XKeysymToKeycode.restype = ctypes.c_ubyte
        self.x.XQueryKeymap.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
        self.x.XNextEvent.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
        self.x.XGrabKey.argtypes = (
            *(ctypes.c_void_p, ctypes.c_int, ctypes.c_uint, ctypes.c_ulong),
            *(ctypes.c_int, ctypes.c_int, ctypes.c_int),
        )
        self.x.XkbSetDetectableAutoRepeat.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
        self.x.XSetErrorHandler.restype = ctypes.c_void_p
        self.x.XSetErrorHandler.argtypes = (ctypes.c_void_p,)
        self.display = self.x.XOpenDisplay(None)
        if not self.display:
            raise DeviceError(f"{refusal}: there is no screen here. Start the program on a desktop.")
        self.root = self.x.XDefaultRootWindow(self.display)

    def keycode(self, keysym: int) -> int:
        """Where that key lies on the keyboard; 0: nowhere."""
        return int(self.x.XKeysymToKeycode(self.display, keysym))

    def close(self) -> None:
        if self.display:
            self.x.XCloseDisplay(self.display)
            self.display = None
