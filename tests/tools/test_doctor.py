"""What the doctor finds."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.outputs.web_client import free_port
from vtuber_app import settings
from vtuber_app.core.errors import DeviceError
from vtuber_app.session import StageStatus
from vtuber_app.sources.cameras import CameraInfo
from vtuber_app.tools.doctor import devices, display, examine, machine, networks, stages, storage
from vtuber_app.tools.doctor.finding import Case, Finding, existing
from vtuber_app.tools.obs import setup


@pytest.fixture(autouse=True)
def no_real_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the developer's camera dark."""
    monkeypatch.setattr(devices, "list_cameras", list)

    def none(part: object) -> None:
        raise DeviceError("There is no virtual camera to write to. Type: sudo modprobe v4l2loopback")

    monkeypatch.setattr(devices.VirtualCamera, "__enter__", none)
    monkeypatch.setattr(setup.files, "folders", list)
    monkeypatch.setattr(setup, "PORT", free_port())


def test_every_trouble_has_a_remedy() -> None:
    findings = list(examine(Case(settings.AppSettings())))
    assert {
        "Python",
        "packages",
        "display",
        "cameras",
        "torch",
        "ports",
        "recording",
        "OBS",
        "firewall",
        "engines",
    } <= {f.name for f in findings}
    for finding in findings:
        assert finding.what
        assert finding.group
        assert finding.state == "ok" or finding.remedy, finding


def test_a_crash_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash() -> Iterator[Finding]:
        raise ZeroDivisionError("deep inside")

    monkeypatch.setattr(machine, "processor", crash)
    findings = list(examine(Case(settings.AppSettings())))
    found = next(finding for finding in findings if finding.name == "processor")
    assert found.state == "warn"
    assert "deep inside" in found.what
    assert "torch" in {finding.name for finding in findings}


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A Linux machine without any display."""
    monkeypatch.setattr(display.sys, "platform", "linux")
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_no_display(linux: pytest.MonkeyPatch) -> None:
    assert display.why_no_display() is not None
    assert "DISPLAY" in (display.why_no_display() or "")


def test_a_display_that_is_gone(linux: pytest.MonkeyPatch) -> None:
    linux.setenv("DISPLAY", ":4711")
    linux.setenv("WAYLAND_DISPLAY", "wayland-9")
    assert display.why_no_display() is not None


def test_wayland(linux: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-9"))
        linux.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        linux.setenv("WAYLAND_DISPLAY", "wayland-9")
        assert display.why_no_display() is None


def test_missing_libraries_would_end_the_program(linux: pytest.MonkeyPatch) -> None:
    linux.setenv("DISPLAY", ":0")
    linux.setattr(display, "XCB", ("libxcb-cursor-of-no-system.so.0",))
    assert "libxcb-cursor-of-no-system.so.0" in (display.why_no_display() or "")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_have_one(linux: pytest.MonkeyPatch, platform: str) -> None:
    linux.setattr(display.sys, "platform", platform)
    assert display.why_no_display() is None


def test_a_chosen_platform_counts(linux: pytest.MonkeyPatch) -> None:
    linux.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.why_no_display() is None
    assert next(display.display()).what.endswith("on offscreen, screens: 1")


def test_broken_settings_are_left_as_they_are(home: Path) -> None:
    file = settings.path()
    file.parent.mkdir(parents=True)
    file.write_text("{broken", encoding="utf-8")
    assert next(storage.settings_file()).state == "warn"
    assert file.read_text(encoding="utf-8") == "{broken"


def test_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(settings.AppSettings())
    assert [finding.what for finding in devices.cameras(case)] == ["none found"]
    one = CameraInfo(987, "Webcam", "It may not be opened by you. Type: sudo usermod -aG video $USER")
    monkeypatch.setattr(devices, "list_cameras", lambda: [one])
    findings = list(devices.cameras(case))
    assert (findings[0].what, findings[0].remedy) == ("987: Webcam", one.problem)
    assert findings[1].state == "warn"
    assert findings[1].remedy


def test_what_is_at_work_is_not_opened_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "list_cameras", lambda: [CameraInfo(0, "Webcam")])
    stage = StageStatus("source", True, 9, 30.0, 0.01, 0, None, None)
    case = Case(settings.AppSettings(), {"camera": stage, "virtual_camera": stage})
    assert [finding.what for finding in devices.cameras(case)] == ["0: Webcam", "at work now"]
    assert [finding.state for finding in devices.virtual_camera(case)] == ["ok"]
    sick = Case(
        case.settings, {"virtual_camera": replace(stage, name="virtual_camera", error="virtual_camera: It is gone.")}
    )
    assert [finding.remedy for finding in devices.virtual_camera(sick)] == ["It is gone."]
    assert [(one.name, one.state) for one in stages.stages(case)] == [("Camera", "ok"), ("Virtual camera", "ok")]
    assert [one.remedy for one in stages.stages(sick)] == ["It is gone."]


def test_face_landmarker(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "file_of", lambda name: None)
    assert re.search(r"fetch face_landmarker", next(networks.face_landmarker()).remedy)
    damaged = home / "face_landmarker.task"
    home.mkdir()
    damaged.write_bytes(b"x" * 10)
    monkeypatch.setattr(networks, "file_of", lambda name: damaged)
    assert next(networks.face_landmarker()).state == "fail"


def test_little_room(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "TIGHT", 1e18)
    monkeypatch.setattr(storage, "ROOMY", 1e19)
    assert "fail" in [finding.state for finding in storage.recording()]


def test_nearest_existing_folder(tmp_path: Path) -> None:
    assert existing(tmp_path / "none" / "deeper") == tmp_path


def test_torch_for_the_wrong_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks.torch_build, "nvidia_gpu", lambda: True)
    monkeypatch.setattr(networks, "version", lambda name: "2.13.0+cpu")
    found = next(networks.torch())
    assert found.state == "warn"
    assert "run.py torch" in found.remedy
