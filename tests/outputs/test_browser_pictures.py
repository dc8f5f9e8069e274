"""What a watching page is sent, and what it may say."""

import contextlib
import socket
import struct
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from web_client import BINARY, CLOSE, PING, PONG, ask, free_port, page, picture

from vtuber_app.core import clock
from vtuber_app.core.errors import DeviceError
from vtuber_app.core.types import Frame
from vtuber_app.outputs.browser import Browser, BrowserSettings
from vtuber_app.outputs.layout import Layout
from vtuber_app.outputs.web import server, viewer
from vtuber_app.outputs.web.picture import Picture


@pytest.fixture
def output() -> Iterator[Browser]:
    with Browser(BrowserSettings(port=free_port())) as output:
        yield output


def until(true: Callable[[], object]) -> None:
    end = clock.now() + 5
    while not true():
        assert clock.now() < end
        time.sleep(0.005)


def test_a_picture_arrives_as_it_is(output: Browser) -> None:
    with page(output.settings.port) as seen:
        for number in range(5):
            output.send(picture(number, (40 + number, 30)))
            name, pixels = seen.see()
            assert (pixels == picture(number, (40 + number, 30)).pixels).all()
            seen.say(BINARY, name)
    until(lambda: len(output.delays) == 5)
    assert all(0 < delay < 1 for delay in output.delays)


def test_who_comes_late_sees_the_newest(output: Browser) -> None:
    output.send(picture(1))
    output.send(picture(2))
    with page(output.settings.port) as seen:
        assert (seen.see()[1] == picture(2).pixels).all()


def test_a_picture_without_alpha_is_opaque(output: Browser) -> None:
    output.send(Frame(picture().pixels[:, ::2, :3], 0.0))
    with page(output.settings.port) as seen:
        pixels = seen.see()[1]
    assert (pixels[..., :3] == picture().pixels[:, ::2, :3]).all()
    assert (pixels[..., 3] == 255).all()


def test_a_slow_page_skips_to_the_newest_and_another_misses_nothing(output: Browser) -> None:
    with page(output.settings.port) as slow, page(output.settings.port) as quick:
        until(lambda: output.viewers == 2)
        for number in range(10):
            output.send(picture(number))
            name, pixels = quick.see()
            assert (pixels == picture(number).pixels).all()
            quick.say(BINARY, name)
        names = [slow.see()[0] for _ in range(viewer.AHEAD)]
        slow.say(BINARY, names[0])
        assert (slow.see()[1] == picture(9).pixels).all()


def test_a_page_that_reads_nothing_holds_up_neither_the_rest_nor_the_end() -> None:
    output = Browser(BrowserSettings(port=free_port()))
    with output, page(output.settings.port) as stuck, page(output.settings.port) as quick:
        until(lambda: output.viewers == 2)
        stuck.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(3):
            began = clock.now()
            output.send(picture(0, (2000, 2000)))
            assert clock.now() - began < 0.5, "held up it would be for seconds; on busy cores a copy takes a while"
            quick.say(BINARY, quick.see()[0])
        began = clock.now()
        output.__exit__(None, None, None)
        assert clock.now() - began < 1.5


def test_fps_in_the_address_leaves_pictures_out(output: Browser) -> None:
    with page(output.settings.port, "?fps=20") as seen:
        until(lambda: output.viewers == 1)
        seen.socket.settimeout(0.3)
        began = clock.now()
        for number in range(60):
            output.send(picture(number, (2, 2)))
            time.sleep(max(0, began + number / 100 - clock.now()))
        took = clock.now() - began
        count = 0
        with contextlib.suppress(TimeoutError):
            while True:
                seen.say(BINARY, seen.see()[0])
                count += 1
    assert viewer.AHEAD <= count <= 20 * took + 2


def test_size_in_the_address_makes_it_smaller_without_a_fringe(output: Browser) -> None:
    pixels = np.zeros((100, 200, 4), np.uint8)
    pixels[..., 1] = 255  # green where nothing is seen
    pixels[:, :101] = 250, 10, 20, 255
    pixels.setflags(write=False)
    output.send(Frame(pixels, 0.0))
    with page(output.settings.port, "?size=50") as small, page(output.settings.port, "?size=4096") as whole:
        seen = small.see()[1]
        seen_whole = whole.see()[1]
    assert (seen_whole[:, :101] == pixels[:, :101]).all()
    assert not seen_whole[:, 101:].any()
    assert seen.shape == (25, 50, 4)
    visible = seen[seen[..., 3] > 0]
    assert 25 * 25 < len(visible) < 25 * 27
    assert np.abs(visible[:, :3].astype(int) - (250, 10, 20)).max() <= 4  # one step of an alpha of 64


