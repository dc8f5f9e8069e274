"""A video source in the local network: OBS on another computer, vMix, TriCaster."""

from fractions import Fraction
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field

from vtuber_app.core.errors import DeviceError, SettingsError
from vtuber_app.core.parts import Output
from vtuber_app.core.types import Frame
from vtuber_app.outputs.layout import HOT, Layout, LayoutSettings


class NdiSettings(LayoutSettings):
    """How the source is found."""

    kind: Literal["ndi"] = "ndi"
    name: str = Field(
        "vtuber_app", min_length=1, max_length=60, title="Name", description="Your whole local network can see it."
    )
    fps: int = Field(60, ge=1, le=240, title="Pictures a second", description="What is announced: none is held back.")


class Ndi(Output[NdiSettings]):
    """Sends every picture with its alpha, straight by default: receivers blend NDI's colours themselves."""

    title = "NDI"
    requires = ("cyndilib",)
    hot = HOT

    _sender: Any = None

    def __enter__(self) -> Self:
        try:
            import cyndilib  # noqa: F401  where its library can't be loaded, that is told here
        except (ImportError, OSError) as error:
            raise SettingsError(
                f"NDI's library can't be loaded ({error}). Type: pip install --force-reinstall cyndilib"
            ) from error
        self._layout = Layout(even=True)  # the wire has half as many colours across as pixels
        self._shape: tuple[int, ...] = ()
        return self

    def __exit__(self, *exc: object) -> None:
        sender, self._sender = self._sender, None
        if sender:
            sender.close()

    @property
    def notice(self) -> str | None:
        if self._sender and not self.receivers:
            return f"No program receives it yet. Choose {self.settings.name} as an NDI source there."
        return None

    @property
    def receivers(self) -> int:
        """Programs that receive it now."""
        sender = self._sender
        return int(sender.get_num_connections(0)) if sender else 0

    def send(self, picture: Frame) -> None:
        pixels = self._layout(picture.pixels, self.settings)
        if pixels.shape[2] == 3:
            import cv2

            pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA), np.uint8)
        elif not pixels.flags.writeable:  # which cyndilib insists on, though it only reads
            pixels = pixels.copy()
        if pixels.shape != self._shape:
            self._open(pixels.shape[1], pixels.shape[0])
            self._shape = pixels.shape
        if not self._sender.write_video_async(pixels.reshape(-1)):
            raise DeviceError("NDI takes no more pictures. Switch it off and on.")

    def _open(self, width: int, height: int) -> None:
        from cyndilib.sender import Sender
        from cyndilib.video_frame import VideoSendFrame
        from cyndilib.wrapper.ndi_structs import FourCC

        self.__exit__()
        frame = VideoSendFrame()
        frame.set_resolution(width, height)
        frame.set_frame_rate(Fraction(self.settings.fps, 1))
        frame.set_fourcc(FourCC.RGBA)
        self._sender = Sender(self.settings.name, clock_video=False)  # the animator sets the pace
        self._sender.set_video_frame(frame)
        self._sender.open()
