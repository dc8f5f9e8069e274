"""The report holds nothing that tells who its user is."""

import json
import logging
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtuber_app import settings as files
from vtuber_app.core import journal, paths
from vtuber_app.core.errors import SettingsError
from vtuber_app.outputs.web import guard
from vtuber_app.pose.expressions import expressions
from vtuber_app.settings import AppSettings
from vtuber_app.sources.cameras import CameraInfo
from vtuber_app.tools.doctor import examine, personal, report
from vtuber_app.tools.doctor.finding import Case, Finding
from vtuber_app.tools.doctor.scrub import Scrubber
from vtuber_app.tools.obs import files as obs_files
from vtuber_app.tools.obs.protocol import Place
from vtuber_app.tools.remote import server

USER, FULL, HOST = "annweis", "Annemarie Weißhaupt", "anns-laptop"
SERIAL, PASSWORD, PHONE = "2009X01A0001", "neko-neko-77", "192.168.77.23"
MAC, IPV6 = "3c:5a:b4:01:02:03", "2001:db8::77:1"
AVATAR, FACE, FOLDER = "my_sister_lena", "Lenas Grinsen", "/mnt/Familie Weißhaupt/Aufnahmen"


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[AppSettings, list[str]]:
    """A machine full of personal words, and these."""
    home = tmp_path / "home" / USER
    home.mkdir(parents=True)
    monkeypatch.setattr(Path, "home", lambda: home)
    for variable in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(variable, USER)
    monkeypatch.setattr(personal, "_full_name", lambda: FULL)
    monkeypatch.setattr(personal.socket, "gethostname", lambda: HOST)
    camera = CameraInfo(0, f"{USER.capitalize()}'s Webcam SN {SERIAL}")
    monkeypatch.setattr(personal, "list_cameras", lambda: [camera])
    monkeypatch.setattr(obs_files, "folders", list)
    obs_files.keep(Place(), PASSWORD)
    tokens = [guard.token(), guard.token(server.token_file())]
    (paths.data() / "avatars").mkdir()
    cv2.imwrite(str(paths.data() / "avatars" / f"{AVATAR}.png"), np.zeros((8, 8, 4), np.uint8))
    expressions.save(FACE, {"head_x": 0.5})
    settings = AppSettings(tracker="ifacialmocap", avatar=AVATAR)
    settings = settings.with_part(settings.part("ifacialmocap").model_copy(update={"phone": PHONE}))
    settings = settings.with_part(settings.part("camera").model_copy(update={"camera": camera.name}))
    settings = settings.with_part(settings.part("recorder").model_copy(update={"folder": Path(FOLDER)}))
    files.save(settings)
    said = [USER, USER.upper(), *FULL.split(), HOST, SERIAL, PASSWORD, PHONE, MAC, IPV6, AVATAR, FACE, FOLDER, *tokens]
    return settings, [*said, str(home)]


def contents(file: Path) -> dict[str, str]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_nothing_personal_is_in_it(
    planted: tuple[AppSettings, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, said = planted
    root = logging.getLogger()
    before = list(root.handlers)
    monkeypatch.setattr(journal.sys, "excepthook", journal.sys.excepthook)
    monkeypatch.setattr(journal.threading, "excepthook", journal.threading.excepthook)
    journal.start()
    try:
        for word in said:
            logging.getLogger("test").warning("It met %s, twice: %s, C:\\Users\\%s\\x.", word, word, USER)
        logging.getLogger("test").warning("http://192.168.77.9:18513/?token=%s", "unknown-token-0123456789")
    finally:
        for handler in [handler for handler in root.handlers if handler not in before]:
            root.removeHandler(handler)
            handler.close()
    findings = [
        *examine(Case(settings), frozenset({"cameras", "virtual camera", "packets", "display", "OBS"})),
        *(Finding("planted", "warn", f"found {word} there", f"look at {word}.") for word in said),
    ]
    file = tmp_path / "report.zip"
    report.write(file, findings, settings)
    found = contents(file)
    assert set(found) == {"versions.txt", "findings.txt", "settings.json", "log.txt", "install.txt"}
    for name, content in found.items():
        for word in [*said, "unknown-token-0123456789"]:
            assert word.lower() not in content.lower(), (name, word)
    assert found["log.txt"].count("twice") == len(said)
    assert "planted" in found["findings.txt"]


def test_what_helps_stays(planted: tuple[AppSettings, list[str]], tmp_path: Path) -> None:
    settings, _ = planted
    words = "opencv-contrib-python 4.11.0.86 at 12:30:45; 127.0.0.1 and 0.0.0.0; UDP port 49983; v4l2loopback; sora"
    report.write(tmp_path / "report.zip", [Finding("packages", "ok", words)], settings)
    found = contents(tmp_path / "report.zip")
    assert words in found["findings.txt"]
    assert "opencv-contrib-python" in found["versions.txt"]
    kept = json.loads(found["settings.json"])
    assert (kept["tracker"], kept["avatar"], kept["pose"]["smoothing"]) == ("ifacialmocap", "<text>", 0.5)
    assert kept["parts"]["ifacialmocap"]["port"] == 49983
    assert kept["parts"]["ifacialmocap"]["transport"] == "UDP"
    assert kept["parts"]["camera"]["camera"] == "<text>"


def test_the_same_address_is_the_same_word() -> None:
    scrub = Scrubber({})
    assert scrub("10.0.0.1 to fe80::1, then 10.0.0.1:4455") == "<address 1> to <address 2>, then <address 1>:4455"
    assert scrub("fe80::1%eth0 aa-bb-cc-dd-ee-ff") == "<address 2>%eth0 <hardware address>"
    assert scrub("https://ann:pw@host/simple mail ann@example.org") == "https://<login>@host/simple mail <mail>"


@given(st.text(max_size=200))
def test_any_text_can_be_scrubbed(text: str) -> None:
    scrubbed = Scrubber({"ann": "<user>"})(f"{text} ann")
    assert scrubbed.endswith("<user>")


def test_a_place_that_can_t_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="elsewhere"):
        report.write(tmp_path / "none" / "report.zip", [], AppSettings())
