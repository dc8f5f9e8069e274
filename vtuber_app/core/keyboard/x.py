"""Keys on X11."""

import ctypes
from collections.abc import Collection
from itertools import product
from typing import Any

from vtuber_app.core.keyboard.names import KEYS, modifiers
from vtuber_app.core.x11 import Connection

LOCKS = tuple(caps | num for caps, num in product((0, 1 << 1), (0, 1 << 4)))
"""Caps Lock and Num Lock: the server takes a key only with exactly the modifiers that it was told."""
PRESS, RELEASE = 2, 3
EVENT_BYTES, KEYCODE_AT = 192, 84
REFUSAL = "The keys can't be heard"


class XHotkeys:
    """Grabs keys from the server, which then gives them to no one else; their going up is heard too."""

    def __init__(self, keys: Collection[str], modifier: str) -> None:
        self._connection = Connection(REFUSAL)
        x, display = self._connection.x, self._connection.display
        x.XkbSetDetectableAutoRepeat(display, 1, None)
        self._names = {self._connection.keycode(KEYS[key].x11): key for key in keys}
        self._down: set[str] = set()
        self.refused = tuple(
            name for code, name in self._names.items() if not code or not self._grab(code, modifiers(modifier).x11)
        )

    def events(self) -> list[tuple[str, bool]]:
        x, display = self._connection.x, self._connection.display
        found = []
        event = ctypes.create_string_buffer(EVENT_BYTES)
        while x.XPending(display):
            x.XNextEvent(display, event)
            kind = ctypes.c_int.from_buffer(event).value
            name = self._names.get(ctypes.c_uint.from_buffer(event, KEYCODE_AT).value)
            if name and kind == PRESS and name not in self._down:  # what it repeats is not pressed anew
                self._down.add(name)
                found.append((name, True))
            elif name and kind == RELEASE:
                self._down.discard(name)
                found.append((name, False))
        return found

    def close(self) -> None:
        self._connection.close()  # which ungrabs all

    def _grab(self, code: int, mask: int) -> bool:
        x, display, root = self._connection.x, self._connection.display, self._connection.root
        refused: list[bool] = []
        handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)

        def note(_display: Any, _error: Any) -> int:
            refused.append(True)
            return 0

        noting = handler(note)
        before = x.XSetErrorHandler(ctypes.cast(noting, ctypes.c_void_p))
        for lock in LOCKS:
            x.XGrabKey(display, code, mask | lock, root, 0, 1, 1)
        x.XSync(display, 0)
        x.XSetErrorHandler(before)
        return not refused


class XStates:
    """Asks the server for the keyboard's state."""

    def __init__(self, keys: Collection[str]) -> None:
        self._connection = Connection(REFUSAL)
        self._codes = {key: self._connection.keycode(KEYS[key].x11) for key in keys}

    def down(self) -> frozenset[str]:
        bits = ctypes.create_string_buffer(32)
        self._connection.x.XQueryKeymap(self._connection.display, bits)
        return frozenset(key for key, code in self._codes.items() if code and bits.raw[code // 8] >> code % 8 & 1)

    def close(self) -> None:
        self._connection.close()
