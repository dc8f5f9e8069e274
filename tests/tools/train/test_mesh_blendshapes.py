from pathlib import Path

import numpy as np
import pytest

from vtuber_app.core.types import BLENDSHAPES, Frame
from vtuber_app.pose.head import RIGID
from vtuber_app.pose.mesh_blendshapes import MeshBlendshapes
from vtuber_app.tools.train import mesh_blendshapes as training
from vtuber_app.tools.train.perceptron import Perceptron
from vtuber_app.tools.train.takes import Take, facing, random_look
from vtuber_app.tools.train.varied import Varied, other_side, turn

RANDOM = np.random.default_rng(7)


def symmetric_mesh() -> np.ndarray:
    half = RANDOM.uniform((0.1, -1, -1), (1, 1, 1), (239, 3))
    return np.stack([half, half * (-1, 1, 1)], axis=1).reshape(478, 3)


def made_up(person: str, n: int = 6) -> Take:
    """The landmarker sees each point 0.1 higher than the mesh does."""
    mesh = (symmetric_mesh() + RANDOM.normal(0, 0.01, (n, 478, 3))).astype(np.float32)
    rotation = np.broadcast_to(np.eye(3, dtype=np.float32), (n, 3, 3))
    scores = RANDOM.random((n, 52)).astype(np.float32)
    return Take(person, ["_neutral", *BLENDSHAPES[:-1]], mesh, mesh + np.float32((0, 0.1, 0)), rotation, scores)


def test_network_learns_and_is_the_same_when_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = MeshBlendshapes().points
    network = Perceptron([2 * len(points), 16, 52], np.random.default_rng(1))
    meshes = RANDOM.normal(0, 1, (4000, 478, 2)).astype(np.float32)
    inputs = training.features(meshes, points)
    targets = np.tile(1 / (1 + np.exp(-2 * inputs[:, :1])), 52).astype(np.float32)
    before = np.abs(network(inputs) - targets).mean()
    network.fit(inputs, targets, 80)
    assert np.abs(network(inputs) - targets).mean() < 0.3 * before

    training.save(network, points, tmp_path / "mesh_blendshapes.npz")
    monkeypatch.setattr("vtuber_app.pose.mesh_blendshapes.files", lambda package: tmp_path)
    shipped = MeshBlendshapes()
    for mesh, told in zip(meshes[:5], network(inputs[:5]), strict=True):
        in_picture = 200 + 80 * mesh * np.array([1, -1], np.float32)  # y down
        assert shipped(in_picture) == pytest.approx(told, abs=0.01)


def test_what_is_done_to_a_face_is_done_to_both_its_meshes() -> None:
    seen, right = Varied([made_up("a"), made_up("b")], np.random.default_rng(2)).draw(40)
    assert seen.shape == right.shape == (40, 478, 2)
    assert np.ptp(seen, axis=0).mean() > 0.3
    apart = (right - seen).mean(1)
    assert np.abs(apart[:, 0]).max() < 0.1
    assert 0.05 < apart[:, 1].min() < apart[:, 1].max() < 0.15


def test_other_side_of_the_other_side_is_this_side() -> None:
    side = other_side(symmetric_mesh())
    assert np.array_equal(side[side], np.arange(478))
    assert not np.array_equal(side, np.arange(478))


def test_facing_undoes_turn_place_and_size() -> None:
    mesh = symmetric_mesh()
    mesh -= mesh[RIGID].mean(0)
    mesh /= np.sqrt((mesh[RIGID] ** 2).sum(-1).mean())
    rotation = turn(np.array([0.2, -0.5, 0.1]))
    in_picture = (40 * mesh @ rotation.T + (3, -7, 2)) * (1, -1, -1)
    assert facing(in_picture.astype(np.float32), rotation) == pytest.approx(mesh, abs=1e-4)


def test_correlation_is_told_for_what_moves_only() -> None:
    class Known:
        points = MeshBlendshapes().points
        columns = (*range(1, 52), -1)
        named = training.Teacher.named

    take = made_up("a", n=50)
    take.blendshapes[:, 3] *= 0.1
    told = training.correlations(lambda inputs: take.blendshapes[:, Known.columns], take, Known())  # type: ignore[arg-type]
    assert told[0] == pytest.approx(1)
    assert np.isnan(told[2])
    assert np.isnan(told[51])


def test_look_is_the_same_for_all_frames_of_a_clip() -> None:
    picture = RANDOM.integers(0, 256, (60, 80, 3), np.uint8)
    pictures = [random_look(Frame(picture, 0), np.random.default_rng(seed))(picture) for seed in (1, 1, 2)]
    assert pictures[0].shape == picture.shape
    assert np.array_equal(pictures[0], pictures[1])
    assert not np.array_equal(pictures[0], pictures[2])
