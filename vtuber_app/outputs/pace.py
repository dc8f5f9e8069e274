"""Holds a stream to so many pictures, or faces, a second."""


class Pace:
    """Says which are due; those that come too early are left out, and what is late isn't made up for.

    Args:
        early: How much too early one may come, as a share of the time between two: cameras and threads jitter.
    """

    def __init__(self, early: float = 0.5) -> None:
        self._early = early
        self._due = 0.0

    def allows(self, now: float, fps: float) -> bool:
        """Whether one is due at this moment, s."""
        period = 1 / fps
        if now < self._due - self._early * period:
            return False
        self._due = max(self._due + period, now)
        return True
