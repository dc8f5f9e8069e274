"""Qt's keys by the names that the rest of the program knows."""

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from vtuber_app.core.keyboard.names import KEYS


def name_of(event: QKeyEvent) -> str:
    """The key's name among `KEYS`; empty where it has none."""
    digit = Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9
    pad = event.modifiers() & Qt.KeyboardModifier.KeypadModifier if digit else Qt.KeyboardModifier(0)
    pressed = QKeyCombination(pad, Qt.Key(event.key()))
    name = QKeySequence(pressed).toString(QKeySequence.SequenceFormat.PortableText)
    return name if name in KEYS else ""
