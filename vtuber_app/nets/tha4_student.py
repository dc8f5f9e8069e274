"""Talking Head Anime 4's student: two sine networks that know one character, a thirtieth of the full networks' size.

Every layer is a 1x1 convolution, so what is the same for all pixels, the pose, enters as one vector, and a convolution
may come before an enlargement instead of after it: the published numbers, with a fifth less work.

Source: Khungurn, Talking Head Anime from a Single Image 4, 2024; Sitzmann et al., Implicit Neural Representations with
Periodic Activation Functions, NeurIPS 2020.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pad

from vtuber_app.nets.tha_blocks import blend, laid, warp

POSE, FACE_POSE = 45, 39
"""Values that move the body; the first of them move the face."""
FACE = (slice(80, 208), slice(192, 320))
"""Rows and columns of the picture that the face network paints."""
OMEGA = 30.0
BAND = 16
"""Rows of a band."""
LEVELS = ((128, 360), (256, 180), (512, 90))
"""Size and channels of the body network, from coarse to fine."""


def sine(x: Tensor) -> Tensor:
    """In its own place where nothing is learnt, since fresh memory costs more than sines."""
    return torch.sin(x) if torch.is_grad_enabled() else x.sin_()


def mixed(linear: nn.Conv2d, x: Tensor, scale: float = 1.0) -> Tensor:
    """Scale times a 1x1 convolution of pixels (B, C, N): as a product of matrices it takes a fifth of the time."""
    assert linear.bias is not None
    bias, weight = scale * linear.bias[:, None], scale * linear.weight[:, :, 0, 0]
    return torch.baddbmm(bias.expand(len(x), -1, 1), weight.expand(len(x), -1, -1), x)


class SineLayer(nn.Module):
    """sin(30 (W x + b)) at each pixel, (B, inputs, N) to (B, outputs, N)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        return sine(mixed(self.linear, x, OMEGA))

    def place(self, pose: Tensor, size: int) -> tuple[Tensor, Tensor]:
        """What position and pose give its sine's argument: a part by column, (B, outputs, size), and one by row."""
        weight = OMEGA * self.linear.weight[:, :, 0, 0]
        features = weight.shape[1] - 2 - pose.shape[1]
        steps = ((torch.arange(size, device=pose.device) * 2 + 1) / size - 1).to(pose.dtype)
        assert self.linear.bias is not None
        constant = pose @ weight[:, features + 2 :].T + OMEGA * self.linear.bias  # (B, outputs)
        return weight[:, features, None] * steps + constant[:, :, None], weight[:, features + 1, None] * steps

    def coarse(self, x: Tensor) -> Tensor:
        """What features (B, C, S, S) give it, before they are enlarged; the rows at the border are doubled."""
        weight = OMEGA * self.linear.weight[:, : x.shape[1], 0, 0]
        return pad((weight @ x.flatten(2)).reshape(len(x), -1, *x.shape[2:]), (0, 0, 1, 1), mode="replicate")


