"""What a training leaves behind: checkpoints, a curve, strips of samples."""

import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor

from vtuber_app.core import weights
from vtuber_app.core.errors import SettingsError
from vtuber_app.tools.train.animation.config import Config
from vtuber_app.tools.train.animation.system import System

CHECKPOINT = "checkpoint.pth.tar"
CURVE = "curve.csv"


@dataclass
class Place:
    """How far a training is: the next step of which epoch, steps in all, minutes spent."""

    epoch: int = 0
    step: int = 0
    steps: int = 0
    minutes: float = 0.0


class Progress:
    """The folder of a training; beside the checkpoint lies what its networks are like, for who runs them."""

    def __init__(self, config: Config) -> None:
        folder = config.out
        self.folder = folder
        try:
            (folder / "strips").mkdir(parents=True, exist_ok=True)
            about = {"size": config.size, "network": config.network}
            (folder / "checkpoint.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"The training can't be kept in {folder}: {error.strerror}.") from error

    def save(self, system: System, optimizers: dict[str, torch.optim.Optimizer], place: Place) -> None:
        """Write a checkpoint as published ones are, in one step: a crash leaves the old or the new one."""
        state: dict[str, Any] = dict(system.published())
        state |= {f"optimizer_{name}": optimizer.state_dict() for name, optimizer in optimizers.items()}
        state |= {"epoch": place.epoch, "place": vars(place)}
        part = self.folder / f"{CHECKPOINT}.part"
        try:
            with part.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.folder / CHECKPOINT)
        except OSError as error:
            raise SettingsError(f"The checkpoint can't be kept in {self.folder}: {error.strerror}.") from error

    def load(self, system: System, optimizers: dict[str, torch.optim.Optimizer]) -> Place:
        """Go on from the last checkpoint, if there is one; lines of the curve that came after it are dropped."""
        file = self.folder / CHECKPOINT
        if not file.is_file():
            return Place()
        state = weights.load_checkpoint(file)
        if "place" not in state:
            raise SettingsError(
                f"{file} is no checkpoint of this training: name it as start_from, and choose another out folder."
            )
        system.load(state)
        for name, optimizer in optimizers.items():
            optimizer.load_state_dict(state[f"optimizer_{name}"])
        place = Place(**state["place"])
        self._cut_curve(place.steps)
        return place

    def note(self, place: Place, losses: dict[str, float]) -> None:
        """Add a line to the curve."""
        file = self.folder / CURVE
        new = not file.exists()
        with file.open("a", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            if new:
                writer.writerow(["step", "epoch", "minutes", *losses])
            numbers = [f"{value:.6g}" for value in losses.values()]
            writer.writerow([place.steps, place.epoch, f"{place.minutes:.3f}", *numbers])

    def strip(self, place: Place, rows: Sequence[Tensor]) -> None:
        """Keep a picture of samples: sources, driving frames, and what the network made, (B, 3, H, W) each."""
        columns = torch.cat([torch.cat(list(row), dim=2) for row in rows], dim=1)  # (3, rows * H, B * W)
        pixels = (columns.permute(1, 2, 0).cpu().numpy() * 255).round().clip(0, 255).astype(np.uint8)
        cv2.imwrite(str(self.folder / "strips" / f"{place.steps:07}.png"), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))

    def plot(self) -> None:
        """Draw the curve, if it has begun."""
        from matplotlib.figure import Figure

        file = self.folder / CURVE
        if not file.exists():
            return
        with file.open(encoding="utf-8") as stream:
            lines = list(csv.DictReader(stream))
        figure = Figure(figsize=(8, 5), layout="constrained")
        axes = figure.subplots()
        for name in list(lines[0])[3:]:
            axes.plot([int(line["step"]) for line in lines], [float(line[name]) for line in lines], label=name)
        axes.set(xlabel="step", ylabel="loss", yscale="log")
        axes.legend()
        figure.savefig(self.folder / "curve.png", dpi=120)

    def _cut_curve(self, steps: int) -> None:
        file = self.folder / CURVE
        if file.exists():
            header, *lines = file.read_text(encoding="utf-8").splitlines()
            kept = [line for line in lines if line and int(line.split(",")[0]) <= steps]
            file.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")
