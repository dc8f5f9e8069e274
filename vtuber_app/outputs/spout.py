"""A texture that other programs on this Windows computer share: OBS with its Spout2 plug-in, Resolume, VRChat tools."""

from typing import Any, Literal, Self

from pydantic import Field

from vtuber_app.core.errors import DeviceError
from vtuber_app.core.parts import Output
from vtuber_app.core.types import Frame
from vtuber_app.outputs.layout import HOT, PICTURE, Alpha, Layout, LayoutSettings

GL_RGB, GL_RGBA = 0x1907, 0x1908


class SpoutSettings(LayoutSettings):
    """How the sender is found."""

    kind: Literal["spout"] = "spout"
    name: str = Field("vtuber_app", min_length=1, max_length=60, title="Name")
    alpha: Alpha = Field(
        "premultiplied",
        title="Alpha",
        description="Choose the same in the receiver: in OBS' Spout2 source, Composite mode Premultiplied Alpha.",
        json_schema_extra=PICTURE,
    )


class Spout(Output[SpoutSettings]):
    """Shares every picture through the graphics card, with its alpha."""

    title = "Spout2"
    requires = ("SpoutGL",)
    systems = ("Windows",)
    hot = HOT

    _sender: Any = None

    def __enter__(self) -> Self:
        import SpoutGL

        self._layout = Layout()
        sender = SpoutGL.SpoutSender()
        if not sender.createOpenGL():  # bound to the thread that opens it, as all of this part is
            raise DeviceError("Spout2 needs OpenGL, which this computer's graphics driver doesn't give. Update it.")
        self._sender = sender
        sender.setSenderName(self.settings.name)
        return self

    def __exit__(self, *exc: object) -> None:
        sender, self._sender = self._sender, None
        if sender:
            sender.releaseSender()
            sender.closeOpenGL()

    def send(self, picture: Frame) -> None:
        pixels = self._layout(picture.pixels, self.settings)
        height, width, channels = pixels.shape
        if not self._sender.sendImage(pixels, width, height, GL_RGBA if channels == 4 else GL_RGB, False, 0):
            raise DeviceError(
                "Spout2 took no picture: the graphics card can't share it. Have Windows run vtuber_app and the "
                "receiving program on the same card (Settings > System > Display > Graphics)."
            )
        self._sender.setFrameSync(self.settings.name)
