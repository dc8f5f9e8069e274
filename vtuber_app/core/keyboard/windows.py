"""Keys on Windows."""

import ctypes
import threading
from collections import deque
from collections.abc import Collection
from typing import Any

from vtuber_app.core.keyboard.names import KEYS, modifiers

NO_REPEAT = 0x4000
WM_HOTKEY = 0x0312
REMOVE = 1
QS_HOTKEY = 0x0080
DOWN = 0x8000
LOOK_MS = 15


class _Message(ctypes.Structure):
    _fields_ = [
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("id", ctypes.c_size_t),
        ("what", ctypes.c_ssize_t),
        ("time", ctypes.c_ulong),
        ("at", ctypes.c_long * 2),
    ]


def _user() -> Any:
    return getattr(ctypes, "windll").user32  # noqa: B009


class WindowsHotkeys:
    """Registers keys on a thread of its own: Windows tells it when one goes down, and it asks when that is up again."""

    def __init__(self, keys: Collection[str], modifier: str) -> None:
        self._names = list(keys)
        self._bits = modifiers(modifier).windows | NO_REPEAT
        self._heard: deque[tuple[str, bool]] = deque()
        self._ready, self._closing = threading.Event(), threading.Event()
        self.refused: tuple[str, ...] = ()
        self._thread = threading.Thread(target=self._listen, name="hotkeys", daemon=True)
        self._thread.start()
        self._ready.wait()

    def events(self) -> list[tuple[str, bool]]:
        return [self._heard.popleft() for _ in range(len(self._heard))]

    def close(self) -> None:
        self._closing.set()
        self._thread.join()

    def _listen(self) -> None:
        user = _user()
        numbers = range(len(self._names))
        taken = [n for n in numbers if not user.RegisterHotKey(None, n, self._bits, KEYS[self._names[n]].windows)]
        self.refused = tuple(self._names[n] for n in taken)
        self._ready.set()
        message, down = _Message(), set[str]()
        while not self._closing.is_set():
            user.MsgWaitForMultipleObjects(0, None, False, LOOK_MS, QS_HOTKEY)
            while user.PeekMessageW(ctypes.byref(message), None, WM_HOTKEY, WM_HOTKEY, REMOVE):
                name = self._names[message.id]
                down.add(name)
                self._heard.append((name, True))
            for name in [name for name in down if not user.GetAsyncKeyState(KEYS[name].windows) & DOWN]:
                down.discard(name)
                self._heard.append((name, False))
        for number in numbers:
            user.UnregisterHotKey(None, number)


class WindowsStates:
    """Asks Windows for each key."""

    def __init__(self, keys: Collection[str]) -> None:
        self._user = _user()
        self._keys = tuple(keys)

    def down(self) -> frozenset[str]:
        return frozenset(key for key in self._keys if self._user.GetAsyncKeyState(KEYS[key].windows) & DOWN)

    def close(self) -> None:
        """Nothing is held."""
