"""Small controls that Qt lacks: a switch, a foldable section, a card."""

from PySide6.QtCore import Property, QCoreApplication, QEasingCurve, QEvent, QObject, QPropertyAnimation, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vtuber_app.gui.style import GRID, icon


def tr(text: str) -> str:
    """A text of the window in the user's language."""
    return QCoreApplication.translate("window", text)


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
        if not self.isVisible():
            self._set_place(float(on))
            return
        self._slide.setStartValue(self._place)
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
        role, colours = QPalette.ColorRole, self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(2, 2, self.WIDTH, self.HEIGHT)
        if self.hasFocus():
            painter.setPen(QPen(colours.color(role.Link), 1.5))
            painter.drawRoundedRect(track.adjusted(-1, -1, 1, 1), self.HEIGHT / 2 + 1, self.HEIGHT / 2 + 1)
        on = self.isChecked()
        if self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen if on else QPen(colours.color(role.PlaceholderText), 1))
            painter.setBrush(colours.color(role.Highlight if on else role.Base))
        else:
            painter.setPen(QPen(colours.color(role.Midlight), 1))
            painter.setBrush(colours.color(role.AlternateBase))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), self.HEIGHT / 2, self.HEIGHT / 2)
        side = self.HEIGHT - 2 * self.MARGIN
        left = track.left() + self.MARGIN + self._place * (self.WIDTH - self.HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.color(role.Text if self.isEnabled() else role.Midlight))
        painter.drawEllipse(QRectF(left, track.top() + self.MARGIN, side, side))


class Fold(QWidget):
    """A line with an arrow that shows or hides what belongs to it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QToolButton(objectName="plain", text=title, checkable=True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setIcon(icon("right"))
        self.button.toggled.connect(self._show)
        self._content: QWidget | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def put(self, content: QWidget | None) -> None:
        """Replace what is shown; with None the line itself goes away."""
        if self._content:
            self._content.deleteLater()
            self._content.setParent(None)
        self._content = content
        if content:
            self.layout().addWidget(content)
            content.setVisible(self.button.isChecked())
        self.setVisible(content is not None)

    def _show(self, open_: bool) -> None:
        self.button.setIcon(icon("down" if open_ else "right"))
        if self._content:
            self._content.setVisible(open_)


class Card(QFrame):
    """A titled surface of the side panel; put widgets into `body`."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="card")
        self.setAccessibleName(title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(2 * GRID, 3 * GRID // 2, 2 * GRID, 2 * GRID)
        self.body.setSpacing(3 * GRID // 2)
        self.head = QHBoxLayout()
        self.head.addWidget(QLabel(title, objectName="title"))
        self.head.addStretch()
        self.body.addLayout(self.head)


def row(label: str, control: QWidget, tip: str = "") -> QWidget:
    """A label to the left of its control, so that a click on the words reaches it by mnemonic or screen reader."""
    widget = QWidget(objectName="row")
    layout = QHBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    words = QLabel(label)
    words.setBuddy(control)
    words.setToolTip(tip)
    control.setToolTip(tip)
    layout.addWidget(words, 1)
    layout.addWidget(control)
    return widget


def words(text: str = "", name: str = "muted") -> QLabel:
    """A line of text that wraps; `name` is its style."""
    label = QLabel(text, objectName=name, wordWrap=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def restyle(widget: QWidget, name: str) -> None:
    """Give a widget the style of that name."""
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
