"""Batches of samples, drawn so that every process and every resumed training draws what an unbroken one would."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from vtuber_app.tools.train.animation.augment import Augmentation, augment
from vtuber_app.tools.train.animation.clips import Clips

Batch = NDArray[np.float32]
"""(B, N, 3, H, W) in 0…1."""
AHEAD = 4
"""Batches that are prepared while one is used."""


class Batches:
    """All batches of an epoch.

    Args:
        clips: The videos.
        how: How samples are changed.
        frames: How many of a video a sample has.
        size: Samples a batch.
        repeats: Samples of each video an epoch.
        seed: Of the lots.
        rank: Which of `world` processes this is: each has its own share of every step's samples.
        world: How many there are.
    """

    def __init__(
        self,
        clips: Clips,
        how: Augmentation,
        frames: int,
        size: int,
        repeats: int,
        seed: int,
        rank: int = 0,
        world: int = 1,
    ) -> None:
        self.clips, self.how, self.frames, self.size = clips, how, frames, size
        self.repeats, self.seed, self.rank, self.world = repeats, seed, rank, world

    def __len__(self) -> int:
        """Steps an epoch; what doesn't fill a batch is left out, unless it is all there is."""
        return max(len(self.clips) * self.repeats // (self.size * self.world), 1)

    def epoch(self, number: int, start: int = 0) -> Iterator[Batch]:
        """The batches of an epoch from one on."""
        order = np.random.default_rng((self.seed, number)).permutation(len(self.clips) * self.repeats)
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            waiting = deque[Future[Batch]]()
            for step in range(start, len(self)):
                waiting.append(pool.submit(self._batch, order, number, step))
                if len(waiting) > AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _batch(self, order: NDArray[np.int64], epoch: int, step: int) -> Batch:
        first = (step * self.world + self.rank) * self.size
        samples = [self._sample(int(order[place % len(order)]), epoch) for place in range(first, first + self.size)]
        return np.stack(samples)

    def _sample(self, place: int, epoch: int) -> Batch:
        rng = np.random.default_rng((self.seed, epoch, place))
        frames = self.clips.draw(place % len(self.clips), rng, self.frames)
        return np.ascontiguousarray(augment(frames, self.how, rng).transpose(0, 3, 1, 2))
