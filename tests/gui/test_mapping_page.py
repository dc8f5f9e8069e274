"""The mapping page over a running session: ranges, layers, presets, undo, learning."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from vtuber_app import avatar_settings
from vtuber_app.core import paths
from vtuber_app.core.types import BLENDSHAPES
from vtuber_app.gui import mapping_learn
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.gui.mapping_names import titles
from vtuber_app.gui.mapping_page import MappingPage
from vtuber_app.pose.mapping import Passage, usual
from vtuber_app.pose.mapping_presets import presets
from vtuber_app.pose.parameters import PARAMETERS, levels
from vtuber_app.settings import AppSettings

Show = Callable[..., MainWindow]


@pytest.fixture
def page(show: Show, settings: AppSettings, qtbot: QtBot) -> MappingPage:
    """The page beside a session that replays a performance."""
    settings = settings.model_copy(update={"tracker": "replay"})
    replay = settings.part("replay").model_copy(update={"path": paths.assets() / "motions/showcase.npz"})
    window = show(settings.with_part(replay))
    qtbot.mouseClick(window.sources.mapping_button, Qt.MouseButton.LeftButton)
    assert window.mapping
    assert window.mapping.isVisible()
    assert not window.side.isVisible()
    return window.mapping


def passage(page: MappingPage) -> Passage:
    session = page.live.session
    seen = session.mapped("replay") if session else None
    assert seen
    return seen


def drag(page: MappingPage, name: str, end: str, px: int, qtbot: QtBot) -> None:
    bar = page.rows[name].bar
    start = bar.where(end).toPoint()  # type: ignore[arg-type]
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    for step in (1, 2, 3):
        qtbot.mouseMove(bar, start + QPoint(px * step // 3, 0))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=start + QPoint(px, 0))


def test_every_parameter_has_a_title() -> None:
    assert set(titles()) == set(PARAMETERS)
    assert len(set(titles().values())) == len(PARAMETERS)


def test_a_dragged_handle_changes_what_the_session_does(page: MappingPage, qtbot: QtBot) -> None:
    drag(page, "smile", "high", -40, qtbot)
    by = page.live.settings.pose.mapping.everywhere["smile"]
    assert 0.5 < by.high < 0.9
    assert page.rows["smile"].source.text() == "all"

    def stretched() -> bool:
        seen = passage(page)
        return seen.after["mouthSmileLeft"] > seen.before["mouthSmileLeft"] + 0.02

    qtbot.waitUntil(stretched, timeout=15_000)


def test_arrows_move_the_marked_end_and_ctrl_z_takes_it_back(page: MappingPage, qtbot: QtBot) -> None:
    bar = page.rows["turn"].bar
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert page.live.settings.pose.mapping.everywhere["turn"].high > 31
    qtbot.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    page.undo()
    assert page.live.settings.pose.mapping.everywhere == {}, "quick changes of one parameter are one"
    assert page.rows["turn"].by == usual("turn")


def test_ends_never_cross(page: MappingPage, qtbot: QtBot) -> None:
    drag(page, "frown", "high", -400, qtbot)
    by = page.live.settings.pose.mapping.everywhere["frown"]
    assert by.low < by.high <= 0.03
    drag(page, "frown", "to_low", 400, qtbot)
    by = page.live.settings.pose.mapping.everywhere["frown"]
    assert by.to_low == by.to_high == 1


def test_layers_win_over_each_other_and_rows_say_so(page: MappingPage, qtbot: QtBot) -> None:
    row = page.rows["smile"]
    for layer, high in (("everywhere", 0.9), ("tracker", 0.8), ("avatar", 0.7)):
        qtbot.mouseClick(page.layers[layer], Qt.MouseButton.LeftButton)  # type: ignore[index]
        page._edit("smile", usual("smile").model_copy(update={"high": high}))
    layers = page.live.settings.pose.mapping
    assert [maps["smile"].high for maps in (layers.everywhere, layers.trackers["replay"], layers.avatar)] == [
        0.9, 0.8, 0.7,
    ]  # fmt: skip
    said = []
    for _ in range(4):
        said.append((row.source.text(), row.by.high))
        row.reset.click()
    assert said == [("avatar", 0.7), ("tracker", 0.8), ("all", 0.9), ("", 1.0)]
    page.undo()
    assert row.by.high == 0.9


def test_the_avatars_layer_is_kept_with_it(page: MappingPage) -> None:
    page.choose_layer("avatar")
    page._edit("pucker", usual("pucker").model_copy(update={"curve": 0.5}))
    page.live.save()
    own, _ = avatar_settings.read(page.live.settings.avatar)
    assert own.mapping["pucker"].curve == 0.5
    page.live.change(avatar="sora")
    assert not page._past, "what was another avatar's can't be undone here"


def test_the_curve_smoothing_and_figures_of_a_row(page: MappingPage, qtbot: QtBot) -> None:
    row = page.rows["mouth_open"]
    qtbot.mouseClick(row.more.button, Qt.MouseButton.LeftButton)
    assert row.form
    row.form.fields["invert"].switch.click()  # type: ignore[union-attr]
    row.spins["high"].setValue(0.6)
    qtbot.waitUntil(lambda: page.live.settings.pose.mapping.everywhere["mouth_open"].high == 0.6)
    by = page.live.settings.pose.mapping.everywhere["mouth_open"]
    assert by.invert
    assert row.curve
    assert row.curve._curve[0][1] == pytest.approx(1)


def test_search_finds_titles_and_blendshapes(page: MappingPage) -> None:
    page.search.setText("brow inner")
    found = {name for name, row in page.rows.items() if not row.isHidden()}
    assert found == {"brow_inner", "browInnerUp"}
    page.search.setText("")
    assert not any(row.isHidden() for row in page.rows.values())


def test_presets_are_used_saved_and_brought(page: MappingPage, tmp_path: Path) -> None:
    menu = page.presets.menu()
    assert isinstance(menu, QMenu)
    page.presets.fill(menu)
    next(action for action in menu.actions() if action.text() == "Calm").trigger()
    assert page.live.settings.pose.mapping.everywhere == presets.named("Calm").values
    page.presets.save("Mine")
    page.presets.export(tmp_path / "gift.json")
    page.reset_button.click()
    assert page.live.settings.pose.mapping.everywhere == {}
    page.presets.bring(tmp_path / "gift.json")
    assert page.live.settings.pose.mapping.everywhere == presets.named("Mine").values
    (tmp_path / "bad.json").write_text("{")
    page.presets.bring(tmp_path / "bad.json")
    assert "is no mapping" in page.learn.said.text().replace("\u200b", "")
    assert page.learn.said.objectName() == "fault"


def test_learning_sets_ranges_from_what_was_seen(
    page: MappingPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping_learn, "LEARN_S", 5.0)
    page.learn.button.click()
    qtbot.waitUntil(lambda: page.rows["turn"].bar.learnt is not None, timeout=10_000)
    assert page.learn.step.isVisible()
    with qtbot.waitSignal(page.learn.learnt, timeout=20_000):
        pass
    maps = page.live.settings.pose.mapping.everywhere
    assert maps["turn"].high < usual("turn").high, "nobody turns by 30 degrees in that time"
    assert maps["turn"].to_high == usual("turn").to_high
    assert page.learn.said.objectName() == "live"


def test_learning_without_a_face_says_so(
    show: Show, settings: AppSettings, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping_learn, "LEARN_S", 0.3)
    window = show(settings)
    window.show_mapping()
    page = window.mapping
    assert page
    qtbot.waitUntil(page.nobody.isVisible)
    page.learn.button.click()
    qtbot.waitUntil(lambda: "Hardly any face" in page.learn.said.sentence)
    assert page.live.settings.pose.mapping.everywhere == {}


def test_the_pose_page_and_this_one_take_turns(page: MappingPage, qtbot: QtBot) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    window.buttons["pose"].click()
    assert (window.poser.isVisible(), page.isVisible(), window.side.isVisible()) == (True, False, False)
    window.show_mapping()
    assert not window.buttons["pose"].isChecked()
    page.closed.emit()
    assert (window.poser.isVisible(), page.isVisible(), window.side.isVisible()) == (False, False, True)


def test_dots_are_where_the_performer_is(page: MappingPage, qtbot: QtBot) -> None:
    def followed() -> bool:
        live = page.rows["turn"].bar._live
        return live is not None and abs(live[0] - levels(passage(page).before)["turn"]) < 30

    qtbot.waitUntil(followed)


def test_half_a_face_from_the_phone_is_said_on_the_page_and_in_the_card(
    show: Show, settings: AppSettings, qtbot: QtBot
) -> None:
    """A phone that sends only the upper half of the face, over a real socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    phone = settings.part("ifacialmocap").model_copy(update={"port": port})
    window = show(settings.model_copy(update={"tracker": "ifacialmocap"}).with_part(phone))
    window.show_mapping()
    page = window.mapping
    assert page
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:

        def told() -> bool:
            weights = "|".join(f"{name}-{40 if name.startswith('brow') else 0}" for name in BLENDSHAPES)
            sender.sendto(f"{weights}|=head#0,0,0,0,0,0|".encode(), ("127.0.0.1", port))
            return "half a face" in page.notice.sentence

        qtbot.waitUntil(told, timeout=15_000)
    assert page.notice.isVisible()
    assert "half a face" in window.sources.state.sentence
