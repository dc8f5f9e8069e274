"""Sheets that are painted once: variations of a character share most of theirs."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, TypeVarTuple

from vtuber_app.avatars.composer import brush

T = TypeVar("T")
Inputs = TypeVarTuple("Inputs")

LIMIT = 64
"""How many are remembered, the last used ones: 50 MB at the size of tiles."""
Sheets = OrderedDict[Hashable, Any]
_sheets: ContextVar[Sheets | None] = ContextVar("_sheets", default=None)


@contextmanager
def reusing(sheets: Sheets) -> Iterator[None]:
    """What is painted `once` here is taken from these and added to them; on one thread at a time, as skia wants it."""
    token = _sheets.set(sheets)
    try:
        yield
    finally:
        _sheets.reset(token)


def once(paint: Callable[[*Inputs], T], *inputs: *Inputs) -> T:
    """What `paint(*inputs)` gives, which nobody may paint on: it may be another character's too."""
    sheets = _sheets.get()
    if sheets is None:
        return paint(*inputs)
    key = paint, inputs, brush.manner()
    if key in sheets:
        sheets.move_to_end(key)
    else:
        sheets[key] = paint(*inputs)
        if len(sheets) > LIMIT:
            sheets.popitem(last=False)
    result: T = sheets[key]
    return result
