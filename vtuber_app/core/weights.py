"""Files of weights: where they lie, and how they come."""

import hashlib
import logging
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from vtuber_app.core import paths
from vtuber_app.core.errors import WeightsError

log = logging.getLogger(__name__)

CHUNK = 1 << 18
TIMEOUT = 20.0
"""The longest the network may be silent, s."""

Progress = Callable[[int, int], None]
"""Told how many bytes have come, of how many."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One published file.

    Attributes:
        file: Its path in a models folder, with forward slashes.
        url: Its official address.
        sha256: In hexadecimal.
        licence: As the user should read it.
        size: In bytes.
    """

    file: str
    url: str
    sha256: str
    licence: str
    size: int


def find(weight: Weight) -> Path | None:
    """Where the file is installed: under its own path in a models folder, or loose in one."""
    for folder in paths.model_folders():
        for path in (folder / weight.file, folder / Path(weight.file).name):
            if path.is_file() and path.stat().st_size == weight.size:
                return path
    return None


def fetch(weight: Weight, progress: Progress | None = None, folder: Path | None = None) -> Path:
    """Download the file, unless it is there, and check it. What an earlier try got is kept and continued.

    Args:
        weight: What to fetch.
        progress: Called after each piece.
        folder: The models folder to put it in, rather than the usual one.

    Raises:
        WeightsError: No network, no room, or not the file that was published.
    """
    if folder is None and (found := find(weight)):
        return found
    path = (folder or paths.model_folders()[0]) / weight.file
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as file:
            download(weight, file, progress)
        if (digest := sha256(part)) != weight.sha256:
            part.unlink()
            raise WeightsError(
                f"{path.name}: what {weight.url} gave is not the published file (SHA-256 {digest[:12]}…, "
                f"should be {weight.sha256[:12]}…). Try again; if it stays, the address may have moved."
            )
        os.replace(part, path)
    except OSError as error:  # URLError and timeouts are OSErrors too
        raise WeightsError(
            f"Fetching {path.name} from {weight.url} failed: {error}. Try again, and it goes on where it stopped; "
            f"or put the file there yourself: {path}"
        ) from error
    log.info("%s: %.1f MB, %s", path, weight.size / 1e6, weight.licence)
    return path


def download(weight: Weight, file: BinaryIO, progress: Progress | None) -> None:
    """Append what is missing of it to the file."""
    have = file.tell()
    if have >= weight.size:
        return
    request = urllib.request.Request(weight.url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        if have and response.status != HTTPStatus.PARTIAL_CONTENT:  # the server knows no ranges
            have = 0
            file.truncate(0)
        while chunk := response.read(CHUNK):
            file.write(chunk)
            have += len(chunk)
            if progress:
                progress(have, weight.size)
    if have < weight.size:
        raise ConnectionError(f"the connection ended after {have} of {weight.size} bytes")


def sha256(path: Path) -> str:
    """The file's hash, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
