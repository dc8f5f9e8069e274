"""The pose page: expressions, and a slider for every parameter that holds it whatever the performer does."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vtuber_app import plugins
from vtuber_app.gui.controls import Card, Switch, Words, named, row, tool, tr
from vtuber_app.gui.live import Live
from vtuber_app.gui.poser_expressions import Expressions
from vtuber_app.gui.poser_names import groups
from vtuber_app.gui.poser_row import Row
from vtuber_app.gui.style import GRID
from vtuber_app.pose import wearing
from vtuber_app.settings import AppSettings


class Poser(QFrame):
    """Stands beside the preview, in the place of the cards; every change is seen on the avatar at once.

    What is held stays held when the page is closed, and ends with the program.
    """

    closed = Signal()

    def __init__(self, live: Live) -> None:
        super().__init__()
        self.setObjectName("poser")
        self.setAccessibleName(tr("Pose"))
        self.live = live
        self.rows: dict[str, Row] = {}
        self.expressions = Expressions(live)
        self.follow = Switch(tr("Follow my face"))
        self.follow.toggled.connect(self._set_follow)
        self.release_button = QPushButton(tr("Release all"))
        self.release_button.setToolTip(tr("Leave the whole pose to your face again"))
        self.release_button.clicked.connect(self.release_all)
        close = named(tool("", "close", tr("Close (E)")), "small")
        close.clicked.connect(self.closed.emit)
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, 3 * GRID // 2, 3 * GRID // 2, GRID)
        head.addWidget(named(QLabel(tr("Pose")), "title"))
        head.addStretch()
        head.addWidget(self.release_button)
        head.addWidget(close)
        lines = QWidget()
        column = QVBoxLayout(lines)
        column.setContentsMargins(2 * GRID, 0, 2 * GRID, 2 * GRID)
        column.setSpacing(3 * GRID // 2)
        self.notice = Words(name="notice")
        self.notice.hide()
        column.addWidget(self.notice)
        top = Card(tr("Expressions"))
        top.head.addWidget(self.expressions.keys_button)
        top.body.addWidget(self.expressions)
        tip = tr("Off: what you don't hold rests, and the avatar is yours to pose")
        top.body.addWidget(row(tr("Follow my face"), self.follow, tip))
        column.addWidget(top)
        for title, parameters in groups().items():
            card = Card(title)
            card.body.setSpacing(GRID // 2)
            for parameter in parameters:
                line = Row(title, parameter)
                line.moved.connect(self._move)
                line.released.connect(self._release)
                self.rows[parameter.name] = line
                card.body.addWidget(line)
            column.addWidget(card)
        column.addStretch()
        self.page = named(QScrollArea(), "side")
        self.page.setWidgetResizable(True)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page.setWidget(lines)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.page, 1)

    def show_settings(self, settings: AppSettings) -> None:
        """Show what is held, and what the avatar can show of it; only while it is seen."""
        if not self.isVisible():
            return
        animator = plugins.animators[settings.animator]
        reason = tr("{} doesn't move this.").format(animator.title)
        self.notice.say(tr("{} shows no pose. Choose another way in the avatar's card.").format(animator.title))
        self.notice.setVisible(not animator.shows)
        for line in self.rows.values():
            line.offer("" if animator.shows.issuperset(line.names) else reason)
            line.put(settings.pose.held)
        with QSignalBlocker(self.follow):
            self.follow.setChecked(settings.pose.follows)
        self.release_button.setEnabled(bool(settings.pose.held) or not settings.pose.follows)
        self.expressions.mark()

    def hold(self, held: dict[str, float]) -> None:
        """Hold these and nothing else; an expression that is changed by that is none any more."""
        pose, known = self.live.settings.pose, self.expressions.known
        changed = {name for name in {*pose.held, *held} if pose.held.get(name) != held.get(name)}
        worn = tuple(name for name in pose.worn if name in known and changed.isdisjoint(known[name].values))
        self.live.change(pose=pose.model_copy(update={"held": held, "worn": worn}))

    def release_all(self) -> None:
        """Leave everything to the face."""
        self.live.change(pose=wearing.own_face(self.live.settings.pose))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.expressions.refresh()
        self.show_settings(self.live.settings)

    def _move(self, names: tuple[str, ...], value: float) -> None:
        self.hold({**self.live.settings.pose.held, **dict.fromkeys(names, value)})

    def _release(self, names: tuple[str, ...]) -> None:
        self.hold({name: value for name, value in self.live.settings.pose.held.items() if name not in names})

    def _set_follow(self, on: bool) -> None:
        self.live.change(pose=self.live.settings.pose.model_copy(update={"follows": on}))
