"""A network of the form of isnet-anime cuts figures out: here one that takes red for the figure."""

import sys
from pathlib import Path

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="the package onnx writes the network")
from onnx import TensorProto, helper  # noqa: E402

from vtuber_app.avatars.autorig.draft import begun  # noqa: E402
from vtuber_app.avatars.autorig.find import Finder  # noqa: E402
from vtuber_app.avatars.autorig.found import Pixels  # noqa: E402
from vtuber_app.avatars.matting import MEAN, Matting  # noqa: E402
from vtuber_app.core.errors import SettingsError, WeightsError  # noqa: E402

SIDE = 1024


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """(1, 3, 1024, 1024) → (1, 1, 1024, 1024): red - green as it was before the mean was taken away."""
    shape = [1, 3, SIDE, SIDE]
    weights = helper.make_tensor("w", TensorProto.FLOAT, [1, 3, 1, 1], [1.0, -1.0, 0.0])
    bias = helper.make_tensor("b", TensorProto.FLOAT, [1], [float(MEAN[0] - MEAN[1])])
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["img", "w", "b"], ["red"], kernel_shape=[1, 1]),
            helper.make_node("Relu", ["red"], ["mask"]),
        ],
        "matting",
        [helper.make_tensor_value_info("img", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("mask", TensorProto.FLOAT, [1, 1, SIDE, SIDE])],
        [weights, bias],
    )
    path = tmp_path_factory.mktemp("matting") / "isnet_anime.onnx"
    onnx.save(helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)]), path)
    return path


def noisy(height: int, width: int) -> Pixels:
    """A red disc on a background of coloured noise, which has no red."""
    pixels = np.random.default_rng(0).integers(0, 200, (height, width, 4)).astype(np.uint8)
    pixels[..., 0] = 0
    rows, columns = np.mgrid[:height, :width]
    pixels[np.hypot(rows - height / 2, columns - width / 2) < height / 4, :3] = (230, 20, 20)
    pixels[..., 3] = 255
    return pixels


@pytest.mark.parametrize("engine", ["onnxruntime", "opencv"])
@pytest.mark.parametrize("size", [(300, 200), (120, 400)])
def test_the_figure_is_cut_out(
    network: Path, engine: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "opencv":
        monkeypatch.setitem(sys.modules, "onnxruntime", None)
    pixels = noisy(*size)
    cut = Matting(network).cut(pixels)
    disc = pixels[..., 0] == 230
    assert cut.shape == pixels.shape
    assert ((cut[..., 3] > 127) == disc).mean() > 0.985
    edge = (cut[..., 3] > 0) & (cut[..., 3] < 240)
    assert edge.any()
    assert (cut[edge, 0] > 200).all()  # nothing of the background's colour is left


def test_a_draft_asks_it_where_the_background_is_not_plain(network: Path) -> None:
    draft = begun(noisy(300, 300), Finder(), Matting(network).cut)
    assert draft.background == ""
    assert draft.pixels[0, 0, 3] == 0
    without = begun(noisy(300, 300), Finder())
    assert "isnet_anime" in without.background
    assert (without.pixels[..., 3] == 255).all()


def test_no_figure_is_told(network: Path) -> None:
    pixels = noisy(100, 100)
    pixels[..., 0] = 0
    with pytest.raises(SettingsError, match="No figure"):
        Matting(network).cut(pixels)


@pytest.mark.parametrize("engine", ["onnxruntime", "opencv"])
def test_what_is_no_network_is_told(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine == "opencv":
        monkeypatch.setitem(sys.modules, "onnxruntime", None)
    (tmp_path / "isnet_anime.onnx").write_bytes(b"no network")
    with pytest.raises(WeightsError, match="install it again"):
        Matting(tmp_path / "isnet_anime.onnx")
