"""What is installed in `.venv`. Written last, so that whatever was interrupted shows as not done.

Read by every start, and by Pythons too old for the rest of the program: keep it quick and its syntax plain.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
FILE = VENV / "installed.json"

LISTS = {
    "app": ("pyproject.toml", "packaging/app.txt"),
    "test": ("pyproject.toml", "packaging/test.txt"),
    "torch": ("packaging/networks.txt", "packaging/constraints.txt"),
}
"""Which files decide what each part of the installation consists of."""

FOREIGN = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")
"""Variables by which other programs' set-ups would reach into our environment."""


def python(venv: Path = VENV, windows: bool = os.name == "nt") -> Path:
    """The interpreter of a virtual environment."""
    return venv / ("Scripts/python.exe" if windows else "bin/python")


def environment() -> dict[str, str]:
    """This process's environment variables, without what would make another Python's packages ours."""
    return {name: value for name, value in os.environ.items() if name not in FOREIGN}


def fingerprint(part: str, root: Path = ROOT) -> str:
    """Changes when that part has to be installed anew: other versions are wanted, or the folder has moved."""
    digest = hashlib.sha256(os.fsencode(str(root)))
    for name in LISTS[part]:
        digest.update(b"\0" + (root / name).read_bytes())
    return digest.hexdigest()[:16]


def read(file: Path = FILE) -> dict[str, str]:
    """What was done, by part; empty if there is no whole installation."""
    try:
        done = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in done.items()} if isinstance(done, dict) else {}


def write(done: dict[str, str], file: Path = FILE) -> None:
    """Replace the record in one step."""
    temporary = file.with_suffix(".new")
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump(done, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, file)


def ready(part: str) -> bool:
    """Whether that part is installed as this version of the program wants it."""
    return python().is_file() and read().get(part) == fingerprint(part)
