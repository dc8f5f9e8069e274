"""The one loop in which systems of image animation are trained, in one process or in several that torchrun starts."""

import os
from collections.abc import Callable
from contextlib import ExitStack

import numpy as np
import torch
from torch import Tensor, distributed, nn

from vtuber_app.core import clock, weights
from vtuber_app.core.errors import SettingsError, VtuberError
from vtuber_app.tools.train.animation.batches import Batch, Batches
from vtuber_app.tools.train.animation.clips import Clips
from vtuber_app.tools.train.animation.config import Config
from vtuber_app.tools.train.animation.progress import Place, Progress
from vtuber_app.tools.train.animation.system import System

NOTED, SHOWN = 20, 200
"""Steps between two lines of the curve, and between two strips."""
KEPT_S = 60.0
"""Between two checkpoints, at least."""
SAMPLES = 4
"""Columns of a strip."""


def train(make: Callable[[Config], System], config: Config, told: Callable[[Place, dict[str, float]], None]) -> Place:
    """Train until the epochs or the minutes are over, on from the last checkpoint in the configuration's folder.

    Args:
        make: The system.
        config: What and how long.
        told: Told of each line of the curve.

    Returns:
        How far it got.

    Raises:
        VtuberError: Videos or checkpoints can't be read or kept.
    """
    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    device = _device(config.device)
    with ExitStack() as stack:
        if world > 1:
            distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
            stack.callback(distributed.destroy_process_group)
        torch.manual_seed(config.seed)
        system = make(config)
        if config.start_from:
            system.load(weights.load_checkpoint(config.start_from))
        if device.type == "cuda":
            system = nn.SyncBatchNorm.convert_sync_batchnorm(system)  # type: ignore[no-untyped-call]
        system.to(device)
        return _Loop(system, config, device, rank, world, told).run()


class _Loop:
    def __init__(
        self,
        system: System,
        config: Config,
        device: torch.device,
        rank: int,
        world: int,
        told: Callable[[Place, dict[str, float]], None],
    ) -> None:
        self.system, self.config, self.device, self.told = system, config, device, told
        self.rank, self.world = rank, world
        self.whole: nn.Module = system
        if world > 1:
            self.whole = nn.parallel.DistributedDataParallel(system, find_unused_parameters=True)
        self.optimizers = system.optimizers()
        clips = Clips(config.clips, (config.size, config.size))
        size, repeats = config.batch_size, config.num_repeats
        self.batches = Batches(clips, config.augmentation, system.frames, size, repeats, config.seed, rank, world)
        self.progress = Progress(config)
        self.place = self.progress.load(system, self.optimizers)
        self.kept = clock.now()
        self.sums: dict[str, list[float]] = {}

    def run(self) -> Place:
        try:
            self._epochs()
        except VtuberError:  # what it has now is not worth keeping
            raise
        except BaseException:
            self._save()
            raise
        self._save()
        if self.rank == 0:
            self.progress.plot()
        return self.place

    def _epochs(self) -> None:
        started, before = clock.now(), self.place.minutes
        for epoch in range(self.place.epoch, self.config.num_epochs):
            self._set_rate(epoch)
            self.system.epoch = epoch
            for batch in self.batches.epoch(epoch, self.place.step):
                self._step(torch.from_numpy(batch).to(self.device))
                self.place.step += 1
                self.place.steps += 1
                self.place.minutes = before + (clock.now() - started) / 60
                self._report(batch)
                if self._over():
                    return
            self.place.epoch, self.place.step = epoch + 1, 0

    def _step(self, frames: Tensor) -> None:
        torch.manual_seed((self.config.seed << 32) + self.place.steps * self.world + self.rank)
        self.system.train()
        for phase, names in self.system.phases.items():
            losses = self.whole(phase, frames)
            for optimizer in self.optimizers.values():
                optimizer.zero_grad()
            total = torch.stack(list(losses.values())).sum()
            if not torch.isfinite(total):
                raise SettingsError(
                    f"The training has lost its way at step {self.place.steps}: {phase} gives no number. Go on from "
                    "the last checkpoint with a smaller lr."
                )
            total.backward()  # type: ignore[no-untyped-call]
            self.system.clip()
            for name in names:
                self.optimizers[name].step()
            for name, loss in losses.items():
                self.sums.setdefault(name, []).append(float(loss.detach()))

    def _report(self, batch: Batch) -> None:
        if self.rank:
            return
        if self.place.steps % NOTED == 0:
            losses = {name: float(np.mean(values)) for name, values in self.sums.items()}
            self.sums.clear()
            self.progress.note(self.place, losses)
            self.told(self.place, losses)
        if self.place.steps % SHOWN == 0:
            frames = torch.from_numpy(batch[:SAMPLES]).to(self.device)
            self.system.eval()
            self.progress.strip(self.place, [frames[:, 0], frames[:, -1], self.system.reconstructed(frames)])
        if clock.now() - self.kept > KEPT_S:
            self._save()

    def _over(self) -> bool:
        over = torch.tensor(float(0 < self.config.minutes <= self.place.minutes), device=self.device)
        if self.world > 1:  # all must stop at the same step
            distributed.broadcast(over, 0)
        return bool(over)

    def _save(self) -> None:
        self.kept = clock.now()
        if self.rank == 0:
            self.progress.save(self.system, self.optimizers, self.place)

    def _set_rate(self, epoch: int) -> None:
        fallen = sum(epoch >= milestone for milestone in self.config.epoch_milestones)
        for optimizer in self.optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = self.config.lr * 0.1**fallen


def _device(wanted: str) -> torch.device:
    if wanted != "auto":
        return torch.device(wanted)
    if torch.cuda.is_available():
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    return torch.device("cpu")
