"""What the window takes from a drop or the clipboard."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from vtuber_app.avatars import archive, gallery
from vtuber_app.core import paths
from vtuber_app.gui.import_drop import arrival
from vtuber_app.gui.main_window import MainWindow

PAGE = "https://example.com/gallery/12"
PICTURE = "https://example.com/i/fox.png?a=1&b=2"


def offered(urls: list[str] | None = None, html: str = "", text: str = "", image: QImage | None = None) -> QMimeData:
    mime = QMimeData()
    if urls:
        mime.setUrls([QUrl(url) for url in urls])
    if html:
        mime.setHtml(html)
    if text:
        mime.setText(text)
    if image:
        mime.setImageData(image)
    return mime


def test_a_file_comes_first(tmp_path: Path, styled: object) -> None:
    url = QUrl.fromLocalFile(str(tmp_path / "my fox.png")).toString()
    assert arrival(offered([url], text=PAGE)) == tmp_path / "my fox.png"


def test_a_picture_is_taken_pixel_by_pixel(styled: object) -> None:
    picture = QImage(5, 3, QImage.Format.Format_ARGB32)
    picture.fill(QColor(200, 10, 20))
    picture.setPixelColor(1, 2, QColor(9, 9, 9, 0))
    pixels = arrival(offered([PAGE], image=picture))
    assert isinstance(pixels, np.ndarray)
    assert pixels.shape == (3, 5, 4)
    assert pixels[0, 0].tolist() == [200, 10, 20, 255]
    assert pixels[2, 1].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("mime", "address"),
    [
        ({"urls": [PAGE], "html": f'<a href="{PAGE}"><img alt="" src="{PICTURE.replace("&", "&amp;")}"></a>'}, PICTURE),
        ({"urls": [PICTURE]}, PICTURE),
        ({"text": f"  {PICTURE}\n"}, PICTURE),
        ({"urls": ["ftp://example.com/fox.png"]}, None),
        ({"text": "hello"}, None),
        ({"html": "<img src='javascript:x'>"}, None),
        ({}, None),
    ],
)
def test_a_pictures_own_address_is_found(mime: dict[str, object], address: str | None, styled: object) -> None:
    assert arrival(offered(**mime)) == address  # type: ignore[arg-type]


def test_a_files_path_may_be_pasted(tmp_path: Path, styled: object) -> None:
    (tmp_path / "fox.png").write_bytes(b"x")
    assert arrival(offered(text=f'"{tmp_path / "fox.png"}"')) == tmp_path / "fox.png"
    assert arrival(offered(text=str(tmp_path / "none.png"))) is None


def test_paste_opens_the_page(window: MainWindow, qtbot: QtBot) -> None:
    picture = QImage(40, 40, QImage.Format.Format_RGB32)
    picture.fill(QColor("#2040c0"))
    QGuiApplication.clipboard().setImage(picture)
    window.keyboard()["paste"].trigger()
    page = window.avatars.import_page()
    qtbot.waitUntil(page.use_button.isEnabled, timeout=20_000)
    assert page.name.text() == "Pasted"
    page.close()


def test_an_empty_clipboard_is_told(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("hello")
    window.paste()
    assert "no picture" in window.banner.text.text()


def test_an_avatars_archive_is_kept_and_networks_go_to_their_page(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    took: list[Path] = []
    monkeypatch.setattr(window.avatars, "take_networks", took.append)
    archive.write(paths.assets() / "avatars" / "ren", tmp_path / "Ren.zip")
    window.take(offered([QUrl.fromLocalFile(str(tmp_path / "Ren.zip")).toString()]))
    qtbot.waitUntil(lambda: window.live.settings.avatar.startswith("Ren"), timeout=20_000)
    assert (gallery.folders()[0] / window.live.settings.avatar / gallery.PUPPET).is_file()
    assert took == []
    with zipfile.ZipFile(tmp_path / "networks.zip", "w") as zipped:
        zipped.writestr("tha3/editor.pt", b"x")
    window.take(offered([QUrl.fromLocalFile(str(tmp_path / "networks.zip")).toString()]))
    assert took == [tmp_path / "networks.zip"]


def test_a_puppets_folder_is_chosen_where_it_is(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[str] = []
    monkeypatch.setattr(window.avatars, "choose", chosen.append)
    folder = paths.assets() / "avatars" / "ren"
    for path in (folder, folder / gallery.PUPPET):
        window.take(offered([QUrl.fromLocalFile(str(path)).toString()]))
    assert chosen == [str(folder), str(folder)]


def test_closing_the_window_closes_the_page(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    page: Callable[..., object] = window.avatars.import_page
    opened = page()
    window.close()
    assert not opened.isVisible()  # type: ignore[attr-defined]
