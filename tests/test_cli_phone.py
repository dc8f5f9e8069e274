"""`live --remote` and `doctor --zip` as they are typed."""

import logging
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from tests.outputs.web_client import free_port
from vtuber_app import cli
from vtuber_app.core import journal
from vtuber_app.tools import doctor
from vtuber_app.tools.doctor.finding import Finding
from vtuber_app.tools.remote import server


def test_live_prints_where_a_phone_finds_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(server, "PORT", port)
    words = ["live", "--tracker", "idle", "--animator", "still", "--output", "null", "--seconds", "0.3", "--remote"]
    with pytest.raises(SystemExit) as ended:
        cli.app(words)
    assert not ended.value.code
    said = capsys.readouterr().err
    assert f":{port}/?token=" in said
    assert "█" in said


def test_doctor_writes_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        Finding("Python", "ok", "3.11", "", "This computer"),
        Finding("cameras", "warn", "none found", "Plug one in.", "Camera and microphone"),
    ]
    monkeypatch.setattr(doctor, "examine", lambda case: iter(found))
    with pytest.raises(SystemExit) as ended:
        cli.app(["doctor", "--zip", str(tmp_path / "report.zip")])
    assert not ended.value.code
    said = capsys.readouterr().out
    assert said.index("Camera and microphone") < said.index("none found") < said.index("report.zip")
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        assert b"Plug one in." in archive.read("findings.txt")


def test_crashes_are_kept_for_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (sys, threading):
        monkeypatch.setattr(module, "excepthook", module.excepthook)
    root = logging.getLogger()
    before = list(root.handlers)
    journal.start()
    try:
        try:
            raise ZeroDivisionError("deep inside")
        except ZeroDivisionError as error:
            sys.excepthook(type(error), error, error.__traceback__)
        thread = threading.Thread(target=lambda: 1 // 0)
        thread.start()
        thread.join()
    finally:
        for handler in [handler for handler in root.handlers if handler not in before]:
            root.removeHandler(handler)
            handler.close()
    lines = "\n".join(journal.last(100))
    assert "ZeroDivisionError: deep inside" in lines
    assert "A thread ended by a bug." in lines
