"""Keys that move the avatar, as `trackers/mouse.py` says, while this window has the focus."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QMainWindow, QWidget

from vtuber_app.gui.key_names import name_of
from vtuber_app.gui.live import Live
from vtuber_app.trackers.mouse import MouseSettings

KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease)


class MovingKeys(QObject):
    """Takes these keys before anything else in `window` does, and hands them on in the tracker's settings."""

    def __init__(self, live: Live, window: QMainWindow) -> None:
        super().__init__(window)
        self.live, self.window = live, window
        application = QCoreApplication.instance()
        assert application
        application.installEventFilter(self)

    def close(self) -> None:
        """Take no key any more."""
        application = QCoreApplication.instance()
        assert application
        application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowDeactivate and watched is self.window:
            self._put(frozenset())
        if event.type() not in KEYS or not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if watched.window() is not self.window or isinstance(watched, QLineEdit | QAbstractSpinBox):
            return False
        settings, name = self._tracker(), name_of(event)
        if settings is None or name not in settings.watched:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self._put(settings.pressed | {name})
        elif event.type() == QEvent.Type.KeyRelease and not event.isAutoRepeat():
            self._put(settings.pressed - {name})
        return True

    def _tracker(self) -> MouseSettings | None:
        """The tracker's settings, where it is at work and hears no key itself."""
        kind = str(MouseSettings.model_fields["kind"].default)
        settings = self.live.settings.part(kind)
        works = kind in self.live.settings.trackers.values()
        return settings if works and isinstance(settings, MouseSettings) and not settings.everywhere else None

    def _put(self, pressed: frozenset[str]) -> None:
        settings = self._tracker()
        if settings and settings.pressed != pressed:
            self.live.put(self.live.settings.with_part(settings.model_copy(update={"pressed": pressed})))
