"""Keys that are heard while other programs have the focus, as each system allows it."""

import os
import sys
from collections.abc import Collection
from typing import Protocol

from vtuber_app.core.errors import DeviceError
from vtuber_app.core.x11 import wayland


class Hotkeys(Protocol):
    """Hears some keys, each with the same modifier; its owner looks some fifty times a second.

    Attributes:
        refused: Keys that another program has.
    """

    refused: tuple[str, ...]

    def events(self) -> list[tuple[str, bool]]:
        """What happened since the last call: each key's name, and whether it went down or up."""
        ...

    def close(self) -> None: ...


class KeyStates(Protocol):
    """Knows which of some keys are down, whoever has the focus."""

    def down(self) -> frozenset[str]: ...

    def close(self) -> None: ...


def unavailable() -> str:
    """Why no key can be heard while other programs have the focus; empty where it can."""
    if sys.platform in ("win32", "darwin"):
        return ""
    if wayland():
        return (
            "Wayland lets no program hear keys that are meant for others. "
            "Log out and choose an X11 (Xorg) session, or use the phone remote."
        )
    if not os.environ.get("DISPLAY"):
        return "There is no screen here. Start the program on a desktop."
    return ""


def open_hotkeys(keys: Collection[str], modifier: str) -> Hotkeys:
    """Begin to hear these keys with that modifier; where a loop of events is needed (macOS), on the thread that has it.

    Raises:
        DeviceError: This system doesn't let us; the text says why.
    """
    if reason := unavailable():
        raise DeviceError(reason)
    if sys.platform == "win32":
        from vtuber_app.core.keyboard.windows import WindowsHotkeys

        return WindowsHotkeys(keys, modifier)
    if sys.platform == "darwin":
        from vtuber_app.core.keyboard.mac import MacHotkeys

        return MacHotkeys(keys, modifier)
    from vtuber_app.core.keyboard.x import XHotkeys

    return XHotkeys(keys, modifier)


def open_states(keys: Collection[str]) -> KeyStates:
    """Look at these keys; DeviceError where this system doesn't let us."""
    if reason := unavailable():
        raise DeviceError(reason)
    if sys.platform == "win32":
        from vtuber_app.core.keyboard.windows import WindowsStates

        return WindowsStates(keys)
    if sys.platform == "darwin":
        from vtuber_app.core.keyboard.mac import MacStates

        return MacStates(keys)
    from vtuber_app.core.keyboard.x import XStates

    return XStates(keys)
