import numpy as np
import pytest

from vtuber_app.pose import head


def turned(pitch: float, yaw: float, roll: float) -> np.ndarray:
    def about(axis: int, angle: float) -> np.ndarray:
        i, j = [(1, 2), (2, 0), (0, 1)][axis]
        matrix = np.eye(3)
        matrix[i, i] = matrix[j, j] = np.cos(angle)
        matrix[j, i], matrix[i, j] = np.sin(angle), -np.sin(angle)
        return matrix

    return about(2, roll) @ about(1, yaw) @ about(0, pitch)


def photographed(rotation: np.ndarray, translation: np.ndarray, height: int, width: int) -> np.ndarray:
    """The mesh's points of a head there, as the face mesh gives them: px, depths relative."""
    focal = height / 2 / np.tan(head.FIELD_OF_VIEW / 2)
    placed = head.SHAPE @ rotation.T + translation
    distance = -placed[:, 2]
    points = np.zeros((478, 3))
    scale = focal / distance.mean()
    points[head.RIGID] = np.column_stack(
        [
            placed[:, 0] / distance * focal + width / 2,
            -placed[:, 1] / distance * focal + height / 2,
            (distance - distance.mean()) * scale,
        ]
    )
    return points.astype(np.float32)


@pytest.mark.parametrize("angles", [(0, 0, 0), (0.3, 0, 0), (-0.2, 0.5, 0.1), (0.1, -0.6, -0.4)])
@pytest.mark.parametrize("place", [(0, 0, -0.5), (0.15, -0.08, -0.4), (-0.2, 0.1, -0.9)])
def test_pose_of_a_known_head_is_found(angles: tuple[float, ...], place: tuple[float, ...]) -> None:
    points = photographed(turned(*angles), np.array(place), 480, 640)
    rotation, translation = head.head_pose(points, 480, 640)
    assert np.degrees(np.abs(rotation - angles)).max() < 1.5
    assert np.abs(translation - place).max() < 0.03 * -place[2] + 0.005


@pytest.mark.parametrize("angles", [(0, 0, 0), (0.3, -0.5, 0.2), (-1.0, 1.2, 3.0)])
def test_euler_undoes_the_rotation(angles: tuple[float, ...]) -> None:
    assert head.euler(turned(*angles)) == pytest.approx(angles)


def test_signs_are_those_of_the_face_state() -> None:
    """Looking down brings the brow to the camera; turning to the performer's left, the nose to the picture's right."""
    assert (turned(0.3, 0, 0) @ (0, 1, 0))[2] > 0
    assert (turned(0, 0.3, 0) @ (0, 0, 1))[0] > 0
    assert (turned(0, 0, 0.3) @ (0, 1, 0))[0] < 0


def test_fit_finds_a_similarity_and_never_a_mirror_image() -> None:
    random = np.random.default_rng(1)
    shape = random.normal(size=(12, 3))
    rotation = turned(0.4, -0.8, 0.2)
    scale, found, moved = head.fit(shape, 2.5 * shape @ rotation.T + (1, 2, 3))
    assert scale == pytest.approx(2.5)
    assert found == pytest.approx(rotation)
    assert moved == pytest.approx((1, 2, 3))
    assert np.linalg.det(head.fit(shape, shape * (-1, 1, 1))[1]) == pytest.approx(1)
