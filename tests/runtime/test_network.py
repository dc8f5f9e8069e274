"""Networks run in the fastest right way, and go on when it fails."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

from small import POSE, SIZE, STEPS, plan, save

from vtuber_app.core.errors import DeviceError, EngineError
from vtuber_app.runtime import network
from vtuber_app.runtime.chain import Chain
from vtuber_app.runtime.engine import Program
from vtuber_app.runtime.network import Network, available
from vtuber_app.runtime.onnx_engine import OnnxEngine
from vtuber_app.runtime.plan import Step
from vtuber_app.runtime.prepared import Prepared
from vtuber_app.runtime.route import Route, RuntimeSettings, chosen
from vtuber_app.runtime.torch_engine import TorchEngine

ROUTES = available()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which what one test prepares is there for the next."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def weights(kept: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VTUBER_HOME", str(kept))
    return kept / "net.pt" if (kept / "net.pt").is_file() else save(kept)


@pytest.fixture
def new_weights(tmp_path: Path) -> Path:
    return save(tmp_path)


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (SIZE, SIZE, 4)).astype(np.uint8)


POSES = [np.random.default_rng(seed).uniform(0, 1, POSE).astype(np.float32) for seed in range(3)]


def pictures(weights: Path, picture: np.ndarray, wanted: RuntimeSettings) -> list[np.ndarray]:
    with Network(plan(weights), wanted) as opened:
        opened.put("picture", picture)
        made = [opened.run(pose) for pose in POSES]
        assert opened.n_broken == 0
    return [one for one in made if one is not None]


class Card(TorchEngine):
    """An engine that says it is a graphics card, so that it is tried first."""

    n_runs = 0

    @classmethod
    def routes(cls) -> list[Route]:
        return [Route("openvino", "gpu", "float16")]

    def __init__(self, route: Route, prepared: Prepared) -> None:
        super().__init__(Route("torch", "cpu"), prepared)
        self.route = route
        type(self).n_runs = 0

    def load(self, step: Step) -> Program:
        program = super().load(step)

        def run(*inputs: Any) -> Sequence[Any]:
            type(self).n_runs += step.name == "head"
            return self.changed(step, program(*inputs))

        return run

    def changed(self, step: Step, outputs: Sequence[Any]) -> Sequence[Any]:
        return outputs


def card(monkeypatch: pytest.MonkeyPatch, kind: type[Card]) -> None:
    monkeypatch.setitem(network.ENGINES, "openvino", kind)


@pytest.mark.parametrize("route", ROUTES, ids=[route.title for route in ROUTES])
def test_every_route_of_this_machine_gives_the_same_pictures(route: Route, weights: Path, picture: np.ndarray) -> None:
    plain = pictures(weights, picture, RuntimeSettings(device="cpu", engine="torch", precision="float32"))
    prepared = Prepared(plan(weights))
    chain = Chain(network.ENGINES[route.engine](route, prepared), STEPS)
    chain.put("picture", picture)
    for pose, expected in zip(POSES, plain, strict=True):
        pixels, total = chain.run(pose)
        assert np.isfinite(total)
        assert (pixels.dtype, pixels.shape) == (np.uint8, (SIZE, SIZE, 4))
        difference = np.abs(pixels.astype(int) - expected)
        assert difference.max() <= 1 if route.precision == "float32" else difference.mean() < 1
    assert np.abs(plain[0].astype(int) - plain[1]).mean() > 1


def test_only_what_changed_is_run_again(weights: Path, picture: np.ndarray) -> None:
    done: list[str] = []

    class Counting(TorchEngine):
        def load(self, step: Step) -> Program:
            program = super().load(step)
            return lambda *inputs: (done.append(step.name), program(*inputs))[1]

    chain = Chain(Counting(Route("torch", "cpu"), Prepared(plan(weights))), STEPS)
    chain.put("picture", picture)

    def steps(pose: list[float]) -> list[str]:
        done.clear()
        chain.run(np.array(pose, np.float32))
        return list(done)

    assert steps([0, 0, 0, 0, 0]) == ["picture", "face", "head"]
    assert steps([0, 0, 0, 0, 0]) == []
    assert steps([0, 0, 0, 1, 0]) == ["head"]
    assert steps([0, 1, 0, 1, 0]) == ["face", "head"]
    chain.put("picture", picture)
    assert steps([0, 1, 0, 1, 0]) == ["picture", "face", "head"]


def test_the_fastest_is_measured_once_and_remembered(new_weights: Path) -> None:
    with Network(plan(new_weights), RuntimeSettings(device="cpu")) as first:
        measured = dict(first.prepared.measured)
        seconds = {key: entry["seconds"] for key, entry in measured.items()}
        assert {"PyTorch", "ONNX Runtime"} <= {key.split(",")[0] for key in seconds}
        assert min(seconds, key=lambda key: seconds[key]).startswith(first.route.title)
        assert first.notice is None
        chosen_first = first.route
    with Network(plan(new_weights), RuntimeSettings(device="cpu")) as second:
        assert second.prepared.measured == measured
        assert second.route == chosen_first


def test_what_is_prepared_runs_without_torch(weights: Path) -> None:
    wanted = RuntimeSettings(engine="onnx", device="cpu")
    with Network(plan(weights), wanted):
        pass
    code = f"""
