"""What a user may send to who helps: what was found, versions, settings, the end of the log; no personal data."""

import json
import platform
import zipfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from vtuber_app import __version__
from vtuber_app.core import journal
from vtuber_app.core.errors import SettingsError
from vtuber_app.settings import AppSettings
from vtuber_app.tools.doctor import personal
from vtuber_app.tools.doctor.finding import Finding, version
from vtuber_app.tools.doctor.scrub import Scrubber
from vtuber_app.tools.install import stamp

LINES = 400
MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}
NAME = "vtuber_app-report.zip"


def text(findings: Iterable[Finding]) -> str:
    """The findings by their groups, to be read."""
    lines: list[str] = []
    for group, members in groupby(findings, lambda finding: finding.group):
        lines += ["", group]
        for finding in members:
            lines.append(f"  {MARKS[finding.state]}  {finding.name}: {finding.what}")
            lines += [f"        {finding.remedy}"] if finding.remedy else []
    return "\n".join(lines).strip() + "\n"


def scrubber(settings: AppSettings) -> Scrubber:
    """Takes out what is personal here; asks for cameras and microphones, which may take a second."""
    return Scrubber(personal.words(settings), {number for _, number in _versions()})


def write(file: Path, findings: list[Finding], settings: AppSettings) -> None:
    """Write the zip.

    Raises:
        SettingsError: It can't be written.
    """
    scrubbed = scrubber(settings)
    system = f"vtuber_app {__version__}\nPython {platform.python_version()}\n{scrubbed(platform.platform())}\n"
    kept = json.dumps(personal.settings_without(settings), indent=1, ensure_ascii=False)
    contents = {
        "versions.txt": system + "".join(f"{name} {number}\n" for name, number in _versions()),
        "findings.txt": scrubbed(text(findings)),
        "settings.json": kept,
        "log.txt": scrubbed("\n".join(journal.last(LINES))),
        "install.txt": scrubbed("\n".join(_installed())),
    }
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in contents.items():
                archive.writestr(name, content)
    except OSError as error:
        raise SettingsError(f"The report can't be written to {file}: {error.strerror}. Try elsewhere.") from error


def _versions() -> Iterator[tuple[str, str]]:
    """The program's packages that are installed here."""
    names = set()
    for pins in (stamp.ROOT / "packaging").glob("*.txt"):
        lines = pins.read_text(encoding="utf-8").splitlines()
        names |= {line.partition("==")[0] for line in lines if "==" in line}
    for name in sorted(names):
        if number := version(name):
            yield name, number


def _installed() -> list[str]:
    """The end of what setting up said."""
    try:
        log = (stamp.ROOT / ".venv" / "install.log").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return log.splitlines()[-LINES:]
