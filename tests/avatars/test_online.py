"""Pictures from the web: whatever a server does, a sentence and no hang."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from tests.store.server import Page, Server, serving
from vtuber_app.avatars import online
from vtuber_app.core.errors import SettingsError

PNG = cv2.imencode(".png", np.full((20, 30, 3), 200, np.uint8))[1].tobytes()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


def refused(server: Server, page: Page) -> str:
    server.pages["/fox.png"] = page
    with pytest.raises(SettingsError) as told:
        online.read(server.address("/fox.png"))
    return str(told.value)


def test_a_picture_comes_with_its_name(server: Server) -> None:
    server.pages["/a/my%20fox.png?size=large"] = Page(PNG, kind="image/png")
    pixels, name = online.read(f"  {server.address('/a/my%20fox.png?size=large')} ")
    assert (pixels.shape, name) == ((20, 30, 4), "my fox")


def test_letters_of_other_languages_are_encoded(server: Server) -> None:
    server.pages["/%E7%8B%90.png"] = Page(PNG)
    assert online.read(server.address("/狐.png"))[1] == "狐"


def test_a_redirection_is_followed(server: Server) -> None:
    server.pages["/old.png"] = Page(status=302, location="/new.png")
    server.pages["/new.png"] = Page(PNG)
    assert online.read(server.address("/old.png"))[0].shape == (20, 30, 4)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/fox.png"])
def test_a_redirection_elsewhere_than_to_the_web_is_refused(server: Server, location: str) -> None:
    assert "no web address" in refused(server, Page(status=302, location=location))


def test_a_circle_of_redirections_ends(server: Server) -> None:
    refused(server, Page(status=302, location="/fox.png"))
    assert sum(path == "/fox.png" for path, _ in server.asked) <= 3 + online.DETOURS * 2


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (Page(b"<html>", kind="text/html"), "gives a page, not a picture"),
        (Page(status=404), "isn't there"),
        (Page(status=403), "login"),
        (Page(status=503), "Try again later"),
        (Page(b""), "empty"),
        (Page(PNG, limit=40), "broke off"),
        (Page(PNG[:60]), "cut off"),
        (Page(b"not a picture at all"), "no picture"),
        (Page(PNG[:16] + b"\0\0\x4e\x20\0\0\x4e\x20" + PNG[24:]), "too large"),
    ],
    ids=["page", "missing", "forbidden", "busy", "empty", "broken off", "cut", "text", "20,000 px"],
)
def test_what_goes_wrong_is_told(server: Server, page: Page, words: str) -> None:
    assert words in refused(server, page)


def test_more_bytes_than_a_picture_has_are_not_taken(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online, "BYTES_LIMIT", 100_000)
    assert "more than" in refused(server, Page(PNG + bytes(1_000_000), length=False))


def test_silence_and_slowness_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        monkeypatch.setattr(online, "SILENCE", 0.2)
        assert "doesn't answer" in refused(server, Page(PNG, limit=20, hangs=True))
        monkeypatch.setattr(online, "PATIENCE", -1.0)
        assert "too slow" in refused(server, Page(PNG))


def test_nobody_there() -> None:
    with pytest.raises(SettingsError, match="can't be reached"):
        online.read("http://127.0.0.1:9/fox.png")


@pytest.mark.parametrize("address", ["", "fox.png", "file:///fox.png", "https://", "https://[bad/x", "http://a b/c"])
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="no web address"):
        online.read(address)
