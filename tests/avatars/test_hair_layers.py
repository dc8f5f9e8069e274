"""Hair in layers: what is long hangs on the body, what is short goes with the head."""

import numpy as np
import pytest

from vtuber_app.avatars.autorig import hair
from vtuber_app.avatars.autorig.found import MASKS, Pixels
from vtuber_app.avatars.rig.format import Head

CHIN, SIZE = 60.0, 50.0


def painted(name: str, *boxes: tuple[int, int, int, int]) -> Pixels:
    """A picture whose parts are boxes of one kind of hair: x0, y0, x1, y1."""
    parts = np.zeros((120, 120), np.uint8)
    for x0, y0, x1, y1 in boxes:
        parts[y0:y1, x0:x1] = MASKS.index(name) + 1
    return parts


@pytest.mark.parametrize(("bottom", "hang"), [(50, (56.0, 76.0)), (72, (60.0, 84.0)), (100, (48.5, 85.0))])
def test_locks_hang_by_their_length(bottom: int, hang: tuple[float, float]) -> None:
    parts = painted("cap", (10, 20, 20, bottom))
    (one,) = hair.strands(hair.FRONT, parts, CHIN, SIZE)
    assert one.hang == pytest.approx(hang)
    assert np.array_equal(one.seen, parts > 0)


def test_a_short_lock_beside_a_long_one_is_a_layer_of_its_own() -> None:
    parts = painted("cap", (10, 20, 20, 55), (40, 20, 50, 110))
    short, long_ = hair.strands(hair.FRONT, parts, CHIN, SIZE)
    assert short.hang[0] > long_.hang[0]
    assert short.hang[1] < long_.hang[1]
    assert short.name != long_.name
    assert np.array_equal(short.seen | long_.seen, parts > 0)
    assert not (short.seen & long_.seen).any()


def test_long_hair_lies_farther_back_than_short_hair() -> None:
    short, long_ = (
        next(hair.strands(hair.BEHIND, painted("back", (10, 20, 20, bottom)), CHIN, SIZE)) for bottom in (65, 110)
    )
    assert long_.depth < short.depth < 0


def test_the_skull_ends_above_the_face() -> None:
    head = Head(centre=(60, 50), radius=(20, 25), pivot=(60, 80))
    on_skull = hair.skull(head, (120, 120))
    assert on_skull[30, 60]
    assert not on_skull[50, 60]
    assert (on_skull[:, 40:60] ^ on_skull[:, 80:60:-1]).mean() < 0.03
