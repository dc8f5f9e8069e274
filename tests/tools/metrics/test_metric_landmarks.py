"""AKD's landmarks: squares cut out, maps read, faces found."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vtuber_app.tools.metrics import landmarks
from vtuber_app.tools.metrics.kit import Kit, Look

torch = pytest.importorskip("torch")


def test_a_square_is_cut_out_with_black_beyond_the_picture() -> None:
    pixels = np.full((256, 256, 3), 200, np.uint8)
    inside = landmarks.cropped(pixels, np.array([128.0, 128.0]), 100)
    assert inside.shape == (256, 256, 3)
    assert inside.min() == 200
    beyond = landmarks.cropped(pixels, np.array([0.0, 128.0]), 100)
    assert beyond[:, :120].max() == 0
    assert beyond[:, 140:].min() == 200


def test_points_are_found_where_maps_are_largest() -> None:
    maps = np.zeros((68, 64, 64), np.float32)
    maps[:, 20, 30] = 1
    maps[:, 20, 31] = 0.5  # a neighbour pulls by a quarter
    maps[1] = 0
    maps[1, 0, 0] = 1
    found = landmarks.points(maps, np.array([128.0, 128.0]), 128)
    # 128 px of the picture are 64 of the map: two for one, from 64 on.
    assert found[0].tolist() == [64 + int(2 * 30.75), 64 + int(2 * 20.5)]
    assert found[1].tolist() == [65, 65]


def test_the_surest_face_is_found_in_its_own_size() -> None:
    """A detector that sees one face at 16 px a step, and a less sure one at 4."""

    class Detector:
        def __call__(self, image: Any) -> list[tuple[Any, Any]]:
            found = []
            for place in range(6):
                side = 64 >> place
                scores = torch.zeros(1, 2, side, side)
                scores[:, 0] = 5
                found.append((scores, torch.zeros(1, 4, side, side)))
            found[2][0][0, :, 5, 9] = torch.tensor([0.0, 6.0])
            found[0][0][0, :, 1, 1] = torch.tensor([0.0, 2.0])
            return found

    with Kit() as kit:
        kit.once("s3fd", Detector)
        face = landmarks.first_face(np.zeros((256, 256, 3), np.uint8), kit)
    assert face is not None
    middle = np.array([9 * 16 + 8, 5 * 16 + 8])
    np.testing.assert_allclose(face[:4], [*(middle - 32), *(middle + 32)])


def test_no_face_gives_no_landmarks(tmp_path: Path) -> None:
    with Kit() as kit:
        kit.once("s3fd", lambda: lambda image: [(torch.zeros(1, 2, 4, 4), torch.zeros(1, 4, 4, 4))])
        assert landmarks.landmarks(Look(np.zeros((32, 48, 3), np.uint8)), kit) is None


def test_the_detector_has_the_published_parameters() -> None:
    from vtuber_app.nets.s3fd import S3fd

    net = S3fd()
    names = set(net.state_dict())
    assert len(names) == 65
    assert {"conv1_1.weight", "fc7.bias", "conv3_3_norm.weight", "conv7_2_mbox_loc.weight"} <= names
    with torch.inference_mode():
        found = net(torch.zeros(1, 3, 128, 96))
    assert [tuple(scores.shape[2:]) for scores, _ in found][:3] == [(32, 24), (16, 12), (8, 6)]
    assert all(scores.shape[1] == 2 and boxes.shape[1] == 4 for scores, boxes in found)
