"""What the gallery page says of the chosen avatar, and the buttons for what is done with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout

from vtuber_app.avatars.keep import NAME_LIMIT, About
from vtuber_app.gui.controls import Words, named, restyle, tr
from vtuber_app.gui.gallery_grid import title
from vtuber_app.gui.gallery_work import Known
from vtuber_app.gui.style import DARK, GRID

NOTES_LIMIT = 20_000
ACTS = ("rename", "duplicate", "export", "folder", "delete")
CHANGING = ("rename", "delete")
"""What can be done with the user's own avatars only."""


def titles() -> dict[str, str]:
    """What the acts are called."""
    return {
        "use": tr("Use this avatar"),
        "rename": tr("Rename"),
        "duplicate": tr("Duplicate"),
        "export": tr("Export as zip…"),
        "folder": tr("Open folder"),
        "delete": tr("Delete"),
    }


class GalleryPanel(QFrame):
    """Emits what is wanted; `known` is the avatar that is shown."""

    wanted = Signal(str)
    """One of `titles`."""
    noted = Signal(object)
    """An `About` to write down."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFixedWidth(38 * GRID)
        self.known: Known | None = None
        self.name = QLineEdit(maxLength=NAME_LIMIT)
        self.name.setAccessibleName(tr("Name"))
        self.name.returnPressed.connect(lambda: self.wanted.emit("rename"))
        self.name.textEdited.connect(lambda _: self._enable())
        self.kind = Words()
        self.buttons = {name: QPushButton(text) for name, text in titles().items()}
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _, name=name: self.wanted.emit(name))
            button.setAutoDefault(False)
        named(self.buttons["use"], "primary")
        self.origin, self.licence = QLineEdit(maxLength=2_000), QLineEdit(maxLength=NOTES_LIMIT)
        self.notes = QPlainTextEdit()
        self.notes.setTabChangesFocus(True)
        self.notes.setStyleSheet(
            f"QPlainTextEdit {{ background: {DARK.raised}; border: 1px solid {DARK.edge}; border-radius: 8px;"
            f" padding: 4px; }} QPlainTextEdit:focus {{ border-color: {DARK.accent}; }}"
            f" QPlainTextEdit:disabled {{ background: {DARK.card}; color: {DARK.disabled}; }}"
        )
        self.save_button = QPushButton(tr("Save"))
        self.save_button.setAutoDefault(False)
        self.save_button.clicked.connect(lambda: self.noted.emit(self.written()))
        self.said = Words()
        self._busy = False
        self._build()
        for line in (self.origin, self.licence):
            line.textEdited.connect(lambda _: self._enable())
        self.notes.textChanged.connect(self._enable)
        self.put(None)

    def put(self, known: Known | None, at_work: bool = False) -> None:
        """Show this avatar; what was typed for another is gone."""
        self.known = known
        about = known.about if known else About(name="-")
        self.name.setText("" if known is None else title(known.name) if known.shipped else known.name)
        self.name.setCursorPosition(0)
        for line, text in ((self.origin, about.origin), (self.licence, about.licence)):
            line.setText(text)
            line.setCursorPosition(0)
        self.notes.setPlainText(about.notes)
        self.mark(at_work)

    def mark(self, at_work: bool) -> None:
        """Show whether it is the one on the stream."""
        known = self.known
        kind = tr("No avatar is chosen")
        if known:
            kind = tr("A puppet") if known.puppet else tr("A picture")
            kind += ", " + (tr("shipped with the program") if known.shipped else tr("yours"))
            if known.about.made:
                kind += ", " + tr("made on {}").format(known.about.made.isoformat())
        self.kind.say(kind + ".")
        self._at_work = at_work
        self._enable()

    def set_busy(self, busy: bool) -> None:
        """Lock the buttons while something is being done."""
        self._busy = busy
        self._enable()

    def written(self) -> About:
        """What is known of the avatar as it stands in the fields, which must not be longer than they may."""
        assert self.known
        return self.known.about.model_copy(
            update={
                "name": self.known.name,
                "origin": self.origin.text().strip(),
                "licence": self.licence.text().strip(),
                "notes": self.notes.toPlainText().strip(),
            }
        )

    @property
    def unsaved(self) -> bool:
        """Whether something was typed that can be written down and is not yet."""
        known = self.known
        if known is None or known.shipped or known.fault or len(self.notes.toPlainText()) > NOTES_LIMIT:
            return False
        return self.written() != known.about

    def edit_name(self) -> None:
        """Let the user type another name."""
        self.name.setFocus()
        self.name.selectAll()

    def _enable(self) -> None:
        known, free = self.known, self.known is not None and not self._busy
        own = known is not None and not known.shipped
        for name, button in self.buttons.items():
            button.setEnabled(free and (own or name not in CHANGING))
        self.buttons["use"].setEnabled(free and not self._at_work)
        self.buttons["use"].setText(tr("On the stream") if known and self._at_work else titles()["use"])
        described = own and not (known and known.fault)
        for field, able in ((self.name, own), (self.origin, described), (self.licence, described)):
            field.setReadOnly(not able)
            field.setEnabled(able)
        self.notes.setEnabled(described)
        too_long = len(self.notes.toPlainText()) > NOTES_LIMIT
        self.save_button.setEnabled(free and self.unsaved)
        self.save_button.setVisible(own)
        said, style = "", "muted"
        if known and known.fault:
            said, style = known.fault, "fault"
        elif known and known.shipped:
            said = tr("It ships with the program, so it can't be renamed, described or deleted. Duplicate it: ")
            said += tr("the copy is yours to change.")
        elif too_long:
            said, style = tr("Notes have at most {} characters. Shorten them.").format(NOTES_LIMIT), "fault"
        self.said.say(said)
        restyle(self.said, style)
        self.said.setVisible(bool(said))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addWidget(self.name)
        column.addWidget(self.kind)
        column.addSpacing(GRID // 2)
        column.addWidget(self.buttons["use"])
        acts = QGridLayout()
        acts.setSpacing(GRID)
        for place, name in enumerate(ACTS):
            acts.addWidget(self.buttons[name], *divmod(place, 2))
        acts.setColumnStretch(0, 1)
        acts.setColumnStretch(1, 1)
        column.addLayout(acts)
        column.addWidget(self.said)
        column.addSpacing(GRID)
        for label, field in (
            (tr("Made by, or comes from"), self.origin),
            (tr("Licence"), self.licence),
            (tr("Notes"), self.notes),
        ):
            words = named(QLabel(label), "muted")
            words.setBuddy(field)
            field.setAccessibleName(label)
            column.addWidget(words)
            column.addWidget(field, 1 if field is self.notes else 0)
        column.addWidget(self.save_button)
