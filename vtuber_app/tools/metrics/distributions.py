"""Distances between all generated pictures or clips and all real ones."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vtuber_app.tools.metrics.definitions import Gaussian, frechet
from vtuber_app.tools.metrics.files import I3D, INCEPTION
from vtuber_app.tools.metrics.kit import Kit, Look, Pair, program
from vtuber_app.tools.metrics.registry import Metric, register

if TYPE_CHECKING:
    from torch import nn

BATCH = 8
"""Pictures that a network looks at together."""
CLIP = 16
"""Frames of a clip."""
LEAST = 10
"""Frames that I3D needs; what is left of a video after its last whole clip, and shorter, isn't looked at."""

Features = Callable[[list[Look]], NDArray[Any]]


class Frechet:
    """Frechet distance of the features of groups of frames; each side is kept as its Gaussian only.

    Args:
        features: Of a group, (N, D).
        group: Frames that are looked at together.
        least: A shorter group, at the end of a clip, is left out.
    """

    def __init__(self, features: Features, group: int, least: int) -> None:
        self._features, self._group, self._least = features, group, least
        self._waiting: list[tuple[Look, Look]] = []
        self._sides: list[Gaussian] = []

    def add(self, pair: Pair) -> None:
        # Fresh ones, without what was found in them, which would fill the memory.
        self._waiting.append((Look(pair.generated.pixels), Look(pair.reference.pixels)))
        if len(self._waiting) == self._group:
            self.end_of_clip()

    def end_of_clip(self) -> None:
        """Look at what waits."""
        waiting, self._waiting = self._waiting, []
        if not waiting or len(waiting) < self._least:
            return
        for place, looks in enumerate(zip(*waiting, strict=True)):
            found = self._features(list(looks))
            if len(self._sides) <= place:
                self._sides.append(Gaussian(found.shape[1]))
            self._sides[place].add(found)

    def result(self) -> tuple[float | None, int]:
        count = self._sides[0].count if self._sides else 0
        return (frechet(*self._sides) if count > 1 else None), count


def _fid(kit: Kit) -> Frechet:
    import torch

    def features(looks: list[Look]) -> NDArray[Any]:
        net = kit.once("inception", lambda: _inception(kit))
        with torch.inference_mode():
            return np.asarray(net(torch.cat([kit.tensor(look) for look in looks])).cpu().numpy())

    return Frechet(features, BATCH, least=1)


def _inception(kit: Kit) -> "nn.Module":
    from vtuber_app.core import weights
    from vtuber_app.nets.inception import Inception

    given = kit.file(INCEPTION)
    assert given
    state = weights.load(given.path)
    # Batch norm of that time didn't count its batches, which matters to training only.
    counts = {name: value for name, value in Inception().state_dict().items() if name.endswith("num_batches_tracked")}
    return kit.network(Inception, counts | state, given.path.name)


def _fvd(kit: Kit) -> Frechet:
    import torch

    def network() -> Any:
        given = kit.file(I3D)
        assert given
        return program(given.path, kit.device)

    def features(looks: list[Look]) -> NDArray[Any]:
        frames = torch.from_numpy(np.stack([look.pixels for look in looks])).to(kit.device)
        clip = frames.permute(3, 0, 1, 2)[None].float()  # (1, 3, T, H, W), 0…255
        with torch.inference_mode():
            found = kit.once("i3d", network)(clip, rescale=True, resize=True, return_features=True)
        return np.asarray(found.cpu().numpy())

    return Frechet(features, CLIP, LEAST)


register(
    Metric(
        "FID",
        _fid,
        "lower",
        "Frechet distance of Gaussians of InceptionV3's 2048 pooled features, resized as pytorch-fid does; at least "
        "2048 frames, or the covariances are singular",
        files=(INCEPTION,),
        packages=("torch",),
    )
)
register(
    Metric(
        "FVD",
        _fvd,
        "lower",
        f"Frechet distance of I3D's 400 logits of clips of {CLIP} frames, as StyleGAN-V computes it",
        files=(I3D,),
        packages=("torch",),
        counts="clips",
    )
)
