"""Face state from the iFacialMocap phone app; programs that speak its format are heard as well.

The phone is asked at UDP 49983 and answers to this computer's UDP 49983, some 1000 bytes 60 times a second, or opens a
connection to TCP 49986. Version 2, which app 1.1.8 and later send when asked, has negative weights too. The text is in
`mocap_text`. Source: https://www.ifacialmocap.com/for-developer.
"""

from typing import Literal

from pydantic import Field

from vtuber_app.core.ifacialmocap import HELLO, PORT, VERSION_2
from vtuber_app.trackers.mocap_phone import MocapPhone, MocapSettings, TransportSettings
from vtuber_app.trackers.mocap_text import parse

__all__ = ["IFacialMocap", "IFacialMocapSettings", "parse"]

HELLO_TCP = b"iFacialMocap_UDPTCP_sahuasouryya9218sauhuiayeta91555dy3719"
FAREWELL = b"iFacialMocap_UDPTCPSTOP_sahuasouryya9218sauhuiayeta91555dy3719"


class VersionSettings(TransportSettings):
    """What the phone is asked for."""

    version: Literal["v2", "v1"] = Field("v2", title="Format", description="v1: for apps older than 1.1.8.")


class IFacialMocapSettings(MocapSettings, VersionSettings):
    """The phone app iFacialMocap."""

    kind: Literal["ifacialmocap"] = "ifacialmocap"
    port: int = Field(PORT, ge=1, le=65535, title="Port")


class IFacialMocap(MocapPhone[IFacialMocapSettings]):
    """Listens to the phone, and asks it to send where its address is known."""

    title = "iFacialMocap (phone)"
    app = "iFacialMocap"
    phone_port = PORT
    farewell = FAREWELL

    def hello(self) -> bytes:
        said = HELLO_TCP if self.settings.transport == "TCP" else HELLO
        return said + VERSION_2 if self.settings.version == "v2" else said
