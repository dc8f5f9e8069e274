"""`vtuber-app obs` against a server that behaves like OBS."""

import getpass
import io
import json
import sys
from pathlib import Path

import pytest

from tests.tools.obs_server import FakeObs, serving
from vtuber_app import cli_obs, settings
from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.obs import files
from vtuber_app.tools.obs.protocol import PasswordNeeded


@pytest.fixture(autouse=True)
def obs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(files, "folders", lambda: [tmp_path / "obs-studio"])
    monkeypatch.setattr(cli_obs, "PAGE_PATIENCE", 0.0)
    return tmp_path / "obs-studio"


def test_it_needs_no_word_where_obs_own_files_tell(obs_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(FakeObs(password="own", special={"mic1": "Mic"})) as fake:
        fake.inputs["Mic"] = {"kind": "pulse_input_capture", "settings": {}, "ms": 0}
        file = obs_folder / files.NEW
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"server_enabled": True, "server_port": fake.port, "server_password": "own"}))
        assert cli_obs.obs(delay_ms=80) == 0
        first = capsys.readouterr()
        assert "Your avatar is in OBS now" in first.out
        assert '"Mic" is delayed by 80 ms (before: 0 ms).' in first.out
        assert "isn't running" in first.err
        assert settings.load()[0].outputs == ("browser",)
        assert cli_obs.obs() == 0
        assert "up to date" in capsys.readouterr().out
        assert fake.inputs["vtuber_app"]["settings"]["url"] == "http://127.0.0.1:18512/"


def test_the_password_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(getpass, "getpass", lambda prompt: asked.append(prompt) or "neko")
    with serving(FakeObs(password="neko")) as fake:
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        with pytest.raises(PasswordNeeded):
            cli_obs.obs(port=fake.port)
        monkeypatch.setattr(sys, "stdin", type("Terminal", (), {"isatty": lambda self: True})())
        assert cli_obs.obs(port=fake.port) == 0
        assert cli_obs.obs(port=fake.port) == 0
    assert len(asked) == 1


def test_obs_elsewhere_needs_an_open_page() -> None:
    with pytest.raises(SettingsError, match="Other devices may"):
        cli_obs.obs(host="192.0.2.7")
