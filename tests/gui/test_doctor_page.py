"""The window's check-up."""

import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from vtuber_app.core import udp
from vtuber_app.core.errors import DeviceError
from vtuber_app.gui.doctor_page import DoctorPage
from vtuber_app.gui.main_window import MainWindow
from vtuber_app.settings import AppSettings
from vtuber_app.tools.doctor import devices, personal
from vtuber_app.tools.obs import files

PACKET = b"eyeBlink_L-20|jawOpen-40|=head#-1.5,2.0,3.0,0.1,-0.2,-0.4|rightEye#1,2,3|leftEye#1,2,3|"
"""Of iFacialMocap."""
Show = Callable[..., MainWindow]


@pytest.fixture
def port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def page(show: Show, settings: AppSettings, port: int, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> DoctorPage:
    """Opened, and everything looked at."""
    for where in (devices, personal):
        monkeypatch.setattr(where, "list_cameras", list)
    monkeypatch.setattr(files, "folders", list)
    own = settings.part("ifacialmocap").model_copy(update={"port": port})
    window = show(settings.with_part(own))
    window.doctor_button.click()
    assert window.doctor_page
    qtbot.waitUntil(window.doctor_page.save.isEnabled, timeout=30_000)
    return window.doctor_page


def send(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.sendto(PACKET, ("127.0.0.1", port))


def titles(page: DoctorPage) -> set[str]:
    return {label.text() for label in page.list.findChildren(QLabel) if label.objectName() == "title"}


def test_findings_are_shown_copied_and_written(page: DoctorPage, port: int, qtbot: QtBot, tmp_path: Path) -> None:
    assert {"This computer", "Phone and network", "OBS and outputs"} <= titles(page)
    assert any(str(port) in finding.what and "free" in finding.what for finding in page.findings)
    page.copy.click()
    qtbot.waitUntil(lambda: "Phone and network" in QGuiApplication.clipboard().text(), timeout=10_000)
    address = page.phone.address.text()
    if address[0].isdigit():
        assert address not in QGuiApplication.clipboard().text()
    page.write(tmp_path / "report.zip")
    qtbot.waitUntil(lambda: "report.zip" in page.said.sentence.replace("\u200b", ""), timeout=10_000)
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        assert "findings.txt" in archive.namelist()


def test_what_comes_is_named_with_who_sends_it(page: DoctorPage, port: int, qtbot: QtBot) -> None:
    page.packets.look()

    def seen() -> bool:
        send(port)
        page.packets.look()
        return any((one.port, one.title) == (port, "iFacialMocap (phone)") for one in page.packets.seen)

    qtbot.waitUntil(seen)
    assert page.packets.silence.isHidden()
    assert "127.0.0.1" in {label.text() for label in page.packets.findChildren(QLabel)}


def test_a_tracker_gets_the_port_and_then_tells_what_comes(page: DoctorPage, port: int, qtbot: QtBot) -> None:
    page.packets.look()
    page.live.change(tracker="ifacialmocap")

    def seen() -> bool:
        send(port)
        page.packets.look()
        session = page.live.session
        return bool(session and session.driving() and session.driving().face and page.packets.seen)

    qtbot.waitUntil(seen, timeout=10_000)
    page.look()
    qtbot.waitUntil(page.save.isEnabled, timeout=30_000)
    assert any(str(port) in finding.what and "this program" in finding.what for finding in page.findings)


def test_closed_it_leaves_the_ports_alone(page: DoctorPage, port: int) -> None:
    page.packets.look()
    with pytest.raises(DeviceError):
        udp.listen(port)
    page.close()
    udp.listen(port).close()


def test_a_fault_in_the_banner_leads_there(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DoctorPage, "look", lambda _: None)
    window.banner.say("Something just happened.")
    assert window.banner.ask_button.isHidden()
    window.banner.stand("The camera is gone.")
    window.banner.ask_button.click()
    assert window.doctor_page
    assert window.doctor_page.isVisible()
