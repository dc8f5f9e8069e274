"""`vtuber-app avatar` as a user types it."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from vtuber_app import cli_avatar
from vtuber_app.avatars import gallery, keep, pictures
from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.contact_sheet import RANGE

SHIPPED = gallery.names()[0]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    (tmp_path / "my fox.png").write_bytes(cv2.imencode(".png", np.full((20, 30, 3), 200, np.uint8))[1].tobytes())
    return tmp_path / "my fox.png"


def typed(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    assert cli_avatar.avatar([str(word) for word in words], result_action="return_value") == 0
    return capsys.readouterr().out


def test_list_says_what_there_is(
    picture: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    keep.add(picture, "[bold]Fox")
    keep.note("[bold]Fox", keep.About(name="?", licence="CC0\nin full", origin="a friend"))
    listed = {line.split()[0]: line.split()[1:] for line in typed(capsys, "list").splitlines()}
    assert listed["[bold]Fox"] == ["picture", "yours", "CC0", "a", "friend"]
    assert listed[SHIPPED] == ["puppet", "the", "program's", "MIT", "vtuber_app"]
    assert len(listed) == len(gallery.names()) + 1
    assert SHIPPED not in typed(capsys, "list", "fox")
    assert "No avatar is called like 'wolf'" in typed(capsys, "list", "wolf")


def test_a_mistake_in_about_json_does_not_hide_the_list(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep.add(picture, "Fox")
    (keep.own() / "Fox" / keep.ABOUT).write_text("{")
    listed = typed(capsys, "list")
    assert "mistake" in listed
    assert SHIPPED in listed


def test_an_avatar_from_import_to_restore(picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 'live --avatar "my fox"' in typed(capsys, "import", picture)
    assert "my fox is called Fox now." in typed(capsys, "rename", "my fox", "Fox")
    assert "is called Fox 2." in typed(capsys, "duplicate", "Fox")
    assert "fox.zip (0.0 MB)" in typed(capsys, "export", "Fox", tmp_path / "fox.zip")
    assert "vtuber-app avatar restore Fox" in typed(capsys, "delete", "Fox")
    assert keep.search("fox") == ("Fox 2",)
    assert "Fox is in the gallery again." in typed(capsys, "restore")
    typed(capsys, "delete", "Fox")
    assert "Rex is in the gallery." in typed(capsys, "import", tmp_path / "fox.zip", "--name", "Rex")
    assert "Fox is in the gallery again." in typed(capsys, "restore", "Fox")
    assert {"Fox", "Fox 2", "Rex"} <= set(gallery.names())
    assert (gallery.load("Rex").pixels == gallery.load("Fox").pixels).all()


def test_an_export_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_bytes(b"mine")
    with pytest.raises(SettingsError, match="already there"):
        cli_avatar.export(SHIPPED, tmp_path / "mine.zip")
    assert (tmp_path / "mine.zip").read_bytes() == b"mine"


def test_a_refusal_is_one_sentence_and_an_exit_code() -> None:
    command = [sys.executable, "-m", "vtuber_app", "avatar", "delete", SHIPPED]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr == f"{SHIPPED} ships with the program and can't be deleted. Duplicate it; the copy is yours.\n"
    assert run.stdout == ""


def test_a_sheet_shows_a_row_for_each_avatar(tmp_path: Path) -> None:
    assert cli_avatar.sheet("hina", "sora", out=tmp_path / "sheet.png", tile=64) == 0
    drawn = pictures.read(tmp_path / "sheet.png")
    assert drawn.shape[1] == 64 * len(RANGE)
    top, bottom = drawn[: len(drawn) // 2], drawn[len(drawn) // 2 :]
    assert np.abs(top.astype(int) - bottom).mean() > 5
