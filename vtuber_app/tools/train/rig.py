"""Training of the network that finds a drawn portrait's landmarks and parts, on pictures of the composer alone."""

import csv
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from vtuber_app.avatars.autorig.found import GROUPS, LANDMARKS, MASKS, SIDES
from vtuber_app.core.errors import SettingsError
from vtuber_app.nets.portrait import SIZE, Portrait
from vtuber_app.runtime.prepared import exporting
from vtuber_app.tools.train import portraits

BATCH = 12
RATE = 2e-3
SPREAD = 1.2
"""Of the heat map that is wanted around a landmark, in its cells."""
TOLD_APART = [GROUPS.get(one, (one,)) for one in (
    "skin", "top", "white", "iris", "ink", "mouth", "body", "neck", "fringe", "behind",
)]  # fmt: skip
"""What the masks show, and of which kinds that is."""
KEPT = 200
"""Steps between two checkpoints."""


@dataclass(frozen=True)
class Curve:
    """One line of the training curve: mean error of landmarks in shares of the distance of the eyes, and the loss."""

    step: int
    minutes: float
    loss: float
    error: float


def network() -> Portrait:
    """A new one, of the size that the composer's landmarks and masks ask for."""
    return Portrait(len(LANDMARKS), [[0], *([MASKS.index(kind) + 1 for kind in of] for of in TOLD_APART)])


def train(
    folder: Path, minutes: float, checkpoint: Path, told: Callable[[Curve], None], seed: int = 0, kinds: bool = False
) -> None:
    """Train on the pictures in a folder for so long, on from the checkpoint if it is there.

    With `kinds` only what tells the kinds of hair apart learns, and all else stays as it is.
    It and the curve beside it are kept up to date. The learning rate falls to nothing along a cosine, anew each time.
    """
    torch.manual_seed(seed)
    net = network()
    net.requires_grad_(not kinds)
    net.kinds.requires_grad_(True)
    optimizer = torch.optim.AdamW((net.kinds if kinds else net).parameters(), lr=RATE, weight_decay=1e-4)
    step = 0
    if checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        missing, _ = net.load_state_dict(state["net"], strict=not kinds)
        if not kinds:
            optimizer.load_state_dict(state["optimizer"])
        elif any(not name.startswith("kinds.") for name in missing):
            raise SettingsError(f"The checkpoint {checkpoint} is of another network. Begin with a new one.")
        step = int(state["step"])
    start = time.monotonic()
    gone, lines = 0.0, list[Curve]()
    losses, errors = list[float](), list[float]()
    for picture, landmarks, masks in _batches(folder, seed + step):
        gone = (time.monotonic() - start) / 60
        if gone >= minutes:
            break
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (len(lines) * KEPT + len(losses) + 1) / 100) * _fall(gone / minutes)
        net.train(not kinds)
        net.kinds.train()
        loss, error = _loss(net, picture, landmarks, masks)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        step += 1
        losses.append(float(loss.detach()))
        errors.append(error)
        if step % KEPT == 0:
            lines.append(Curve(step, gone, float(np.mean(losses)), float(np.mean(errors))))
            losses, errors = [], []
            told(lines[-1])
            _keep(net, optimizer, step, lines[-1:], checkpoint)
    _keep(net, optimizer, step, [], checkpoint)


def export(checkpoint: Path, path: Path) -> None:
    """Write the trained network as ONNX: `picture` in; `points`, `sure` and `masks` out."""
    net = network()
    net.load_state_dict(torch.load(checkpoint, weights_only=True)["net"])
    net.eval()
    example = (torch.zeros(1, 3, SIZE, SIZE),)
    names = ["points", "sure", "masks"]
    with torch.no_grad(), exporting():
        torch.onnx.export(
            net,
            example,
            path,
            input_names=["picture"],
            output_names=names,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    _without_traces(path)


def _without_traces(path: Path) -> None:
    """Take out what the exporter notes of the machine it ran on: file names and lines of code."""
    import onnx

    model = onnx.load(path)
    for part in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.initializer):
        part.ClearField("doc_string")
        del part.metadata_props[:]
    onnx.save(model, path)


def _fall(share: float) -> float:
    return 0.5 + 0.5 * math.cos(math.pi * min(share, 1.0))


def _loss(net: Portrait, picture: Tensor, landmarks: Tensor, masks: Tensor) -> tuple[Tensor, float]:
    points, _, parts, heat = net.seen(picture)
    seen = ((landmarks > 0.01) & (landmarks < 0.99)).all(dim=2)  # (B, N)
    left, right = (LANDMARKS.index(f"{side} iris") for side in SIDES)
    apart = (landmarks[:, left] - landmarks[:, right]).norm(dim=1).clamp(min=0.02)  # (B,)
    miss = (points - landmarks).norm(dim=2) / apart[:, None]
    side = heat.shape[-1]
    at = torch.arange(side) + 0.5
    near = [torch.exp(-0.5 * ((at - landmarks[..., i, None] * side) / SPREAD) ** 2) for i in (0, 1)]  # (B, N, side)
    wanted = near[1][..., None] * near[0][..., None, :]
    wanted = wanted / wanted.sum((2, 3), keepdim=True).clamp(min=1e-6)
    hot = -(wanted * heat.clamp(min=1e-9).log()).sum((2, 3))
    where = (miss + 0.1 * hot)[seen].mean()
    return where + functional.cross_entropy(parts, masks), float(miss[seen].mean().detach())


def _batches(folder: Path, seed: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Batches, made while the last one is learnt from."""
    source = portraits.samples(folder, seed)

    def one() -> tuple[Tensor, Tensor, Tensor]:
        pictures, landmarks, masks = zip(*islice(source, BATCH), strict=True)
        picture = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
        return picture, torch.from_numpy(np.stack(landmarks)), torch.from_numpy(np.stack(masks)).long()

    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(one)
        while True:
            batch = coming.result()
            coming = pool.submit(one)
            yield batch


def _keep(net: Portrait, optimizer: torch.optim.Optimizer, step: int, lines: list[Curve], checkpoint: Path) -> None:
    begun = checkpoint.with_suffix(".part")
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, begun)
    begun.replace(checkpoint)
    curve = checkpoint.with_suffix(".csv")
    fresh = not curve.exists()
    with curve.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if fresh:
            writer.writerow(("step", "minutes", "loss", "error"))
        writer.writerows((one.step, f"{one.minutes:.2f}", f"{one.loss:.4f}", f"{one.error:.4f}") for one in lines)
