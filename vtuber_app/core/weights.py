"""Files of weights, read with care."""

import hashlib
import json
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vtuber_app.core.errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor, nn

    Remap = Callable[[dict[str, Tensor]], dict[str, Tensor]]

HEADER_LIMIT = 100 << 20
"""The longest header a safetensors file may have, bytes; the format's own limit."""
SAFETENSORS = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip
"""Its names of numbers, and torch's."""
NAMED = 5
"""The most keys that a message names."""


def sha256(path: Path) -> str:
    """The file's hash, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load(path: Path, mixed: bool = False) -> "dict[str, Tensor]":
    """Read a network's parameters by name: safetensors, or what torch saved. No code in the file is ever run.

    Args:
        path: The file.
        mixed: Its authors kept other things beside the parameters, which are left out.

    Raises:
        WeightsError: It can't be read, is damaged, or is more than tensors.
    """
    state = _read(path)
    if mixed and isinstance(state, dict):
        state = {name: value for name, value in state.items() if _parameters({name: value})}
    if not _parameters(state):
        raise WeightsError(f"{path.name} is no network's parameters, but a {type(state).__name__} of other things.")
    return {str(name): value for name, value in state.items()}


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read a training's checkpoint: several networks' parameters by their names, and what else was kept beside them.

    What parallel training wrote before the names of parameters, "module.", is taken off.

    Raises:
        WeightsError: As `load`, or it holds no network.
    """
    state = _read(path)
    if not isinstance(state, dict) or not any(_parameters(entry) for entry in state.values()):
        raise WeightsError(f"{path.name} is no checkpoint: it holds no networks by name.")
    return {str(name): _plain(entry) if _parameters(entry) else entry for name, entry in state.items()}


def load_networks(nets: "dict[str, nn.Module]", path: Path, remap: "Remap | None" = None) -> None:
    """Give networks their parameters from a checkpoint in which they have these names, as `load_into`.

    Args:
        nets: By their names.
        path: The checkpoint.
        remap: Makes published parameters those that the networks have.

    Raises:
        WeightsError: As `load_checkpoint`, or a network isn't there, or is another.
    """
    state = load_checkpoint(path)
    for name, net in nets.items():
        if not _parameters(state.get(name)):
            there = _some([entry for entry, value in state.items() if _parameters(value)])
            raise WeightsError(f"{path.name} is a checkpoint of something else: it has no {name}, but {there}.")
        give(net, remap(state[name]) if remap else state[name], f"{name} in {path.name}")


def parameter_names(path: Path) -> set[str]:
    """All of a file's, those of a checkpoint after the name of their network and a point.

    Raises:
        WeightsError: It can't be read or is damaged.
    """
    state = _read(path)
    if not isinstance(state, dict):
        return set()
    nets = {f"{name}.": _plain(entry) for name, entry in state.items() if _parameters(entry)}
    return {start + name for start, net in (nets or {"": state}).items() for name in net}


def _plain(state: "dict[str, Tensor]") -> "dict[str, Tensor]":
    return {name.removeprefix("module."): value for name, value in state.items()}


def _parameters(state: object) -> bool:
    import torch

    if not isinstance(state, dict) or not state:
        return False
    return all(isinstance(name, str) and isinstance(value, torch.Tensor) for name, value in state.items())


def _read(path: Path) -> Any:
    """Whatever is in the file, if it is numbers and their names."""
    import torch

    try:
        with path.open("rb") as file:
            start = file.read(9)
        if start[8:] == b"{":
            return _safetensors(path)
        return torch.load(path, map_location="cpu", weights_only=True)
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


def load_into(net: "nn.Module", path: Path) -> None:
    """Give a network its published parameters, every one of them and no other; their precision is kept.

    The network may have been made on the device "meta", which costs nothing: it takes the file's tensors as they are.

    Raises:
        WeightsError: As `load`, or the file is another network's; up to five names show the difference.
    """
    give(net, load(path), path.name)


def give(net: "nn.Module", state: "dict[str, Tensor]", where: str) -> None:
    """The same with parameters that were read already, from what sentences call `where`."""
    check(net, state, where)
    net.load_state_dict(state, strict=True, assign=True)
    net.requires_grad_(False)


def check(net: "nn.Module", state: "dict[str, Tensor]", where: str) -> None:
    """Raise WeightsError if a network's parameters are others than these."""
    own = net.state_dict()
    missing, unexpected = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
    if missing or unexpected:
        raise WeightsError(
            f"{where} belongs to another network. Missing: {_some(missing)}. Not expected: {_some(unexpected)}."
        )
    wrong = [
        f"{name} {tuple(state[name].shape)} instead of {tuple(value.shape)}"
        for name, value in own.items()
        if state[name].shape != value.shape
    ]
    if wrong:
        raise WeightsError(f"{where} belongs to a network of another size: {_some(wrong)}.")


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
