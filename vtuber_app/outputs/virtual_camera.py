"""A camera that other programs see: OBS, Zoom, Discord, a browser."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field

from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError, SettingsError
from vtuber_app.core.parts import Output
from vtuber_app.core.types import Frame
from vtuber_app.outputs import canvas, drivers
from vtuber_app.outputs.layout import MOVES, Alpha, PlaceSettings
from vtuber_app.outputs.pace import Pace


class VirtualCameraSettings(PlaceSettings):
    """The virtual camera and what it shows."""

    kind: Literal["virtual_camera"] = "virtual_camera"
    width: int = Field(1280, ge=160, le=3840, title="Width, px")
    height: int = Field(720, ge=120, le=2160, title="Height, px")
    fps: int = Field(30, ge=5, le=60, title="Pictures a second")
    colour: str = Field(canvas.CALM, pattern=canvas.HEX, title="Background colour")
    picture: Path | None = Field(None, title="Background picture")
    transparent: bool = Field(False, title="Transparent background", description="Unity Capture on Windows takes it.")
    alpha: Alpha = Field("straight", title="Alpha", description="Straight, or colours multiplied by their alpha.")
    backend: Literal["", "obs", "unitycapture", "v4l2loopback"] = Field("", title="Driver", description="Empty: any.")
    device: str = Field("", title="Device", description="Empty: the first free one.")


class VirtualCamera(Output[VirtualCameraSettings]):
    """Fits the avatar into the camera's picture; sends at most `fps` pictures a second."""

    title = "Virtual camera"
    requires = ("pyvirtualcam",)
    hot = MOVES | {"colour", "picture", "alpha"}

    def __enter__(self) -> Self:
        import pyvirtualcam

        settings = self.settings
        opaque, clear = pyvirtualcam.PixelFormat.RGB, pyvirtualcam.PixelFormat.RGBA
        backend = settings.backend or None
        wishes = [(clear, backend or "unitycapture")] if settings.transparent else []
        problem = "this system has no such driver"
        for pixel_format, driver in [*wishes, (opaque, backend)]:
            if driver and driver not in pyvirtualcam.camera.BACKENDS:
                continue
            try:
                self._camera = pyvirtualcam.Camera(
                    width=settings.width // 2 * 2,
                    height=settings.height // 2 * 2,
                    fps=settings.fps,
                    fmt=pixel_format,
                    device=settings.device or None,
                    backend=driver,
                )
            except RuntimeError as error:
                problem = str(error).strip() or problem
                continue
            self._opaque = pixel_format is opaque
            break
        else:
            raise DeviceError(f"There is no virtual camera to write to. {drivers.advice()} ({problem})")
        self._pace = Pace()
        self._prepare()
        return self

    def __exit__(self, *exc: object) -> None:
        if hasattr(self, "_camera"):
            self._camera.close()

    def update(self, settings: VirtualCameraSettings) -> None:
        changed = any(getattr(settings, name) != getattr(self.settings, name) for name in self.hot - MOVES)
        self.settings = settings
        if changed:
            self._prepare()

    @property
    def notice(self) -> str | None:
        return self._notice

    def send(self, picture: Frame) -> None:
        settings = self.settings
        if not self._pace.allows(clock.now(), settings.fps):
            return
        shown = self._canvas.place(picture.pixels, settings.scale, settings.right, settings.up, settings.mirrored)
        try:
            self._camera.send(shown)
        except RuntimeError as error:
            raise DeviceError(f"The virtual camera takes no more pictures ({error}). Switch it off and on.") from error

    _notice: str | None = None

    def _prepare(self) -> None:
        """Make the background; one that can't be used gives way to the colour, and the user is told."""
        settings, self._notice = self.settings, None
        size = (self._camera.width, self._camera.height)
        if not self._opaque:
            self._canvas = canvas.Canvas(size, None, settings.alpha == "premultiplied")
            return
        if settings.transparent:
            self._notice = f"The driver {self._camera.backend} takes no transparency; the background is shown."
        background = canvas.plain(size, settings.colour)
        if settings.picture:
            try:
                background = canvas.covered(size, settings.picture, settings.colour)
            except SettingsError as error:
                self._notice = f"The background is plain. {error}"
        self._canvas = canvas.Canvas(size, background)