import sys
import numpy as np
from pathlib import Path
import vtuber_app.runtime.network as network
from vtuber_app.runtime.plan import Plan, Step
from vtuber_app.runtime.route import RuntimeSettings
def never(): raise AssertionError("already prepared")
steps = {STEPS!r}
plan = Plan("small", steps, never, (Path({str(weights)!r}),), never)
with network.Network(plan, RuntimeSettings(engine="onnx", device="cpu")) as opened:
    opened.put("picture", np.zeros(({SIZE}, {SIZE}, 4), np.uint8))
    assert opened.run(np.zeros({POSE}, np.float32)).shape == ({SIZE}, {SIZE}, 4)
assert "torch" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_wrong_route_is_refused_with_its_reason(
    weights: Path, picture: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wrong(Card):
        def changed(self, step: Step, outputs: Sequence[Any]) -> Sequence[Any]:
            return (outputs[0] // 2, outputs[1]) if step.name == "head" else outputs

    plain = pictures(weights, picture, RuntimeSettings(engine="torch", device="cpu"))
    card(monkeypatch, Wrong)
    with Network(plan(weights), RuntimeSettings()) as opened:
        assert opened.route.device == "cpu"
        assert opened.notice
        assert "gpu, float16: its pictures are wrong" in opened.notice
        assert f"runs with {opened.route.title} instead" in opened.notice
        opened.put("picture", picture)
        made = opened.run(POSES[0])
    assert made is not None
    assert np.abs(made.astype(int) - plain[0]).max() <= 1
    with pytest.raises(EngineError, match=r"can't run here.*pictures are wrong"):
        Network(plan(weights), RuntimeSettings(device="gpu")).__enter__()


def test_a_card_that_fails_later_is_left_and_the_stream_goes_on(
    weights: Path, picture: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(Card):
        def changed(self, step: Step, outputs: Sequence[Any]) -> Sequence[Any]:
            if self.n_runs > 6:
                with self.failing():
                    raise RuntimeError("CUDA error: out of memory\nlong story")
            return outputs

    plain = pictures(weights, picture, RuntimeSettings(engine="torch", device="cpu"))
    card(monkeypatch, Full)
    with Network(plan(weights), RuntimeSettings()) as opened:
        assert opened.route.device == "gpu"
        opened.put("picture", picture)
        made = [opened.run(pose) for pose in (*POSES, *POSES)]
        assert opened.route.device == "cpu"
        assert opened.notice
        assert "out of memory. It runs with" in opened.notice
    for pixels, expected in zip(made, [*plain, *plain], strict=True):
        assert pixels is not None
        assert np.abs(pixels.astype(int) - expected).max() <= 1


def test_a_card_that_was_asked_for_and_fails_does_not_end_the_stream(
    weights: Path, picture: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(Card):
        def changed(self, step: Step, outputs: Sequence[Any]) -> Sequence[Any]:
            if self.n_runs > 2:
                with self.failing():
                    raise RuntimeError("device removed")
            return outputs

        def close(self) -> None:
            with self.failing():
                raise RuntimeError("device removed")

    card(monkeypatch, Gone)
    with Network(plan(weights), RuntimeSettings(device="gpu")) as opened:
        opened.put("picture", picture)
        assert opened.route.device == "gpu"
        assert all(opened.run(pose) is not None for pose in POSES)
        assert opened.route.device == "cpu"
        assert opened.notice
        assert "device removed" in opened.notice


def test_what_could_not_be_exported_is_tried_again(new_weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    def broken(*_: object, **__: object) -> None:
        raise AttributeError("another version")

    wanted = RuntimeSettings(engine="onnx", device="cpu")
    with monkeypatch.context() as patch:
        patch.setattr(torch.onnx, "export", broken)
        with pytest.raises(EngineError, match="pip install --upgrade onnx onnxscript"):
            Network(plan(new_weights), wanted).__enter__()
    with Network(plan(new_weights), wanted) as opened:
        assert opened.route.engine == "onnx"


def test_a_picture_of_no_numbers_is_dropped_and_counted(
    weights: Path, picture: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hiccup(Card):
        broken = range(6, 7)

        def changed(self, step: Step, outputs: Sequence[Any]) -> Sequence[Any]:
            if step.name == "head" and self.n_runs in self.broken:
                return outputs[0], outputs[1] * float("nan")
            return outputs

    plain = pictures(weights, picture, RuntimeSettings(engine="torch", device="cpu"))
    card(monkeypatch, Hiccup)
    with Network(plan(weights), RuntimeSettings()) as opened:
        opened.put("picture", picture)
        made = [opened.run(pose) for pose in (*POSES, *POSES)]
        assert [pixels is None for pixels in made].count(True) == opened.n_broken == 1
        assert opened.route.device == "gpu"  # checked again, and right
    for pixels, expected in zip(made, [*plain, *plain], strict=True):
        assert pixels is None or np.abs(pixels.astype(int) - expected).max() <= 1
    monkeypatch.setattr(Hiccup, "broken", range(3, 1000))
    with Network(plan(weights), RuntimeSettings()) as opened:
        opened.put("picture", picture)
        made = [opened.run(pose) for pose in POSES]
        assert opened.route.device == "cpu"
        assert opened.notice
        assert "no numbers" in opened.notice
        assert all(pixels is not None for pixels in made)


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_a_provider_that_would_silently_be_the_processor_is_refused(weights: Path) -> None:
    missing = next(device for device in ("directml", "coreml", "cuda") if Route("onnx", device) not in ROUTES)
    engine = OnnxEngine(Route("onnx", missing), Prepared(plan(weights)))
    with pytest.raises(EngineError, match="would run on the processor"):
        engine.load(STEPS[0])


def test_other_weights_are_prepared_anew_and_the_old_go(new_weights: Path, picture: np.ndarray) -> None:
    wanted = RuntimeSettings(engine="onnx", device="cpu")
    before = pictures(new_weights, picture, wanted)
    old = Prepared(plan(new_weights)).folder
    assert old.is_dir()
    save(new_weights.parent, seed=4)
    after = pictures(new_weights, picture, wanted)
    assert np.abs(before[0].astype(int) - after[0]).max() > 4
    assert not old.exists()


def test_preparing_that_was_interrupted_leaves_nothing_half(new_weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(torch.onnx, "export", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Prepared(plan(new_weights)).onnx(STEPS[0], "float32")
    prepared = Prepared(plan(new_weights))
    assert list(prepared.folder.iterdir()) == []
    assert prepared.onnx(STEPS[0], "float32").is_file()


def test_where_nothing_can_be_kept_torch_runs_it(
    new_weights: Path, picture: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("VTUBER_HOME", str(tmp_path / "file"))
    with Network(plan(new_weights), RuntimeSettings(device="cpu")) as opened:
        opened.put("picture", picture)
        assert opened.run(POSES[0]) is not None
        assert opened.route == network.REFERENCE
        assert opened.notice
        assert "can't be kept in" in opened.notice


def test_a_damaged_note_is_made_anew(new_weights: Path) -> None:
    folder = Prepared(plan(new_weights)).folder
    folder.mkdir(parents=True)
    (folder / "measured.json").write_text("{half")
    prepared = Prepared(plan(new_weights))
    assert prepared.measured == {}
    prepared.note("route", seconds=1)
    assert Prepared(plan(new_weights)).measured == {"route": {"seconds": 1}}


def test_settings_choose_and_say_what_there_is() -> None:
    routes = [
        Route("torch", "cpu"),
        Route("onnx", "directml", "float32"),
        Route("onnx", "directml", "float16"),
        Route("onnx", "tensorrt", "float16"),
        Route("torch", "cpu", "bfloat16"),
    ]
    assert [route.device for route in chosen(routes, RuntimeSettings())] == ["directml", "directml", "cpu"]
    assert chosen(routes, RuntimeSettings())[0].precision == "float16"
    assert chosen(routes, RuntimeSettings(device="cpu")) == routes[:1]
    assert routes[3] not in chosen(routes, RuntimeSettings(engine="onnx"))
    assert chosen(routes, RuntimeSettings(engine="tensorrt")) == routes[3:4]
    assert chosen(routes, RuntimeSettings(precision="bfloat16")) == routes[4:]
    with pytest.raises(DeviceError, match=r"device gpu, engine torch.*ONNX Runtime, directml, float16"):
        chosen(routes, RuntimeSettings(device="gpu", engine="torch"))
    with pytest.raises(DeviceError, match="install torch or onnxruntime"):
        chosen([], RuntimeSettings())
