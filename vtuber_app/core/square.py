"""A square part of a picture."""

from typing import NamedTuple


class Square(NamedTuple):
    """Its centre and side, px, x right and y down from the picture's corner."""

    x: float
    y: float
    side: float
