"""The avatar's picture as it is, for when nothing should move."""

from typing import Literal

from vtuber_app.core.parts import Animator
from vtuber_app.core.settings import Settings
from vtuber_app.core.types import Avatar, Driving, Frame


class StillSettings(Settings):
    """Nothing to set."""

    kind: Literal["still"] = "still"


class Still(Animator[StillSettings]):
    """Shows the avatar's picture."""

    title = "Still picture"

    def set_avatar(self, avatar: Avatar) -> None:
        self._pixels = avatar.pixels

    def render(self, driving: Driving) -> Frame:
        return Frame(self._pixels, driving.time)
