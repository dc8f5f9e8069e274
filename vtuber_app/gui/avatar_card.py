"""The card of avatars: thumbnails of the gallery, and a way to bring one's own."""

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QScrollArea

from vtuber_app import choices, plugins
from vtuber_app.avatars import gallery
from vtuber_app.gui import models_job
from vtuber_app.gui.background import Runner
from vtuber_app.gui.controls import Card, Words, named, tool, tr
from vtuber_app.gui.details import Details
from vtuber_app.gui.fields import ChoiceField
from vtuber_app.gui.live import Live
from vtuber_app.gui.models_page import ModelsPage
from vtuber_app.gui.tiles import COLUMNS, Tile, Tiles
from vtuber_app.session import Status
from vtuber_app.settings import AppSettings

ROWS = 2.4
"""How many rows are seen before the grid scrolls: the last one is cut, to say that there is more."""
THUMBNAIL_PX = 256


class AvatarCard(Card):
    """The gallery, the user's own picture, and the animator's details."""

    def __init__(self, live: Live, run: Runner) -> None:
        super().__init__(tr("Avatar"))
        self.live = live
        self._run = run
        self.grid = Tiles()
        self.grid.picked.connect(self.choose)
        self.open_tile = Tile("", tr("Open…"), "plus")
        self.open_tile.setToolTip(tr("Open a picture or a puppet, or drop one onto the window (Ctrl+O)"))
        self.open_tile.setAccessibleName(tr("Open picture or puppet"))
        self.open_tile.clicked.connect(self.browse)
        self.viewport = named(QScrollArea(), "tiles")
        self.viewport.setWidgetResizable(True)
        self.viewport.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport.setWidget(self.grid)
        self.notice = Words(name="notice")
        self.notice.hide()
        self.body.addWidget(self.viewport)
        self.body.addWidget(self.notice)
        self.animators = ChoiceField(
            tr("Animated as"), list(plugins.animators), [part.title for part in plugins.animators.values()]
        )
        self.animators.edited.connect(lambda kind: live.change(animator=kind))
        self.details = Details(live, lambda settings: settings.animator)
        self.head.addWidget(self.details.button)
        self.body.addWidget(self.details)
        self.body.addWidget(self.animators)
        self.networks: ModelsPage | None = None
        self.networks_button = named(tool(tr("Get networks…"), "drop"), "plain")
        self.networks_button.setToolTip(tr("Download what moves any picture, or take over files that you have"))
        self.networks_button.clicked.connect(self.show_networks)
        self.body.addWidget(self.networks_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_settings(self, settings: AppSettings) -> None:
        """Show which avatar is at work."""
        if settings.avatar not in self.grid.tiles:
            names = gallery.names()
            self._fill([*names, *([] if settings.avatar in names else [settings.avatar])])
        self.grid.choose(settings.avatar)
        self.animators.put(settings.animator)
        self.details.show_settings(settings)

    def show_status(self, status: Status) -> None:
        """Say what the animator has to say."""
        text = next((stage.notice for stage in status.stages if stage.name == "animator"), None)
        self.notice.say(text or "")
        self.notice.setVisible(bool(text))

    def choose(self, avatar: str) -> None:
        """Put that avatar to work: a name of the gallery or a path."""
        self.live.put(choices.with_avatar(self.live.settings, avatar))

    def show_networks(self) -> None:
        """Open the page of networks."""
        if self.networks is None:
            self.networks = ModelsPage(self._run, self.window())
            self.networks.chosen.connect(lambda picture: self.live.change(avatar=picture, animator="tha4_student"))
            self.networks.changed.connect(self._networks_changed)
        self.networks.show_state()
        self.networks.show()
        self.networks.raise_()

    def take_networks(self, path: Path) -> None:
        """Take over the networks in a file, on their page."""
        self.show_networks()
        assert self.networks
        self.networks.begin(models_job.take(path))

    def close_networks(self) -> None:
        """Stop what the page of networks does; the window closes."""
        if self.networks:
            self.networks.changed.disconnect(self._networks_changed)  # it must not start the session again
            self.networks.stop()
            self.networks.close()

    def _networks_changed(self) -> None:
        """Try again what failed for want of them."""
        status = self.live.status()
        if status is None or any(stage.error for stage in status.stages if stage.name == "animator"):
            self.live.again()

    def browse(self) -> None:
        """Ask for a picture or a puppet."""
        menu = QMenu(self)
        menu.addAction(tr("Picture…"), self._browse_picture)
        menu.addAction(tr("Puppet folder…"), self._browse_puppet)
        menu.exec(self.open_tile.mapToGlobal(QPoint(0, self.open_tile.height())))

    def _browse_picture(self) -> None:
        about = tr("Pictures") + " (*.png *.jpg *.jpeg *.webp *.bmp)"
        chosen, _ = QFileDialog.getOpenFileName(self.window(), tr("Open a picture"), "", about)
        if chosen:
            self.choose(chosen)

    def _browse_puppet(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self.window(), tr("Open a puppet's folder"))
        if chosen:
            self.choose(chosen)

    def _fill(self, names: list[str]) -> None:
        tiles = []
        for name in names:
            path = Path(name)
            own = path.parent.name if path.name == gallery.CHARACTER else path.stem
            tile = Tile(name, own if path.is_absolute() else name.replace("_", " ").capitalize())
            self._run(partial(gallery.thumbnail, name, THUMBNAIL_PX), partial(self._show_thumbnail, name))
            tiles.append(tile)
        self.grid.put(tiles, self.open_tile)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        rows = -(-(len(self.grid.tiles) + 1) // COLUMNS)
        margins = self.body.contentsMargins()
        pitch = self.grid.set_width(self.width() - margins.left() - margins.right() - 2)
        self.viewport.setFixedHeight(round(min(rows, ROWS) * pitch))

    def _show_thumbnail(self, name: str, pixels: NDArray[np.uint8]) -> None:
        if tile := self.grid.tiles.get(name):
            tile.show_picture(pixels)
