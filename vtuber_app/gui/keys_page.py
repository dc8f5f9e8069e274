"""The page of keys: which key does what, and whether it does while other programs have the focus."""

from functools import partial
from typing import get_args

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vtuber_app import actions
from vtuber_app.core.keyboard import chosen
from vtuber_app.core.keyboard.chosen import ExpressionKey, ExpressionKeys, KeySettings, Modifier, Way
from vtuber_app.core.keyboard.everywhere import unavailable
from vtuber_app.gui.controls import Card, Choice, Switch, Words, named, row, tr
from vtuber_app.gui.fields import NumberField
from vtuber_app.gui.key_link import KeyLink, uses
from vtuber_app.gui.key_names import name_of
from vtuber_app.gui.style import GRID
from vtuber_app.pose.expressions import expressions
from vtuber_app.settings import AppSettings

WAYS: tuple[Way, ...] = get_args(Way)


class KeyButton(QPushButton):
    """Shows a key; after a click it takes the next one that is pressed. Backspace leaves it without."""

    pressed_key = Signal(str)

    def __init__(self, about: str) -> None:
        super().__init__()
        self.key = ""
        self.setObjectName("key")
        self.setCheckable(True)
        self.setAccessibleName(tr("Key of {}").format(about))
        self.setToolTip(tr("Click, then press a key. Backspace: no key"))
        self.setFixedWidth(10 * GRID)
        self.toggled.connect(self.say)

    def put(self, key: str) -> None:
        """Show that key."""
        self.key = key
        self.say()

    def say(self) -> None:
        self.setText(tr("Press…") if self.isChecked() else self.key or "–")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self.isChecked():  # the key is to be taken, not to be done
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.isChecked():
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace) or (name := name_of(event)):
            self.setChecked(False)
            if event.key() != Qt.Key.Key_Escape:
                self.pressed_key.emit("" if event.key() == Qt.Key.Key_Backspace else name)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.setChecked(False)
        super().focusOutEvent(event)


