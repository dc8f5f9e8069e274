"""`vtuber-app train rig`, from nothing to a network that is read again."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("skia", reason="skia-python paints")
pytest.importorskip("torch", reason="PyTorch trains the network")
pytest.importorskip("onnx", reason="the package onnx writes the network")

from vtuber_app import cli_train
from vtuber_app.avatars.autorig.find import SIZE, Finder


def test_a_network_is_trained_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtuber_app.tools.train.rig.BATCH", 1)
    out = tmp_path / "portrait.onnx"
    assert cli_train.rig(folder=tmp_path / "set", out=out, characters=1, minutes=0.01, workers=1) == 0
    assert out.stat().st_size < 5e6
    assert str(Path(cli_train.__file__).parent).encode() not in out.read_bytes()
    points, sure, _ = Finder(out)._look(np.full((300, 300, 3), 200, np.uint8), np.array([150.0, 150.0]), float(SIZE))
    assert np.isfinite(points).all()
    assert ((sure >= 0) & (sure <= 1)).all()
    assert len(list((tmp_path / "set").iterdir())) == 1
