"""Does what phones wish, on the thread of whoever owns the session."""

from collections.abc import Callable

from vtuber_app.avatars import gallery
from vtuber_app.core import clock
from vtuber_app.core.types import Frame
from vtuber_app.pose.expressions import Expression, expressions
from vtuber_app.session import Session
from vtuber_app.settings import AppSettings
from vtuber_app.tools.remote.server import Remote
from vtuber_app.tools.remote.state import fulfilled, state

LOOK = 2.0
"""How often the gallery and the expressions are looked at anew, s."""


class Desk:
    """Call `tend` some ten times a second; each call takes some 0.1 ms while no phone is there.

    Args:
        remote: Switched on.
        put: Puts other settings in force.
        choose: Puts an avatar to work, by its name; None: like any other setting.
    """

    def __init__(
        self, remote: Remote, put: Callable[[AppSettings], object], choose: Callable[[str], None] | None = None
    ) -> None:
        self._remote = remote
        self._put = put
        self._choose = choose
        self._looked = -LOOK
        self._avatars: tuple[str, ...] = ()
        self._expressions: list[Expression] = []
        self._shown: Frame | None = None

    def tend(self, session: Session | None, settings: Callable[[], AppSettings]) -> None:
        """Do what was wished, then tell and show the phones how it is now."""
        if clock.now() - self._looked > LOOK:
            self._looked = clock.now()
            self._avatars, self._expressions = gallery.names(), expressions.found()[0]
        for wish in self._remote.wishes():
            now = settings()
            if wish.do == "calibrate":
                if session:
                    session.calibrate()
                continue
            new = fulfilled(wish, now, self._avatars, self._expressions)
            if self._choose and new.avatar != now.avatar:
                self._choose(new.avatar)
            elif new != now:
                self._put(new)
        self._remote.publish(state(settings(), session.status() if session else None, self._avatars, self._expressions))
        picture = session.preview.peek() if session and self._remote.watched else None
        if picture and picture is not self._shown:
            self._shown = picture
            self._remote.show(picture.pixels)
