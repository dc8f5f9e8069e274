"""Keys on macOS; hotkeys need no permission."""

import ctypes
from collections import deque
from collections.abc import Collection
from typing import Any

from vtuber_app.core.keyboard.names import KEYS, modifiers

CARBON = "/System/Library/Frameworks/Carbon.framework/Carbon"
CORE_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"
PRESSED, RELEASED = 5, 6
HARDWARE = 1
"""The state of the keyboard itself."""


def four(text: str) -> int:
    """Four letters as the number that Carbon takes."""
    return int.from_bytes(text.encode(), "big")


class _Spec(ctypes.Structure):
    _fields_ = [("of", ctypes.c_uint32), ("kind", ctypes.c_uint32)]


class _Id(ctypes.Structure):
    _fields_ = [("signature", ctypes.c_uint32), ("number", ctypes.c_uint32)]


class MacHotkeys:
    """Registers keys with Carbon, which tells of them in the application's loop of events, both down and up."""

    def __init__(self, keys: Collection[str], modifier: str) -> None:
        self._carbon: Any = ctypes.CDLL(CARBON)
        self._names = list(keys)
        self._heard: deque[tuple[str, bool]] = deque()
        pointer, number = ctypes.c_void_p, ctypes.c_uint32
        self._carbon.GetApplicationEventTarget.restype = pointer
        self._carbon.InstallEventHandler.argtypes = (pointer, pointer, ctypes.c_ulong, pointer, pointer, pointer)
        self._carbon.RemoveEventHandler.argtypes = (pointer,)
        self._carbon.RegisterEventHotKey.argtypes = (number, number, _Id, pointer, number, pointer)
        self._carbon.UnregisterEventHotKey.argtypes = (pointer,)
        self._carbon.GetEventKind.argtypes = (pointer,)
        self._carbon.GetEventKind.restype = number
        self._carbon.GetEventParameter.argtypes = (pointer, number, number, pointer, ctypes.c_ulong, pointer, pointer)
        kind = ctypes.CFUNCTYPE(ctypes.c_int32, pointer, pointer, pointer)
        self._told = kind(self._hear)  # kept alive as long as Carbon may call it
        specs = (_Spec * 2)(_Spec(four("keyb"), PRESSED), _Spec(four("keyb"), RELEASED))
        target, self._handler = self._carbon.GetApplicationEventTarget(), pointer()
        self._carbon.InstallEventHandler(
            target, ctypes.cast(self._told, pointer), 2, specs, None, ctypes.byref(self._handler)
        )
        self._registered, refused = [], []
        for place, name in enumerate(self._names):
            key, made = _Id(four("vtbr"), place), pointer()
            bits = modifiers(modifier).mac
            if self._carbon.RegisterEventHotKey(KEYS[name].mac, bits, key, target, 0, ctypes.byref(made)):
                refused.append(name)
            else:
                self._registered.append(made)
        self.refused = tuple(refused)

    def events(self) -> list[tuple[str, bool]]:
        return [self._heard.popleft() for _ in range(len(self._heard))]

    def close(self) -> None:
        for made in self._registered:
            self._carbon.UnregisterEventHotKey(made)
        self._carbon.RemoveEventHandler(self._handler)
        self._registered = []

    def _hear(self, _next: int, event: int, _own: int) -> int:
        key = _Id()
        size = ctypes.sizeof(key)
        self._carbon.GetEventParameter(event, four("----"), four("hkid"), None, size, None, ctypes.byref(key))
        if key.signature == four("vtbr") and key.number < len(self._names):
            self._heard.append((self._names[key.number], self._carbon.GetEventKind(event) == PRESSED))
        return 0


class MacStates:
    """Asks the keyboard for each key."""

    def __init__(self, keys: Collection[str]) -> None:
        self._graphics: Any = ctypes.CDLL(CORE_GRAPHICS)
        self._graphics.CGEventSourceKeyState.argtypes = (ctypes.c_int32, ctypes.c_uint16)
        self._graphics.CGEventSourceKeyState.restype = ctypes.c_bool
        self._keys = tuple(keys)

    def down(self) -> frozenset[str]:
        state = self._graphics.CGEventSourceKeyState
        return frozenset(key for key in self._keys if state(HARDWARE, KEYS[key].mac))

    def close(self) -> None:
        """Nothing is held."""
