"""A page in OBS's browser source, or in any browser, that shows the avatar with its transparency."""

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field

from vtuber_app.core import paths, udp
from vtuber_app.core.errors import DeviceError, SettingsError
from vtuber_app.core.parts import Output
from vtuber_app.core.types import Frame
from vtuber_app.outputs.layout import HOT, Layout, LayoutSettings

if TYPE_CHECKING:
    from vtuber_app.outputs.web.server import Server

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"


class BrowserSettings(LayoutSettings):
    """Where the page is, and what it shows."""

    kind: Literal["browser"] = "browser"
    port: int = Field(18512, ge=1024, le=65535, title="Port", description="Part of the address: copy it anew.")
    open: bool = Field(
        False,
        title="Other devices may watch",
        description="Off: this computer only. On: whoever in your network has the address with its token.",
    )


class Browser(Output[BrowserSettings]):
    """Serves a page that draws every picture, raw; many may look at once, and the newest wins."""

    title = "Browser source"
    hot = HOT

    _server: "Server | None" = None
    _address = ""

    def __init__(self, settings: BrowserSettings) -> None:
        super().__init__(settings)
        self._delays: deque[float] = deque(maxlen=1200)

    def __enter__(self) -> Self:
        from vtuber_app.outputs.web.guard import Guard
        from vtuber_app.outputs.web.server import Server, listen, pages
        from vtuber_app.outputs.web.viewer import Viewer, Wish
        from vtuber_app.outputs.web.websocket import Stream

        settings = self.settings
        self._layout = Layout()
        guard = Guard(settings.port, _token() if settings.open else None)
        self._address, files = address(settings), pages(paths.assets() / "browser")
        try:
            listening = listen(EVERYWHERE if settings.open else LOOPBACK, settings.port)
        except OSError as error:
            raise DeviceError(
                f"Port {settings.port} can't be opened ({error.strerror}). Close the other program that uses it (a "
                "second vtuber_app?), or choose another Port in the browser source's details and copy its address anew."
            ) from error

        def join(stream: Stream, query: Mapping[str, str]) -> Viewer:
            return Viewer(stream, Wish.of(query), self._delays)

        self._server = Server(listening, guard, files, join, name="browser source")
        return self

    def __exit__(self, *exc: object) -> None:
        server, self._server = self._server, None
        if server:
            server.close()
            self._delays.clear()

    @property
    def notice(self) -> str | None:
        if self._server is None or self.viewers:
            return None
        return f"No page shows the avatar yet. Paste {self._address} into a browser source in OBS."

    @property
    def viewers(self) -> int:
        """Pages that show it now."""
        return len(self._server.viewers) if self._server else 0

    @property
    def delays(self) -> tuple[float, ...]:
        """From `send` to a page's word that the picture is drawn, that word's way back included, s; the newest last."""
        return tuple(self._delays.copy())

    def send(self, picture: Frame) -> None:
        assert self._server
        pixels = self._layout(picture.pixels, self.settings)
        # The canvas is used again while pages may still be sent this picture.
        self._server.show(pixels if pixels is picture.pixels else pixels.copy())


def address(settings: BrowserSettings) -> str:
    """What to type into OBS or a browser: of this computer in its network, with the token, if others may watch.

    Raises:
        SettingsError: The token can't be kept.
    """
    if not settings.open:
        return f"http://{LOOPBACK}:{settings.port}/"
    own = udp.own_address()
    host = own if own[0].isdigit() else LOOPBACK  # a sentence where there is no network
    return f"http://{host}:{settings.port}/?token={_token()}"


def _token() -> str:
    from vtuber_app.outputs.web import guard

    try:
        return guard.token()
    except OSError as error:
        raise SettingsError(
            f"The token for the browser source can't be kept in {guard.token_file()} ({error.strerror}). Make that "
            "folder writable, or switch off that other devices may watch."
        ) from error
