"""The session as the window sees it: change it, keep what was changed, look at its status."""

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from vtuber_app import avatar_settings
from vtuber_app import settings as files
from vtuber_app.core.errors import VtuberError
from vtuber_app.session import Session, Status
from vtuber_app.settings import AppSettings

LOOK_MS = 250
SAVE_MS = 500


class Live(QObject):
    """Holds the running session and the settings that are in force.

    Every change is tried on the session first. `changed` follows in any case, so that a control whose change was
    refused shows again what is true; `accepted` or `refused` tells which it was.

    Attributes:
        session: None while the settings allow none, e.g. because the avatar is gone; the next change tries again.
    """

    changed = Signal(object)
    accepted = Signal()
    refused = Signal(str)
    observed = Signal(object)

    def __init__(self, settings: AppSettings) -> None:
        super().__init__()
        self.settings = settings
        self.session: Session | None = None
        self._own_changed = False
        self._saving = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._saving.timeout.connect(self.save)
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self.look)

    def open(self) -> bool:
        """Start; if these settings allow no session, say why and wait for others."""
        self._looking.start()
        return self._try(self.settings)

    def close(self) -> None:
        """End the session, recordings included, and keep the settings."""
        self._looking.stop()
        self._stop()
        if self._saving.isActive():
            self._saving.stop()
            self.save()

    def change(self, **changes: Any) -> bool:
        """Put other values into fields of the settings; False if that was refused."""
        return self.put(self.settings.model_copy(update=changes))

    def put(self, new: AppSettings) -> bool:
        """Put other settings in force; False if they were refused, which without a session they never are."""
        if new == self.settings and self.session:
            return True
        return self._try(new)

    def again(self) -> bool:
        """Open anew what has failed."""
        wanted = self.settings
        if self.session:
            failed = {stage.name for stage in self.session.status().stages if stage.error}
            working = tuple(kind for kind in wanted.outputs if kind not in failed)
            self._try(wanted.model_copy(update={"outputs": working}))
        return self._try(wanted)

    def look(self) -> None:
        """Emit the session's status."""
        if self.session:
            self.observed.emit(self.session.status())

    def save(self) -> None:
        """Write the settings file now, and what the avatar has of its own."""
        try:
            files.save(self.settings)
            self.keep_avatar()
        except VtuberError as error:
            self.refused.emit(str(error))

    def status(self) -> Status | None:
        """What every stage does now; None without a session."""
        return self.session.status() if self.session else None

    def _try(self, new: AppSettings) -> bool:
        if self.session and self.session.status().state in ("ended", "failed"):
            self._stop()
        if not self.session:
            self.keep(new)
        try:
            if self.session:
                self.session.apply(new)
            else:
                self._open(new)
        except VtuberError as error:
            self.changed.emit(self.settings)
            self.refused.emit(str(error))
            return False
        self.keep(new)
        self.accepted.emit()
        self.changed.emit(new)
        self.look()
        return True

    def keep(self, new: AppSettings) -> None:
        """Take settings over, and save them soon, without a word to the session."""
        if new != self.settings:
            if new.avatar != self.settings.avatar:
                self._settle_avatar()
            else:
                self._own_changed |= avatar_settings.of(new) != avatar_settings.of(self.settings)
            self.settings = new
            self._saving.start()

    def keep_avatar(self) -> None:
        """Write what the avatar has of its own, if that has changed; VtuberError if it can't be."""
        if self._own_changed:
            self._own_changed = False
            avatar_settings.write(self.settings.avatar, avatar_settings.of(self.settings))

    def _settle_avatar(self) -> None:
        """Another avatar comes: what this one has of its own is kept for its return."""
        try:
            self.keep_avatar()
        except VtuberError as error:
            self.refused.emit(str(error))

    def _open(self, new: AppSettings) -> None:
        session = Session(new, ends_with_input=False)
        try:
            session.__enter__()
        except VtuberError:
            session.stop()
            raise
        self.session = session

    def _stop(self) -> None:
        if self.session:
            self.session.stop()
            self.session = None
