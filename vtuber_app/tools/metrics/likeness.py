"""What CLIP sees in pictures."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vtuber_app.tools.metrics import definitions
from vtuber_app.tools.metrics.files import CLIP
from vtuber_app.tools.metrics.kit import Kit, Look, Pair, program
from vtuber_app.tools.metrics.registry import Mean, Metric, never, per_frame, register

if TYPE_CHECKING:
    from torch import nn


def embedding(look: Look, kit: Kit) -> NDArray[np.float32]:
    """(512,) of a picture: its shorter side made 224 px by Pillow's bicubic filter, and the middle cut out."""

    def embed(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        import torch

        net = kit.once("clip", lambda: _vision(kit))
        with torch.inference_mode():
            return np.asarray(net(kit.tensor(Look(square(pixels))))[0].cpu().numpy(), np.float32)

    return look.once("clip", embed)


def square(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(224, 224, 3), as CLIP's own preparation makes it."""
    from PIL import Image

    from vtuber_app.nets.clip import SIDE

    height, width = pixels.shape[:2]
    scale = SIDE / min(height, width)
    size = (max(int(width * scale), SIDE), max(int(height * scale), SIDE))
    resized = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))
    left, top = round((size[0] - SIDE) / 2), round((size[1] - SIDE) / 2)
    return np.ascontiguousarray(resized[top : top + SIDE, left : left + SIDE])


def _vision(kit: Kit) -> "nn.Module":
    from vtuber_app.nets import clip

    given = kit.file(CLIP)
    assert given
    state = program(given.path, "cpu").state_dict()
    return kit.network(clip.Vision, clip.vision_parameters(state), given.path.name)


class Neighbours(Mean):
    """The same from each frame to the next."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(self._to_last, kit)
        self._last: Look | None = None

    def _to_last(self, pair: Pair, kit: Kit) -> float | None:
        last, self._last = self._last, pair.generated
        return definitions.cosine(embedding(pair.generated, kit), embedding(last, kit)) if last else None

    def end_of_clip(self) -> None:
        self._last = None


never(
    "CLIPSIM",
    "higher",
    "Cosine of CLIP ViT-B/32's embeddings of a text and of each frame (GODIVA)",
    "an animated picture has no text; CLIPSIM-source and CLIPSIM-neighbours stand in",
)


@per_frame(
    "CLIPSIM-source",
    "higher",
    "CLIPSIM with the source picture instead of a text; mean over frames",
    files=(CLIP,),
    packages=("torch",),
)
def to_source(pair: Pair, kit: Kit) -> float:
    """How much frames are of what the source shows."""
    return definitions.cosine(embedding(pair.generated, kit), embedding(pair.source, kit))


register(
    Metric(
        "CLIPSIM-neighbours",
        Neighbours,
        "higher",
        "Cosine of CLIP ViT-B/32's embeddings of neighbouring generated frames; mean over such pairs",
        files=(CLIP,),
        packages=("torch",),
        counts="pairs",
    )
)
