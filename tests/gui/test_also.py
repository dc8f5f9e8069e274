"""Further trackers in the tracking card, and the microphone's own controls."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from vtuber_app import plugins
from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError
from vtuber_app.gui import microphone_panel, voice_page
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.gui.microphone_panel import MicrophonePanel
from vtuber_app.gui.voice_page import VoicePage
from vtuber_app.pose.voice import enrol
from vtuber_app.settings import AppSettings
from vtuber_app.trackers import enrolment, microphone
from vtuber_app.trackers.enrolment import ALL
from vtuber_app.trackers.microphone import load_voice, save_voice
from vtuber_app.trackers.microphones import RATE

Show = Callable[..., MainWindow]
CHUNK_S = 0.02


def vowel(name: str, seconds: float) -> NDArray[np.float32]:
    """Harmonics of 120 Hz under two resonances."""
    time = np.arange(round(seconds * RATE)) / RATE
    tones = 120 * np.arange(1, 40)
    places = {"A": (750, 1200), "I": (290, 2250), "U": (320, 900), "E": (480, 1950), "O": (490, 880)}[name]
    peaks = (1 / (1 + ((tones - np.array(places)[:, None]) / 70) ** 2)).sum(0)
    sound = (np.sin(2 * np.pi * tones[:, None] * time + tones[:, None]) * (peaks + 0.003)[:, None]).sum(0)
    return np.asarray(0.07 * sound / sound.std(), np.float32)


class Ears:
    """Says the vowel that a page asks for; alternates it with silence where there is no page. As fast as sound is."""

    page: "VoicePage | None" = None

    def __init__(self, wish: str = "") -> None:
        self.wish = wish
        self._due, self._count = clock.now(), 0

    def read(self, timeout: float) -> NDArray[np.float32] | None:
        if not clock.wait_until(self._due, timeout):
            return None
        self._due += CHUNK_S
        self._count += 1
        saying = self.page.enrolment.saying.peek() if self.page else None
        if saying and saying.said:
            return vowel(saying.vowel, CHUNK_S)
        quiet = np.random.default_rng(self._count).normal(0, 0.001, round(CHUNK_S * RATE)).astype(np.float32)
        return quiet if saying or self._count % 50 < 25 else vowel("A", CHUNK_S)

    def close(self) -> None:
        pass


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> type[Ears]:
    """A microphone in which someone speaks, in the place of the system's."""
    monkeypatch.setattr(microphone, "open_microphone", Ears)
    monkeypatch.setattr(voice_page, "open_microphone", Ears)
    monkeypatch.setattr(microphone_panel, "list_microphones", lambda: ["default", "Yeti", "Headset"])
    monkeypatch.setattr(enrolment, "ANNOUNCED_S", 0.1)
    monkeypatch.setattr(enrolment, "SAID_S", 1.0)
    monkeypatch.setattr(Ears, "page", None)
    return Ears


def offered(window: MainWindow) -> list[str]:
    box = window.sources.also.box
    return [box.itemText(place) for place in range(box.count())]


def add(window: MainWindow, title: str) -> None:
    window.sources.also.box.activated.emit(offered(window).index(title))


def test_a_tracker_is_added_shown_and_taken_away(
    show: Show, settings: AppSettings, ears: type[Ears], qtbot: QtBot
) -> None:
    window = show(settings)
    assert "No camera (idle)" not in offered(window)
    assert offered(window)[0] == "Webcam"
    add(window, "Microphone")
    assert window.live.settings.also == ("microphone",)
    row = window.sources.also.rows["microphone"]
    assert "Microphone" not in offered(window)
    qtbot.waitUntil(lambda: row.state.sentence == "Moves now: eyes, brows, mouth, gaze, head")
    assert [chip.text() for chip in window.status_line.badges.chips] == ["Face: Microphone"]
    assert window.status_line.words.text() == "Face found"
    row.switch.click()
    assert window.live.settings.also == ()
    assert window.sources.also.rows == {}
    assert "Microphone" in offered(window)
    qtbot.waitUntil(lambda: not window.status_line.badges.chips)


def test_rows_that_stay_are_kept_and_the_first_is_never_offered_twice(show: Show, settings: AppSettings) -> None:
    window = show(settings.model_copy(update={"also": ("vmc",)}))
    row = window.sources.also.rows["vmc"]
    add(window, "OpenSeeFace")
    assert list(window.sources.also.rows) == ["vmc", "openseeface"]
    assert window.sources.also.rows["vmc"] is row
    entries = window.sources.entries
    window.sources.box.activated.emit(next(place for place, entry in enumerate(entries) if entry.kind == "vmc"))
    assert (window.live.settings.tracker, window.live.settings.also) == ("vmc", ("openseeface",))
    assert list(window.sources.also.rows) == ["openseeface"]
    assert "VMC protocol" not in offered(window)


