"""Files of networks: found by name, checked, marked; and what is computed with them, on networks drawn by lot."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vtuber_app.core.errors import WeightsError
from vtuber_app.tools.metrics import distributions, files, identity, likeness, pixels
from vtuber_app.tools.metrics.definitions import Gaussian
from vtuber_app.tools.metrics.distributions import Frechet
from vtuber_app.tools.metrics.identity import FIVE, similarity
from vtuber_app.tools.metrics.kit import Kit, Look, Pair
from vtuber_app.tools.metrics.outcome import Outcome
from vtuber_app.tools.metrics.run import Wish, measure

torch = pytest.importorskip("torch")


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VTUBER_MODELS", str(tmp_path / "models"))
    folder = tmp_path / "models" / files.FOLDER
    folder.mkdir(parents=True)
    return folder


def clip(folder: Path, count: int, seed: int, side: int = 64) -> Path:
    folder.mkdir()
    rng = np.random.default_rng(seed)
    for place in range(count):
        noise = cv2.GaussianBlur(rng.uniform(0, 255, (side, side, 3)), (0, 0), 3)
        cv2.imwrite(str(folder / f"{place:03}.png"), noise.astype(np.uint8))
    return folder


def run(a: Path, b: Path, only: str) -> Outcome:
    return measure(Wish(a, b, only=(only,)), lambda done, total: None)


def state_of(net: Any) -> dict[str, Any]:
    torch.manual_seed(0)
    drawn = {}
    for name, old in net.state_dict().items():
        if not old.is_floating_point():
            drawn[name] = torch.zeros(old.shape, dtype=old.dtype)
        elif name.endswith("running_var"):
            drawn[name] = torch.rand(old.shape) + 0.5
        else:
            drawn[name] = torch.randn(old.shape) * (2 / old[0].numel() if old.dim() > 1 else 1) ** 0.5
    return drawn


def test_a_file_is_known_by_its_checksum(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"numbers"
    good = hashlib.sha256(content).hexdigest()
    expected = files.Expected(("net.pth",), "a network", "its page", "MIT", f"sha256:{good[:8]}")
    assert files.find(expected) is None
    (models / "net.pth").write_bytes(content)
    given = files.find(expected)
    assert given
    assert given.published
    assert given.sha256 == good
    (models / "net.pth").write_bytes(b"others")
    given = files.find(expected)
    assert given
    assert not given.published
    old = replace(expected, checksum="sha1:" + hashlib.sha1(b"others").hexdigest())
    assert files.find(old) == replace(given, published=True)


def test_a_program_that_was_not_published_is_not_opened(models: Path, tmp_path: Path) -> None:
    (models / files.I3D.names[0]).write_bytes(b"anything")
    with pytest.raises(WeightsError, match="not opened"):
        files.find(files.I3D)
    with Kit() as kit:
        (fvd,) = [metric for metric in _known() if metric.name == "FVD"]
        assert "not opened" in kit.why_not(fvd)


def _known() -> list[Any]:
    from vtuber_app.tools.metrics import registry

    return list(registry.known().values())


def test_programs_are_named_by_their_whole_checksum() -> None:
    programs = [each for each in vars(files).values() if isinstance(each, files.Expected) and each.program]
    assert programs
    assert all(len(each.checksum) == len("sha256:") + 64 for each in programs)


@pytest.mark.slow
def test_fid_of_a_network_by_lot(models: Path, tmp_path: Path) -> None:
    from vtuber_app.nets.inception import Inception

    with torch.device("meta"):
        net = Inception()
    state = {name: value for name, value in state_of(net).items() if not name.endswith("num_batches_tracked")}
    torch.save(state, models / files.INCEPTION.names[0])  # files of that time have no such counts
    a, b = clip(tmp_path / "a", 10, 1), clip(tmp_path / "b", 10, 2)
    outcome = run(a, b, "fid")
    (result,) = outcome.results
    assert result.name == "FID-unverified"
    assert result.count == 10
    line = result.line()
    assert line["networks"][0]["published"] is False
    assert line["networks"][0]["sha256"] == hashlib.sha256((models / files.INCEPTION.names[0]).read_bytes()).hexdigest()
    assert any("can't be compared with papers" in note for note in outcome.notes)
    assert any("below 2048" in note for note in outcome.notes)
    assert result.value is not None
    assert result.value > 1e-3
    (same,) = run(a, a, "fid").results
    assert same.value == pytest.approx(0, abs=1e-6)


def test_lpips_of_known_features(models: Path, tmp_path: Path) -> None:
    """AlexNet by lot, and heads that count every channel alike."""
    from vtuber_app.nets.lpips import WIDTHS, Lpips

    net = Lpips()
    features = {name: value for name, value in state_of(net).items() if name.startswith("features")}
    torch.save({**features, "classifier.1.weight": torch.zeros(1)}, models / files.ALEXNET.names[0])
    heads = {f"lin{i}.model.1.weight": torch.full((1, width, 1, 1), 1 / width) for i, width in enumerate(WIDTHS)}
    torch.save(heads, models / "alex.pth")
    a, b = clip(tmp_path / "a", 2, 1), clip(tmp_path / "b", 2, 2)
    (result,) = run(a, b, "lpips").results
    (same,) = run(a, a, "lpips").results
    assert same.value == 0
    assert result.name == "LPIPS-unverified"
    alexnet = result.line()["networks"][0]
    assert alexnet["published"] is False
    assert alexnet["sha256"] == hashlib.sha256((models / files.ALEXNET.names[0]).read_bytes()).hexdigest()
    assert result.value is not None
    one, other = (
        torch.from_numpy(cv2.imread(str(each / "000.png"))[..., ::-1].transpose(2, 0, 1)[None].copy()).float() / 255
        for each in (a, b)
    )
    total = 0.0
    for place in range(5):
        x, y = (_tap(features, image, place) for image in (one, other))
        total += float((x - y).square().mean())
    with Kit() as kit:
        pair = Pair(*(Look(cv2.imread(str(each / "000.png"))[..., ::-1].copy()) for each in (a, b)), Look(_black()))
        assert pixels.lpips(pair, kit) == pytest.approx(total, rel=1e-5)


def _black() -> NDArray[np.uint8]:
    return np.zeros((8, 8, 3), np.uint8)


def _tap(state: dict[str, Any], image: Any, place: int) -> Any:
    """The unit features after a ReLU, by functions rather than by the network."""
    from torch.nn import functional

    shift = torch.tensor([-0.030, -0.088, -0.188])[:, None, None]
    scale = torch.tensor([0.458, 0.448, 0.450])[:, None, None]
    x = (image * 2 - 1 - shift) / scale
    for done, (layer, stride, padding) in enumerate([(0, 4, 2), (3, 1, 2), (6, 1, 1), (8, 1, 1), (10, 1, 1)]):
        if done in (1, 2):
            x = functional.max_pool2d(x, 3, 2)
        weight, bias = state[f"features.{layer}.weight"], state[f"features.{layer}.bias"]
        x = functional.relu(functional.conv2d(x, weight, bias, stride, padding))
        if done == place:
            return functional.normalize(x, dim=1)
    raise AssertionError


def onnx_face(path: Path, size: int) -> None:
    """A network of faces, by lot: the mean of a few filters."""
    onnx = pytest.importorskip("onnx")
    rng = np.random.default_rng(5)
    weights = rng.normal(size=(size, 3, 16, 16)).astype(np.float32)
    helper = onnx.helper
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["y"], strides=[16, 16], kernel_shape=[16, 16]),
        helper.make_node("Relu", ["y"], ["z"]),
        helper.make_node("GlobalAveragePool", ["z"], ["p"]),
        helper.make_node("Flatten", ["p"], ["e"]),
    ]
    given = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, 3, 112, 112])
    made = helper.make_tensor_value_info("e", onnx.TensorProto.FLOAT, [1, size])
    graph = helper.make_graph(nodes, "face", [given], [made], [onnx.numpy_helper.from_array(weights, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, path)


def test_identity_is_that_of_the_source(models: Path, tmp_path: Path) -> None:
    from vtuber_app.core import paths

    onnx_face(models / files.SFACE.names[0], 32)
    capture = cv2.VideoCapture(str(paths.assets() / "demo" / "astronaut.mp4"))
    real = capture.read()[1]
    capture.release()
    for name, picture in (("real", real), ("generated", cv2.GaussianBlur(real, (0, 0), 4))):
        (tmp_path / name).mkdir()
        cv2.imwrite(str(tmp_path / name / "0.png"), picture)
    outcome = run(tmp_path / "generated", tmp_path / "real", "csim-sface")
    (result,) = outcome.results
    assert result.name == "CSIM-sface-unverified"
    assert result.value is not None
    assert 0.5 < result.value < 1 - 1e-6
    assert any("--source" in note for note in outcome.notes)
    (own,) = run(tmp_path / "real", tmp_path / "real", "csim-sface").results
    assert own.value == pytest.approx(1, abs=1e-6)
    (aed,) = run(tmp_path / "generated", tmp_path / "real", "aed-sface").results
    assert aed.value == pytest.approx(2 - 2 * result.value, abs=1e-5), "both are of unit vectors"


def test_a_face_is_brought_to_where_networks_expect_it() -> None:
    turn = np.array([[0.8, -0.5], [0.5, 0.8]])
    points = (FIVE - (3, 7)) @ np.linalg.inv(turn).T
    matrix = similarity(points, FIVE)
    np.testing.assert_allclose(matrix[:, :2], turn, atol=1e-9)
    np.testing.assert_allclose(points @ matrix[:, :2].T + matrix[:, 2], FIVE, atol=1e-9)


def test_groups_of_frames_end_with_their_clip() -> None:
    """As FVD: sixteen frames a group, the last of a clip at least ten."""
    seen: list[list[int]] = []

    def features(looks: list[Look]) -> NDArray[Any]:
        seen.append([int(look.pixels[0, 0, 0]) for look in looks])
        return np.array([[look.pixels.mean(), look.pixels.std()] for look in looks]).mean(axis=0)[None]

    measuring = Frechet(features, distributions.CLIP, distributions.LEAST)
    for length in (16 + 9, 10, 33):
        for place in range(length):
            look = Look(np.full((4, 4, 3), place, np.uint8))
            measuring.add(Pair(look, look, look))
        measuring.end_of_clip()
    lengths = [len(group) for group in seen[::2]]
    assert lengths == [16, 10, 16, 16]
    value, count = measuring.result()
    assert count == 4
    assert value == pytest.approx(0, abs=1e-9)
    assert Gaussian(2).count == 0


def test_clip_sees_the_middle_of_a_picture(models: Path, tmp_path: Path) -> None:
    from vtuber_app.nets import clip as network

    wide = np.zeros((50, 150, 3), np.uint8)
    wide[:, 50:100] = 255
    assert likeness.square(wide).shape == (network.SIDE, network.SIDE, 3)
    assert likeness.square(wide)[:, 4:-4].min() > 250
    net = network.Vision()
    state = {f"visual.{name}": value.half() for name, value in state_of(net).items()}
    taken = network.vision_parameters(state | {"logit_scale": torch.ones(())})
    assert set(taken) == set(net.state_dict())
    assert all(value.dtype == torch.float32 for value in taken.values())


def test_openface_gets_the_whole_frame(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """BGR, 96x96, 0…1, and a vector of length 1."""
    blobs = []

    class Net:
        def setInput(self, blob: Any) -> None:
            blobs.append(blob)

        def forward(self) -> Any:
            return np.array([[3.0, 4.0]])

    monkeypatch.setattr(cv2.dnn, "readNetFromTorch", lambda path: Net())
    (models / files.OPENFACE.names[0]).write_bytes(b"a network")
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[..., 0] = 255
    with Kit() as kit:
        np.testing.assert_allclose(identity.openface(Look(picture), kit), [0.6, 0.8])
    assert blobs[0].shape == (1, 3, 96, 96)
    assert blobs[0][0].mean(axis=(1, 2)).tolist() == [0, 0, 1]
