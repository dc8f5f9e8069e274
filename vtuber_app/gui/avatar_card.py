"""The card of avatars: thumbnails of the gallery, and the ways to one's own."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QScrollArea, QVBoxLayout

from vtuber_app import choices, plugins
from vtuber_app.avatars import gallery, keep
from vtuber_app.gui import gallery_work, models_job
from vtuber_app.gui.background import Runner
from vtuber_app.gui.controls import Card, Words, named, tool, tr
from vtuber_app.gui.details import Details
from vtuber_app.gui.dialogs import bring_up
from vtuber_app.gui.fields import ChoiceField
from vtuber_app.gui.gallery_grid import title
from vtuber_app.gui.gallery_page import GalleryPage
from vtuber_app.gui.live import Live
from vtuber_app.gui.models_page import ModelsPage
from vtuber_app.gui.style import GRID
from vtuber_app.gui.tiles import COLUMNS, Tile, Tiles
from vtuber_app.session import Status
from vtuber_app.settings import AppSettings

if TYPE_CHECKING:
    from vtuber_app.gui.composer_page import ComposerPage
    from vtuber_app.gui.import_page import ImportPage

CUTTING = "puppet"
"""The animator that cuts flat pictures into layers."""
ROWS = 2.4
"""How many rows are seen before the grid scrolls: the last one is cut, to say that there is more."""


class AvatarCard(Card):
    """The gallery, the user's own picture, and the animator's details."""

    def __init__(self, live: Live, run: Runner) -> None:
        super().__init__(tr("Avatar"))
        self.live = live
        self._run = run
        self.grid = Tiles()
        self.grid.picked.connect(self.choose)
        self.open_tile = Tile("", tr("Open…"), "plus")
        self.open_tile.setToolTip(tr("Open a picture, a puppet or a zip, or drop one onto the window (Ctrl+O)"))
        self.open_tile.setAccessibleName(tr("Open picture or puppet"))
        self.open_tile.clicked.connect(self.browse)
        self.gallery_button = named(tool(tr("Gallery…"), "avatar"), "plain")
        self.gallery_button.setToolTip(tr("All avatars: search, rename, duplicate, delete, pass on"))
        self.gallery_button.clicked.connect(self.show_gallery)
        self.make_button = named(tool(tr("Make a character…"), "plus"), "plain")
        self.make_button.clicked.connect(self.show_composer)
        self.import_button = named(tool(tr("Import a picture…"), "picture"), "plain")
        self.import_button.clicked.connect(self.import_picture)
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
        self.head.addWidget(self.gallery_button)
        self.head.addSpacing(3 * GRID // 2)
        self.head.addWidget(self.details.button)
        self.body.addWidget(self.details)
        self.body.addWidget(self.animators)
        self.networks: ModelsPage | None = None
        self.gallery: GalleryPage | None = None
        self.composer: ComposerPage | None = None
        self.importer: ImportPage | None = None
        self._preparing: str | None = None
        self._said = ""
        self.networks_button = named(tool(tr("Get networks…"), "drop"), "plain")
        self.networks_button.setToolTip(tr("Download what moves any picture, or take over files that you have"))
        self.networks_button.clicked.connect(self.show_networks)
        ways = QVBoxLayout()
        ways.setSpacing(GRID // 2)
        for button in (self.make_button, self.import_button, self.networks_button):
            ways.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(ways)
        run(keep.empty_trash, lambda _: None)

    def show_settings(self, settings: AppSettings) -> None:
        """Show which avatar is at work."""
        if settings.avatar not in self.grid.tiles:
            self._fill(settings.avatar)
        self.grid.choose(settings.avatar)
        self.animators.put(settings.animator)
        self.details.show_settings(settings)

    def show_status(self, status: Status) -> None:
        """Say what the animator has to say."""
        text = next((stage.notice for stage in status.stages if stage.name == "animator"), None)
        self._said = text or ""
        self._say()

    def choose(self, avatar: str) -> None:
        """Put that avatar to work: a name of the gallery or a path.

        A flat picture is cut into layers first, while the old avatar moves on.
        """
        faults: list[str] = []
        wanted = choices.with_avatar(self.live.settings, avatar, faults.append)
        if wanted.animator == CUTTING and self.live.session and gallery_work.flat(avatar):
            self._preparing = avatar
            self._run(partial(gallery_work.cut_ahead, avatar), lambda _: self._prepared(avatar))
        else:
            self._preparing = None
            self.live.put(wanted)
        for fault in faults:
            self.live.refused.emit(fault)
        self._say()

    def refill(self) -> None:
        """Look anew what is in the gallery."""
        self._fill(self.live.settings.avatar)
        self.grid.choose(self.live.settings.avatar)

    def show_gallery(self) -> None:
        """Open the page of all avatars."""
        if self.gallery is None:
            self.gallery = GalleryPage(self.live, self._run, self.window())
            self.gallery.chosen.connect(self.choose)
            self.gallery.changed.connect(self.refill)
            self.gallery.composing.connect(self.show_composer)
            self.gallery.importing.connect(self.import_picture)
        self.gallery.show_state()
        bring_up(self.gallery)

    def show_composer(self) -> None:
        """Open the page where characters are made."""
        if self.composer is None:
            from vtuber_app.gui.composer_page import ComposerPage

            self.composer = ComposerPage(self._run, self.window())
            self.composer.made.connect(self._arrived)
        bring_up(self.composer)

    def show_import(self, source: str) -> None:
        """Open the page where a picture, a path or an address, is made an avatar."""
        self.import_page().open(source)

    def import_page(self) -> "ImportPage":
        """The page where a picture is made an avatar, shown."""
        if self.importer is None:
            from vtuber_app.gui.import_page import ImportPage

            self.importer = ImportPage(self._run, self.window())
            self.importer.kept.connect(self._arrived)
            self.importer.noted.connect(self.live.refused.emit)
        bring_up(self.importer)
        return self.importer

    def import_picture(self) -> None:
        """Ask for a picture to import."""
        about = tr("Pictures") + " (*.png *.jpg *.jpeg *.webp *.bmp)"
        chosen, _ = QFileDialog.getOpenFileName(self.window(), tr("Import a picture"), "", about)
        if chosen:
            self.show_import(chosen)

    def show_networks(self) -> None:
        """Open the page of networks."""
        if self.networks is None:
            self.networks = ModelsPage(self._run, self.window())
            self.networks.chosen.connect(self._choose_trained)
            self.networks.changed.connect(self._networks_changed)
        self.networks.show_state()
        self.networks.show()
        self.networks.raise_()

    def _choose_trained(self, picture: str) -> None:
        """Put a trained character to work, moved by its own networks."""
        wanted = choices.with_avatar(self.live.settings, picture)
        self.live.put(wanted.model_copy(update={"animator": choices.STUDENT}))

    def take_networks(self, path: Path) -> None:
        """Take over the networks in a file, on their page."""
        self.show_networks()
        assert self.networks
        self.networks.begin(models_job.take(path))

    def close_networks(self) -> None:
        """Stop what the pages do; the window closes."""
        self._preparing = None  # what is still being cut must not start the session again
        if self.gallery:
            self.gallery.deeds.ending = True
        for page in (self.gallery, self.composer, self.importer):
            if page:
                page.close()
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
        menu.addAction(tr("Picture…"), self.import_picture)
        menu.addAction(tr("Puppet folder…"), self._browse_puppet)
        menu.addAction(tr("Zip file…"), self._browse_zip)
        menu.exec(self.open_tile.mapToGlobal(QPoint(0, self.open_tile.height())))

    def _browse_puppet(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self.window(), tr("Open a puppet's folder"))
        if chosen:
            self.choose(chosen)

    def _browse_zip(self) -> None:
        self.show_gallery()
        assert self.gallery
        self.gallery.ask_zip()

    def _prepared(self, avatar: str) -> None:
        if self._preparing == avatar:  # nothing else was chosen meanwhile
            self._preparing = None
            self.live.put(choices.with_avatar(self.live.settings, avatar))
            self._say()

    def _arrived(self, name: str) -> None:
        """Put to work what was just made or imported."""
        self.refill()
        if self.gallery and self.gallery.isVisible():
            self.gallery.show_state(name)
        self.choose(name)

    def _say(self) -> None:
        name = avatar_title(self._preparing) if self._preparing else ""
        text = tr("Getting {} ready. Your stream goes on meanwhile.").format(name) if name else self._said
        self.notice.say(text)
        self.notice.setVisible(bool(text))

    def _fill(self, avatar: str) -> None:
        """Show the gallery, and that avatar after it where it is none of it."""
        tiles, names = [], gallery.names()
        for name in [*names, *([] if avatar in names else [avatar])]:
            tiles.append(Tile(name, avatar_title(name)))
        self.grid.put(tiles, self.open_tile)
        self.grid.load(self._run)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        rows = -(-(len(self.grid.tiles) + 1) // COLUMNS)
        margins = self.body.contentsMargins()
        pitch = self.grid.set_width(self.width() - margins.left() - margins.right() - 2)
        self.viewport.setFixedHeight(round(min(rows, ROWS) * pitch))


def avatar_title(avatar: str) -> str:
    """What an avatar is called, by its name in the gallery or its path."""
    path = Path(avatar)
    own = path.parent.name if path.name == gallery.CHARACTER else path.stem
    return own if path.is_absolute() else title(avatar)
