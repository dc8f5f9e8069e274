"""Installs packages with pip, telling how far it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vtuber_app.tools.install.command import follow
from vtuber_app.tools.install.line import Line
from vtuber_app.tools.install.stamp import VENV, python

LOG = VENV / "install.log"

COLLECTING = re.compile(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)")
SIZE = re.compile(r"(?:Downloading|Using cached) \S+ \((?P<size>[\d.]+ \w+)\)")
PROGRESS = re.compile(r"Progress (?P<have>\d+) of (?P<all>\d+)")


def packages_folder(venv: Path = VENV) -> Path:
    """The environment's site-packages."""
    return next(iter([*venv.glob("lib/python3*/site-packages"), venv / "Lib" / "site-packages"]))


def count(file: Path) -> int:
    """How many packages a list names, those of other systems included."""
    return sum(1 for line in file.read_text(encoding="utf-8").splitlines() if line[:1].isalnum())


@dataclass
class Follower:
    """What pip is doing, from what it prints.

    Attributes:
        total: How many packages there are to install.
        before: How many were installed when it began.
        seen: Packages that it has looked at.
        installing: It unpacks now, of which it prints nothing.
    """

    total: int
    before: int = 0
    seen: set[str] = field(default_factory=set)
    name: str = ""
    size: str = ""
    percent: str = ""
    installing: bool = False

    def hear(self, line: str) -> None:
        """Take one line that pip printed."""
        if found := COLLECTING.match(line):
            self.name, self.size, self.percent = found[1], "", ""
            self.seen.add(self.name)
        elif found := SIZE.search(line):
            self.size = found["size"]
        elif found := PROGRESS.match(line):
            self.percent = f"{100 * int(found['have']) // max(int(found['all']), 1)} %"
        elif line.startswith("Installing collected packages"):
            self.installing = True

    def text(self, n_installed: int) -> str:
        """How far it is, given how many packages are unpacked."""
        if self.installing:
            return f"unpacking {min(n_installed - self.before + 1, self.total)} of {self.total}"
        if not self.name:
            return ""
        words = f"{min(len(self.seen), self.total)} of {self.total}, {self.name} {self.size} {self.percent}"
        return " ".join(words.split())


def install(arguments: Sequence[str], line: Line, total: int, keep: Sequence[int] = (), raw: bool = True) -> list[str]:
    """Run `pip install`.

    Args:
        arguments: What and how.
        line: Shows the progress.
        total: How many packages there are to install.
        keep: Descriptors that pip inherits.
        raw: Ask for the progress of downloads, which an old pip does not know.
    """
    folder = packages_folder()

    def n_installed() -> int:
        return sum(1 for _ in folder.glob("*.dist-info"))

    follower = Follower(total, n_installed())

    def heard(text: str | None) -> None:
        if text is not None:
            follower.hear(text)
        line.show(follower.text(n_installed() if follower.installing else 0))

    command: list[str | Path] = [python(), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "raw" if raw else "off", *arguments]
    return follow(command, heard, LOG, extra={"PIP_USER": "0", "PIP_ROOT_USER_ACTION": "ignore"}, keep=keep)
