import json
from pathlib import Path

import cv2
import numpy as np

from tests.parity import recipe
from vtuber_app.core.types import Driving, FaceState
from vtuber_app.tools.best_frame import distance, nearest


def test_the_published_rule() -> None:
    """A square and one that is moved and larger are alike; squares that lean differ by what can be computed by hand."""
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    assert distance(square, 7 * square + 30) < 1e-10
    leaning = square + np.array([(0, 0), (0, 0), (0.5, 0), (0.5, 0)], np.float32)
    assert np.isclose(distance(square, leaning), 4 * 0.25**2, rtol=1e-5), "both have area 1"


def test_the_nearest_moment_is_found_wherever_it_is() -> None:
    rng = np.random.default_rng(0)
    face = rng.uniform(0, 100, (20, 2)).astype(np.float32)
    moments = []
    for step in range(7):
        points = face + abs(step - 4) * rng.normal(0, 3, face.shape)
        turned = cv2.transform(points[None], np.array([[1.4, 0, 20], [0, 1.4, 5]]))[0].astype(np.float32)
        moments.append(Driving(float(step), FaceState(landmarks=turned)))
    places = np.arange(0, 20, 2)
    best = nearest(face[places], places, moments)
    assert best
    assert best.time == 4
    assert nearest(face, np.arange(20), []) is None


def test_reference_distances(shared: Path) -> None:
    wanted = json.loads((shared / "data" / "animation" / "metrics_reference.json").read_text(encoding="utf-8"))
    truth = recipe.array("metrics.landmarks", (6, 68, 2), 20, 236)
    frames = truth + recipe.array("metrics.landmark_error", (6, 68, 2), -3, 3)
    found = [distance(truth[3], frame) for frame in frames]
    assert np.allclose(found, wanted["best_frame"]["distances"], rtol=1e-4)
