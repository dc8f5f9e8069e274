"""A poser of three small steps that takes and gives what the large ones do."""

from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from vtuber_app.core import weights
from vtuber_app.nets.tha_blocks import block, conv, warp
from vtuber_app.nets.tha_picture import light, shown
from vtuber_app.runtime.plan import Arrays, Plan, Step

SIZE, POSE = 32, 5
STEPS = (
    Step("picture", ("picture",), ("image",)),
    Step("face", ("image",), ("full",), slice(0, 3)),
    Step("head", ("full",), ("pixels", "total"), slice(3, 5)),
)


class Net(nn.Module):
    """Weights of all steps."""

    def __init__(self) -> None:
        super().__init__()
        self.face = nn.Sequential(*block(conv(4 + 3, 16, 3), 16), *conv(16, 4, 3))
        self.head = nn.Conv2d(4, 4, 3, padding=1)


class Picture(nn.Module):
    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: Tensor) -> Tensor:
        return light(picture, "cleared").to(self.net.head.weight.dtype)


class Face(Picture):
    def forward(self, image: Tensor, pose: Tensor) -> Tensor:  # type: ignore[override]
        planes = pose[:, :, None, None].expand(-1, -1, SIZE, SIZE)
        return image + 0.2 * torch.tanh(self.net.face(torch.cat([image, planes], 1)))


class Head(Picture):
    def forward(self, full: Tensor, pose: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        change = 0.2 * pose[:, :, None, None].expand(-1, -1, SIZE, SIZE)
        output = (warp(full, change) + 0.1 * torch.tanh(self.net.head(full))).float()
        return shown(output), output.sum()


def save(folder: Path, seed: int = 3) -> Path:
    """Its weights."""
    torch.manual_seed(seed)
    torch.save(Net().state_dict(), folder / "net.pt")
    return folder / "net.pt"


def modules(file: Path) -> dict[str, nn.Module]:
    net = Net()
    weights.load_into(net, file)
    return {"picture": Picture(net), "face": Face(net), "head": Head(net)}


def sample() -> Arrays:
    pixels = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 4)).astype(np.uint8)
    return {"picture": pixels, "pose": np.linspace(0.1, 0.6, POSE, dtype=np.float32)}


def plan(file: Path) -> Plan:
    return Plan("small", STEPS, partial(modules, file), (file,), sample)
