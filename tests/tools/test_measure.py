"""The automatic rig's figures, on a character or two."""

import pytest

pytest.importorskip("skia", reason="skia-python paints the characters")

from vtuber_app.tools.train import measure


def test_a_rigged_picture_is_nearer_to_the_truth_than_one_moved_as_a_whole() -> None:
    rows = measure.posed(measure.FIRST, 2)
    assert rows.shape == (2, 4)
    assert (rows[:, 0] > rows[:, 2]).all()
    assert (rows[:, 1] > rows[:, 3]).all()


def test_what_is_found_is_measured_part_by_part() -> None:
    one = measure.seen(measure.FIRST)
    assert 0 < sum(one.errors) / len(one.errors) < 0.04
    assert one.overlaps["body"] > 0.9
    assert set(one.overlaps) <= set(measure.PARTS)
