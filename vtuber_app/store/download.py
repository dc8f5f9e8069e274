"""Files out of the network: continued where they stopped, from whichever address has them, checked before use."""

import errno
import hashlib
import json
import logging
import os
import re
import shutil
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from vtuber_app import __version__
from vtuber_app.core import weights
from vtuber_app.core.errors import WeightsError
from vtuber_app.store.installed import PART

log = logging.getLogger(__name__)

CHUNK = 1 << 18
TIMEOUT = 20.0
"""The longest a server may be silent, s."""
SPARE = 64 << 20
"""Room that a download leaves on the disk, bytes."""
FULL = {errno.ENOSPC, errno.EDQUOT}
PAGES = ("text/html", "application/xhtml+xml")

UNKNOWN = "could not be found: is there a network?"

Progress = Callable[[int, int], None]
"""Told how many bytes have come, of about how many."""
Stopping = Callable[[], bool]
"""Asked whether to stop."""


class Stopped(WeightsError):
    """The user stopped it; what has come is kept."""


class NoRoom(WeightsError):
    """The disk is full."""


class Refused(WeightsError):
    """What an address gives is not the file: another may have it."""


class Broken(WeightsError):
    """The connection to an address failed."""


class Offline(WeightsError):
    """Not one address could even be looked up."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be had.

    Attributes:
        path: Where it belongs.
        addresses: Tried in this order.
        expected: About how many bytes it has.
        limit: More bytes than this are never taken.
        size: Its exact size, where known.
        sha256: In hexadecimal, where known.
        git: Its blob id, where known.
        check: Called with what has come; raises WeightsError if it isn't the file.
    """

    path: Path
    addresses: tuple[str, ...]
    expected: int
    limit: int
    size: int | None = None
    sha256: str | None = None
    git: str | None = None
    check: Callable[[Path], object] | None = None

    @property
    def part(self) -> Path:
        """Where it grows."""
        return self.path.with_name(self.path.name + PART)

    @property
    def origin(self) -> Path:
        """Notes where the part came from."""
        return self.path.with_name(self.path.name + PART + ".from")


def fetch(wanted: Wanted, progress: Progress | None = None, stopping: Stopping | None = None) -> None:
    """Download a file and put it in its place. What an earlier try got is kept and continued.

    Raises:
        WeightsError: No address gave the file, or there is no room; `Stopped` if `stopping` said so.
    """
    reasons: dict[str, list[str]] = {}
    try:
        wanted.path.parent.mkdir(parents=True, exist_ok=True)
        for address in wanted.addresses:
            try:
                _pull_on(address, wanted, progress, stopping)
                _finish(wanted)
                log.info("%s: %.1f MB from %s", wanted.path, wanted.path.stat().st_size / 1e6, _host(address))
                return
            except (Refused, Broken) as error:
                hosts = reasons.setdefault(str(error), [])
                hosts += [_host(address)] if _host(address) not in hosts else []
        if not _size(wanted.part):
            discard(wanted.path)
    except OSError as error:  # the disk's: those of the network are `Broken`
        raise _local(wanted.path, error) from error
    said = "; ".join(f"{', '.join(hosts)} {reason}" for reason, hosts in reasons.items())
    raise (Offline if set(reasons) == {UNKNOWN} else WeightsError)(
        f"{wanted.path.name} could not be downloaded: {said}. Try again, and it goes on where it stopped."
    )


def discard(path: Path) -> int:
    """Delete what was begun of a file; give its bytes."""
    part = path.with_name(path.name + PART)
    freed = _size(part)
    part.unlink(missing_ok=True)
    part.with_name(part.name + ".from").unlink(missing_ok=True)
    return freed


def matches(path: Path, size: int | None, sha256: str | None, git: str | None) -> bool:
    """Whether the file is the published one, as far as something is known of that."""
    actual = path.stat().st_size
    if size is not None and actual != size:
        return False
    if sha256 is not None:
        return weights.sha256(path) == sha256
    return git is None or git_blob(path) == git


