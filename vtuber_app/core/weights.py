"""Files of weights: where they lie, and how they come."""

import hashlib
import json
import logging
import os
import pickle
import struct
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from vtuber_app.core import paths
from vtuber_app.core.errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor, nn

log = logging.getLogger(__name__)

CHUNK = 1 << 18
TIMEOUT = 20.0
"""The longest the network may be silent, s."""

HEADER_LIMIT = 100 << 20
"""The longest header a safetensors file may have, bytes; the format's own limit."""
SAFETENSORS = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip
"""Its names of numbers, and torch's."""
NAMED = 5
"""The most keys that a message names."""

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


def load(path: Path) -> "dict[str, Tensor]":
    """Read a network's parameters by name: safetensors, or what torch saved. No code in the file is ever run.

    Raises:
        WeightsError: It can't be read, is damaged, or is more than tensors.
    """
    import torch

    try:
        with path.open("rb") as file:
            start = file.read(9)
        if start[8:] == b"{":
            return _safetensors(path)
        state: Any = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise WeightsError(f"The weights {path} can't be read: {error.strerror or error}.") from error
    except pickle.UnpicklingError as error:
        raise WeightsError(
            f"{path.name} holds more than numbers, so it was refused: opening it could run a program. "
            "Get the file from where its authors publish it."
        ) from error
    except (RuntimeError, EOFError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise WeightsError(
            f"{path.name} is damaged or was only half downloaded. Delete it and get it again."
        ) from error
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise WeightsError(f"{path.name} is no network's parameters, but a {type(state).__name__} of other things.")
    return {str(name): value for name, value in state.items()}


def load_into(net: "nn.Module", path: Path) -> None:
    """Give a network its published parameters, every one of them and no other; their precision is kept.

    The network may have been made on the device "meta", which costs nothing: it takes the file's tensors as they are.

    Raises:
        WeightsError: As `load`, or the file is another network's; up to five names show the difference.
    """
    state, own = load(path), net.state_dict()
    missing, unexpected = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
    if missing or unexpected:
        raise WeightsError(
            f"{path.name} belongs to another network. Missing: {_some(missing)}. Not expected: {_some(unexpected)}."
        )
    wrong = [
        f"{name} {tuple(state[name].shape)} instead of {tuple(value.shape)}"
        for name, value in own.items()
        if state[name].shape != value.shape
    ]
    if wrong:
        raise WeightsError(f"{path.name} belongs to a network of another size: {_some(wrong)}.")
    net.load_state_dict(state, strict=True, assign=True)
    net.requires_grad_(False)


def _some(names: list[str]) -> str:
    """The first of them."""
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "") or "none"


def _safetensors(path: Path) -> "dict[str, Tensor]":
    """Read a file of that format: the length of its header, the header in JSON, the numbers."""
    import torch

    encoded = path.read_bytes()
    (length,) = struct.unpack_from("<Q", encoded)
    if length > min(HEADER_LIMIT, len(encoded) - 8):
        raise ValueError("the header is longer than the file")
    start = 8 + length
    header = json.loads(encoded[8:start])
    state = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        numbers = torch.frombuffer(bytearray(encoded[start + begin : start + end]), dtype=torch.uint8)
        state[name] = numbers.view(getattr(torch, SAFETENSORS[entry["dtype"]])).reshape(entry["shape"])
    return state
