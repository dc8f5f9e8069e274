from vtuber_app.core import clock
from vtuber_app.trackers.idle import STEP_S, Idle, IdleSettings


def test_moments_without_a_face_come_at_their_pace() -> None:
    with Idle(IdleSettings()) as tracker:
        started = clock.now()
        moments = []
        while len(moments) < 13:
            driving = tracker.read(0.1)
            assert driving is not None
            assert driving.face is None
            moments.append(driving.time)
        elapsed = clock.now() - started
    assert moments == sorted(set(moments))
    assert elapsed >= 12 * STEP_S * 0.95


def test_nothing_is_given_before_it_is_due() -> None:
    with Idle(IdleSettings()) as tracker:
        assert tracker.read(0.1) is not None
        assert tracker.read(0.0005) is None