def git_blob(path: Path) -> str:
    """The file's id in git, in hexadecimal."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def room(folder: Path, needed: int, what: str) -> None:
    """See that so many bytes fit on the folder's disk.

    Raises:
        WeightsError: They don't.
    """
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise NoRoom(
            f"The disk of {folder} is full: {what} needs {_mb(needed)} more, and {_mb(free)} are free. Make room and "
            "start again: it goes on where it stopped."
        )


def _pull_on(address: str, wanted: Wanted, progress: Progress | None, stopping: Stopping | None) -> None:
    """Pull, again and again as long as each time brings more than was ever there."""
    most = _size(wanted.part)
    while True:
        try:
            return _pull(address, wanted, progress, stopping)
        except Broken:
            have = _size(wanted.part)
            if have <= most:
                raise
            most = have


def _pull(address: str, wanted: Wanted, progress: Progress | None, stopping: Stopping | None) -> None:
    """Append what is missing to the part."""
    with wanted.part.open("ab") as file:
        have = file.tell()
        if have == wanted.size:
            return
        headers = {"User-Agent": f"vtuber_app/{__version__}"}
        if have and (condition := _may_continue(wanted, address, have)) is not None:
            headers["Range"] = f"bytes={have}-"
            headers |= {"If-Range": condition} if condition else {}
        else:
            have = 0
        response = _open(address, headers, have, file)
        if response is None:
            return
        with response:
            have, total = _begin(response, wanted, file, have)
            wanted.origin.write_text(json.dumps({"address": address, "version": _version(response)}), encoding="utf-8")
            room(wanted.path.parent, (total or wanted.expected) - have, wanted.path.name)
            while chunk := _read(response):
                have += len(chunk)
                if have > wanted.limit:
                    file.truncate(0)
                    raise Refused(f"sends more than the {_mb(wanted.expected)} that the file has")
                file.write(chunk)
                if progress:
                    progress(have, total or max(wanted.expected, have))
                if stopping and stopping():
                    raise Stopped(
                        f"Stopped with {_mb(have)} of {wanted.path.name}; the next time it goes on from there."
                    )
    if total is not None and have < total:
        raise Broken(f"ended the connection after {_mb(have)} of {_mb(total)}")


def _open(address: str, headers: dict[str, str], have: int, file: BinaryIO) -> HTTPResponse | None:
    """Ask for the file; None if the answer is that all of it is there."""
    try:
        response: HTTPResponse = urllib.request.urlopen(
            urllib.request.Request(address, headers=headers), timeout=TIMEOUT
        )
        return response
    except urllib.error.HTTPError as error:
        error.close()
        if not have or error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise Refused(f"answered {error.code} {_first_line(error.reason)}".rstrip()) from error
        if error.headers.get("Content-Range", "").endswith(f"/{have}"):
            return None
        file.truncate(0)
        raise Broken("has another file than before") from error
    except (OSError, HTTPException, ValueError) as error:  # ValueError: redirected to what is no address
        raise Broken(_reason(error)) from error


def _read(response: HTTPResponse) -> bytes:
    """What has come, at least one byte; none at the end."""
    try:
        return response.read1(CHUNK)
    except (OSError, HTTPException) as error:
        raise Broken(_reason(error)) from error


def _may_continue(wanted: Wanted, address: str, have: int) -> str | None:
    """Whether what is there may be continued from that address, and under which condition, which may be empty."""
    if wanted.size is not None and have > wanted.size:
        return None
    try:
        origin = json.loads(wanted.origin.read_text(encoding="utf-8"))
        if origin["address"] == address:
            return str(origin["version"])
    except (OSError, ValueError, KeyError, TypeError):  # unknown where it came from
        pass
    return "" if wanted.sha256 or wanted.git else None


def _version(response: HTTPResponse) -> str:
    """What tells one version of a file from another, as If-Range wants it; empty where the server says nothing."""
    tag = response.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")


def _begin(response: HTTPResponse, wanted: Wanted, file: BinaryIO, have: int) -> tuple[int, int | None]:
    """How many bytes are there when this answer begins, and of how many, if the server says that."""
    if response.headers.get_content_type() in PAGES:
        raise Refused("gave a web page instead of the file")
    length = response.headers.get("Content-Length")
    total = int(length) if length and length.isdecimal() else None
    if response.status == HTTPStatus.PARTIAL_CONTENT and have:
        answer = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        if answer and int(answer[1]) != have:
            file.truncate(0)
            raise Broken("sent another piece than was asked for")
        total = int(answer[2]) if answer and answer[2] != "*" else None if total is None else have + total
    else:
        have = 0
        if file.tell():
            file.truncate(0)
    if total is not None and wanted.size is not None and total != wanted.size:
        raise Refused(f"has a file of {total} bytes, the published one has {wanted.size}")
    if total is not None and total > wanted.limit:
        raise Refused(f"has a file of {_mb(total)}, far more than the {_mb(wanted.expected)} of the published one")
    return have, total


def _finish(wanted: Wanted) -> None:
    """Check what has come, and put it in its place; what is wrong is not kept."""
    try:
        if not matches(wanted.part, wanted.size, wanted.sha256, wanted.git):
            raise Refused("gave something else than the published file (its checksum is another)")
        if wanted.check:
            wanted.check(wanted.part)
    except WeightsError as error:
        discard(wanted.path)
        raise error if isinstance(error, Refused) else Refused(f"gave something else: {error}") from error
    os.replace(wanted.part, wanted.path)
    wanted.origin.unlink(missing_ok=True)


def _local(path: Path, error: OSError) -> WeightsError:
    if error.errno in FULL:
        return NoRoom(
            f"The disk became full while {path.name} was written. Make room and start again: it goes on where it "
            "stopped."
        )
    return WeightsError(
        f"{path.name} can't be written to {path.parent}: {error.strerror or error}. Choose another models folder with "
        "the environment variable VTUBER_MODELS, or allow writing there."
    )


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return f"said nothing for {TIMEOUT:.0f} s"
    if isinstance(cause, socket.gaierror):
        return UNKNOWN
    if isinstance(cause, ConnectionRefusedError):
        return "refused the connection"
    return f"broke off ({_first_line(cause) or type(cause).__name__})"


def _first_line(said: object) -> str:
    return next(iter(str(said or "").splitlines()), "")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _host(address: str) -> str:
    return urlsplit(address).hostname or address


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
