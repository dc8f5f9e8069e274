"""The remote as the window has it: its timer does what phones wish."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from vtuber_app.core.errors import VtuberError
from vtuber_app.gui.live import Live
from vtuber_app.tools.remote.desk import Desk
from vtuber_app.tools.remote.server import Remote

TEND_MS = 100


class RemoteLink(QObject):
    """Off at every start of the program: a port opens only when the user says so.

    Args:
        live: The session.
        choose: Puts an avatar to work, by its name.

    Attributes:
        remote: None while it is off.
        changed: It was switched, or phones came or went.
    """

    changed = Signal()

    def __init__(self, live: Live, choose: Callable[[str], None]) -> None:
        super().__init__()
        self.live = live
        self.remote: Remote | None = None
        self._choose = choose
        self._desk: Desk | None = None
        self._phones: list[str] = []
        self._timer = QTimer(self, interval=TEND_MS)
        self._timer.timeout.connect(self._tend)

    def switch(self, on: bool) -> str:
        """Open or close the port; why that failed, or nothing."""
        if on == (self.remote is not None):
            return ""
        if not on:
            self.close()
            self.changed.emit()
            return ""
        remote = Remote()
        try:
            remote.__enter__()
        except VtuberError as error:
            return str(error)
        self.remote = remote
        self._desk = Desk(remote, self.live.put, self._choose)
        self._timer.start()
        self.changed.emit()
        return ""

    def renew(self) -> str:
        """Disconnect every phone by another token; why that failed, or nothing."""
        if self.remote is None:
            return ""
        try:
            self.remote.renew()
        except VtuberError as error:
            self.close()
            return str(error)
        finally:
            self.changed.emit()
        return ""

    def close(self) -> None:
        """Close the port."""
        self._timer.stop()
        remote, self.remote = self.remote, None
        if remote:
            remote.__exit__()

    def _tend(self) -> None:
        if self.remote is None or self._desk is None:
            return
        self._desk.tend(self.live.session, lambda: self.live.settings)
        if self.remote.phones != self._phones:
            self._phones = self.remote.phones
            self.changed.emit()
