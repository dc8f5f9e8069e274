"""Face state from the Facemotion3d phone app.

The phone is asked at UDP 49993. The maker's page says that it answers to this computer's UDP 49993, the maker's sample
listens at 49983: both are heard. By TCP it connects to port 49986. The text is iFacialMocap's version 2 with Apple's
full names, in `mocap_text`; the app's own extra values (FM_…) are passed over. Source:
https://www.facemotion3d.net/for-developer.
"""

from typing import Literal

from pydantic import Field

from vtuber_app.trackers.mocap_phone import MocapPhone, MocapSettings

PORT = 49993
SAMPLE_PORT = 49983
HELLO = b"FACEMOTION3D_OtherStreaming"
HELLO_TCP = HELLO + b"|protocol=tcp"
FAREWELL = b"StopStreaming_FACEMOTION3D"


class Facemotion3dSettings(MocapSettings):
    """The phone app Facemotion3d."""

    kind: Literal["facemotion3d"] = "facemotion3d"
    port: int = Field(PORT, ge=1, le=65535, title="Port")


class Facemotion3d(MocapPhone[Facemotion3dSettings]):
    """Listens to the phone, and asks it to send where its address is known."""

    title = "Facemotion3d (phone)"
    app = "Facemotion3d"
    phone_port = PORT
    further = (SAMPLE_PORT,)
    farewell = FAREWELL

    def hello(self) -> bytes:
        return HELLO_TCP if self.settings.transport == "TCP" else HELLO
