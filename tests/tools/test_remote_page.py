"""A phone, which is Chromium at a phone's size, changes a session."""

import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest

from tests.outputs.chromium import Chromium, Tab, chromium
from tests.outputs.web_client import free_port
from vtuber_app.core import clock
from vtuber_app.pose.expressions import expressions
from vtuber_app.session import Session
from vtuber_app.settings import AppSettings
from vtuber_app.tools.remote.desk import Desk
from vtuber_app.tools.remote.server import Remote


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(AppSettings(tracker="idle", animator="still"), ends_with_input=False) as session:
        yield session


@pytest.fixture
def remote() -> Iterator[Remote]:
    with Remote(free_port()) as remote:
        yield remote


@pytest.fixture
def tended(session: Session, remote: Remote) -> Callable[[Callable[[], object]], None]:
    """Does what the window's timer does until something is true."""
    desk = Desk(remote, session.apply)

    def until(true: Callable[[], object]) -> None:
        end = clock.now() + 10
        while not true():
            assert clock.now() < end
            desk.tend(session, lambda: session.settings)
            time.sleep(0.02)

    return until


@pytest.fixture
def tab(browser: Chromium, remote: Remote, tended: Callable[[Callable[[], object]], None]) -> Iterator[Tab]:
    tab = browser.open(f"http://127.0.0.1:{remote.port}/?{remote.address.partition('?')[2]}", 360, 740)
    tended(lambda: tab.run("document.querySelectorAll('#avatars button').length >= 6"))
    yield tab
    tab.close()


def tap(tab: Tab, words: str) -> None:
    """Put a finger on the middle of the button with these words."""
    button = f"[...document.querySelectorAll('button')].find((one) => one.textContent.startsWith({words!r}))"
    tab.run(f"{button}.scrollIntoView({{block: 'center'}})")
    box = f"{button}.getBoundingClientRect()"
    x, y = tab.run(f"[{box}.x + {box}.width / 2, {box}.y + {box}.height / 2]")
    for kind in ("mousePressed", "mouseReleased"):
        tab.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


def on(tab: Tab, words: str) -> bool:
    pressed = "[...document.querySelectorAll('button[aria-pressed=true]')].map((one) => one.textContent)"
    return any(str(text).startswith(words) for text in tab.run(pressed))


def test_taps_change_the_session_and_the_page_shows_it(
    tab: Tab, session: Session, tended: Callable[[Callable[[], object]], None]
) -> None:
    assert on(tab, "Sora")
    tap(tab, "Ren")
    tended(lambda: session.settings.avatar == "ren" and on(tab, "Ren"))
    tap(tab, "Happy")
    tended(lambda: session.settings.pose.held == dict(expressions.named("happy").values) and on(tab, "Happy"))
    tap(tab, "Happy")
    tended(lambda: session.settings.pose.held == {} and not on(tab, "Happy"))
    tap(tab, "Rest")
    tended(lambda: not session.settings.pose.follows and on(tab, "Rest"))
    tap(tab, "Rest")
    tended(lambda: session.settings.pose.follows and not on(tab, "Rest"))
    asked: list[bool] = []
    session.calibrate = lambda: asked.append(True)  # type: ignore[method-assign]
    tap(tab, "Calibrate")
    tended(lambda: asked)
    assert "relaxed" in tab.run("document.querySelector('#hint').textContent")


def test_what_the_window_changes_is_seen_on_the_phone(
    tab: Tab, session: Session, tended: Callable[[Callable[[], object]], None]
) -> None:
    session.apply(session.settings.model_copy(update={"avatar": "yuu"}))
    tended(lambda: on(tab, "Yuu") and not on(tab, "Sora"))


def test_the_preview_is_live_only_while_the_page_is_seen(
    tab: Tab, session: Session, remote: Remote, tended: Callable[[Callable[[], object]], None]
) -> None:
    tended(lambda: remote.watched)
    pixels = "[...document.querySelector('#preview').getContext('2d').getImageData(0, 0, 360, 360).data]"
    tended(lambda: max(tab.run(pixels)[::4]) > 200)
    frame = session.preview.peek()
    assert frame
    ideal = cv2.resize(frame.pixels, (360, 360), interpolation=cv2.INTER_AREA).astype(float)
    seen = np.array(tab.run(pixels), float).reshape(360, 360, 4)
    opaque = ideal[..., 3] == 255
    assert np.abs(seen[..., :3] - ideal[..., :3])[opaque].mean() < 6
    tab.run("Object.defineProperty(document, 'hidden', {value: true})")
    tab.run("document.dispatchEvent(new Event('visibilitychange'))")
    tended(lambda: not remote.watched)


def test_every_avatar_has_its_thumbnail(tab: Tab, tended: Callable[[Callable[[], object]], None]) -> None:
    tab.run("document.querySelector('#avatars').scrollIntoView()")
    drawn = """[...document.querySelectorAll('#avatars canvas')].every((one) =>
        one.getContext('2d').getImageData(0, 0, 144, 144).data.some((value) => value > 0))"""
    tended(lambda: tab.run(drawn))


@pytest.mark.parametrize("size", [(360, 740), (740, 360), (320, 568)])
def test_nothing_is_cut_off_and_fingers_find_everything(tab: Tab, size: tuple[int, int]) -> None:
    tab.call("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=True)
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    assert tab.run("document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth")
    sizes = tab.run("[...document.querySelectorAll('button')].map((b) => [b.clientWidth, b.clientHeight])")
    assert min(wide for wide, _ in sizes) >= 80
    assert min(high for _, high in sizes) >= 48


def test_a_page_whose_token_is_old_says_so(
    tab: Tab, remote: Remote, tended: Callable[[Callable[[], object]], None]
) -> None:
    remote.renew()
    tended(lambda: "scan the code again" in tab.run("document.querySelector('#hint').textContent"))
