import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from vtuber_app.core import weights
from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.train.animation.config import Config, read

torch = pytest.importorskip("torch")
from vtuber_app.tools.train.animation import engine  # noqa: E402
from vtuber_app.tools.train.animation.fom import FomTraining  # noqa: E402
from vtuber_app.tools.train.animation.system import System  # noqa: E402
from vtuber_app.tools.train.animation.systems import named  # noqa: E402

TINY = """
clips = "clips"
out = "out"
size = 32
batch_size = 2
num_repeats = 4
num_epochs = {epochs}
seed = 3
device = "cpu"

[network.kp_detector_params]
block_expansion = 4
max_features = 16
num_blocks = 2
num_kp = 3
scale_factor = 0.5

[network.generator_params]
block_expansion = 8
max_features = 16
num_down_blocks = 1
num_bottleneck_blocks = 1
num_kp = 3
dense_motion_params = {{block_expansion = 4, max_features = 16, num_blocks = 2, scale_factor = 0.5}}

[network.discriminator_params]
block_expansion = 4
max_features = 16
num_blocks = 2
use_kp = true
num_kp = 3

[loss_weights]
feature_matching = [10, 10]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three strips in which a square moves, and a configuration of 2 epochs, 12 steps in all."""
    (tmp_path / "clips").mkdir()
    for name in range(3):
        strip = np.zeros((32, 32 * 5, 3), np.uint8)
        for place in range(5):
            left = 32 * place + 3 * place
            strip[8 + 4 * name : 18 + 4 * name, left : left + 10] = (60, 120, 80 * (name + 1))
        cv2.imwrite(str(tmp_path / "clips" / f"{name}.png"), strip)
    (tmp_path / "tiny.toml").write_text(TINY.format(epochs=2), encoding="utf-8")
    return tmp_path


MONKEYNET = """
[network.kp_detector_params]
block_expansion = 4
max_features = 16
num_blocks = 2
num_kp = 3

[network.generator_params]
block_expansion = 8
max_features = 16
num_blocks = 2
num_refinement_blocks = 1
num_kp = 3
dense_motion_params = {block_expansion = 4, max_features = 16, num_blocks = 2}

[network.discriminator_params]
block_expansion = 4
max_features = 16
num_blocks = 2
num_kp = 3

[loss_weights]
reconstruction = [10, 10, 1]
"""


def trained(config: Config, system: type[System] = FomTraining) -> dict[str, dict[str, "torch.Tensor"]]:
    place = engine.train(system, config, lambda *_: None)
    assert place.steps == 6 * config.num_epochs
    return weights.load_checkpoint(config.out / "checkpoint.pth.tar")


def same(one: dict[str, "torch.Tensor"], other: dict[str, "torch.Tensor"]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_a_resumed_training_is_an_unbroken_one(folder: Path) -> None:
    whole = trained(read(folder / "tiny.toml"))
    parted = read(folder / "tiny.toml").model_copy(update={"out": folder / "parted", "num_epochs": 1})
    first = trained(parted)
    second = trained(parted.model_copy(update={"num_epochs": 2}))
    for name in ("generator", "kp_detector", "discriminator"):
        assert not same(first[name], second[name])
        assert same(second[name], whole[name]), name
    assert second["place"]["steps"] == 12


def test_monkeynet_keeps_published_parameters_and_goes_on(folder: Path) -> None:
    text = (folder / "tiny.toml").read_text(encoding="utf-8")
    (folder / "tiny.toml").write_text(text[: text.index("[network")] + MONKEYNET, encoding="utf-8")
    config = read(folder / "tiny.toml")
    first = trained(config.model_copy(update={"num_epochs": 1}), named("monkeynet"))
    assert first["kp_detector"]["predictor.encoder.down_blocks.0.conv.weight"].shape == (8, 3, 1, 3, 3)
    second = trained(config, named("monkeynet"))
    assert not same(first["generator"], second["generator"])


def test_losses_fall_and_leave_a_curve_and_strips(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SHOWN", 40)
    config = read(folder / "tiny.toml").model_copy(update={"num_epochs": 10})
    told: list[float] = []
    engine.train(FomTraining, config, lambda _, losses: told.append(losses["pixels"]))
    with (config.out / "curve.csv").open() as stream:
        lines = list(csv.DictReader(stream))
    assert [int(line["step"]) for line in lines] == [20, 40, 60]
    assert np.allclose([float(line["pixels"]) for line in lines], told, rtol=1e-4)
    assert told[-1] < 0.8 * told[0]
    strip = cv2.imread(str(config.out / "strips" / "0000040.png"))
    assert strip is not None
    assert strip.shape == (3 * 32, 2 * 32, 3)
    assert (config.out / "curve.png").stat().st_size > 1000


def test_a_killed_training_goes_on(folder: Path) -> None:
    (folder / "tiny.toml").write_text(TINY.format(epochs=100_000), encoding="utf-8")
    program = (
        "import sys\nfrom pathlib import Path\nfrom vtuber_app.tools.train.animation import config, engine, fom\n"
        "engine.KEPT_S = 0.3\nengine.NOTED = 1\n"
        "engine.train(fom.FomTraining, config.read(Path(sys.argv[1])), lambda place, _: print(place.steps, flush=True))"
    )
    checkpoint = folder / "out" / "checkpoint.pth.tar"
    reached = 0
    for further in (0, 4):
        command = [sys.executable, "-c", program, str(folder / "tiny.toml")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout
            before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
            steps = [int(running.stdout.readline())]
            while not checkpoint.exists() or checkpoint.stat().st_mtime_ns == before:
                steps.append(int(running.stdout.readline()))
            steps += [int(running.stdout.readline()) for _ in range(further)]
            running.send_signal(signal.SIGKILL)
        assert steps[0] == reached + 1, "it went on where the last checkpoint was"
        reached = weights.load_checkpoint(checkpoint)["place"]["steps"]
        assert reached >= steps[-1] - further - 1


@pytest.mark.slow
def test_two_processes_train_one_network(folder: Path) -> None:
    program = folder / "program.py"
    program.write_text(
        "import sys\nfrom pathlib import Path\nfrom vtuber_app.tools.train.animation import config, engine, fom\n"
        "engine.train(fom.FomTraining, config.read(Path(sys.argv[1])), lambda *_: None)",
        encoding="utf-8",
    )
    run = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", str(program)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, *run, str(folder / "tiny.toml")], check=True, timeout=240, env=environment)
    state = weights.load_checkpoint(folder / "out" / "checkpoint.pth.tar")
    assert state["place"]["steps"] == 6, "each step takes samples of both"


def test_another_programs_checkpoint_is_not_gone_on_from(folder: Path) -> None:
    config = read(folder / "tiny.toml")
    config.out.mkdir()
    torch.save(FomTraining(config).published(), config.out / "checkpoint.pth.tar")
    with pytest.raises(SettingsError, match="name it as start_from"):
        engine.train(FomTraining, config, lambda *_: None)


def test_bad_configurations_get_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    with pytest.raises(SettingsError, match="can't be read"):
        read(file)
    file.write_text("clips = ", encoding="utf-8")
    with pytest.raises(SettingsError, match="is no TOML"):
        read(file)
    file.write_text('clips = "a"\nout = "b"\nlr = -1', encoding="utf-8")
    with pytest.raises(SettingsError, match="lr: Input should be greater than 0"):
        read(file)
