"""Holds a stream to so many pictures a second."""


class Pace:
    """Says which pictures are due; those that come too early are left out, and what is late isn't made up for."""

    def __init__(self) -> None:
        self._due = 0.0

    def allows(self, now: float, fps: float) -> bool:
        """Whether a picture is due at this moment, s."""
        period = 1 / fps
        if now < self._due - period / 2:
            return False
        self._due = max(self._due + period, now)
        return True
