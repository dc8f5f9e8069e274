"""`vtuber-app models` as a user types it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.store.checkpoints import editor, encoded, one_file, write_card
from tests.store.server import Page, Server, serving
from vtuber_app import cli_models
from vtuber_app.store import accepted, cards, installed

pytest.importorskip("torch")

RUN = "import sys; from pathlib import Path; from vtuber_app.store import cards; cards.FOLDER = Path(sys.argv.pop(1)); "
RUN += "from vtuber_app.core import paths; models = Path(sys.argv.pop(1)); paths.model_folders = lambda: [models]; "
RUN += "from vtuber_app.cli import main; main()"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        server.pages["/editor.pt"] = Page(encoded(editor()), tag='"1"')
        yield server


@pytest.fixture
def shelf(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Cards of two families, one of them not for commercial use."""
    folder = tmp_path / "cards"
    file = {"addresses": [server.address("/editor.pt")]}
    free = {
        "id": "NC",
        "title": "No Commerce",
        "address": "https://example.invalid/nc",
        "commercial": False,
        "ask": True,
    }
    write_card(folder, "small", one_file("small/editor.pt", **file))
    write_card(folder, "strict", one_file("strict/editor.pt", **file), licence=free)
    monkeypatch.setattr(cards, "FOLDER", folder)
    monkeypatch.setattr("vtuber_app.core.paths.model_folders", lambda: [tmp_path / "models"])
    monkeypatch.setenv("COLUMNS", "140")
    return folder


def typed(shelf: Path, *words: str | Path, **changes: object) -> "subprocess.Popen[str]":
    """The program as a process of its own, started and not awaited."""
    command = [sys.executable, "-c", RUN, str(shelf), str(shelf.with_name("models")), "models", *map(str, words)]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **changes}
    return subprocess.Popen(command, text=True, env=dict(os.environ), **streams)  # type: ignore[call-overload,no-any-return]


def test_list_says_what_there_is(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_models.list_() == 0
    small, strict = (line for line in capsys.readouterr().out.splitlines() if line.startswith("s"))
    assert " ".join(small.split()) == "small Small small. Nothing. 4 MB CC-BY-4.0 not installed"
    assert "NC, not for commercial use" in strict


def test_states_in_the_list(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_models.install("small", accept_licence=True) == 0
    strict = shelf.with_name("models") / "strict"
    strict.mkdir()
    (strict / "editor.pt").write_bytes(encoded(editor()))
    capsys.readouterr()
    cli_models.list_()
    small, strict_line = (line for line in capsys.readouterr().out.splitlines() if line.startswith("s"))
    assert small.rstrip().endswith(" installed")
    assert strict_line.rstrip().endswith("installed, licence not accepted")


def test_nobody_to_ask(shelf: Path) -> None:
    process = typed(shelf, "install", "strict")
    out, error = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "NOT for commercial use" in out
    assert "--accept-licence" in error
    assert not accepted("strict")
    assert not installed.look(cards.find("strict")).there


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("", 1), ("no", 1)])
def test_asked_before_anything_comes(
    shelf: Path, server: Server, answer: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda *_: answer)
    assert cli_models.install("strict") == code
    assert accepted("strict") == installed.look(cards.find("strict")).whole == (code == 0)
    assert bool(server.asked) == (code == 0)


def test_verify_and_remove(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli_models.install("small", accept_licence=True)
    assert cli_models.verify() == 0
    assert "editor.pt: 81 tensors, in full precision (float32)" in capsys.readouterr().out
    path = installed.look(cards.find("small")).folder / "editor.pt"
    path.write_bytes(path.read_bytes()[:3_800_000])
    assert cli_models.verify("small") == 1
    assert "damaged" in capsys.readouterr().out
    assert cli_models.remove("small") == 0
    assert "4 MB are free again" in capsys.readouterr().out
    assert cli_models.remove("small") == 0
    assert "was not installed" in capsys.readouterr().out
    assert cli_models.verify() == 0


def test_import_says_what_it_did(shelf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_bytes(encoded(editor()))
    assert cli_models.import_(tmp_path / "mine", as_="small", accept_licence=True) == 0
    assert "Small small: 1 of 1 files put into" in capsys.readouterr().out
    assert accepted("small")


def test_what_fails_says_why_in_a_sentence(shelf: Path, tmp_path: Path) -> None:
    for words, said in (
        (("import", tmp_path / "none.zip"), "There is nothing at"),
        (("install", "nothing"), "Choose one of: small, strict"),
    ):
        process = typed(shelf, *words)
        _, error = process.communicate(timeout=60)
        assert process.returncode == 1
        assert said in error
        assert "Traceback" not in error


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C can't be sent to one process there")
def test_ctrl_c_keeps_what_has_come(shelf: Path, server: Server) -> None:
    server.pages["/editor.pt"].limit, server.pages["/editor.pt"].hangs = 1_000_000, True
    process = typed(shelf, "install", "small", "--accept-licence")
    part = shelf.with_name("models") / "small" / "editor.pt.part"
    while process.poll() is None and not (part.exists() and part.stat().st_size > 500_000):
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "What has come is kept" in error
    server.pages["/editor.pt"] = Page(server.pages["/editor.pt"].content, tag='"1"')
    assert cli_models.install("small") == 0
    assert server.ranges[-1] is not None