def level(
    layers: nn.ModuleList | nn.Sequential, x: Tensor | None, pose: Tensor, size: int, last: nn.Conv2d | None
) -> Tensor:
    """One size of a sine network, (B, outputs, size, size).

    On a processor in bands of rows, which stay in its cache: a layer of the whole has up to 94 MB.

    Args:
        layers: The first takes features, positions and pose.
        x: (B, C, size / 2, size / 2) features, or None.
        pose: (B, P).
        size: Of the result.
        last: A layer without a sine that follows.
    """
    first, *others = layers
    assert isinstance(first, SineLayer)
    columns, rows = first.place(pose, size)
    coarse = None if x is None else first.coarse(x)
    height = BAND if pose.device.type == "cpu" and not torch.compiler.is_exporting() else size

    def band(top: int) -> Tensor:
        y = columns[:, :, None, :] + rows[:, top : top + height, None]
        if coarse is not None:
            around = coarse[:, :, top // 2 : (top + height) // 2 + 2]
            y = y + interpolate(around, scale_factor=2.0, mode="bilinear", align_corners=False)[:, :, 2:-2]
        y = sine(y.flatten(2))
        for layer in others:
            y = layer(y)
        return (mixed(last, y) if last else y).reshape(len(y), -1, height, size)

    return torch.cat(side_by_side(band, range(0, size, height)), dim=2)


def side_by_side(make: Callable[[int], Tensor], tops: Sequence[int]) -> list[Tensor]:
    """Make each on a thread of its own, as many at once as torch has.

    Torch's own threads wait for each other after every layer; where the tracker, OBS or a game want the processor too,
    that takes two to three times as long.
    """
    if len(tops) == 1 or not torch.is_inference_mode_enabled():
        return [make(top) for top in tops]
    threads = torch.get_num_threads()
    with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        made = list(pool.map(torch.inference_mode()(make), tops))
    torch.set_num_threads(threads)  # what is set last is what new threads begin with
    return made


class Siren(nn.Module):
    """The layers of the face network."""

    def __init__(self) -> None:
        super().__init__()
        self.sine_layers = nn.ModuleList([SineLayer(2 + FACE_POSE, 128), *(SineLayer(128, 128) for _ in range(7))])
        self.last_linear = nn.Conv2d(128, 4, 1)

    def forward(self, pose: Tensor, size: int) -> Tensor:
        return level(self.sine_layers, None, pose, size, self.last_linear)


class FaceMorpher(nn.Module):
    """Paints the face in a pose (B, 39): (B, 4, 128, 128), which may leave [-1, 1] slightly."""

    def __init__(self) -> None:
        super().__init__()
        self.siren = Siren()

    def forward(self, pose: Tensor) -> Tensor:
        face: Tensor = self.siren(pose, 128)
        return face


class Moved(NamedTuple):
    """The final picture and what it is made of, (B, 4, 512, 512); alpha has 1 channel, the grid 2; none is bounded."""

    blended_image: Tensor
    alpha: Tensor
    color_change: Tensor
    warped_image: Tensor
    grid_change: Tensor


class BodyMorpher(nn.Module):
    """Moves the body in a pose (B, 45), and paints what came into view."""

    def __init__(self) -> None:
        super().__init__()
        levels, before = [], 0
        for level, (_, channels) in enumerate(LEVELS):
            after = LEVELS[min(level + 1, 2)][1]
            first = SineLayer(before + 2 + POSE, channels)
            levels.append(nn.Sequential(first, SineLayer(channels, channels), SineLayer(channels, after)))
            before = after
        self.siren_layers = nn.ModuleList(levels)
        self.last_linear = nn.Conv2d(before, 2 + 1 + 4, 1)

    def forward(self, image: Tensor, pose: Tensor) -> Moved:
        x: Tensor | None = None
        for layers, (size, _) in zip(self.siren_layers, LEVELS, strict=True):
            assert isinstance(layers, nn.Sequential)
            x = level(layers, x, pose, size, self.last_linear if size == LEVELS[-1][0] else None)
        assert x is not None
        grid_change, alpha, colour = torch.split(x, [2, 1, 4], dim=1)
        warped = warp(image, grid_change)
        return Moved(blend(alpha, colour, warped), alpha, colour, warped, grid_change)


class Poser(nn.Module):
    """Both networks together; each is named as its published file."""

    def __init__(self) -> None:
        super().__init__()
        self.face_morpher = FaceMorpher()
        self.body_morpher = BodyMorpher()

    def move_face(self, image: Tensor, pose: Tensor) -> Tensor:
        """Once for each pose of the face (B, 39): the picture with that face."""
        return laid(image, self.face_morpher(pose), FACE[0].start, FACE[1].start)

    def forward(self, image: Tensor, pose: Tensor) -> Tensor:
        """The picture (B, 4, 512, 512) in that pose (B, 45)."""
        moved: Moved = self.body_morpher(self.move_face(image, pose[:, :FACE_POSE]), pose)
        return moved.blended_image
