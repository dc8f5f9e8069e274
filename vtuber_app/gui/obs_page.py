"""The page that sets up OBS: one button, three choices, and the same by hand."""

from dataclasses import dataclass, replace
from statistics import median

from PySide6.QtCore import QPoint
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from vtuber_app.core.errors import VtuberError
from vtuber_app.gui.background import Runner, attempt
from vtuber_app.gui.controls import Fold, Words, named, restyle, tool, tr
from vtuber_app.gui.dialogs import copy, fitted
from vtuber_app.gui.live import Live
from vtuber_app.gui.obs_steps import Steps, by_hand, letting_in
from vtuber_app.gui.style import DARK, GRID
from vtuber_app.outputs.browser import Browser
from vtuber_app.tools.obs import setup, wishes
from vtuber_app.tools.obs.protocol import NotThere, Obs, PasswordNeeded
from vtuber_app.tools.obs.setup import Outcome
from vtuber_app.tools.obs.ways import Wish

PAGE_PATIENCE = 5.0
"""How long our page may take to open before OBS loads it, s."""
STEADY = 0.02
"""A latency that changes by less is the same, s."""
WIDTH = 64 * GRID


@dataclass(frozen=True, slots=True)
class Met:
    """OBS, greeted, and whether it has browser sources."""

    obs: Obs
    pages: bool


