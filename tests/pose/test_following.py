import numpy as np
from numpy.typing import NDArray

from vtuber_app.pose.following import LOW, SHARE, Following, around


def face(x: float = 200, y: float = 300, height: float = 140) -> NDArray[np.float32]:
    """Forehead, chin and both sides."""
    h = height / 2
    return np.array([(x, y - h), (x, y + h), (x - 0.8 * h, y), (x + 0.8 * h, y)], np.float32)


def test_a_face_has_the_size_and_place_that_networks_know() -> None:
    square = around(face())
    assert np.isclose(140 / square.side, SHARE)
    assert np.isclose((300 - square.y) / square.side, LOW)
    assert np.isclose(square.x, 200)


def test_before_a_face_there_is_none_and_a_lost_one_stays() -> None:
    following = Following()
    assert following(None, 0) is None
    first = following(face(), 0.1)
    assert first == around(face())
    assert following(None, 0.2) == first


def test_small_movements_stay_in_the_picture() -> None:
    following = Following()
    still = following(face(), 0)
    assert still
    for i in range(1, 11):  # a nod of a third of a second
        moved = following(face(y=300 + 15 * np.sin(i)), i / 30)
        assert moved
        assert abs(moved.y - still.y) < 4


def test_who_sits_elsewhere_is_followed_and_does_not_leave() -> None:
    following = Following()
    following(face(), 0)
    steps = []
    last = following(face(), 1 / 30)
    for i in range(2, 90):
        square = following(face(x=400), i / 30)
        assert square
        assert last
        steps.append(abs(square.x - last.x))
        last = square
    assert last
    assert abs(last.x - 400) < 0.25 * last.side
    assert max(steps) < 40, "it glides"
