"""A way around a stage that the stream can do without."""

from typing import Any

from vtuber_app.core.slot import Fifo, Sink, Slot
from vtuber_app.core.types import Frame
from vtuber_app.core.worker import Worker


class Bypass:
    """A sink that leads pictures through a stage while it works, and past it before it is open or after it failed.

    Args:
        stage: Its worker, which does not close what it puts into.
        entrance: What the stage reads.

    Attributes:
        past: Where the stage puts its pictures, and where they go without it.
    """

    def __init__(self, stage: Worker[Any, Any], entrance: Slot[Frame] | Fifo[Frame]) -> None:
        self.stage = stage
        self.entrance = entrance
        self.past: tuple[Sink[Frame], ...] = ()

    def put(self, picture: Frame) -> None:
        if self.stage.opened.is_set() and self.stage.alive:
            self.entrance.put(picture)
        else:
            for sink in self.past:
                sink.put(picture)

    def close(self) -> None:
        """Say that no more pictures come: first to the stage, and when it is done with the last, behind it."""
        self.entrance.close()
        self.stage.join()
        for sink in self.past:
            sink.close()
