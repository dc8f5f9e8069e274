"""Damped springs that pull points after moving anchors, solved exactly, so the frame rate does not matter."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

REST_AFTER = 0.5
"""A gap in time beyond which everything comes to rest, s."""


class Springs:
    """Values that follow their targets as weights on springs do."""

    def __init__(self, frequency: Values, damping: Values) -> None:
        """`frequency`, Hz, and `damping`, 1 being critical, have one shape, that of the values (…, n)."""
        omega = 2 * np.pi * frequency
        # A damping of exactly 1 has no closed form of this kind; nobody sees the difference.
        zeta = np.where(np.abs(damping - 1) < 1e-4, 1.0001, damping)
        self._omega, self._zeta = omega, zeta
        self._swing = np.emath.sqrt(1 - zeta.astype(np.complex128) ** 2) * omega
        self._time: float | None = None
        self._target = self._value = self._speed = np.zeros_like(omega)

    def follow(self, target: Values, time: float) -> Values:
        """Advance to `time`, s, the targets moving evenly to `target` meanwhile; gives the values there."""
        if self._time is None or not 0 <= time - self._time <= REST_AFTER:
            self._value, self._speed = target.copy(), np.zeros_like(target)
        elif (dt := time - self._time) > 0:
            pace = (target - self._target) / dt
            lag = 2 * self._zeta / self._omega * pace
            # u'' + 2 z w u' + w^2 u = w^2 r with r moving evenly: u = r - lag + a decaying oscillation.
            offset = self._value - (self._target - lag)
            push = (self._speed - pace + self._zeta * self._omega * offset) / self._swing
            decay = np.exp(-self._zeta * self._omega * dt)
            cos, sin = np.cos(self._swing * dt), np.sin(self._swing * dt)
            oscillation = (decay * (offset * cos + push * sin)).real
            change = (decay * (self._swing * (push * cos - offset * sin))).real - self._zeta * self._omega * oscillation
            self._value = target - lag + oscillation
            self._speed = pace + change
        self._time, self._target = time, target.copy()
        return self._value
