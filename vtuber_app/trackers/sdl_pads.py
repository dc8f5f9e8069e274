"""Gamepads of every maker, through SDL 2, which knows how each is laid out; no window and no screen are needed."""

import ctypes
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vtuber_app.core.errors import DeviceError

GAMEPADS = 0x2000
IGNORE = 0
HINTS = {
    b"SDL_JOYSTICK_ALLOW_BACKGROUND_EVENTS": b"1",  # the focus is in a game or OBS
    b"SDL_JOYSTICK_THREAD": b"1",  # Windows tells of pads to a thread that has a window
    b"SDL_NO_SIGNAL_HANDLERS": b"1",
}
FULL = 32767
BUTTONS = ("south", "east", "west", "north", "back", "guide", "start", "left_stick", "right_stick", "left", "right")
"""In SDL's order, by where they lie: south is A on an Xbox pad and the cross on a PlayStation's."""


@dataclass(frozen=True, slots=True)
class Pad:
    """A gamepad at one moment.

    Attributes:
        left: The left stick, right and up, each -1…1; `right` likewise.
        triggers: Left and right, 0…1.
        buttons: Those that are down.
    """

    left: tuple[float, float] = (0.0, 0.0)
    right: tuple[float, float] = (0.0, 0.0)
    triggers: tuple[float, float] = (0.0, 0.0)
    buttons: frozenset[str] = frozenset()


class Pads:
    """All gamepads, as they come and go; opened, asked and closed by one thread."""

    def __init__(self) -> None:
        self.sdl = _library()
        for name, value in HINTS.items():
            self.sdl.SDL_SetHint(name, value)
        if self.sdl.SDL_InitSubSystem(GAMEPADS):
            reason = self.sdl.SDL_GetError().decode(errors="replace")
            raise DeviceError(f"Gamepads can't be read ({reason}). Take another input.")
        for kind in ("SDL_GameControllerEventState", "SDL_JoystickEventState"):
            getattr(self.sdl, kind)(IGNORE)  # they are asked; nobody empties a queue of events
        self._open: dict[int, int] = {}

    def read(self) -> dict[str, Pad]:
        """Each pad's state by its name; those of one name are numbered."""
        sdl = self.sdl
        sdl.SDL_GameControllerUpdate()
        for number, pad in list(self._open.items()):
            if not sdl.SDL_GameControllerGetAttached(pad):
                sdl.SDL_GameControllerClose(self._open.pop(number))
        for place in range(sdl.SDL_NumJoysticks()):
            number = sdl.SDL_JoystickGetDeviceInstanceID(place)
            if number not in self._open and sdl.SDL_IsGameController(place):
                pad = sdl.SDL_GameControllerOpen(place)
                if pad:
                    self._open[number] = pad
        found: dict[str, Pad] = {}
        for pad in self._open.values():
            name = (sdl.SDL_GameControllerName(pad) or b"Gamepad").decode(errors="replace")
            same = sum(other.partition(" #")[0] == name for other in found)
            found[f"{name} #{same + 1}" if same else name] = self._state(pad)
        return found

    def close(self) -> None:
        for pad in self._open.values():
            self.sdl.SDL_GameControllerClose(pad)
        self._open = {}
        self.sdl.SDL_QuitSubSystem(GAMEPADS)

    def _state(self, pad: int) -> Pad:
        x, y, right_x, right_y, left, right = (self.sdl.SDL_GameControllerGetAxis(pad, i) / FULL for i in range(6))
        down = frozenset(name for i, name in enumerate(BUTTONS) if self.sdl.SDL_GameControllerGetButton(pad, i))
        return Pad((max(x, -1), -max(y, -1)), (max(right_x, -1), -max(right_y, -1)), (left, right), down)


def _library() -> Any:
    import sdl2dll

    names = {"win32": "SDL2.dll", "darwin": "SDL2.framework/SDL2"}
    path = Path(sdl2dll.get_dllpath()) / names.get(sys.platform, "libSDL2-2.0.so")
    try:
        sdl: Any = ctypes.CDLL(str(path))
    except OSError as error:
        raise DeviceError(f"Gamepads can't be read: {path.name} can't be loaded ({error}).") from error
    pointer = ctypes.c_void_p
    sdl.SDL_SetHint.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
    sdl.SDL_GetError.restype = sdl.SDL_GameControllerName.restype = ctypes.c_char_p
    sdl.SDL_GameControllerOpen.restype = pointer
    sdl.SDL_GameControllerGetAxis.restype = ctypes.c_int16
    sdl.SDL_GameControllerGetButton.restype = ctypes.c_uint8
    for name in ("GetAttached", "Close", "Name"):
        getattr(sdl, f"SDL_GameController{name}").argtypes = (pointer,)
    for name in ("GetAxis", "GetButton"):
        getattr(sdl, f"SDL_GameController{name}").argtypes = (pointer, ctypes.c_int)
    return sdl
