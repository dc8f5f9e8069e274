"""Keys as the window has them: its own while it has the focus, and the system's while others have it."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow

from vtuber_app import actions
from vtuber_app.core.errors import DeviceError
from vtuber_app.core.keyboard.chosen import KeySettings
from vtuber_app.core.keyboard.everywhere import Hotkeys, open_hotkeys
from vtuber_app.gui.controls import tr
from vtuber_app.gui.key_names import name_of
from vtuber_app.gui.live import Live
from vtuber_app.gui.moving_keys import MovingKeys
from vtuber_app.settings import AppSettings
from vtuber_app.tools.keys import KeyDesk

TEND_MS = 15
FIXED = {"P": "Show the camera picture", "E": "Pose"}
"""Keys of the window itself."""


class KeyLink(QObject):
    """Gives the keys of `window`, and those that the system hears, to the desk.

    Args:
        choose: Puts an avatar to work, by its name.
        asked: Does what is no setting, by its name among `actions.ASKED`.

    Attributes:
        faults: Changed: why keys can't be heard while others have the focus, or which; empty if all is well.
    """

    faults = Signal(str)

    def __init__(
        self,
        live: Live,
        window: QMainWindow,
        choose: Callable[[str], object],
        asked: Mapping[str, Callable[[], object]],
    ) -> None:
        super().__init__(window)
        self.live, self.window = live, window
        self.fault = ""
        self._choose = choose
        self.desk = KeyDesk(lambda: live.settings, self._put, lambda name: asked[name]())
        self._actions: dict[str, QAction] = {}
        self._everywhere: Hotkeys | None = None
        self._heard: tuple[frozenset[str], str] | None = None
        self._timer = QTimer(self, interval=TEND_MS)
        self._timer.timeout.connect(self._tend)
        self._timer.start()
        window.installEventFilter(self)
        self._moving = MovingKeys(live, window)

    def show_settings(self, settings: AppSettings) -> None:
        """Have the keys do what is chosen now."""
        named = {actions.key_of(name, settings.hotkeys): name for name in actions.offered()}
        used = {key for key, _ in uses(settings)} - FIXED.keys()
        for key in used ^ self._actions.keys():
            if key in used:
                action = QAction(self.window)
                action.setShortcut(QKeySequence(key))
                action.setAutoRepeat(False)
                action.triggered.connect(partial(self.desk.press, key))
                self.window.addAction(action)
                self._actions[key] = action
            else:
                self.window.removeAction(gone := self._actions.pop(key))
                gone.deleteLater()
        for key, action in self._actions.items():
            action.setObjectName(named.get(key, key))
        self._listen(frozenset(used), settings.hotkeys)

    def close(self) -> None:
        """Hear nothing any more."""
        self._timer.stop()
        self._moving.close()
        self._unlisten()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            if event.type() == QEvent.Type.KeyRelease:
                self.desk.release(name_of(event))
            elif event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
                self.desk.act("own_face")
        elif event.type() == QEvent.Type.WindowDeactivate and self._everywhere is None:
            self.desk.release_all()
        return False

    def _put(self, settings: AppSettings) -> None:
        if settings.avatar != self.live.settings.avatar:
            self._choose(settings.avatar)
        else:
            self.live.put(settings)

    def _listen(self, used: frozenset[str], keys: KeySettings) -> None:
        wanted = (used, keys.modifier) if keys.everywhere else None
        if wanted == self._heard:
            return
        self._unlisten()
        self._heard = wanted
        fault = ""
        if wanted:
            try:
                self._everywhere = open_hotkeys(sorted(used), keys.modifier)
            except DeviceError as error:
                fault = str(error)
            else:
                taken = [f"{keys.modifier}+{key}" for key in self._everywhere.refused]
                if taken:
                    fault = tr("Another program has {}. Choose another key, or another modifier.").format(
                        ", ".join(taken)
                    )
        if fault != self.fault:
            self.fault = fault
            self.faults.emit(fault)

    def _unlisten(self) -> None:
        self.desk.release_all()
        self._heard = None
        if self._everywhere:
            self._everywhere.close()
            self._everywhere = None

    def _tend(self) -> None:
        self.desk.tend()
        for key, down in self._everywhere.events() if self._everywhere else ():
            if down:
                self.desk.press(key)
            else:
                self.desk.release(key)


def uses(settings: AppSettings) -> list[tuple[str, str]]:
    """Every key that does something, and what in the user's words."""
    found = [
        (key, tr(action.title))
        for name, action in actions.offered().items()
        if (key := actions.key_of(name, settings.hotkeys))
    ]
    shown = ((by.key, name) for name, by in actions.expression_keys(settings).by_name.items())
    return [*found, *shown, *((key, tr(does)) for key, does in FIXED.items())]
