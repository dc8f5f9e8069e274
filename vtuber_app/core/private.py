"""Passwords and tokens, in files that only this user may read."""

import json
import os
from pathlib import Path


def kept(file: Path, name: str) -> str | None:
    """The secret of that name; None if none is known."""
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))[name])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(file: Path, name: str, secret: str) -> None:
    """Keep it beside the others in the file; OSError if it can't be written."""
    try:
        known = dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        known = {}
    known[name] = secret
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        json.dump(known, opened)
    fresh.replace(file)
