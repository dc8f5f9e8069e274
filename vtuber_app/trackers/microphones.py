"""Which microphones there are, and sound from one: FFmpeg's DirectShow and AVFoundation, or the system's own ALSA.

PyAV's Linux wheels carry an ALSA that doesn't know the system's sound server, so libasound is asked itself (`alsa`).
"""

import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError

if TYPE_CHECKING:
    from av.container import InputContainer

Sound = NDArray[np.float32]

RATE = 16_000
PAUSE_S = 0.004
"""FFmpeg's devices have no way to wait for them: how long until they are asked again."""
NON_BLOCK = 0x4
"""FFmpeg's AVFMT_FLAG_NONBLOCK."""
BUFFER_MS = "20"
"""DirectShow's own would be half a second."""


class Ears(Protocol):
    """An open microphone."""

    def read(self, timeout: float) -> Sound | None:
        """Give all that is new, (N,) at RATE, -1…1; None if nothing comes within `timeout` s.

        Raises:
            DeviceError: It is gone.
        """
        ...

    def close(self) -> None: ...


def list_microphones() -> list[str]:
    """The names that `open_microphone` takes; may take a second."""
    if sys.platform.startswith("linux"):
        from vtuber_app.trackers import alsa

        return alsa.names()
    return list(_devices(_system()))


def open_microphone(wish: str = "") -> Ears:
    """Open the microphone of that name, or part of it; the system's default if there is none.

    Raises:
        DeviceError: It isn't there, or may not be used; the text says what to do.
    """
    wish = wish.strip()
    if sys.platform.startswith("linux"):
        from vtuber_app.trackers import alsa

        return alsa.Capture(chosen(wish, alsa.names()) if wish else "default")
    system = _system()
    devices = _devices(system)
    if not devices:
        raise DeviceError(f"No microphone is found. Plug one in, or switch it on. {_permission()}")
    name = chosen(wish, list(devices)) if wish else next(iter(devices))
    return Opened(_open(system, devices[name], name), name)


def record(ears: Ears, seconds: float) -> Iterator[Sound]:
    """Give what is new until that much sound has come.

    Raises:
        DeviceError: It is gone, or gives less than half of it in twice the time.
    """
    count, until = 0, clock.now() + 2 * seconds
    while count < seconds * RATE and clock.now() < until:
        sound = ears.read(0.1)
        if sound is not None and len(sound):
            count += len(sound)
            yield sound
    if count < seconds * RATE / 2:
        raise DeviceError(f"The microphone gives no sound. {_permission()}")


def chosen(wish: str, names: list[str]) -> str:
    """The name that is meant: itself, or the first it is a part of; DeviceError names those there are."""
    folded = wish.casefold()
    exact = [name for name in names if name.casefold() == folded]
    for name in (*exact, *names):
        if folded in name.casefold():
            return name
    there = "; ".join(names) or "none"
    raise DeviceError(f"The microphone {wish!r} is not there. Plug it in, or choose one of: {there}.")


class Opened:
    """A microphone that FFmpeg has opened.

    Args:
        container: Gives BlockingIOError while nothing is new.
        name: For messages.
    """

    def __init__(self, container: "InputContainer", name: str) -> None:
        import av

        self._container, self._name = container, name
        self._stream = container.streams.audio[0]
        self._resampler = av.AudioResampler(
            format="s16",  # which, unlike floats, is mixed down to at most full scale
            layout="mono",
            rate=RATE,
        )

    def read(self, timeout: float) -> Sound | None:
        until = clock.now() + timeout
        heard: list[Sound] = []
        while True:
            try:
                heard += self._packet()
            except BlockingIOError:
                if heard:
                    return np.concatenate(heard)
                if clock.now() + PAUSE_S > until:
                    return None
                time.sleep(PAUSE_S)
            if heard and clock.now() > until:
                return np.concatenate(heard)

    def close(self) -> None:
        self._container.close()

    def _packet(self) -> list[Sound]:
        import av

        try:
            packet = next(self._container.demux(self._stream))
            frames = [new for old in packet.decode() for new in self._resampler.resample(old)]
        except BlockingIOError:
            raise
        except (av.FFmpegError, OSError, StopIteration) as error:
            raise DeviceError(f"The microphone {self._name} has stopped. Plug it in again.") from error
        return [frame.to_ndarray()[0].astype(np.float32) / 32768 for frame in frames]


def _system() -> str:
    return "dshow" if sys.platform == "win32" else "avfoundation"


def _devices(system: str) -> dict[str, str]:
    """FFmpeg's address of each microphone, by the name that is shown; the default comes first where it is known."""
    import av
    from av.device import enumerate_input_devices

    try:
        found = enumerate_input_devices(system)
    except (av.FFmpegError, OSError, ValueError):
        return {}
    heard = sorted((device for device in found if "audio" in device.media_types), key=lambda one: not one.is_default)
    named = {device.description or device.name: device.name for device in heard}
    if system == "dshow":
        return {name: f"audio={address}" for name, address in named.items()}
    default = {"System default": ":default"} if named else {}
    return default | {name: f":{address}" for name, address in named.items()}


def _open(system: str, address: str, name: str) -> "InputContainer":
    import av

    try:
        container = av.open(
            address, "r", format=system, options={"audio_buffer_size": BUFFER_MS} if system == "dshow" else {}
        )
    except (av.FFmpegError, OSError) as error:
        raise DeviceError(
            f"The microphone {name} can't be opened. Close programs that keep it to themselves. {_permission()}"
        ) from error
    container.flags |= NON_BLOCK
    return container


def _permission() -> str:
    """Where this system may forbid it."""
    if sys.platform == "win32":
        return "Windows may forbid it: allow desktop apps in Settings, Privacy & security, Microphone."
    if sys.platform == "darwin":
        return (
            "macOS may forbid it: allow this program, or Terminal, in System Settings, Privacy & Security, Microphone."
        )
    return "Choose it, and turn it up, in the system's sound settings."
