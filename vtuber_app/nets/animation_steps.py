"""Image animation cut into steps, from bytes to bytes: the source picture once, the driver's frame each time.

Pictures are (S, S, 4), uint8, sRGB with straight alpha; frames are (S, S, 3). Networks know no alpha: they see the
picture on grey, and alpha is moved as the picture is. `animators` say in which order steps run.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from vtuber_app.nets.keypoints import Keypoints, relative_keypoints
from vtuber_app.nets.tha_picture import OPAQUE

GROUND = 0.5
"""The grey behind a picture."""


class Animation(nn.Module, ABC):
    """A system's networks, as all animators run them.

    Attributes:
        n_keypoints: How many tensors `find` gives.
    """

    n_keypoints: ClassVar[int]

    @abstractmethod
    def encode(self, image: Tensor) -> tuple[Tensor, ...]:
        """What is made once of the source picture (1, 3, S, S) in [0, 1]."""

    @abstractmethod
    def find(self, image: Tensor) -> tuple[Tensor, ...]:
        """What is to be known of a driver's frame (1, 3, S, S) in [0, 1]."""

    @abstractmethod
    def animate(
        self,
        pictures: tuple[Tensor, Tensor],
        source: Sequence[Tensor],
        initial: Sequence[Tensor],
        driving: Sequence[Tensor],
        options: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Move the source picture.

        Args:
            pictures: Its colours (1, 3, S, S) and its alpha (1, 1, S, S).
            source: Of `encode`.
            initial: Of `find`, where relative motion is counted from.
            driving: Of `find`.
            options: The first is 0 if it takes the driver's place and shape, or else the scale of his motion since
                the initial frame; the animator knows of further ones.

        Returns:
            Both, moved.
        """


class DetectorAnimation(Animation):
    """Of a detector that finds places and what is around them, and a generator that moves features of the picture.

    `encode` gives what the generator makes of the picture beside itself, and keypoints; `find` gives keypoints.
    """

    n_keypoints = 2

    def __init__(self, kp_detector: nn.Module, generator: nn.Module) -> None:
        super().__init__()
        self.kp_detector = kp_detector
        self.generator = generator

    def encode(self, image: Tensor) -> tuple[Tensor, ...]:
        return *self.generator.encode(image)[1:], *self.find(image)  # type: ignore[operator]

    def find(self, image: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.kp_detector(image))


def chosen(options: Tensor, relative: Sequence[Tensor], absolute: Sequence[Tensor]) -> list[Tensor]:
    """The keypoints that the first of the options wants."""
    return [torch.where(options[:1] > 0, one, other) for one, other in zip(relative, absolute, strict=True)]


def relative_or_not(
    source: Sequence[Tensor], initial: Sequence[Tensor], driving: Sequence[Tensor], options: Tensor
) -> Keypoints:
    """What the driver's keypoints with jacobians become."""
    relative = relative_keypoints(Keypoints(*driving), Keypoints(*initial), Keypoints(*source), options)
    return Keypoints(*chosen(options, relative, driving))


def values(pixels: Tensor, like: nn.Module) -> Tensor:
    """Pixels (S, S, C) as a network takes them, (1, C, S, S) in [0, 1]."""
    return (pixels.permute(2, 0, 1)[None].float() / OPAQUE).to(next(like.parameters()).dtype)


def shown(prediction: Tensor, alpha: Tensor) -> tuple[Tensor, Tensor]:
    """The picture (S, S, 4) of colours on the ground and alpha, and a number that is none if a pixel is none."""
    colours, alpha = prediction[0].float(), alpha[0].float().clamp(0, 1)
    straight = GROUND + (colours - GROUND) / alpha.clamp(min=1 / OPAQUE)
    pixels = torch.cat([straight, alpha]).clamp(0, 1) * OPAQUE
    return pixels.round().to(torch.uint8).permute(1, 2, 0).contiguous(), colours.sum()


class Source(nn.Module):
    """What is made of the picture once: its colours on the ground, its alpha, and what the networks know of it."""

    def __init__(self, animation: Animation) -> None:
        super().__init__()
        self.animation = animation

    def forward(self, picture: Tensor) -> tuple[Tensor, ...]:
        seen = values(picture, self.animation)
        colours, alpha = seen[:, :3], seen[:, 3:]
        image = colours * alpha + GROUND * (1 - alpha)
        return image, alpha, *self.animation.encode(image)


class Frame(nn.Module):
    """What is to be known of a frame."""

    def __init__(self, animation: Animation) -> None:
        super().__init__()
        self.animation = animation

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        return self.animation.find(values(pixels, self.animation))


class Picture(nn.Module):
    """The picture, moved: it takes what both others give, of the initial and of the driving frame, and the options."""

    def __init__(self, animation: Animation) -> None:
        super().__init__()
        self.animation = animation

    def forward(self, image: Tensor, alpha: Tensor, *given: Tensor) -> tuple[Tensor, Tensor]:
        n = self.animation.n_keypoints
        *rest, options = given
        source, initial, driving = rest[: -2 * n], rest[-2 * n : -n], rest[-n:]
        return shown(*self.animation.animate((image, alpha), source, initial, driving, options))


def steps(animation: Animation) -> dict[str, nn.Module]:
    """A system's, by the names that the animators' plans give them."""
    frame = Frame(animation)
    return {"source": Source(animation), "initial": frame, "frame": frame, "picture": Picture(animation)}
