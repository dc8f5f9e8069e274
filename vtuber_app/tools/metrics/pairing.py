"""Which frame is compared with which, and in which size."""

from collections.abc import Iterator
from typing import Literal

import cv2
import numpy as np

from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.metrics.clips import Opened, Pixels

Rule = Literal["frame", "time"]
RATES_DIFFER = 0.01
"""By more than this share two rates are different ones."""


def check(generated: Opened, reference: Opened, rule: Rule | None, size: tuple[int, int] | None) -> None:
    """SettingsError where frames can't be compared until the user says how."""
    if generated.size != reference.size and size is None:
        (wide, high), (width, height) = generated.size, reference.size
        raise SettingsError(
            f"{generated.name} is {wide}x{high} px and {reference.name} {width}x{height}, so their pixels can't be "
            "compared. Papers measure at 256x256: add --size 256x256, and both are brought to that."
        )
    one, other = generated.fps, reference.fps
    if rule is None and one and other and abs(one - other) > RATES_DIFFER * other:
        raise SettingsError(
            f"{generated.name} has {one:g} frames/s and {reference.name} {other:g}. Add --pair time to compare each "
            "real frame with the generated one nearest in time, or --pair frame to compare them one by one."
        )
    if rule == "time" and not (one and other):
        raise SettingsError("Pictures have no times: they are compared one by one, by --pair frame.")


def pairs(
    generated: Opened, reference: Opened, rule: Rule | None, size: tuple[int, int] | None, notes: list[str]
) -> Iterator[tuple[float, Pixels, Pixels]]:
    """Yield the real frame's time, the generated and the real frame; at the end add to `notes` what wasn't compared.

    Raises:
        SettingsError: `check`, or a frame has another size than the first one.
    """
    check(generated, reference, rule, size)
    ours = _nearest(generated, reference, notes) if rule == "time" else _one_by_one(generated, reference, notes)
    for time, one, other in ours:
        if size is None and one.shape != other.shape:
            raise SettingsError(f"The frames of {generated.name} change their size. Add --size WIDTHxHEIGHT.")
        yield time, _sized(one, size), _sized(other, size)


def _one_by_one(one: Opened, other: Opened, notes: list[str]) -> Iterator[tuple[float, Pixels, Pixels]]:
    count = 0
    while True:
        a, b = next(one.frames, None), next(other.frames, None)
        if a is None or b is None:
            break
        count += 1
        yield b[0], a[1], b[1]
    if a or b:
        longer = one if a else other
        more = 1 + sum(1 for _ in longer.frames)
        notes.append(f"{longer.name} has {more} frames more than the other: the first {count} were compared.")


def _nearest(one: Opened, other: Opened, notes: list[str]) -> Iterator[tuple[float, Pixels, Pixels]]:
    here = next(one.frames)
    ahead = next(one.frames, None)
    late = 0
    for time, pixels in other.frames:
        while ahead and abs(ahead[0] - time) <= abs(here[0] - time):
            here, ahead = ahead, next(one.frames, None)
        late += ahead is None and time > here[0] + 1 / (one.fps or 1)
        yield time, here[1], pixels
    if late:
        notes.append(f"{one.name} ends earlier: {late} frames of {other.name} were compared with its last one.")


def _sized(pixels: Pixels, size: tuple[int, int] | None) -> Pixels:
    """As the papers' data are made: smaller by the mean of areas, larger bilinearly."""
    if size is None or size == (pixels.shape[1], pixels.shape[0]):
        return pixels
    how = cv2.INTER_AREA if size[0] * size[1] < pixels.shape[0] * pixels.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)
