"""Talking Head Anime 4's student: two sine networks that know one character, a thirtieth of the full networks' size.

Every layer is a 1x1 convolution, so what is the same for all pixels, the pose, enters as one vector, and a convolution
may come before an enlargement instead of after it: the published numbers, with a fifth less work.

Source: Khungurn, Talking Head Anime from a Single Image 4, 2024; Sitzmann et al., Implicit Neural Representations with
Periodic Activation Functions, NeurIPS 2020.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, interpolate

from vtuber_app.nets.tha_blocks import blend, laid, warp

POSE, FACE_POSE = 45, 39
"""Values that move the body; the first of them move the face."""
FACE = (slice(80, 208), slice(192, 320))
"""Rows and columns of the picture that the face network paints."""
OMEGA = 30.0
LEVELS = ((128, 360), (256, 180), (512, 90))
"""Size and channels of the body network, from coarse to fine."""


def sine(x: Tensor) -> Tensor:
    """In its own place where nothing is learnt: a layer has up to 94 MB, and fresh memory costs more than sines."""
    return torch.sin(x) if torch.is_grad_enabled() else x.sin_()


class SineLayer(nn.Module):
    """sin(30 (W x + b)) at each pixel."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        return sine(conv2d(x, OMEGA * self.linear.weight, OMEGA * self.bias))

    @property
    def bias(self) -> Tensor:
        """Of its convolution, which always has one."""
        assert self.linear.bias is not None
        return self.linear.bias

    def enter(self, x: Tensor | None, pose: Tensor, size: int) -> Tensor:
        """Apply it to features, positions and pose, without making planes of the latter.

        Args:
            x: (B, C, S, S) features, enlarged to `size` after their convolution, or None.
            pose: (B, P).
            size: Of the result, (B, outputs, size, size).
        """
        weight = OMEGA * self.linear.weight
        features, place = weight.shape[1] - 2 - pose.shape[1], weight[:, :, 0, 0]
        steps = (torch.arange(size, device=pose.device, dtype=pose.dtype) * 2 + 1) / size - 1
        constant = pose @ place[:, features + 2 :].T + OMEGA * self.bias  # (B, outputs)
        columns = place[:, features, None] * steps + constant[:, :, None]  # (B, outputs, size)
        rows = place[:, features + 1, None] * steps  # (outputs, size)
        if x is None:
            return sine(columns[:, :, None, :] + rows[:, :, None])
        coarse = conv2d(x, weight[:, :features])
        argument = interpolate(coarse, size=(size, size), mode="bilinear", align_corners=False)
        argument += columns[:, :, None, :]
        argument += rows[:, :, None]
        return sine(argument)


class Siren(nn.Module):
    """The layers of the face network."""

    def __init__(self) -> None:
        super().__init__()
        self.sine_layers = nn.ModuleList([SineLayer(2 + FACE_POSE, 128), *(SineLayer(128, 128) for _ in range(7))])
        self.last_linear = nn.Conv2d(128, 4, 1)

    def forward(self, pose: Tensor, size: int) -> Tensor:
        first, *others = self.sine_layers
        assert isinstance(first, SineLayer)
        x = first.enter(None, pose, size)
        for layer in others:
            x = layer(x)
        colour: Tensor = self.last_linear(x)
        return colour


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
            first, *others = layers
            assert isinstance(first, SineLayer)
            x = first.enter(x, pose, size)
            for layer in others:
                x = layer(x)
        grid_change, alpha, colour = self.last_linear(x).split((2, 1, 4), dim=1)
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
