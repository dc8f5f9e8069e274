"""From our settings to what OBS shall show, and from what was done to words."""

import socket
import time
from typing import Any
from urllib.parse import urlsplit

from vtuber_app.core import clock
from vtuber_app.outputs.browser import BrowserSettings, address
from vtuber_app.outputs.virtual_camera import VirtualCameraSettings
from vtuber_app.settings import AppSettings
from vtuber_app.tools.obs.setup import SOURCE, Outcome
from vtuber_app.tools.obs.ways import Wish

USUAL = 512
"""An animator's picture, where its settings don't tell its size, px."""
SILENT_PAGE = (
    "vtuber_app's browser source doesn't answer, so OBS has nothing to load. See that it is on and has no fault, then "
    "set up OBS again."
)
WAYS = {
    "browser": "a browser source",
    "camera": "a video capture of vtuber_app's virtual camera",
    "window": "a capture of vtuber_app's window",
    "screen": "a capture of the screen",
}


def wish(settings: AppSettings, size: tuple[int, int] | None = None, **more: Any) -> Wish:
    """What these settings call for.

    Args:
        settings: Ours.
        size: Width and height of the pictures as they are, px; None to go by the settings.
        more: Further fields of the wish.

    Raises:
        SettingsError: The browser source's token can't be kept.
    """
    browser, camera = settings.part("browser"), settings.part("virtual_camera")
    assert isinstance(browser, BrowserSettings)
    assert isinstance(camera, VirtualCameraSettings)
    side = int(getattr(settings.part(settings.animator), "size", USUAL))
    return Wish(address(browser), size or settings.finish.size(side, side), camera=camera.device, **more)


def with_browser(settings: AppSettings) -> AppSettings:
    """The same settings with the browser output on."""
    on = settings.outputs if "browser" in settings.outputs else (*settings.outputs, "browser")
    return settings.model_copy(update={"outputs": on})


def page_answers(wish: Wish, patience: float) -> bool:
    """Wait up to so many seconds for the page in the wish: OBS never loads again what it didn't find."""
    url = urlsplit(wish.address)
    until = clock.now() + patience
    while True:
        try:
            socket.create_connection((url.hostname or "", url.port or 80), 1.0).close()
            return True
        except OSError:
            if clock.now() >= until:
                return False
            time.sleep(0.05)


def words(outcome: Outcome) -> tuple[str, ...]:
    """What was done and what was not, a sentence each."""
    deed = "Your avatar is in OBS now" if outcome.created else "Your avatar in OBS is up to date"
    said = [f'{deed}: "{SOURCE}", {WAYS[outcome.way]}, in the scene "{outcome.scene}".']
    for delay in outcome.delays:
        was = "" if delay.before_ms == delay.now_ms else f" (before: {delay.before_ms} ms)"
        said.append(f'"{delay.microphone}" is delayed by {delay.now_ms} ms{was}.')
    if outcome.virtual_camera:
        said.append("OBS' virtual camera runs.")
    if outcome.recording:
        said.append("OBS records.")
    return (*said, *outcome.notes)
