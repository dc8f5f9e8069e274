"""Training checkpoints as they are published: several networks, optimizers, names from parallel training."""

import pickle
from pathlib import Path
from typing import Any

import pytest

from vtuber_app.core.errors import WeightsError
from vtuber_app.core.weights import load, load_checkpoint, load_networks

torch = pytest.importorskip("torch")


def network() -> "torch.nn.Module":
    return torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))


def checkpoint(path: Path, **changes: Any) -> Path:
    """Of two networks, one trained on several devices, with an optimizer's state and an epoch."""
    generator, detector = network(), network()
    optimizer = torch.optim.Adam(generator.parameters())
    generator(torch.rand(2, 3, 8, 8)).sum().backward()
    optimizer.step()
    entries = {
        "generator": {f"module.{name}": value for name, value in generator.state_dict().items()},
        "kp_detector": detector.state_dict(),
        "optimizer_generator": optimizer.state_dict(),
        "epoch": 99,
    }
    torch.save(entries | changes, path)
    return path


def test_networks_are_found_by_name(tmp_path: Path) -> None:
    path = checkpoint(tmp_path / "vox-cpk.pth.tar")
    nets = {"generator": network(), "kp_detector": network()}
    load_networks(nets, path)
    stored = load_checkpoint(path)
    assert stored["epoch"] == 99
    for name, net in nets.items():
        assert all(torch.equal(value, stored[name][key]) for key, value in net.state_dict().items())


def test_a_missing_network_is_named(tmp_path: Path) -> None:
    path = checkpoint(tmp_path / "vox-cpk.pth.tar", kp_detector=None)
    with pytest.raises(WeightsError, match=r"no kp_detector, but generator"):
        load_networks({"kp_detector": network()}, path)


def test_loading_is_strict(tmp_path: Path) -> None:
    more = network().state_dict() | {"extra.weight": torch.rand(1)}
    path = checkpoint(tmp_path / "vox-cpk.pth.tar", kp_detector=more)
    with pytest.raises(WeightsError, match=r"Not expected: extra\.weight"):
        load_networks({"kp_detector": network()}, path)


def test_what_stands_beside_parameters_is_left_out_if_asked(tmp_path: Path) -> None:
    path = tmp_path / "encoder.pth"
    torch.save({**network().state_dict(), "height": 256, "use_stereo": False}, path)
    assert load(path, mixed=True).keys() == network().state_dict().keys()
    with pytest.raises(WeightsError):
        load(path)


@pytest.mark.parametrize("length", [1, 100, 2000])
def test_half_a_checkpoint(length: int, tmp_path: Path) -> None:
    path = checkpoint(tmp_path / "vox-cpk.pth.tar")
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(WeightsError, match=r"vox-cpk\.pth\.tar"):
        load_checkpoint(path)


class Trap:
    """Pickled, it writes a file when it is opened carelessly."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path, str]]:
        return Path.write_text, (self.path, "written")


@pytest.mark.parametrize("where", ["beside the networks", "the whole file"])
def test_nothing_in_a_checkpoint_is_run(where: str, tmp_path: Path) -> None:
    written, path = tmp_path / "written", tmp_path / "vox-cpk.pth.tar"
    if where == "the whole file":
        path.write_bytes(pickle.dumps(Trap(written), protocol=2))
    else:
        checkpoint(path, extra=Trap(written))
    with pytest.raises(WeightsError, match="refused"):
        load_checkpoint(path)
    assert not written.exists()