class ObsPage(QDialog):
    """A window beside the stream, which goes on.

    Args:
        live: The session, whose browser output is switched on where OBS shows it.
        run: Where OBS is talked to.
        parent: The main window, whose preview may be captured.
    """

    def __init__(self, live: Live, run: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.live = live
        self._run = run
        self._known: float | None = None
        live.observed.connect(self._observe)
        self.setWindowTitle(tr("Set up OBS"))
        self.delay = QCheckBox()
        self.delay.setStyleSheet(f"QCheckBox:disabled {{ color: {DARK.disabled}; }}")
        self.camera = QCheckBox(tr("Start OBS' virtual camera, for Zoom, Discord and others"))
        self.record = QCheckBox(tr("Start OBS' recording"))
        self.password = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(tr("OBS' password"))
        self.password.setAccessibleName(tr("OBS' password"))
        self.password.hide()
        self.begin_button = named(QPushButton(tr("Set up OBS")), "primary")
        self.begin_button.setDefault(True)
        self.begin_button.clicked.connect(self.begin)
        self.said = Words()
        self.server = Steps(letting_in())
        self.server.hide()
        self.copy = tool(tr("Copy address"), "copy")
        self.copy.clicked.connect(self._copy)
        self.hand = Fold(tr("Do it by hand"))
        self._build()

    def showEvent(self, event: QShowEvent) -> None:
        self._show_latency()
        self._fill_hand(self._known)
        super().showEvent(event)

    def _observe(self) -> None:
        """Follow the latency where it isn't just noise, unless OBS is being set up by it now."""
        known = self.latency()
        same = known is None if self._known is None else known is not None and abs(known - self._known) < STEADY
        if self.isVisible() and self.begin_button.isEnabled() and not same:
            self._show_latency()

    def _show_latency(self) -> None:
        before, self._known = self._known, self.latency()
        self.delay.setEnabled(self._known is not None)
        if self._known is None:
            self.delay.setText(tr("Delay the microphone like the picture (once your face is tracked)"))
            self.delay.setChecked(False)
            return
        self.delay.setText(tr("Delay the microphone by {:.0f} ms, as the picture is").format(self._known * 1000))
        if before is None:
            self.delay.setChecked(True)

    def latency(self) -> float | None:
        """How late our picture is in OBS, s; None while no performer is seen, since nothing need be in time then."""
        session, settings = self.live.session, self.live.settings
        status = session.status() if session else None
        idles = settings.tracker == "idle" and not settings.also
        if session is None or status is None or status.latency is None or idles:
            return None
        browser = session.worker("browser").part if "browser" in settings.outputs else None
        delays = browser.delays if isinstance(browser, Browser) else ()
        return status.latency + (median(delays) if delays else 0.0)

    def begin(self) -> None:
        """Find OBS, then set it up."""
        if not self.begin_button.isEnabled():
            return
        self.begin_button.setEnabled(False)
        self._say(tr("Looking for OBS…"), "muted")
        typed = self.password.text() if self.password.isVisibleTo(self) else ""
        self._run(attempt(lambda: _met(typed or None)), self._meet)

    def _meet(self, met: Met | VtuberError) -> None:
        if isinstance(met, VtuberError):
            self._fail(met)
            return
        self.password.hide()
        self.server.hide()
        try:
            if met.pages:
                self.live.put(wishes.with_browser(self.live.settings))
            wish = self.wish()
        except VtuberError as error:
            met.obs.close()
            self._fail(error)
            return
        self._run(attempt(lambda: _done(met, wish)), self._end)

    def wish(self) -> Wish:
        """What the user chose here, for the picture as it is now."""
        session = self.live.session
        picture = session.preview.peek() if session else None
        size = (picture.pixels.shape[1], picture.pixels.shape[0]) if picture else None
        window, screen = _crops(self.parentWidget())
        return wishes.wish(
            self.live.settings,
            size,
            latency=self._known if self.delay.isChecked() else None,
            virtual_camera=self.camera.isChecked(),
            record=self.record.isChecked(),
            crop=window,
            screen_crop=screen,
        )

    def _end(self, outcome: Outcome | VtuberError) -> None:
        if isinstance(outcome, VtuberError):
            self._fail(outcome)
            return
        self.begin_button.setEnabled(True)
        self.begin_button.setText(tr("Set up again"))
        self._say("\n".join(wishes.words(outcome)), "notice" if outcome.notes else "live")

    def _fail(self, error: VtuberError) -> None:
        self.begin_button.setEnabled(True)
        wanted = isinstance(error, PasswordNeeded)
        self._say(str(error), "notice" if wanted else "fault")
        self.password.setVisible(wanted)
        self.server.setVisible(isinstance(error, NotThere))
        if wanted:
            self.password.setFocus()
            self.password.selectAll()

    def _say(self, sentence: str, style: str) -> None:
        restyle(self.said, style)
        self.said.say(sentence)
        self.said.setVisible(bool(sentence))

    def _fill_hand(self, latency: float | None) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, GRID, 0, 0)
        column.setSpacing(3 * GRID // 2)
        try:
            wish = self.wish()
        except VtuberError as error:
            column.addWidget(Words(str(error), "fault"))
        else:
            shown = wish.address.partition("?")[0]
            column.addWidget(Steps(by_hand(shown, wish.size, None if latency is None else round(latency * 1000))))
        self.copy.setParent(content)
        line = QHBoxLayout()
        line.addWidget(self.copy)
        line.addStretch()
        column.addLayout(line)
        self.hand.put(content)

    def _copy(self) -> None:
        try:
            address = self.wish().address
        except VtuberError as error:
            self._fail(error)
            return
        self.live.put(wishes.with_browser(self.live.settings))
        copy(address, self.copy)

    def _build(self) -> None:
        column = fitted(self, WIDTH)
        column.addWidget(named(QLabel(tr("Your avatar in OBS, in one click")), "title"))
        column.addWidget(
            Words(
                tr(
                    "With OBS open, this puts your avatar into its current scene, or brings it up to date there. What "
                    "else is in your scenes stays as it is."
                )
            )
        )
        for choice in (self.delay, self.camera, self.record):
            column.addWidget(choice)
        column.addWidget(self.password)
        line = QHBoxLayout()
        line.addWidget(self.begin_button)
        line.addStretch()
        line.addWidget(self.hand.button)
        column.addLayout(line)
        column.addWidget(self.said)
        self.said.hide()
        column.addWidget(self.server)
        column.addWidget(self.hand)
        self.password.returnPressed.connect(self.begin)


def _met(typed: str | None) -> Met:
    obs = setup.connect(None, typed)
    try:
        return Met(obs, setup.has_pages(obs))
    except VtuberError:
        obs.close()
        raise


def _done(met: Met, wish: Wish) -> Outcome:
    with met.obs:
        answers = not met.pages or wishes.page_answers(wish, PAGE_PATIENCE)
        outcome = setup.set_up(met.obs, wish)
        return outcome if answers else replace(outcome, notes=(wishes.SILENT_PAGE, *outcome.notes))


def _crops(window: QWidget | None) -> tuple[tuple[int, int, int, int] | None, tuple[int, int, int, int] | None]:
    """What lies around the preview in its window and on its screen: left, top, right and bottom, px of the screen."""
    preview = getattr(window, "preview", None)
    if window is None or not isinstance(preview, QWidget):
        return None, None
    scale, screen = window.devicePixelRatioF(), window.screen().geometry()
    origin = preview.mapTo(window, QPoint(0, 0))
    left, top = origin.x(), origin.y()
    inside = (left, top, window.width() - left - preview.width(), window.height() - top - preview.height())
    place = preview.mapToGlobal(QPoint(0, 0)) - screen.topLeft()
    right, bottom = screen.width() - place.x() - preview.width(), screen.height() - place.y() - preview.height()
    on_screen = (place.x(), place.y(), right, bottom)
    return _px(inside, scale), _px(on_screen, scale)


def _px(sides: tuple[int, int, int, int], scale: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (max(round(side * scale), 0) for side in sides)
    return left, top, right, bottom