def test_a_picture_is_made_a_message_once_for_all_of_a_size() -> None:
    one = Picture(1, picture(0, (64, 64)).pixels, 0.0)
    assert one.message(32) is one.message(32)
    assert one.message(64) is one.message(None) is one.message(4096)
    assert len(one.message()[1]) == 64 * 64 * 4


def test_only_what_is_seen_is_sent(output: Browser) -> None:
    pixels = np.zeros((100, 200, 4), np.uint8)
    pixels[20:50, 30:90] = 5, 6, 7, 1
    message = Picture(1, pixels, 0.0).message()[1]
    assert len(message) == 30 * 60 * 4
    assert len(Picture(1, np.zeros((9, 9, 4), np.uint8), 0.0).message()[1]) == 0
    output.send(Frame(pixels, 0.0))
    with page(output.settings.port) as seen:
        assert (seen.see()[1] == pixels).all()


def test_a_silent_program_says_that_it_lives(output: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "KEEPALIVE", 0.05)
    with page(output.settings.port) as seen:
        assert seen.hear() == (BINARY, b"")
        assert seen.hear() == (BINARY, b"")


def test_at_the_end_the_page_is_told() -> None:
    output = Browser(BrowserSettings(port=free_port()))
    with output, page(output.settings.port) as seen:
        until(lambda: output.viewers == 1)
        output.__exit__(None, None, None)
        assert seen.closed() == 1001
    assert output.viewers == 0


def test_a_page_is_counted_while_it_watches(output: Browser) -> None:
    with page(output.settings.port), page(output.settings.port):
        until(lambda: output.viewers == 2)
    until(lambda: output.viewers == 0)
    with page(output.settings.port) as polite:
        polite.say(CLOSE)
        assert polite.hear() == (CLOSE, struct.pack(">H", 1001))
    until(lambda: output.viewers == 0)


def test_without_a_page_its_address_is_told(output: Browser) -> None:
    assert f"http://127.0.0.1:{output.settings.port}/" in (output.notice or "")
    with page(output.settings.port):
        until(lambda: output.notice is None)
    output.__exit__(None, None, None)
    assert output.notice is None


def test_a_ping_is_answered(output: Browser) -> None:
    with page(output.settings.port) as seen:
        seen.say(PING, b"here")
        assert seen.hear() == (PONG, b"here")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"opcode": BINARY, "content": b"1234", "masked": False}, 1002),
        ({"opcode": BINARY, "content": b"1234", "first": 0xC2}, 1002),
        ({"opcode": BINARY, "content": b"1234", "first": 0x02}, 1003),
        ({"opcode": 0x1, "content": b"text"}, 1003),
        ({"opcode": BINARY, "content": bytes(126)}, 1009),
        ({"opcode": BINARY, "content": b"12345"}, 1008),
        ({"opcode": BINARY, "content": bytes(4)}, 1008),
    ],
)
def test_what_a_page_never_says_ends_it(output: Browser, said: dict[str, int | bytes], code: int) -> None:
    with page(output.settings.port) as seen, page(output.settings.port) as other:
        seen.say(**said)  # type: ignore[arg-type]
        assert seen.closed() == code
        output.send(picture())
        assert (other.see()[1] == picture().pixels).all()


def test_a_talkative_page_is_sent_away(output: Browser) -> None:
    with page(output.settings.port) as seen:
        with contextlib.suppress(ConnectionError):
            for _ in range(2000):
                seen.say(PONG)
        until(lambda: output.viewers == 0)


def test_too_many_pages_are_told_so(output: Browser) -> None:
    port = output.settings.port
    with contextlib.ExitStack() as pages:
        for _ in range(server.VIEWERS):
            pages.enter_context(page(port))
        until(lambda: output.viewers == server.VIEWERS)
        status, _, text = ask(
            port,
            "/live",
            Origin=f"http://127.0.0.1:{port}",
            Upgrade="websocket",
            Connection="Upgrade",
            Sec_WebSocket_Key="c2l4dGVlbiBieXRlcyBvaw==",
            Sec_WebSocket_Version="13",
        )
        assert status == 503
        assert "Close one" in text


def test_a_taken_port_is_named_with_the_setting_that_changes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(DeviceError, match=f"Port {port} .*choose another Port"),
            Browser(BrowserSettings(port=port)),
        ):
            pass


def test_size_place_and_alpha_change_while_pages_watch(output: Browser) -> None:
    shown = picture(3, (40, 30))
    with page(output.settings.port) as seen:
        for changes in ({"mirrored": True}, {"alpha": "premultiplied"}, {"width": 64, "height": 64}, {"filled": True}):
            assert changes.keys() <= output.hot
            output.update(output.settings.model_copy(update=changes))
            output.send(shown)
            name, pixels = seen.see()
            wanted = Layout()(shown.pixels, output.settings)
            assert (pixels[..., : wanted.shape[2]] == wanted).all()
            assert pixels.shape[:2] == wanted.shape[:2]
            seen.say(BINARY, name)
