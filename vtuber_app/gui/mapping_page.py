"""The mapping page: how far each of the performer's motions carries, with what happens now on every range."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vtuber_app import plugins
from vtuber_app.core import clock
from vtuber_app.gui import inputs
from vtuber_app.gui import mapping_layers as layering
from vtuber_app.gui.avatar_card import avatar_title
from vtuber_app.gui.controls import Card, Fold, Words, named, restyle, tool, tr
from vtuber_app.gui.live import Live
from vtuber_app.gui.mapping_layers import Layer
from vtuber_app.gui.mapping_learn import LearnPanel
from vtuber_app.gui.mapping_menu import Presets
from vtuber_app.gui.mapping_names import grouped, titles
from vtuber_app.gui.mapping_row import MapRow
from vtuber_app.gui.style import GRID
from vtuber_app.pose.learning import Learning
from vtuber_app.pose.mapping import Layers, Map, Passage
from vtuber_app.pose.mapping_presets import Preset
from vtuber_app.pose.parameters import SINGLE, levels
from vtuber_app.session import Status
from vtuber_app.settings import AppSettings

LOOK_MS = 33
ONE_CHANGE_S = 0.8
"""Changes of one parameter that follow each other as quickly are undone at once."""
UNDONE = 100


class MappingPage(QFrame):
    """Stands beside the preview, in the place of the cards; every change is seen on the avatar at once."""

    closed = Signal()

    def __init__(self, live: Live) -> None:
        super().__init__()
        self.setObjectName("poser")
        self.setAccessibleName(tr("Mapping"))
        self.live = live
        self.rows: dict[str, MapRow] = {}
        self.cards: dict[str, Card] = {}
        self.layer: Layer = "everywhere"
        self._past: list[Layers] = []
        self._last_change = ("", -1.0)
        self._avatar = live.settings.avatar
        self.layers: dict[Layer, QToolButton] = {}
        self.search = QLineEdit(placeholderText=tr("Search"))
        self.search.setAccessibleName(tr("Search parameters"))
        self.search.textChanged.connect(self._filter)
        self.presets = Presets(self._in_force)
        self.presets.chosen.connect(self.use)
        self.learn = LearnPanel(self._passage)
        self.learn.learnt.connect(self._take_learnt)
        self.presets.said.connect(self.learn.say)
        self.reset_button = QPushButton(tr("Reset all"))
        self.reset_button.clicked.connect(self.reset_all)
        self.undo_button = named(tool("", "undo", tr("Undo (Ctrl+Z)")), "small")
        self.undo_button.clicked.connect(self.undo)
        QShortcut(QKeySequence.StandardKey.Undo, self, self.undo, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.nobody = Words(tr("No face is seen. The dots show what you do as soon as one is."), "notice")
        self.notice = Words(name="notice")
        self.notice.hide()
        live.observed.connect(self._show_status)
        self.further = Fold(tr("All 52 blendshapes"))
        self.further.put(QWidget())
        self.further.button.toggled.connect(self._add_further)
        self._build()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    def show_settings(self, settings: AppSettings) -> None:
        """Show what is in force; only while it is seen."""
        if settings.avatar != self._avatar:  # what could be undone was another's
            self._avatar = settings.avatar
            self._past.clear()
        if not self.isVisible():
            return
        layers, tracker = settings.pose.mapping, settings.tracker
        names, short = layering.layer_titles(), layering.short_titles()
        whose = {
            "everywhere": tr("Holds for every tracker and avatar"),
            "tracker": tr("Only with {}").format(inputs.short_title(tracker)),
            "avatar": tr("Only for {}, and kept with it").format(avatar_title(settings.avatar)),
        }
        for layer, button in self.layers.items():
            button.setToolTip(whose[layer])
            button.setChecked(layer == self.layer)
        self.whose.say(whose[self.layer])
        for name, line in self.rows.items():
            source = layering.source(layers, tracker, name)
            words = short[source] if source else ""
            line.put(layering.shown(layers, tracker, name), words, whose[source] if source else "")
        self.reset_button.setEnabled(bool(layering.maps_of(layers, self.layer, tracker)))
        self.reset_button.setToolTip(tr("Forget all ranges of: {}").format(names[self.layer]))
        self.undo_button.setVisible(bool(self._past))

    def look(self) -> None:
        """Show what performer and avatar do now."""
        self.learn.look()
        passage = self._passage()
        before, after = (levels(passage.before), levels(passage.after)) if passage else ({}, {})
        ranges = self.learn.learning.ranges() if self.learn.learning else {}
        self.nobody.setVisible(passage is None)
        for name, line in self.rows.items():
            if line.visibleRegion().isEmpty():
                continue
            line.bar.learnt = ranges.get(name)
            line.show_live((before[name], after[name]) if passage else None)

    def _show_status(self, status: Status) -> None:
        """Say what the tracker has to say: what it doesn't send can't be mapped."""
        stages = [stage for stage in status.stages if stage.name in self.live.settings.trackers and stage.notice]
        mild = plugins.trackers[self._tracker].uses_camera  # how it reads a picture; others tell what doesn't arrive
        restyle(self.notice, "muted" if mild else "notice")
        self.notice.say(" ".join(stage.notice or "" for stage in stages))
        self.notice.setVisible(bool(stages))

    def choose_layer(self, layer: Layer) -> None:
        """Have changes hold for that from now on."""
        self.layer = layer
        self.show_settings(self.live.settings)

    def use(self, preset: Preset) -> None:
        """Have a preset be all that the chosen layer maps."""
        self._put(layering.with_maps(self._layers, self.layer, self._tracker, preset.values))
        self.learn.say(tr("{} is on.").format(preset.name))

    def reset_all(self) -> None:
        """Forget what the chosen layer maps."""
        self._put(layering.with_maps(self._layers, self.layer, self._tracker, {}))

    def undo(self) -> None:
        """Take back the last change."""
        if self._past:
            self._last_change = ("", -1.0)
            self._show(self._past.pop())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_settings(self.live.settings)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self.learn.stop()

    @property
    def _layers(self) -> Layers:
        return self.live.settings.pose.mapping

    @property
    def _tracker(self) -> str:
        return self.live.settings.tracker

    def _in_force(self) -> dict[str, Map]:
        return dict(self._layers.of(self._tracker))

    def _passage(self) -> Passage | None:
        """The newest face, if it is one of now."""
        session = self.live.session
        driving = session.driving() if session else None
        if session is None or driving is None or driving.face is None or clock.now() - driving.time > 1:
            return None
        return session.mapped(self._tracker)

    def _edit(self, name: str, by: Map) -> None:
        self._put(layering.edited(self._layers, self.layer, self._tracker, name, by), name)

    def _clear(self, name: str) -> None:
        self._put(layering.cleared(self._layers, self._tracker, name))

    def _take_learnt(self, learning: Learning) -> None:
        maps = learning.maps(self._in_force())
        changed = {name: by for name, by in maps.items() if name in learning.ranges()}
        layers = self._layers
        for name, by in changed.items():
            layers = layering.edited(layers, self.layer, self._tracker, name, by)
        self._put(layers)

    def _put(self, layers: Layers, name: str = "") -> None:
        """Put these in force; changes of one parameter that follow each other quickly are one to `undo`."""
        if layers == self._layers:
            return
        before, now = self._last_change, clock.now()
        if not name or before[0] != name or now - before[1] > ONE_CHANGE_S:
            self._past = [*self._past[-UNDONE:], self._layers]
        self._last_change = (name, now)
        self._show(layers)

    def _show(self, layers: Layers) -> None:
        self.live.change(pose=self.live.settings.pose.model_copy(update={"mapping": layers}))

    def _add_further(self, on: bool) -> None:
        if on and SINGLE[0].name not in self.rows:
            content = QWidget()
            column = QVBoxLayout(content)
            column.setContentsMargins(0, GRID, 0, 0)
            self._add_rows(column, tuple(parameter.name for parameter in SINGLE))
            self.further.put(content)
            self.show_settings(self.live.settings)

    def _add_rows(self, column: QVBoxLayout, names: tuple[str, ...]) -> None:
        for name in names:
            self.rows[name] = line = MapRow(name, titles()[name])
            line.edited.connect(self._edit)
            line.cleared.connect(self._clear)
            column.addWidget(line)

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        if words and not self.further.button.isChecked():
            self.further.button.setChecked(True)
        for line in self.rows.values():
            line.setVisible(all(word in f"{line.title} {line.name}".casefold() for word in words))
        for card in self.cards.values():
            card.setVisible(any(not line.isHidden() for line in card.findChildren(MapRow)))

    def _build(self) -> None:
        close = named(tool("", "close", tr("Close")), "small")
        close.clicked.connect(self.closed.emit)
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, 3 * GRID // 2, 3 * GRID // 2, GRID)
        head.addWidget(named(QLabel(tr("Mapping")), "title"))
        head.addStretch()
        for widget in (self.undo_button, close):
            head.addWidget(widget)
        lines = QWidget()
        column = QVBoxLayout(lines)
        column.setContentsMargins(2 * GRID, 0, 2 * GRID, 2 * GRID)
        column.setSpacing(3 * GRID // 2)
        column.addWidget(self._top())
        column.addWidget(self.search)
        column.addWidget(self.notice)
        column.addWidget(self.nobody)
        for title, names in grouped().items():
            self.cards[title] = card = Card(title)
            card.body.setSpacing(GRID)
            self._add_rows(card.body, names)
            column.addWidget(card)
        self.cards["further"] = card = Card(tr("Further"))
        card.head.addWidget(self.further.button)
        card.body.addWidget(self.further)
        column.addWidget(card)
        column.addStretch()
        page = named(QScrollArea(), "side")
        page.setWidgetResizable(True)
        page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page.setWidget(lines)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(page, 1)

    def _top(self) -> Card:
        card = Card(tr("Changes hold for"))
        strip = named(QFrame(), "segments")
        inside = QHBoxLayout(strip)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.setSpacing(2)
        group = QButtonGroup(self, exclusive=True)
        for layer, title in layering.layer_titles().items():
            self.layers[layer] = button = QToolButton()
            button.setText(title)
            button.setCheckable(True)
            button.setSizePolicy(button.sizePolicy().Policy.Ignored, button.sizePolicy().Policy.Fixed)
            button.clicked.connect(self._chooser(layer))
            group.addButton(button)
            inside.addWidget(button)
        self.whose = Words()
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(self.presets, 1)
        line.addWidget(self.reset_button, 1)
        for widget in (strip, self.whose):
            card.body.addWidget(widget)
        card.body.addLayout(line)
        card.body.addWidget(self.learn)
        return card

    def _chooser(self, layer: Layer) -> Callable[[], None]:
        return lambda: self.choose_layer(layer)
