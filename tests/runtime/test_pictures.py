import numpy as np

from vtuber_app.runtime.pictures import Pictures


def picture(value: int) -> np.ndarray:
    return np.full((4, 4, 4), value, np.uint8)


def test_those_asked_for_last_stay() -> None:
    kept = Pictures(limit=3 * 64)
    for value in range(3):
        kept.put(bytes([value]), picture(value))
    assert kept.get(b"\0") is not None
    kept.put(b"\3", picture(3))
    assert kept.get(b"\1") is None
    for key in (b"\0", b"\2", b"\3"):
        found = kept.get(key)
        assert found is not None
        assert found[0, 0, 0] == key[0]


def test_no_room_keeps_nothing() -> None:
    kept = Pictures(limit=0)
    kept.put(b"a", picture(1))
    assert kept.get(b"a") is None
