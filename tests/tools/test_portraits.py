"""Pictures for the rig network, and its training."""

from pathlib import Path

import pytest

pytest.importorskip("skia", reason="skia-python paints")
pytest.importorskip("torch", reason="PyTorch trains the network")

import cv2
import numpy as np

from vtuber_app.avatars.autorig.found import LANDMARKS, MASKS
from vtuber_app.nets.portrait import SIZE
from vtuber_app.tools.rig import TINTS
from vtuber_app.tools.train import portraits, rig


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portraits")
    portraits.draw(folder, 1, 2)
    return folder


def test_pictures_are_varied_and_whole(folder: Path) -> None:
    source = portraits.samples(folder, 0)
    first, second = next(source), next(source)
    assert first[0].shape == (SIZE, SIZE, 3)
    assert first[2].shape == (SIZE, SIZE)
    assert first[1].shape == (len(LANDMARKS), 2)
    assert np.abs(first[0].astype(int) - second[0]).mean() > 5


def test_landmarks_follow_every_bend() -> None:
    """A dot that is painted where a landmark lies is found where the landmark has gone."""
    rng = np.random.default_rng(2)
    landmarks = np.full((len(LANDMARKS), 2), 220, np.float32)
    landmarks[LANDMARKS.index("crown")] = 220, 120
    landmarks[LANDMARKS.index("chin")] = 220, 300
    landmarks[LANDMARKS.index("nose")] = 250, 240
    dot = np.zeros((440, 440), np.uint8)
    cv2.circle(dot, (250, 240), 6, (1,), -1)
    picture = np.zeros((440, 440, 4), np.uint8)
    for _ in range(5):
        _, moved, masks = portraits.varied(picture, dot, landmarks, rng)
        rows, columns = np.nonzero(masks)
        x, y = moved[LANDMARKS.index("nose")] * SIZE
        assert columns.mean() + 0.5 == pytest.approx(x, abs=1.5)
        assert rows.mean() + 0.5 == pytest.approx(y, abs=1.5)


def test_training_goes_on_from_its_checkpoint_and_is_exported(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rig, "BATCH", 2)
    monkeypatch.setattr(rig, "KEPT", 1)
    told: list[rig.Curve] = []
    checkpoint = tmp_path / "rig.pt"
    rig.train(folder, 0.02, checkpoint, told.append)
    done = told[-1].step
    rig.train(folder, 0.02, checkpoint, told.append)
    assert done >= 1
    assert told[-1].step > done
    assert np.isfinite([one.loss for one in told]).all()
    assert len((tmp_path / "rig.csv").read_text(encoding="utf-8").splitlines()) == len(told) + 1


def test_the_network_is_small_enough_for_one_file() -> None:
    assert sum(weight.numel() for weight in rig.network().state_dict().values()) * 4 < 5e6


def test_every_part_has_a_tint_of_its_own() -> None:
    assert len({tuple(tint) for tint in TINTS.tolist()}) == len(MASKS) + 1
