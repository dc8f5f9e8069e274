"""Makes the pictures of a grid blink, one at a time, as long as it is seen."""

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from vtuber_app.gui.tiles import Tile

LIDS = (1, 2, 2, 1, 0)
"""Which of a tile's pictures are shown one after the other: half closed, closed, half, open."""
LID_MS = 45
PERIOD_MS = (700, 2600)
"""Between two blinks of the whole grid."""


class Blinker(QObject):
    """Picks a tile in sight now and then; its timer runs only while the grid is shown."""

    def __init__(self, grid: QWidget, tiles: "Callable[[], Sequence[Tile]]") -> None:
        super().__init__(grid)
        self.timer = QTimer(self, singleShot=True)
        self.timer.timeout.connect(self._next)
        self._grid = grid
        self._tiles = tiles
        self._blinking: Tile | None = None
        self._lid = 0
        grid.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self.timer.start(random.randint(*PERIOD_MS))
        elif event.type() == QEvent.Type.Hide:
            self.timer.stop()
            self._lid = len(LIDS)
            self._step()
        return False

    def blink(self, tile: "Tile") -> None:
        """Let that tile blink now."""
        self._blinking, self._lid = tile, 0
        self._step()
        self.timer.start(LID_MS)

    def _next(self) -> None:
        if self._blinking:
            self._step()
        elif seen := self._seen():
            self._blinking, self._lid = random.choice(seen), 0
            self._step()
        self.timer.start(LID_MS if self._blinking else random.randint(*PERIOD_MS))

    def _step(self) -> None:
        """Show the blinking tile's next picture; at the end, and if it is gone meanwhile, none blinks any more."""
        tile = self._blinking
        if tile is None:
            return
        over = self._lid >= len(LIDS)
        if any(tile is one for one in self._tiles()) and tile.blinks:
            tile.show_frame(0 if over else LIDS[self._lid])
        else:
            over = True
        self._lid += 1
        if over:
            self._blinking = None

    def _seen(self) -> "list[Tile]":
        if self._grid.window().isMinimized():
            return []
        return [tile for tile in self._tiles() if tile.blinks and not tile.visibleRegion().isEmpty()]
