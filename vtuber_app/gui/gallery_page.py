"""The gallery page: all avatars, searched, chosen, renamed, duplicated, passed on, and deleted without fear."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from vtuber_app.avatars import gallery, keep
from vtuber_app.core.errors import SettingsError
from vtuber_app.gui import gallery_work as work
from vtuber_app.gui.background import Runner
from vtuber_app.gui.controls import Words, named, restyle, tr
from vtuber_app.gui.gallery_deeds import Deeds
from vtuber_app.gui.gallery_grid import GalleryGrid
from vtuber_app.gui.gallery_panel import ACTS, CHANGING, GalleryPanel, titles
from vtuber_app.gui.gallery_undo import Deleted, UndoBar
from vtuber_app.gui.live import Live
from vtuber_app.gui.style import GRID
from vtuber_app.settings import AppSettings


class GalleryPage(QDialog):
    """A window beside the stream, which goes on. One thing is done at a time."""

    chosen = Signal(str)
    """An avatar to put to work."""
    changed = Signal()
    """Other avatars are there than before."""
    composing = Signal()
    importing = Signal()

    def __init__(self, live: Live, run: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Gallery"))
        self.setAcceptDrops(True)
        self.setMinimumSize(92 * GRID, 66 * GRID)
        self.resize(120 * GRID, 84 * GRID)
        self.live = live
        self._shown: str | None = None
        self._using: str | None = None
        self.deeds = Deeds(live, run, self)
        self.search = QLineEdit(clearButtonEnabled=True, placeholderText=tr("Search"))
        self.search.setAccessibleName(tr("Search avatars by name"))
        self.search.textChanged.connect(lambda text: self.grid.show_only(keep.search(text)))
        self.grid: GalleryGrid = GalleryGrid(run)
        self.grid.picked.connect(self.look_at)
        self.grid.opened.connect(self.chosen)
        self.grid.asked.connect(self._menu)
        self.panel = GalleryPanel()
        self.panel.wanted.connect(lambda act: self.act(act, self.panel.known.name if self.panel.known else ""))
        self.panel.noted.connect(self.deeds.note)
        self.undo = UndoBar()
        self.undo.wanted.connect(self.deeds.restore)
        self.deeds.turned.connect(self._turn)
        self.deeds.said.connect(self._say)
        self.deeds.there.connect(self._there)
        self.deeds.gone.connect(self._gone)
        self.deeds.back.connect(self.undo.hide)
        self.said = Words()
        self.said.hide()
        self.import_button, self.picture_button, self.make_button = (
            QPushButton(text, autoDefault=False)
            for text in (tr("Import zip…"), tr("Import a picture…"), tr("Make a character…"))
        )
        self.import_button.clicked.connect(self.ask_zip)
        self.picture_button.clicked.connect(self.importing)
        self.make_button.clicked.connect(self.composing)
        self._build()
        self._bind_keys()
        live.changed.connect(self.show_settings)

    def show_state(self, name: str | None = None) -> None:
        """Look anew at what is there, and at the avatar of that name, or the one that was looked at."""
        name = name or self.grid.chosen
        entries = gallery.entries()
        own = sorted((one for one, entry in entries.items() if entry.parent == keep.own()), key=str.casefold)
        self.grid.put(own, [one for one in sorted(entries) if one not in own])
        self.grid.show_only(keep.search(self.search.text()))
        if name not in entries:
            name = work.using(self.live.settings) or next(iter(own), None)
        self._shown = None
        self.show_settings(self.live.settings)
        if name:
            self.look_at(name, anew=True)

    def show_settings(self, settings: AppSettings) -> None:
        """Show which avatar is on the stream."""
        if settings.avatar != self._shown:  # any slider in the window leads here
            self._shown, self._using = settings.avatar, work.using(settings)
            self.grid.mark(self._using)
            self.panel.mark(self.panel.known is not None and self.panel.known.name == self._using)

    def look_at(self, name: str, anew: bool = False) -> None:
        """Show what is known of an avatar; what was typed for another is written down.

        Args:
            name: Of the avatar.
            anew: It may have changed, so what was typed for it goes.
        """
        self.grid.reveal(name)
        if self.panel.known and self.panel.known.name == name and not anew:
            return
        if self.panel.known and self.panel.known.name != name:
            self._save()
        try:
            self.panel.put(work.known(name), name == self._using)
        except SettingsError as error:  # somebody took the folder away
            self.panel.put(None)
            self._say(str(error), "fault")

    def act(self, act: str, name: str) -> None:
        """Do one of the panel's acts with an avatar."""
        self._say("")
        match act:
            case "use":
                self.chosen.emit(name)
            case "rename":
                self.rename(name, self.panel.name.text())
            case "duplicate":
                self.deeds.duplicate(name)
            case "export":
                self._ask_export(name)
            case "folder":
                entry = keep.where(name)
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(entry if entry.is_dir() else entry.parent)))
            case "delete":
                self.deeds.delete(name)

    def rename(self, name: str, new: str) -> None:
        """Call an avatar otherwise; without another name, let the user type one."""
        if new.strip() == name:
            self.panel.edit_name()
            return
        typed = self.panel.unsaved and self.panel.known is not None and self.panel.known.name == name
        self.deeds.rename(name, new, self.panel.written() if typed else None)

    def hideEvent(self, event: QHideEvent) -> None:
        self._save()
        super().hideEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if file := _dropped(event):
            event.acceptProposedAction()
            self.deeds.add(file)

    def _save(self) -> None:
        """Write down what was typed, without a button: it is easily forgotten."""
        if self.panel.unsaved and self.panel.known and self.panel.known.name in self.grid.names:
            self.deeds.note(self.panel.written(), stay=False)

    def _turn(self, busy: bool) -> None:
        self.panel.set_busy(busy)
        self.undo.setEnabled(not busy)
        self.import_button.setEnabled(not busy)

    def _there(self, name: str) -> None:
        self.search.clear()
        self.show_state(name)
        self.changed.emit()

    def _gone(self, deleted: Deleted) -> None:
        self.undo.say(deleted)
        self.panel.put(None)
        self.show_state()
        self.changed.emit()

    def _say(self, text: str, style: str = "muted") -> None:
        self.said.say(text)
        restyle(self.said, style)
        self.said.setVisible(bool(text))

    def _menu(self, name: str, at: QPoint) -> None:
        self.look_at(name)
        self.menu(name).popup(at)

    def menu(self, name: str) -> QMenu:
        """What can be done with an avatar, as a menu."""
        menu = QMenu(self, toolTipsVisible=True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for act in ("use", *ACTS):
            action = menu.addAction(titles()[act])
            action.setObjectName(act)
            if act == "rename":
                action.triggered.connect(self.panel.edit_name)
            else:
                action.triggered.connect(partial(_without, partial(self.act, act, name)))
            if act in CHANGING and keep.shipped(name):
                action.setEnabled(False)
                action.setToolTip(tr("It ships with the program. Duplicate it: the copy is yours."))
            elif self.deeds.busy:
                action.setEnabled(False)
        return menu

    def _ask_export(self, name: str) -> None:
        at = str(Path.home() / f"{name}.zip")
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Export the avatar"), at, tr("Avatar") + " (*.zip)")
        if chosen:
            self.deeds.export(name, Path(chosen if chosen.lower().endswith(".zip") else f"{chosen}.zip"))

    def ask_zip(self) -> None:
        """Ask for a zip to unpack."""
        chosen, _ = QFileDialog.getOpenFileName(self, tr("Import an avatar"), "", tr("Avatar") + " (*.zip)")
        if chosen:
            self.deeds.add(Path(chosen))

    def _bind_keys(self) -> None:
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.search.setFocus)
        keys = {"F2": "rename", "Ctrl+D": "duplicate", "Del": "delete", "Backspace": "delete", "Return": "use"}
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), self.grid)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)  # Del in a text is another matter
            shortcut.activated.connect(partial(self._press, act))

    def _press(self, act: str) -> None:
        """As a click on the button, if that can be clicked."""
        if act == "rename" and self.panel.buttons[act].isEnabled():
            self.panel.edit_name()
        else:
            self.panel.buttons[act].click()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 3 * GRID // 2)
        head.setSpacing(GRID)
        head.addWidget(named(QLabel(tr("Gallery")), "title"))
        head.addSpacing(2 * GRID)
        head.addWidget(self.search, 1)
        head.addSpacing(2 * GRID)
        for button in (self.make_button, self.picture_button, self.import_button):
            head.addWidget(button)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 2 * GRID, 2 * GRID)
        right.addWidget(self.panel)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.grid, 1)
        middle.addLayout(right)
        foot = QVBoxLayout()
        foot.setContentsMargins(2 * GRID, 0, 2 * GRID, 2 * GRID)
        foot.setSpacing(GRID)
        foot.addWidget(self.undo)
        foot.addWidget(self.said)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addLayout(middle, 1)
        whole.addLayout(foot)


def _dropped(event: QDropEvent) -> Path | None:
    """The zip that is dropped."""
    for url in event.mimeData().urls():
        if url.isLocalFile() and url.toLocalFile().lower().endswith(".zip"):
            return Path(url.toLocalFile())
    return None


def _without(call: Callable[[], None], *_: object) -> None:
    call()
