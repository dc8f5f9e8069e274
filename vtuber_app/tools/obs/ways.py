"""The kinds of sources in OBS by which our picture can come, and which device or window it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

WayName = Literal["browser", "camera", "window", "screen"]
CAMERAS = ("OBS Virtual Camera", "Unity Video Capture", "vtuber_app", "Dummy video device")
"""How virtual cameras that we write to are called, v4l2loopback's without a label last."""
TRANSPARENT = "body { background: transparent; margin: 0; overflow: hidden; }"


@dataclass(frozen=True, slots=True)
class Wish:
    """What OBS shall show.

    Attributes:
        address: Of the browser source's page.
        size: Width and height of our picture, px.
        fps: Pictures a second.
        window: Title of our window.
        crop: What is cut off our window so that the picture is left: left, top, right, bottom, px;
            None if that isn't known, and what the user cut off stays.
        screen_crop: The same of the screen that the window is on.
        camera: Device of our virtual camera; empty for any.
        way: None for the best that OBS has.
        latency: By how much microphones shall be delayed, s; None leaves them as they are.
        virtual_camera: Whether OBS' own camera is started.
        record: Whether OBS' recording is started.
    """

    address: str
    size: tuple[int, int]
    fps: int = 60
    window: str = "vtuber_app"
    crop: tuple[int, int, int, int] | None = None
    screen_crop: tuple[int, int, int, int] | None = None
    camera: str = ""
    way: WayName | None = None
    latency: float | None = None
    virtual_camera: bool = False
    record: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of source.

    Attributes:
        kind: As OBS calls it, without a version.
        settings: Its settings for a wish.
        choice: The property that names a device or window; empty if there is none.
    """

    name: WayName
    kind: str
    settings: Callable[[Wish], dict[str, Any]]
    choice: str = ""

    def among(self, kinds: list[str]) -> str | None:
        """The newest version of this kind that OBS has."""
        return max((kind for kind in kinds if self.has(kind)), default=None)

    def has(self, kind: str) -> bool:
        """That is a version of this kind."""
        return kind == self.kind or kind.startswith(self.kind + "_v")

    def chosen(self, items: list[dict[str, Any]], wish: Wish) -> Any | None:
        """The value of the device or window that shows our picture; None if there is none."""
        usable = [item for item in items if item.get("itemEnabled", True) and item.get("itemValue") not in (None, "")]
        if self.name == "camera" and wish.camera:
            return next((item["itemValue"] for item in usable if wish.camera in _names(item)), None)
        for word in CAMERAS if self.name == "camera" else (wish.window,):
            named = [item for item in usable if word in str(item.get("itemName"))]
            if named:
                return min(named, key=lambda item: len(str(item["itemName"])))["itemValue"]
        return None


def _page(wish: Wish) -> dict[str, Any]:
    width, height = wish.size
    return {
        "url": wish.address,
        "is_local_file": False,
        "width": width,
        "height": height,
        "fps_custom": True,
        "fps": wish.fps,
        "shutdown": False,
        "restart_when_active": False,
        "css": TRANSPARENT,
    }


WAYS = (
    Way("browser", "browser_source", _page),
    Way("camera", "v4l2_input", lambda _: {}, "device_id"),
    Way("camera", "dshow_input", lambda _: {}, "video_device_id"),
    Way("camera", "macos-avcapture", lambda _: {}, "device"),
    Way("camera", "av_capture_input", lambda _: {}, "device"),
    Way("window", "xcomposite_input", lambda _: {"show_cursor": False, "exclude_alpha": True}, "capture_window"),
    Way("window", "window_capture", lambda _: {"cursor": False, "client_area": True, "method": 2}, "window"),
    Way("window", "screen_capture", lambda _: {"show_cursor": False, "type": 1}, "window"),
    Way("screen", "xshm_input", lambda _: {"show_cursor": False}),
)
"""From the best on: only a page keeps transparency everywhere; nothing may lie above what is taken off the screen."""
AUTOMATIC = ("browser", "camera", "window")
"""Those that are taken unasked."""


def _names(item: dict[str, Any]) -> tuple[str, str]:
    return str(item.get("itemName")), str(item.get("itemValue"))
