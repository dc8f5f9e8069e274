"""`vtuber-app obs`: the avatar in OBS' current scene."""

import getpass
import sys
from typing import TYPE_CHECKING, Literal

from rich.console import Console

from vtuber_app import settings
from vtuber_app.core.errors import SettingsError

if TYPE_CHECKING:
    from vtuber_app.tools.obs.protocol import Obs, Place

console = Console()
err = Console(stderr=True)

PAGE_PATIENCE = 0.5
"""How long is waited for our page, s: it is there, or vtuber_app isn't running."""
UNSTARTED = (
    "vtuber_app isn't running with its browser source. Start it, then call `vtuber-app obs` once more, so that OBS "
    "loads the page."
)


def obs(
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    way: Literal["browser", "camera", "window", "screen"] | None = None,
    delay_ms: float | None = None,
    virtual_camera: bool = False,
    record: bool = False,
) -> int:
    """Put the avatar into OBS' current scene, or update it there. OBS must be running; its password is asked for once.

    Args:
        host: The computer that OBS runs on.
        port: Of OBS' WebSocket server; as a rule its own files tell.
        way: How the picture comes; left out, the best that this OBS has.
        delay_ms: Delay the microphones by so many milliseconds: the latency that `live` or the window shows.
        virtual_camera: Start OBS' virtual camera too.
        record: Start OBS' recording too.
    """
    from vtuber_app.tools.obs import setup, wishes
    from vtuber_app.tools.obs.protocol import PORT, Place

    chosen, notice = settings.load()
    if notice:
        err.print(notice, highlight=False)
    place = None if port is None and Place(host).ours else Place(host, port or PORT)
    latency = None if delay_ms is None else delay_ms / 1000
    wish = wishes.wish(chosen, way=way, latency=latency, virtual_camera=virtual_camera, record=record)
    if place and not place.ours and "//127.0.0.1" in wish.address and way in (None, "browser"):
        raise SettingsError(
            "OBS on another computer can't see the browser source. In vtuber_app's window, switch on Other devices may "
            "watch in the browser source's details, then try again."
        )
    with _connected(place) as conversation:
        if setup.has_pages(conversation) and way in (None, "browser"):
            if (on := wishes.with_browser(chosen)) != chosen:
                settings.save(on)
                console.print("vtuber_app's browser source is switched on from its next start.", highlight=False)
            if not wishes.page_answers(wish, PAGE_PATIENCE):
                err.print(UNSTARTED, style="yellow", highlight=False, soft_wrap=True)
        outcome = setup.set_up(conversation, wish)
    for sentence in wishes.words(outcome):
        console.print(sentence, highlight=False, markup=False, soft_wrap=True)
    return 0


def _connected(place: "Place | None") -> "Obs":
    """A conversation with OBS; where it wants a password and somebody can type, that is asked for."""
    from vtuber_app.tools.obs import setup
    from vtuber_app.tools.obs.protocol import PasswordNeeded

    try:
        return setup.connect(place)
    except PasswordNeeded as error:
        if not sys.stdin.isatty():
            raise
        err.print(str(error), style="yellow", highlight=False, soft_wrap=True)
        return setup.connect(place, getpass.getpass("OBS' password: "))