def test_a_further_tracker_that_fails_says_why_in_its_row(
    show: Show, settings: AppSettings, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def nothing(wish: str) -> Any:
        raise DeviceError("No microphone is found. Plug one in.")

    monkeypatch.setattr(microphone, "open_microphone", nothing)
    monkeypatch.setattr(voice_page, "open_microphone", nothing)
    window = show(settings.model_copy(update={"also": ("microphone",)}))
    row = window.sources.also.rows["microphone"]
    qtbot.waitUntil(lambda: row.state.sentence == "No microphone is found. Plug one in.")
    panel = row.findChild(MicrophonePanel)
    assert panel
    panel.show_page()
    assert panel.page
    panel.page.begin()
    qtbot.waitUntil(lambda: "Plug one in" in panel.page.said.sentence if panel.page else False)
    assert panel.page.begin_button.text() == "Start"


def panel_of(window: MainWindow, qtbot: QtBot) -> MicrophonePanel:
    qtbot.waitUntil(lambda: window.sources.microphone is not None and window.sources.microphone.meter.level > -50)
    assert window.sources.microphone
    return window.sources.microphone


def test_devices_are_listed_and_the_meter_follows_the_voice(
    show: Show, settings: AppSettings, ears: type[Ears], qtbot: QtBot
) -> None:
    window = show(settings.model_copy(update={"tracker": "microphone"}))
    panel = panel_of(window, qtbot)
    qtbot.waitUntil(lambda: panel.meter.opens)
    assert panel.meter.threshold is not None
    qtbot.waitUntil(lambda: not panel.meter.opens)
    assert panel.meter.threshold == pytest.approx(-50, abs=8), "10 dB above the room's -60"
    qtbot.waitUntil(lambda: panel.box.count() == 3)
    assert [panel.box.itemText(place) for place in range(3)] == ["The system's own", "Yeti", "Headset"]
    panel.box.activated.emit(2)
    assert window.live.settings.part("microphone").device == "Headset"  # type: ignore[attr-defined]

    def opened() -> str:
        part = panel.at_work()
        return part._ears.wish if part and hasattr(part, "_ears") else ""  # type: ignore[attr-defined]

    qtbot.waitUntil(lambda: opened() == "Headset")
    assert "device" not in window.sources.details.form.fields if window.sources.details.form else False


def test_five_vowels_are_said_learnt_used_and_forgotten(
    show: Show, settings: AppSettings, ears: type[Ears], qtbot: QtBot
) -> None:
    window = show(settings.model_copy(update={"tracker": "microphone"}))
    panel = panel_of(window, qtbot)
    panel.show_page()
    page = panel.page
    assert page
    assert page.forget_button.isHidden()
    before = panel.at_work()
    ears.page = page
    page.begin_button.click()
    assert page.begin_button.text() == "Stop"
    qtbot.waitUntil(lambda: page.prompt.text() == "Now: I, as in machine")
    assert page.tiles["A"].objectName() == "vowelDone"
    assert page.tiles["I"].objectName() == "vowelNow"
    qtbot.waitUntil(lambda: not page.listening, timeout=15_000)
    assert page.prompt.text() == "It knows your voice"
    assert all(int(page.under[vowel].text().rstrip("%")) > 70 for vowel in ALL)
    assert load_voice().missing == ""
    qtbot.waitUntil(lambda: panel.at_work() is not before and panel.at_work().heard is not None)  # type: ignore[union-attr]
    page.forget_button.click()
    assert load_voice().missing == "AIUEO"
    assert page.begin_button.text() == "Start"


def test_closing_the_window_ends_listening(show: Show, settings: AppSettings, ears: type[Ears], qtbot: QtBot) -> None:
    window = show(settings.model_copy(update={"tracker": "microphone"}))
    panel = panel_of(window, qtbot)
    panel.show_page()
    page = panel.page
    assert page
    ears.page = page
    page.begin()
    qtbot.waitUntil(lambda: page.enrolment.saying.peek() is not None)
    started = clock.now()
    window.close()
    assert clock.now() - started < 3
    assert load_voice().missing == "AIUEO"


def test_a_voice_that_is_known_is_shown(show: Show, settings: AppSettings, ears: type[Ears], qtbot: QtBot) -> None:
    voice = load_voice()
    for name in ALL:
        voice = enrol(voice, name, vowel(name, 1))
    save_voice(voice)
    assert "microphone" in plugins.trackers
    window = show(settings.model_copy(update={"tracker": "microphone"}))
    panel = panel_of(window, qtbot)
    panel.show_page()
    assert panel.page
    assert panel.page.begin_button.text() == "Say them again"
    assert not panel.page.forget_button.isHidden()
