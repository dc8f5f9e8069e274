"""The pose page: what a slider, an expression and a release do to a running session."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from vtuber_app import settings as files
from vtuber_app.core.types import Driving, FaceState, Frame
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.gui.poser import Poser
from vtuber_app.gui.poser_names import groups
from vtuber_app.gui.style import GRID
from vtuber_app.pose import tha
from vtuber_app.pose.expressions import expressions
from vtuber_app.pose.held import ON_FACES
from vtuber_app.settings import AppSettings

Show = Callable[..., MainWindow]
Seen = Callable[[MainWindow], str]


@pytest.fixture
def poser(show: Show, settings: AppSettings, qtbot: QtBot) -> Poser:
    """The page beside a running puppet that nobody drives."""
    pose = settings.pose.model_copy(update={"idle": False})
    window = show(settings.model_copy(update={"animator": "puppet", "avatar": "sora", "pose": pose}))
    qtbot.mouseClick(window.buttons["pose"], Qt.MouseButton.LeftButton)
    assert window.poser.isVisible()
    return window.poser


def held(poser: Poser) -> dict[str, float]:
    return poser.live.settings.pose.held


def slider(poser: Poser, name: str) -> QSlider:
    return next(line.sliders[name] for line in poser.rows.values() if name in line.names)


def test_every_parameter_has_its_slider_once() -> None:
    names = [name for group in groups().values() for line in group for name in line.names]
    assert sorted(names) == sorted(tha.PARAMETERS)


def test_a_slider_moves_the_running_avatar(poser: Poser, qtbot: QtBot) -> None:
    session = poser.live.session
    assert session

    def looked() -> bytes:
        picture: Frame | None = session.preview.peek() if session else None
        return picture.pixels.tobytes() if picture else b""

    qtbot.waitUntil(lambda: bool(looked()))
    poser.live.put(poser.live.settings.with_part(poser.live.settings.part("puppet").model_copy(update={"body": 0.0})))
    slider(poser, "eye_wink_left").setValue(100)
    assert held(poser) == {"eye_wink_left": 1.0, "eye_wink_right": 1.0}, "both sides move together"
    asked: list[dict[str, float]] = []

    def ask() -> None:
        shown = session._filters(Driving(1e6, FaceState())) if session else None  # on the animator's own thread
        asked.append({name: by.value for name, by in shown.held.items()} if shown else {})

    session.worker("animator").post(ask)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked[0] == held(poser)
    assert poser.live.session is session, "nothing was restarted"


def test_sides_apart(poser: Poser, qtbot: QtBot) -> None:
    row = poser.rows["eye_wink"]
    assert row.link
    assert not row.sliders["eye_wink_right"].isVisible()
    qtbot.mouseClick(row.link, Qt.MouseButton.LeftButton)
    assert row.sliders["eye_wink_right"].isVisible()
    row.sliders["eye_wink_right"].setValue(70)
    assert held(poser) == {"eye_wink_right": 0.7}
    qtbot.mouseClick(row.link, Qt.MouseButton.LeftButton)
    assert held(poser) == {"eye_wink_left": 0.7, "eye_wink_right": 0.7}
    assert not row.sliders["eye_wink_right"].isVisible()


def test_sides_that_differ_are_apart_while_they_do(poser: Poser) -> None:
    row = poser.rows["eye_happy_wink"]
    poser.expressions.chips["Wink"].click()
    assert row.sliders["eye_happy_wink_right"].isVisible()
    assert row.values["eye_happy_wink_right"].text() == "1.00"
    poser.release_all()
    assert not row.sliders["eye_happy_wink_right"].isVisible()


def test_touching_holds_and_a_double_click_lets_go(poser: Poser, qtbot: QtBot) -> None:
    target = slider(poser, "head_y")
    target.sliderPressed.emit()
    assert held(poser) == {"head_y": 0.0}
    assert poser.rows["head_y"].label.objectName() == "poseHeld"
    qtbot.mouseDClick(target, Qt.MouseButton.LeftButton)
    assert held(poser) == {}
    assert poser.rows["head_y"].label.objectName() == "poseDriven"


def test_keys_move_and_let_go(poser: Poser, qtbot: QtBot) -> None:
    target = slider(poser, "head_y")
    qtbot.keyClick(target, Qt.Key.Key_Right)
    assert held(poser)["head_y"] == pytest.approx(-0.05), "to the right on the screen"
    qtbot.keyClick(target, Qt.Key.Key_Delete)
    assert held(poser) == {}
    assert target.value() == 0
    slider(poser, "mouth_aaa").setValue(50)
    value = poser.rows["mouth_aaa"].values["mouth_aaa"]
    assert value.text() == "0.50"
    value.setFocus()
    qtbot.keyClick(value, Qt.Key.Key_Space)
    assert held(poser) == {}


def test_an_expression_is_put_on_changed_and_taken_off(poser: Poser, qtbot: QtBot) -> None:
    chips = poser.expressions.chips
    happy, angry = chips["Happy"], chips["Angry"]
    qtbot.mouseClick(happy, Qt.MouseButton.LeftButton)
    assert held(poser) == expressions.named("Happy").values
    qtbot.mouseClick(angry, Qt.MouseButton.LeftButton)
    assert held(poser) == expressions.named("Angry").values
    assert (happy.isChecked(), angry.isChecked()) == (False, True)
    slider(poser, "mouth_aaa").setValue(30)
    assert angry.isChecked(), "it is, with something more"
    slider(poser, "eyebrow_angry_left").setValue(10)
    assert not angry.isChecked(), "it isn't that expression any more"
    qtbot.mouseClick(angry, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(angry, Qt.MouseButton.LeftButton)
    assert held(poser) == {}
    assert slider(poser, "eyebrow_angry_left").value() == 0


def test_saving_renaming_giving_away_and_deleting(poser: Poser, qtbot: QtBot, tmp_path: Path) -> None:
    page = poser.expressions
    assert not page.save_button.isEnabled(), "nothing is held"
    slider(poser, "mouth_smirk").setValue(100)
    assert page.save("Mine")
    assert page.chips["Mine"].isChecked()
    mine = page.worn_now()
    assert mine
    assert {action.text(): action.isEnabled() for action in page.menu_of(mine).actions()} == {
        "Key…": True, "Rename…": True, "Export…": True, "Delete…": True,
    }  # fmt: skip
    assert page.rename(mine, "Yours")
    yours = page.known["Yours"]
    assert page.export(yours, tmp_path / "gift.json")
    assert page.delete(yours)
    assert "Yours" not in page.chips
    assert page.load(tmp_path / "gift.json")
    qtbot.mouseClick(page.chips["Yours"], Qt.MouseButton.LeftButton)
    assert held(poser) == {}, "it was on already"


def test_what_ships_is_not_changed_and_refusals_are_told(poser: Poser) -> None:
    page = poser.expressions
    happy = page.known["Happy"]
    assert [action.isEnabled() for action in page.menu_of(happy).actions()] == [True, False, True, False]
    slider(poser, "mouth_smirk").setValue(100)
    assert not page.save("Happy")
    window = poser.window()
    assert isinstance(window, MainWindow)
    assert "comes with the program" in window.banner.text.text()


def test_a_broken_file_is_told_on_the_page(poser: Poser, tmp_path: Path) -> None:
    expressions.own().mkdir(parents=True)
    (expressions.own() / "broken.json").write_text("{")
    poser.expressions.refresh()
    assert "broken.json" in poser.expressions._fault.sentence
    assert poser.expressions._fault.isVisible()


def test_the_rest_follows_or_rests(poser: Poser, qtbot: QtBot) -> None:
    qtbot.mouseClick(poser.follow, Qt.MouseButton.LeftButton)
    assert not poser.live.settings.pose.follows
    slider(poser, "head_x").setValue(40)
    window = poser.window()
    assert isinstance(window, MainWindow)
    assert window.buttons["pose"].objectName() == "holding"
    qtbot.mouseClick(poser.release_button, Qt.MouseButton.LeftButton)
    assert held(poser) == {}
    assert poser.live.settings.pose.follows
    assert poser.follow.isChecked()
    assert window.buttons["pose"].objectName() != "holding"
    assert not poser.release_button.isEnabled()


def test_what_the_avatar_does_not_show_is_grey_with_the_reason(poser: Poser) -> None:
    grey = {name for line in poser.rows.values() if not line.isEnabled() for name in line.names}
    assert grey == set(tha.PARAMETERS) - ON_FACES
    assert slider(poser, "body_y").toolTip() == "Puppet doesn't move this."
    assert not poser.notice.isVisible()
    poser.live.change(animator="still")
    assert poser.notice.isVisible()
    assert not any(line.isEnabled() for line in poser.rows.values())


def test_the_next_start_is_with_ones_own_face(poser: Poser, show: Show) -> None:
    slider(poser, "head_x").setValue(40)
    poser.follow.click()
    poser.window().close()
    kept, _ = files.load()
    assert kept.pose.held == {}
    assert kept.pose.follows


def test_the_page_takes_the_place_of_the_cards_and_gives_it_back(poser: Poser, qtbot: QtBot) -> None:
    window = poser.window()
    assert isinstance(window, MainWindow)
    assert not window.side.isVisible()
    width = window.preview.width()
    slider(poser, "head_x").setValue(40)
    window.keyboard()["pose"].trigger()
    assert window.side.isVisible()
    assert not poser.isVisible()
    qtbot.waitUntil(lambda: window.preview.width() == width)
    assert held(poser) == {"head_x": 0.4}, "what is held stays held"
    window.keyboard()["pose"].trigger()
    assert slider(poser, "head_x").value() == 40
    poser.closed.emit()
    assert not window.buttons["pose"].isChecked()


def test_every_control_of_the_page_has_a_name_and_is_reached(poser: Poser) -> None:
    reached: set[QWidget] = set()
    widget: QWidget = poser
    while (widget := widget.nextInFocusChain()) not in reached:
        reached.add(widget)
    controls = [*poser.findChildren(QAbstractButton), *poser.findChildren(QSlider)]
    names = [control.accessibleName() for control in controls if isinstance(control, QSlider)]
    assert len(set(names)) == len(names) == len(tha.PARAMETERS)
    for control in controls:
        if control.isVisibleTo(poser):
            assert control in reached
            assert control.accessibleName() or (isinstance(control, QAbstractButton) and control.text()), control


def test_the_narrowest_window_has_room_for_the_page_and_the_bar(poser: Poser) -> None:
    window = poser.window()
    assert isinstance(window, MainWindow)
    window.resize(window.minimumSize())
    assert window.bar.sizeHint().width() <= window.bar.width()
    assert poser.page.widget().minimumSizeHint().width() <= poser.page.viewport().width()
    assert min(slider.width() for slider in poser.findChildren(QSlider) if slider.isVisible()) > 10 * GRID
