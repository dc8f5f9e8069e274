"""Whether a firewall may keep the phone out, and the command that lets it in."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vtuber_app.core import interfaces
from vtuber_app.tools.doctor.finding import Case, Finding
from vtuber_app.tools.doctor.ports import wanted
from vtuber_app.tools.remote.server import PORT

UFW = Path("/etc/ufw/ufw.conf")
PROFILES = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
MACOS = "/usr/libexec/ApplicationFirewall/socketfilterfw"
PATIENCE = 5.0


def firewall(case: Case) -> Iterator[Finding]:
    """Which firewall is on."""
    numbers = [port.number for port in wanted(case.settings)]
    name, cure = _on(numbers)
    if name:
        yield Finding("firewall", "warn", f"{name} is on: it may keep phones out. If nothing comes from yours:", cure)
    else:
        yield Finding("firewall", "ok", "none that is known is on")


def _on(udp: list[int]) -> tuple[str, str]:
    """The name of the firewall that is on, and how to let phones in."""
    if sys.platform == "win32":
        return ("Windows Defender Firewall", windows(udp)) if _windows_is_on() else ("", "")
    if sys.platform == "darwin":
        off = "State = 0"
        return ("", "") if off in _said(MACOS, "--getglobalstate", off) else ("macOS' firewall", macos())
    if UFW.is_file() and "ENABLED=yes" in UFW.read_text(encoding="utf-8", errors="replace"):
        return "ufw", ufw(udp)
    if _said("firewall-cmd", "--state").strip() == "running":
        return "firewalld", firewalld(udp)
    return "", ""


def windows(udp: list[int]) -> str:
    """For a prompt opened as administrator."""
    rule = "netsh advfirewall firewall add rule name=vtuber_app dir=in action=allow"
    return (
        f"Open a command prompt as administrator and type: {rule} protocol=UDP localport={_list(udp)} "
        f"profile=private & {rule} protocol=TCP localport={PORT} profile=private. Your Wi-Fi must be a private network "
        "there: Settings, Network & internet, properties."
    )


def ufw(udp: list[int]) -> str:
    """Only from the network that the phone is in."""
    best = interfaces.for_phone(interfaces.interfaces())
    source = f"from {best.network} to any port" if best else "to any port"
    return f"Type: sudo ufw allow {source} {_list(udp)} proto udp && sudo ufw allow {source} {PORT} proto tcp"


def firewalld(udp: list[int]) -> str:
    """Until the next start, then for good."""
    ports = " ".join(f"--add-port={port}/udp" for port in udp)
    return f"Type: sudo firewall-cmd --permanent {ports} --add-port={PORT}/tcp && sudo firewall-cmd --reload"


def macos() -> str:
    """For the Python that runs this program."""
    return f"Type: sudo {MACOS} --add {sys.executable} && sudo {MACOS} --unblockapp {sys.executable}"


def _list(udp: list[int]) -> str:
    return ",".join(str(port) for port in udp)


def _said(program: str, argument: str, otherwise: str = "") -> str:
    try:
        done = subprocess.run(
            [program, argument], capture_output=True, text=True, errors="replace", timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return otherwise
    return done.stdout


def _windows_is_on() -> bool:
    import winreg

    registry: Any = winreg
    for profile in ("StandardProfile", "PublicProfile"):
        try:
            with registry.OpenKey(registry.HKEY_LOCAL_MACHINE, f"{PROFILES}\\{profile}") as opened:
                if registry.QueryValueEx(opened, "EnableFirewall")[0]:
                    return True
        except OSError:
            continue
    return False