class KeysPage(QDialog):
    """Stands over the window; every change is in force at once."""

    def __init__(self, link: KeyLink, parent: QWidget) -> None:
        super().__init__(parent)
        self.link, self.live = link, link.live
        self.setWindowTitle(tr("Keys"))
        self.resize(70 * GRID, 84 * GRID)
        self.everywhere = Switch(tr("Also while other programs have the focus"))
        self.everywhere.toggled.connect(lambda on: self._change(everywhere=on))
        self.modifier = Choice(tr("Held with it"))
        self.modifier.addItems(get_args(Modifier))
        self.modifier.setMinimumContentsLength(max(len(name) for name in get_args(Modifier)))
        self.modifier.textActivated.connect(lambda text: self._change(modifier=text))
        self.fault, self.clash = Words(name="notice"), Words(name="notice")
        away = Card(tr("In games and OBS"))
        reason = unavailable()
        self.everywhere.setEnabled(not reason)
        away.body.addWidget(row(self.everywhere.accessibleName(), self.everywhere, reason))
        away.body.addWidget(row(tr("Held with it"), self.modifier, tr("So that no key of a game is taken")))
        away.body.addWidget(Words(reason or tr("In this window the key alone is enough.")))
        away.body.addWidget(self.fault)
        self.buttons: dict[str, KeyButton] = {}
        self.ways: dict[str, Choice] = {}
        self.seconds: dict[str, NumberField] = {}
        lines = QWidget()
        column = QVBoxLayout(lines)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(3 * GRID // 2)
        for widget in (away, self.clash, self._expressions(), self._actions()):
            column.addWidget(widget)
        column.addStretch()
        self.area = named(QScrollArea(), "side")
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(lines)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)
        self.live.changed.connect(self.show_settings)
        link.faults.connect(lambda _: self.show_settings(self.live.settings))
        self.show_settings(self.live.settings)

    def show_settings(self, settings: AppSettings) -> None:
        """Show what each key does now."""
        keys = settings.hotkeys
        with QSignalBlocker(self.everywhere):
            self.everywhere.setChecked(keys.everywhere)
        with QSignalBlocker(self.own):
            self.own.setChecked(keys.avatar is not None)
        self.modifier.setCurrentText(keys.modifier)
        self.modifier.setEnabled(keys.everywhere)
        self.fault.say(self.link.fault)
        self.fault.setVisible(bool(self.link.fault))
        clashes = chosen.conflicts(uses(settings))
        self.clash.say(
            " ".join(tr("{} does several things: {}.").format(key, ", ".join(does)) for key, does in clashes.items())
        )
        self.clash.setVisible(bool(clashes))
        shown = actions.expression_keys(settings).by_name
        for name, button in self.buttons.items():
            if name in actions.ACTIONS:
                button.put(actions.key_of(name, keys))
                continue
            by = shown.get(name)
            button.put(by.key if by else "")
            self.ways[name].setEnabled(by is not None)
            self.ways[name].setCurrentIndex(WAYS.index(by.way if by else "toggle"))
            self.seconds[name].put(by.seconds if by else 3.0)
            self.seconds[name].setVisible(by is not None and by.way == "while")

    def point(self, name: str) -> None:
        """Wait for the key of that expression."""
        if button := self.buttons.get(name):
            self.area.ensureWidgetVisible(button)
            button.setFocus()
            button.setChecked(True)

    def _actions(self) -> Card:
        card, grid = _listed(tr("Everything else"))
        for place, (name, action) in enumerate(actions.offered().items()):
            self._line(grid, place, name, tr(action.title))
            self.buttons[name].pressed_key.connect(partial(self._set_action, name))
        return card

    def _expressions(self) -> Card:
        card, grid = _listed(tr("Expressions"))
        self.own = Switch(tr("Only for this avatar"))
        self.own.toggled.connect(self._set_own)
        card.body.addWidget(row(self.own.accessibleName(), self.own, tr("This avatar then has keys of its own")))
        for place, expression in enumerate(expressions.found()[0]):
            name = expression.name
            self._line(grid, 2 * place, name, name)
            self.buttons[name].pressed_key.connect(partial(self._set_expression, name))
            self.ways[name] = way = Choice(tr("How {} is put on").format(name))
            way.addItems(words := [tr("On and off"), tr("While held"), tr("For seconds")])
            way.setMinimumContentsLength(max(len(word) for word in words))
            way.activated.connect(lambda at, name=name: self._change_expression(name, way=WAYS[at]))
            grid.addWidget(way, 2 * place, 1)
            self.seconds[name] = field = NumberField(
                tr("Seconds"), 0.2, 60, 0.2, False, False, False, 0, "s", tr("Comes off by itself")
            )
            field.edited.connect(lambda value, name=name: self._change_expression(name, seconds=value))
            grid.addWidget(field, 2 * place + 1, 0, 1, 3)
        return card

    def _line(self, grid: QGridLayout, place: int, name: str, title: str) -> None:
        self.buttons[name] = button = KeyButton(title)
        label = Words(title, "label")
        label.setBuddy(button)
        grid.addWidget(label, place, 0)
        grid.addWidget(button, place, 2)

    def _set_action(self, name: str, key: str) -> None:
        self._change(actions={**self.live.settings.hotkeys.actions, name: key})

    def _set_expression(self, name: str, key: str) -> None:
        if key:
            self._change_expression(name, key=key)
            return
        shown = actions.expression_keys(self.live.settings).by_name
        self._keep({other: by for other, by in shown.items() if other != name})

    def _change_expression(self, name: str, **changes: object) -> None:
        shown = actions.expression_keys(self.live.settings).by_name
        before = dict(shown[name]) if name in shown else {}
        self._keep({**shown, name: ExpressionKey.model_validate({**before, **changes})})

    def _keep(self, shown: dict[str, ExpressionKey]) -> None:
        place = "avatar" if self.live.settings.hotkeys.avatar else "expressions"
        self._change(**{place: ExpressionKeys(by_name=shown)})

    def _set_own(self, on: bool) -> None:
        self._change(avatar=actions.expression_keys(self.live.settings) if on else None)

    def _change(self, **changes: object) -> None:
        keys = self.live.settings.hotkeys
        self.live.change(hotkeys=KeySettings.model_validate({**dict(keys), **changes}))


def _listed(title: str) -> tuple[Card, QGridLayout]:
    card, grid = Card(title), QGridLayout()
    grid.setHorizontalSpacing(GRID)
    grid.setVerticalSpacing(GRID)
    grid.setColumnStretch(0, 1)
    card.body.addLayout(grid)
    return card, grid
