"""More pictures than are rendered: one in between any two."""

from collections import deque
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core import clock
from vtuber_app.core.errors import EngineError
from vtuber_app.core.slot import Fifo, Slot
from vtuber_app.core.types import Frame, Reader
from vtuber_app.finish import alpha
from vtuber_app.finish.onnx_picture import NotNumbers, PictureModel

LONGEST = 0.2
"""Pictures further apart than this have nothing between them, s."""
CUT = 40
"""Nor have pictures that differ by so much on average, of 255: the avatar was changed."""
SPARSE = 8
"""Of so many pixels along each side, one is compared."""
PATIENCE = 30
"""After so many pictures in between, the time they take is judged."""


class Between:
    """A reader that gives pictures A and B as A, the one between them, B.

    What is read last waits for half of the usual time between two pictures, so that they come evenly.

    Args:
        pictures: Where they come from.
        model: An interpolator. Without one, or after it failed or proved too slow, pictures pass as they are.
        live: Keep time, and go on without the model when it fails. Otherwise every picture comes as soon as it is
            read for, and a failure is raised.

    Attributes:
        notice: What the user should know of the model.
    """

    def __init__(self, pictures: Reader[Frame], model: PictureModel | None, live: bool = True) -> None:
        self.notice = model.notice if model else None
        self._pictures = pictures
        self._model = model
        self._live = live
        self._before: Frame | None = None
        self._held: Frame | None = None
        self._due = self._came = self._waited = 0.0
        self._intervals: deque[float] = deque(maxlen=9)
        self._loads: deque[float] = deque(maxlen=PATIENCE)
        self._skipped = 0
        self._n_failed = 0

    def read(self, timeout: float) -> Frame | None:
        """Give the next picture; StreamEnded after the last, and EngineError if the model fails and it is not live."""
        if self._held:
            return self._release(timeout)
        if self._came:
            self._judge(clock.now() - self._came - self._waited)
        picture = self._pictures.read(timeout)
        if picture is None or not self._model:
            return picture
        self._came, self._waited = clock.now(), 0.0
        before, self._before = self._before, picture
        middle = self._middle(before, picture) if before else None
        if middle is None:
            self._came = 0.0
            return picture
        self._held = picture
        self._due = min(clock.now() + median(self._intervals) / 2, self._came + median(self._intervals))
        return middle

    def _release(self, timeout: float) -> Frame | None:
        """Give the picture that waits, when its time has come."""
        started = clock.now()
        if self._live and not clock.wait_until(self._due, timeout):
            self._waited += clock.now() - started
            return None
        self._waited += clock.now() - started
        held, self._held = self._held, None
        return held

    def _middle(self, before: Frame, after: Frame) -> Frame | None:
        """The picture between two; None if there is none, or it can't be made."""
        skipped, self._skipped = self._skipped, self._dropped()
        interval = (after.time - before.time) / (1 + self._skipped - skipped)
        if not 0 < after.time - before.time <= LONGEST:
            return None
        self._intervals.append(interval)
        time = (before.time + after.time) / 2
        if before.pixels is after.pixels:
            return Frame(before.pixels, time)
        if before.pixels.shape != after.pixels.shape or _differ(before.pixels, after.pixels) > CUT:
            return None
        assert self._model
        try:
            return Frame(halfway(self._model, before.pixels, after.pixels), time)
        except NotNumbers as error:
            if not self._live:
                raise
            self._n_failed += 1
            self.notice = f"{error} That happened to {self._n_failed} pictures in between, which are missing."
        except EngineError as error:
            if not self._live:
                raise
            self._stop(f"{error} There are no pictures in between until another model is chosen.")
        return None

    def _judge(self, busy: float) -> None:
        """Remember how much of the time between two pictures was spent on them; stop when that is too much."""
        self._came = 0.0
        if not self._live or not self._model:
            return
        self._loads.append(busy / median(self._intervals))
        if len(self._loads) == PATIENCE and median(self._loads) > 1:
            milliseconds = 1000 * median(self._intervals)
            self._stop(
                f"{self._model.name} is too slow here: a picture and the one before it need "
                f"{milliseconds * median(self._loads):.0f} ms, and come every {milliseconds:.0f} ms. Pictures in "
                "between are off; choose a smaller model or a smaller picture."
            )

    def _stop(self, why: str) -> None:
        self._model, self.notice = None, why

    def _dropped(self) -> int:
        """How many pictures came too fast to be read, until now."""
        return self._pictures.dropped if isinstance(self._pictures, Slot | Fifo) else 0


def halfway(model: PictureModel, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture between two of one shape, (H, W, 3) or (H, W, 4) with straight alpha; EngineError as the model's.

    The model sees the colours first, continued into what is transparent, then the alpha as a grey picture: both move.
    """
    import cv2

    rgb = model(alpha.filled(before), alpha.filled(after))
    if before.shape[2] == 3:
        middle: Any = rgb
    else:
        first, second = cv2.extractChannel(before, 3), cv2.extractChannel(after, 3)
        opacity: Any = first
        if not np.array_equal(first, second):
            grey = [cv2.cvtColor(each, cv2.COLOR_GRAY2RGB) for each in (first, second)]
            opacity = cv2.extractChannel(model(*(np.asarray(each, np.uint8) for each in grey)), 1)
        middle = cv2.cvtColor(rgb, cv2.COLOR_RGB2RGBA)
        cv2.insertChannel(opacity, middle, 3)
    middle.setflags(write=False)
    return np.asarray(middle, np.uint8)


def _differ(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """How far two pictures are apart, in a mean over some of their pixels."""
    few = (slice(None, None, SPARSE), slice(None, None, SPARSE))
    return float(np.abs(one[few].astype(np.int16) - other[few]).mean())
