"""Small controls that Qt lacks: a switch, a foldable section, a card."""

import re
from typing import TypeVar

from PySide6.QtCore import (
    Property,
    QCoreApplication,
    QEasingCurve,
    QEvent,
    QObject,
    QPropertyAnimation,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStyledItemDelegate,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vtuber_app.gui.style import DARK, GRID, ICON, icon

W = TypeVar("W", bound=QWidget)


def tr(text: str) -> str:
    """A text of the window in the user's language; the empty context is where lupdate files bare `tr` calls."""
    return QCoreApplication.translate("", text)


def named(widget: W, name: str) -> W:
    """Give a widget the style of that name."""
    widget.setObjectName(name)
    return widget


def tool(text: str, symbol: str, tip: str = "", checkable: bool = False) -> QToolButton:
    """A button with an icon and, where there is a text, that beside it."""
    button = QToolButton()
    button.setText(f" {text}" if text else "")  # the style sets text and icon too close
    button.setIcon(icon(symbol))
    button.setIconSize(QSize(ICON, ICON))
    button.setToolTip(tip)
    button.setAccessibleName(text or tip)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if text else Qt.ToolButtonStyle.ToolButtonIconOnly
    button.setToolButtonStyle(style)
    return button


class Switch(QAbstractButton):
    """On or off, as on a phone."""

    WIDTH, HEIGHT, MARGIN = 40, 22, 3

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._place = 0.0
        self._slide = QPropertyAnimation(self, b"place", self)
        self._slide.setDuration(120)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.toggled.connect(self._move)

    def sizeHint(self) -> QSize:
        return QSize(self.WIDTH + 4, self.HEIGHT + 4)

    def _move(self, on: bool) -> None:
        self._slide.stop()
        if self.isVisible():
            self._slide.setStartValue(float(not on))
            self._slide.setEndValue(float(on))
            self._slide.start()

    def _get_place(self) -> float:
        return self._place

    def _set_place(self, place: float) -> None:
        self._place = place
        self.update()

    place = Property(float, _get_place, _set_place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(2, 2, self.WIDTH, self.HEIGHT)
        if self.hasFocus():
            painter.setPen(QPen(QColor(DARK.accent), 1.5))
            painter.drawRoundedRect(track.adjusted(-1, -1, 1, 1), self.HEIGHT / 2 + 1, self.HEIGHT / 2 + 1)
        on = self.isChecked()
        if self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen if on else QPen(QColor(DARK.muted), 1))
            painter.setBrush(QColor(DARK.primary if on else DARK.raised))
        else:
            painter.setPen(QPen(QColor(DARK.edge), 1))
            painter.setBrush(QColor(DARK.card))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), self.HEIGHT / 2, self.HEIGHT / 2)
        side = self.HEIGHT - 2 * self.MARGIN
        slides = self._slide.state() == QPropertyAnimation.State.Running
        left = track.left() + self.MARGIN + (self._place if slides else on) * (self.WIDTH - self.HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK.text if self.isEnabled() else DARK.edge))
        painter.drawEllipse(QRectF(left, track.top() + self.MARGIN, side, side))


class Choice(QComboBox):
    """A box to choose from; it tells when it is about to open, so that its owner can look what there is."""

    opening = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setIconSize(QSize(ICON, ICON))
        self.setItemDelegate(QStyledItemDelegate(self))  # without it the style sheet can't give lines their height
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        WheelGuard(self).watch(self)

    def showPopup(self) -> None:
        self.opening.emit()
        super().showPopup()


class Fold(QWidget):
    """Shows or hides what belongs to its `button`, which its owner places; without content both are gone."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.button = named(tool(title, "right", checkable=True), "plain")
        self.button.setIconSize(QSize(2 * GRID, 2 * GRID))
        self.button.toggled.connect(self._toggled)
        self.content: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.put(None)

    def put(self, content: QWidget | None) -> None:
        """Replace what is shown."""
        if self.content:
            self.content.setParent(None)
            self.content.deleteLater()
        self.content = content
        if content:
            self._column.addWidget(content)
        self.button.setVisible(content is not None)
        self._toggled(self.button.isChecked())

    def _toggled(self, open_: bool) -> None:
        self.button.setIcon(icon("down" if open_ else "right"))
        self.setVisible(open_ and self.content is not None)


class Card(QFrame):
    """A titled surface of the side panel; put widgets into `body`."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(2 * GRID, 3 * GRID // 2, 2 * GRID, 2 * GRID)
        self.body.setSpacing(3 * GRID // 2)
        self.head = QHBoxLayout()
        self.head.addWidget(named(QLabel(title), "title"))
        self.head.addStretch()
        self.body.addLayout(self.head)


class Words(QLabel):
    """Text that wraps, paths too, so that it never makes its card wider."""

    def __init__(self, text: str = "", name: str = "muted") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence = ""
        self.say(text)

    def say(self, sentence: str) -> None:
        """Show this."""
        self.sentence = sentence
        self.setAccessibleName(sentence)
        self.setText(re.sub(r"(?<=[/\\_.-])(?=\S)", "\u200b", sentence))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())


def row(label: str, control: QWidget, tip: str = "", above: bool = False) -> QWidget:
    """A label to the left of its control or above it; a click on the words reaches it by mnemonic or screen reader."""
    widget = named(QWidget(), "row")
    layout = QVBoxLayout(widget) if above else QHBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    words = Words(label, "label")
    words.setBuddy(control)
    words.setToolTip(tip)
    control.setToolTip(tip)
    layout.addWidget(words, 1)
    layout.addWidget(control)
    return widget


def restyle(widget: QWidget, name: str) -> None:
    """Change a widget's style to that of another name."""
    if widget.objectName() != name:
        widget.setObjectName(name)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class WheelGuard(QObject):
    """Lets the wheel scroll the panel instead of changing a value that has no focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False

    def watch(self, widget: QWidget) -> None:
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widget.installEventFilter(self)
