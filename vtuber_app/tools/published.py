"""Talking Head Anime as its published programs run it: eager, in float32, all but the decomposer anew each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import interpolate

from vtuber_app.core import clock
from vtuber_app.core.types import Pose
from vtuber_app.nets import tha1, tha3, tha4_student, tha_face
from vtuber_app.nets.tha_picture import shown
from vtuber_app.nets.tha_steps import Modules, Of, Shown


class Published:
    """Makes pictures, and keeps how long each network takes.

    Args:
        modules: The steps of a poser, as its animator makes them.
        picture: (S, S, 4), uint8.
        device: Where it runs.

    Attributes:
        seconds: Of each network's runs, by its name.
    """

    def __init__(self, modules: Modules, picture: NDArray[np.uint8], device: str) -> None:
        self.device = torch.device(device)
        steps = {name: module.float().eval().to(self.device) for name, module in modules.items()}
        picture_step, last_step = steps["picture"], steps["head"]
        assert isinstance(picture_step, Of)
        assert isinstance(last_step, Shown)
        self.poser: Any = picture_step.poser
        self._premultiplied = last_step.premultiplied
        self.seconds: dict[str, list[float]] = {}
        with torch.inference_mode(), as_published():
            given = picture_step(torch.from_numpy(np.array(picture)).to(self.device))
            self.image = given[0] if isinstance(given, tuple) else given
            self.layers = self.poser.decompose(self.image) if isinstance(self.poser, tha_face.FacePoser) else None
        for name, network in self.poser.named_children():
            network.register_forward_pre_hook(self._begin)
            network.register_forward_hook(self._ender(self.seconds.setdefault(name, [])))

    def __call__(self, pose: Pose) -> NDArray[np.uint8]:
        """The picture in a pose (P,)."""
        with torch.inference_mode(), as_published():
            values = torch.from_numpy(np.array(pose))[None].to(self.device)
            return shown(self._moved(values), self._premultiplied).cpu().numpy()

    def _moved(self, pose: Tensor) -> Tensor:
        poser, image = self.poser, self.image
        if self.layers is None:
            whole: Tensor = poser(image, pose)
            return whole
        eyebrows = poser.move_eyebrows(self.layers, pose[:, :12])
        full = poser.paste(image, poser.move_face(image, eyebrows, pose[:, 12:39]))
        if full.shape[-1] == 256:
            return Tensor(poser.rotate(full, pose[:, 39:])[0].final_image)
        last, _ = poser.rotate(full, tha3.halved(full), pose[:, 39:])
        return Tensor(last[0])  # both kinds have the picture first

    def _begin(self, *_: object) -> None:
        self._wait()
        self._started = clock.now()

    def _ender(self, seconds: list[float]) -> Any:
        def end(*_: object) -> None:
            self._wait()
            seconds.append(clock.now() - self._started)

        return end

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize()


@contextmanager
def as_published() -> Iterator[None]:
    """Networks compute as they were published, without what we do otherwise for speed."""
    swaps: list[tuple[ModuleType, str, object]] = [(module, "applied", one_by_one) for module in (tha1, tha3, tha_face)]
    swaps.append((tha4_student, "level", plain_level))
    ours = [getattr(module, name) for module, name, _ in swaps]
    for module, name, published in swaps:
        setattr(module, name, published)
    try:
        yield
    finally:
        for (module, name, _), own in zip(swaps, ours, strict=True):
            setattr(module, name, own)


def one_by_one(feature: Tensor, *heads: nn.Module) -> list[Tensor]:
    """As `tha_blocks.applied`."""
    return [head(feature) for head in heads]


def plain_level(
    layers: nn.ModuleList | nn.Sequential, x: Tensor | None, pose: Tensor, size: int, last: nn.Conv2d | None
) -> Tensor:
    """As `tha4_student.level`: position and pose are planes, and all is enlarged before the first convolution."""
    steps = (torch.arange(size, device=pose.device) * 2 + 1) / size - 1
    y, across = torch.meshgrid(steps, steps, indexing="ij")
    planes = [across[None, None], y[None, None], pose[:, :, None, None].expand(-1, -1, size, size)]
    if x is not None:
        planes.insert(0, interpolate(x, size=(size, size), mode="bilinear", align_corners=False))
    z = torch.cat(planes, dim=1)
    for layer in layers:
        assert isinstance(layer, tha4_student.SineLayer)
        z = torch.sin(tha4_student.OMEGA * layer.linear(z))
    return last(z) if last else z
