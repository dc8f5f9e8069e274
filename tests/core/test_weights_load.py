"""Parameters are loaded strictly, and no file can run anything."""

import json
import pickle
import struct
from pathlib import Path

import pytest

from vtuber_app.core.errors import WeightsError
from vtuber_app.core.weights import load, load_into

torch = pytest.importorskip("torch")


@pytest.fixture
def net() -> "torch.nn.Module":
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2))


def saved(net: "torch.nn.Module", path: Path) -> Path:
    torch.save(net.state_dict(), path)
    return path


def safetensors(tensors: "dict[str, torch.Tensor]", kinds: dict[str, str]) -> bytes:
    """As the format is described."""
    header, numbers = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        raw = tensor.contiguous().view(torch.uint8).numpy().tobytes()
        place = [len(numbers), len(numbers) + len(raw)]
        header[name] = {"dtype": kinds[name], "shape": list(tensor.shape), "data_offsets": place}
        numbers += raw
    encoded = json.dumps(header).encode()
    return struct.pack("<Q", len(encoded)) + encoded + numbers


def test_torch_files(net: "torch.nn.Module", tmp_path: Path) -> None:
    with torch.device("meta"):
        empty = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2))
    load_into(empty, saved(net, tmp_path / "net.pt"))
    x = torch.rand(5, 3)
    assert torch.equal(empty(x), net(x))
    assert not any(parameter.requires_grad for parameter in empty.parameters())


def test_safetensors_files(tmp_path: Path) -> None:
    tensors = {"a": torch.rand(2, 3), "b": torch.rand(4).half(), "c": torch.arange(3), "d": torch.rand(2).bfloat16()}
    path = tmp_path / "net.safetensors"
    path.write_bytes(safetensors(tensors, {"a": "F32", "b": "F16", "c": "I64", "d": "BF16"}))
    loaded = load(path)
    assert loaded.keys() == tensors.keys()
    assert all(torch.equal(loaded[name], tensor) for name, tensor in tensors.items())


@pytest.mark.parametrize("damage", [0, 5, 30, 200])
def test_half_a_file(damage: int, net: "torch.nn.Module", tmp_path: Path) -> None:
    path = saved(net, tmp_path / "net.pt")
    path.write_bytes(path.read_bytes()[: damage or 1])
    with pytest.raises(WeightsError, match=r"net\.pt"):
        load(path)
    whole = safetensors({"a": torch.rand(50)}, {"a": "F32"})
    path.write_bytes(whole[: 20 + damage])
    with pytest.raises(WeightsError, match="damaged"):
        load(path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="can't be read"):
        load(tmp_path / "none.pt")


class Trap:
    """Pickled, it makes a file when it is opened carelessly."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("old", [False, True])
def test_a_file_that_would_run_code_is_refused(old: bool, tmp_path: Path) -> None:
    path, sprung = tmp_path / "net.pt", tmp_path / "sprung"
    torch.save({"weight": torch.rand(2), "more": Trap(sprung)}, path, _use_new_zipfile_serialization=not old)
    with pytest.raises(WeightsError, match="refused"):
        load(path)
    path.write_bytes(pickle.dumps({"weight": Trap(sprung)}, protocol=2))
    with pytest.raises(WeightsError):
        load(path)
    assert not sprung.exists()


def test_other_things_than_parameters(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    torch.save([torch.rand(2)], path)
    with pytest.raises(WeightsError, match="no network's parameters"):
        load(path)
    torch.save({"epoch": 3}, path)
    with pytest.raises(WeightsError, match="no network's parameters"):
        load(path)


def test_another_networks_file_names_the_difference(net: "torch.nn.Module", tmp_path: Path) -> None:
    other = torch.nn.ModuleDict({f"part{index}": torch.nn.Linear(3, 4) for index in range(4)})
    with pytest.raises(WeightsError, match=r"Missing: 0\.bias.*Not expected: part0\.bias.*and 3 more"):
        load_into(net, saved(other, tmp_path / "net.pt"))
    wide = torch.nn.Sequential(torch.nn.Linear(9, 4), torch.nn.Linear(4, 2))
    with pytest.raises(WeightsError, match=r"another size: 0\.weight \(4, 9\) instead of \(4, 3\)"):
        load_into(net, saved(wide, tmp_path / "net.pt"))
