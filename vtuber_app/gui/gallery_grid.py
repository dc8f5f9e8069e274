"""The avatars of the gallery page as pictures: the user's own, and those that ship with the program."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from vtuber_app.gui.background import Runner
from vtuber_app.gui.controls import Words, named, tr
from vtuber_app.gui.style import GRID
from vtuber_app.gui.tiles import Tile, Tiles

WIDE = 17 * GRID
"""About how wide a tile is, px."""


class GalleryGrid(QScrollArea):
    """Two grids, one below the other; one tile of both is chosen."""

    picked = Signal(str)
    opened = Signal(str)
    """It was clicked twice."""
    asked = Signal(str, QPoint)
    """A menu was asked for, at that place of the screen."""

    def __init__(self, run: Runner) -> None:
        super().__init__()
        self.setObjectName("side")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._run = run
        self.own, self.shipped = Tiles(), Tiles()
        self.names: tuple[str, ...] = ()
        self._found: tuple[str, ...] = ()
        self.nothing = Words()
        self.own_head, self.shipped_head = (
            named(QLabel(text), "title") for text in (tr("Yours"), tr("Shipped with the program"))
        )
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(2 * GRID, 0, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        for widget in (self.own_head, self.nothing, self.own):
            column.addWidget(widget)
        column.addSpacing(GRID)
        for widget in (self.shipped_head, self.shipped):
            column.addWidget(widget)
        column.addStretch()
        self.setWidget(whole)
        for grid in (self.own, self.shipped):
            grid.picked.connect(self.choose)
            grid.picked.connect(self.picked)

    @property
    def tiles(self) -> dict[str, Tile]:
        """All of them, by name."""
        return self.own.tiles | self.shipped.tiles

    @property
    def chosen(self) -> str | None:
        """The name of the chosen one."""
        return next((name for name, tile in self.tiles.items() if tile.isChecked()), None)

    def put(self, own: Sequence[str], shipped: Sequence[str]) -> None:
        """Show these avatars anew."""
        self.names = self._found = (*own, *shipped)
        self.own.put([self._tile(name, name) for name in own])
        self.shipped.put([self._tile(name, title(name)) for name in shipped])
        for grid in (self.own, self.shipped):
            grid.load(self._run)
        self._arrange()

    def show_only(self, names: Sequence[str]) -> None:
        """Show only these of them."""
        self._found = tuple(names)
        self._arrange()

    def choose(self, name: str) -> None:
        """Mark that tile; none if it is not here."""
        self.own.choose(name)
        self.shipped.choose(name)

    def reveal(self, name: str) -> None:
        """Choose that tile and scroll to it."""
        self.choose(name)
        if tile := self.tiles.get(name):
            self.ensureWidgetVisible(tile)

    def mark(self, at_work: str | None) -> None:
        """Put the dot on the avatar that is on the stream."""
        for name, tile in self.tiles.items():
            tile.at_work = name == at_work
            said = tr("{} (on the stream)").format(tile.text()) if tile.at_work else tile.text()
            tile.setToolTip(said)
            tile.setAccessibleName(said)
            tile.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _tile(self, name: str, shown: str) -> Tile:
        tile = Tile(name, shown)
        tile.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tile.customContextMenuRequested.connect(lambda at: self.asked.emit(name, tile.mapToGlobal(at)))
        tile.opened.connect(self.opened)
        return tile

    def _arrange(self) -> None:
        width = self.viewport().width() - 4 * GRID
        columns = max(width // WIDE, 2)
        found = set(self._found)
        for grid in (self.own, self.shipped):
            side = (width - (columns - 1) * GRID) // columns
            grid.arrange([name for name in grid.tiles if name in found], columns, side)
            grid.set_width(width)
        any_own, any_shipped = (bool(found & grid.tiles.keys()) for grid in (self.own, self.shipped))
        searching = len(found) < len(self.names)
        self.own.setVisible(any_own)
        self.shipped.setVisible(any_shipped)
        self.shipped_head.setVisible(any_shipped)
        self.own_head.setVisible(any_own or not searching)
        self.nothing.setVisible(not any_own and not (searching and any_shipped))
        self.nothing.say(
            tr("No avatar is called so.")
            if searching
            else tr("None yet. Make a character, import a picture or a zip, or duplicate one of those below.")
        )


def title(name: str) -> str:
    """How the name of a shipped avatar is shown."""
    return name.replace("_", " ").capitalize()
