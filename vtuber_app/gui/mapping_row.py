"""One parameter of the mapping page: its ranges, where they are from, and on request its curve and the rest."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vtuber_app.gui.controls import Fold, WheelGuard, named, restyle, tool, tr
from vtuber_app.gui.form import Form
from vtuber_app.gui.mapping_bar import ENDS, End, RangeBar
from vtuber_app.gui.mapping_curve import CurveView
from vtuber_app.gui.style import GRID
from vtuber_app.pose.mapping import Map, usual
from vtuber_app.pose.parameters import PARAMETERS


class MapRow(QWidget):
    """Emits `edited` with the parameter's name and a new map, and `cleared` with its name."""

    edited = Signal(str, object)
    cleared = Signal(str)

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.name, self.title = name, title
        self.parameter = PARAMETERS[name]
        self.by = usual(name)
        self.bar = RangeBar(self.parameter, title)
        self.bar.moved.connect(self._move)
        self.label = named(QLabel(title), "poseDriven")
        self.source = named(QLabel(), "source")
        self.reset = named(tool("", "reset", tr("Back to what comes from elsewhere")), "poseLink")
        self.reset.setIconSize(QSize(2 * GRID, 2 * GRID))
        self.reset.setFixedSize(3 * GRID, 3 * GRID)
        self.reset.setAccessibleName(tr("Reset {}").format(title))
        self.reset.clicked.connect(lambda: self.cleared.emit(name))
        self.more = Fold(tr("Curve"))
        self.more.button.setAccessibleName(tr("{}: curve, smoothing, figures").format(title))
        self.more.button.toggled.connect(self._unfold)
        self.more.put(QWidget())  # the button is there from the start, its content when it is asked for
        self.curve: CurveView | None = None
        self.form: Form | None = None
        self.spins: dict[End, QDoubleSpinBox] = {}
        head = QHBoxLayout()
        head.setSpacing(GRID // 2)
        head.addWidget(self.label)
        head.addWidget(self.source, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch()
        head.addWidget(self.reset)
        head.addWidget(self.more.button)
        head.addSpacing(GRID)
        keep = self.reset.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, GRID // 2)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.more)
        self.put(self.by, "", "")

    def put(self, by: Map, source: str, tip: str) -> None:
        """Show a map and whose it is; an empty source: nobody's, the motion passes as it is."""
        self.by = by
        self.bar.put(by)
        self.source.setText(source)
        self.source.setToolTip(tip)
        self.source.setVisible(bool(source))
        self.reset.setVisible(bool(source))
        restyle(self.label, "poseHeld" if source else "poseDriven")
        self._put_more()

    def show_live(self, live: tuple[float, float] | None) -> None:
        """Show where the performer and the avatar are now."""
        self.bar.show_live(live)
        if self.curve:
            self.curve.show_live(live)

    def _move(self, end: str, value: float) -> None:
        low, high = self.bar.bounds(end)  # type: ignore[arg-type]
        self.edited.emit(self.name, self.by.model_copy(update={end: min(max(value, low), high)}))

    def _unfold(self, on: bool) -> None:
        if not on or self.form:
            return
        content = QWidget()
        self.curve = CurveView(self.parameter)
        self.form = Form(self.by, frozenset(Map.model_fields), frozenset(ENDS))
        self.form.edited.connect(lambda by: self.edited.emit(self.name, by))
        figures = QGridLayout()
        figures.setHorizontalSpacing(GRID // 2)
        for place in (1, 2):
            figures.setColumnStretch(place, 1)
        guard = WheelGuard(self)
        for place, end in enumerate(ENDS):
            self.spins[end] = spin = QDoubleSpinBox()
            spin.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
            spin.setDecimals(0 if self.parameter.unit else 2)
            spin.setRange(*self.parameter.limits)
            spin.setAlignment(Qt.AlignmentFlag.AlignRight)
            spin.setSuffix(f" {unit}" if (unit := self.parameter.unit) else "")
            spin.setMinimumWidth(7 * GRID)
            spin.setKeyboardTracking(False)
            spin.setAccessibleName(f"{self.title}: {_end_title(end)}")
            spin.setToolTip(_end_title(end))
            spin.valueChanged.connect(lambda value, end=end: self._move(end, value))
            guard.watch(spin)
            figures.addWidget(spin, place // 2, 1 + place % 2)
        for line, words in enumerate((tr("You"), tr("Avatar"))):
            figures.addWidget(named(QLabel(words), "muted"), line, 0)
        upper = QHBoxLayout()
        upper.setSpacing(2 * GRID)
        upper.addWidget(self.curve, 0, Qt.AlignmentFlag.AlignTop)
        upper.addLayout(figures, 1)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, GRID, GRID, GRID)
        column.setSpacing(3 * GRID // 2)
        column.addLayout(upper)
        column.addWidget(self.form)
        self.more.put(content)
        self._put_more()

    def _put_more(self) -> None:
        if self.form and self.curve:
            self.form.put(self.by)
            self.curve.put(self.by)
            for end, spin in self.spins.items():
                with QSignalBlocker(spin):
                    spin.setValue(getattr(self.by, end))


def _end_title(end: End) -> str:
    return {
        "low": tr("What you do at the low end"),
        "high": tr("What you do at the high end"),
        "to_low": tr("What the avatar does there"),
        "to_high": tr("What the avatar does there"),
    }[end]
