"""Dragging the square around a head: by its corners, as a whole, or drawn anew."""

from dataclasses import dataclass

from PySide6.QtCore import Qt

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, width and height, px of the picture; a square."""
SMALLEST = 16.0


@dataclass(frozen=True, slots=True)
class Drag:
    """A drag that has begun.

    Attributes:
        box: As it was before; None if there was none.
        start: Where the mouse was pressed.
        anchor: The corner that stays, or None if the whole box moves.
    """

    box: Box | None
    start: Point
    anchor: Point | None

    def to(self, point: Point) -> Box:
        """The box when the mouse is there."""
        if self.anchor is None:
            assert self.box
            return shifted(self.box, point[0] - self.start[0], point[1] - self.start[1])
        x, y = self.anchor
        side = max(abs(point[0] - x), abs(point[1] - y), 1.0)
        return x if point[0] >= x else x - side, y if point[1] >= y else y - side, side, side


def grip(box: Box | None, point: Point, reach: float) -> Drag:
    """What a press there begins, `reach` px around a corner being on it."""
    if box and (corner := _corner(box, point, reach)):
        left, top, wide, tall = box
        opposite = (left if corner[0] > left else left + wide, top if corner[1] > top else top + tall)
        return Drag(box, point, opposite)
    if box and _inside(box, point):
        return Drag(box, point, None)
    return Drag(box, point, point)


def cursor(box: Box | None, point: Point, reach: float) -> Qt.CursorShape:
    """What the mouse looks like there."""
    if box and (corner := _corner(box, point, reach)):
        falls = (corner[0] > box[0]) == (corner[1] > box[1])
        return Qt.CursorShape.SizeFDiagCursor if falls else Qt.CursorShape.SizeBDiagCursor
    return Qt.CursorShape.SizeAllCursor if box and _inside(box, point) else Qt.CursorShape.CrossCursor


def shifted(box: Box, right: float, down: float, larger: float = 0.0) -> Box:
    """The box moved, and grown around its middle."""
    left, top, wide, tall = box
    side = max(tall + larger, SMALLEST)
    return left + right - (side - wide) / 2, top + down - (side - tall) / 2, side, side


def _corner(box: Box, point: Point, reach: float) -> Point | None:
    left, top, wide, tall = box
    corners = [(x, y) for x in (left, left + wide) for y in (top, top + tall)]
    return next((c for c in corners if max(abs(c[0] - point[0]), abs(c[1] - point[1])) <= reach), None)


def _inside(box: Box, point: Point) -> bool:
    return 0 <= point[0] - box[0] <= box[2] and 0 <= point[1] - box[1] <= box[3]
