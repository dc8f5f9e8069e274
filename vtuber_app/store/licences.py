"""Which licences the user has accepted: one small file among the user's own."""

import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vtuber_app.core import paths
from vtuber_app.core.errors import WeightsError
from vtuber_app.store import cards


def accept(name: str) -> None:
    """Note that the user has read and accepted the licence of that card, and with it of the card's family.

    Raises:
        WeightsError: There is no such card, or it can't be noted.
    """
    card = cards.find(name)
    given = {"licence": card.licence.id, "text": card.licence.address, "date": datetime.now(UTC).isoformat()}
    path = _file()
    try:
        noted = json.dumps({**_given(), card.family: given}, indent=1)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(noted)
        os.replace(fresh, path)
    except OSError as error:
        raise WeightsError(
            f"That you accept the licence can't be noted in {path}: {error.strerror or error}."
        ) from error


def accepted(name: str) -> bool:
    """Whether its licence, in the version that the card names, was accepted or needs no accepting."""
    card = cards.find(name)
    given = _given().get(card.family, {})
    return not card.licence.ask or (isinstance(given, dict) and given.get("licence") == card.licence.id)


def _file() -> Path:
    return paths.data() / "licences.json"


def _given() -> dict[str, Any]:
    """What was noted; nothing if the file is damaged: then the user is asked again."""
    try:
        given = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return given if isinstance(given, dict) else {}
