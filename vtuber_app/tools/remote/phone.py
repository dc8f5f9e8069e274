"""One phone that has the page open."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from vtuber_app.avatars import gallery
from vtuber_app.core.errors import SettingsError
from vtuber_app.outputs.web import websocket
from vtuber_app.outputs.web.guard import Rate
from vtuber_app.outputs.web.picture import Picture
from vtuber_app.outputs.web.viewer import Viewer
from vtuber_app.outputs.web.viewer import Wish as Asked
from vtuber_app.tools.remote.state import State, Wish, token

WISHES = 30.0
"""The most that fingers ask for in a second."""
AT_ONCE = 16
"""The most thumbnails that are asked for and not made yet."""
SIDE = 360
"""Of the live preview, px."""
THUMBNAIL = 144
QUALITY = 72
GROUND = (14, 16, 22)
"""What is behind the avatar on the page, RGB."""
STATE, PICTURE, THUMB = b"S", b"P", b"T"
"""First byte of a message: JSON follows; a picture's number (uint32) and JPEG; an avatar's id (16 letters) and WebP."""


class Phone(Viewer):
    """Is told the state whenever it changes, and is shown pictures while it wants to see them.

    Args:
        stream: Its connection.
        wished: Takes what it wishes to be changed.
        known: The newest state.
    """

    def __init__(self, stream: websocket.Stream, wished: deque[Wish], known: Callable[[], State]) -> None:
        super().__init__(stream, Asked(size=SIDE), deque(maxlen=1))
        self.address = str(stream.socket.getpeername()[0])
        self.watching = False
        self._wished = wished
        self._known = known
        self._told: State | None = None
        self._thumbnails: list[str] = []
        self._few = Rate(WISHES)
        self._news = asyncio.Event()
        self._news.set()

    def notify(self) -> None:
        """There is something new to tell."""
        self._news.set()

    def show(self, picture: Picture) -> None:
        if self.watching:
            super().show(picture)

    def duties(self) -> list[Coroutine[Any, Any, None]]:
        return [*super().duties(), self._tell()]

    def message(self, picture: Picture) -> tuple[bytes, bytes]:
        return PICTURE + picture.number.to_bytes(4, "little"), picture.jpeg(SIDE, GROUND, QUALITY)

    def heard(self, content: bytes) -> None:
        if len(content) == 4:
            super().heard(content)
            return
        try:
            wish = Wish.model_validate_json(content, strict=True)
        except ValidationError as error:
            raise websocket.Ended(websocket.POLICY) from error
        if wish.do == "thumbnail":
            self._thumbnails.append(wish.what)
            self._news.set()
        if len(self._thumbnails) > AT_ONCE or (wish.do != "thumbnail" and not self._few.allows()):
            raise websocket.Ended(websocket.POLICY)
        if wish.do == "watch":
            self.watching = wish.on
        elif wish.do != "thumbnail":
            self._wished.append(wish)

    async def _tell(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            state = self._known()
            if state != self._told:
                self._told = state
                await self.say(STATE, state.message())
            while self._thumbnails:
                wanted = self._thumbnails.pop(0)
                await self.say(THUMB + wanted.encode(), await asyncio.to_thread(thumbnail, wanted))


def thumbnail(wanted: str) -> bytes:
    """The picture of the avatar in the gallery with that id, WebP; nothing if there is none that can be read."""
    import cv2

    name = next((name for name in gallery.names() if token(name) == wanted), None)
    if name is None:
        return b""
    try:
        pixels: NDArray[np.uint8] = gallery.thumbnail(name, THUMBNAIL)
    except SettingsError:  # the gallery's page says why
        return b""
    webp = cv2.imencode(".webp", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA), [cv2.IMWRITE_WEBP_QUALITY, 85])[1]
    return webp.tobytes()
