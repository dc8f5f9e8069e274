"""A microphone of Linux, through the system's libasound, which reaches PipeWire and PulseAudio as well.

Source: https://www.alsa-project.org/alsa-doc/alsa-lib/group___p_c_m.html.
"""

import ctypes
import errno
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import DeviceError

RATE = 16_000
CAPTURE, NONBLOCK = 1, 1
S16_LE, INTERLEAVED = 2, 3
BUFFER_US = 60_000
AT_ONCE = 4096
USEFUL = ("default", "pipewire", "pulse", "sysdefault:", "plughw:")
"""Beginnings of the names that convert rate and channels themselves, and are worth showing."""
_SAY_NOTHING = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)(
    lambda *_: None  # it would write into the terminal; kept here, for C doesn't keep it
)


@cache
def _library() -> Any:
    try:
        library = ctypes.CDLL("libasound.so.2")
    except OSError as error:
        raise DeviceError(
            "The microphone can't be used: the library libasound is missing. Install it, e.g.: "
            "sudo apt install libasound2 (Fedora: alsa-lib)."
        ) from error
    library.snd_strerror.restype = ctypes.c_char_p
    library.snd_pcm_readi.restype = ctypes.c_long
    library.snd_pcm_readi.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong)
    for name in ("snd_pcm_close", "snd_pcm_start"):
        getattr(library, name).argtypes = (ctypes.c_void_p,)
    library.snd_pcm_wait.argtypes = (ctypes.c_void_p, ctypes.c_int)
    library.snd_pcm_recover.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_int)
    library.snd_pcm_set_params.argtypes = (
        ctypes.c_void_p,
        *[ctypes.c_int] * 2,
        *[ctypes.c_uint] * 2,
        ctypes.c_int,
        ctypes.c_uint,
    )
    library.snd_device_name_get_hint.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
    library.snd_device_name_get_hint.restype = ctypes.c_void_p
    library.snd_lib_error_set_handler(_SAY_NOTHING)
    return library


def names() -> list[str]:
    """What may be opened, the default first."""
    library, hints = _library(), ctypes.POINTER(ctypes.c_void_p)()
    if library.snd_device_name_hint(-1, b"pcm", ctypes.byref(hints)) < 0:
        return ["default"]
    found = []
    try:
        index = 0
        while hint := hints[index]:
            index += 1
            name, direction = _hint(hint, b"NAME"), _hint(hint, b"IOID")
            if name.startswith(USEFUL) and direction != "Output":
                found.append(name)
    finally:
        library.snd_device_name_free_hint(hints)
    return ["default", *sorted(set(found) - {"default"}, key=lambda name: [name.startswith(use) for use in USEFUL])]


class Capture:
    """An open microphone at 16 kHz.

    Args:
        name: One of `names`.

    Raises:
        DeviceError: It can't be opened.
    """

    def __init__(self, name: str) -> None:
        self._library, self._name = _library(), name
        self._pcm = ctypes.c_void_p()
        self._buffer = np.zeros(AT_ONCE, np.int16)
        problem = self._library.snd_pcm_open(ctypes.byref(self._pcm), name.encode(), CAPTURE, NONBLOCK)
        if problem < 0:
            raise DeviceError(self._refused(problem))
        problem = self._library.snd_pcm_set_params(self._pcm, S16_LE, INTERLEAVED, 1, RATE, 1, BUFFER_US)
        if problem >= 0:
            problem = self._library.snd_pcm_start(self._pcm)
        if problem < 0:
            self.close()
            raise DeviceError(self._refused(problem))

    def read(self, timeout: float) -> NDArray[np.float32] | None:
        """Give all that is new, (N,) at RATE, -1…1; None if nothing comes within `timeout` s.

        Raises:
            DeviceError: It is gone.
        """
        ready = self._library.snd_pcm_wait(self._pcm, int(timeout * 1000))
        if ready == 0:
            return None
        count = self._library.snd_pcm_readi(self._pcm, self._buffer.ctypes.data, AT_ONCE) if ready > 0 else ready
        if count == -errno.EAGAIN:
            return None
        if count < 0:  # an overrun, or the computer slept: what was missed is gone
            if count == -errno.ENODEV or self._library.snd_pcm_recover(self._pcm, int(count), 1) < 0:
                raise DeviceError(f"The microphone {self._name} has stopped. Plug it in again.")
            self._library.snd_pcm_start(self._pcm)
            return None
        return self._buffer[:count].astype(np.float32) / 32768

    def close(self) -> None:
        if self._pcm:
            self._library.snd_pcm_close(self._pcm)
            self._pcm = ctypes.c_void_p()

    def _refused(self, problem: int) -> str:
        why = self._library.snd_strerror(problem).decode(errors="replace")
        what = "No microphone is found" if self._name == "default" else f"The microphone {self._name} can't be opened"
        return (
            f"{what} ({why}). Plug one in, choose it in the system's sound settings, "
            "and close programs that keep it to themselves."
        )


def _hint(hint: int, what: bytes) -> str:
    library = _library()
    pointer = library.snd_device_name_get_hint(hint, what)
    if not pointer:
        return ""
    text = ctypes.string_at(pointer).decode(errors="replace")
    ctypes.CDLL(None).free(ctypes.c_void_p(pointer))
    return text
