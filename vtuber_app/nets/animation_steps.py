"""Image animation cut into steps, from bytes to bytes: the source picture once, the driver's frame each time.

Pictures are (S, S, 4), uint8, sRGB with straight alpha; frames are (S, S, 3). Networks know no alpha: they see the
picture on grey, and alpha is moved as the picture is. `animators` say in which order steps run.
"""

import torch
from torch import Tensor, nn

from vtuber_app.nets.fom import Encoded, KPDetector, OcclusionAwareGenerator
from vtuber_app.nets.keypoints import Keypoints, relative_keypoints
from vtuber_app.nets.tha_picture import OPAQUE

GROUND = 0.5
"""The grey behind a picture."""


def taken(pixels: Tensor, like: nn.Module) -> tuple[Tensor, Tensor]:
    """A picture's colours on the ground (1, 3, S, S) and alpha (1, 1, S, S), in [0, 1], as a network takes them."""
    values = (pixels.permute(2, 0, 1)[None].float() / OPAQUE).to(next(like.parameters()).dtype)
    colours, alpha = values[:, :3], values[:, 3:]
    return colours * alpha + GROUND * (1 - alpha), alpha


def frame(pixels: Tensor, like: nn.Module) -> Tensor:
    """A frame (1, 3, S, S) in [0, 1], as a network takes it."""
    return (pixels.permute(2, 0, 1)[None].float() / OPAQUE).to(next(like.parameters()).dtype)


def shown(prediction: Tensor, alpha: Tensor) -> tuple[Tensor, Tensor]:
    """The picture (S, S, 4) of colours on the ground and alpha, and a number that is none if a pixel is none."""
    colours, alpha = prediction[0].float(), alpha[0].float().clamp(0, 1)
    straight = GROUND + (colours - GROUND) / alpha.clamp(min=1 / OPAQUE)
    values = torch.cat([straight, alpha]).clamp(0, 1) * OPAQUE
    return values.round().to(torch.uint8).permute(1, 2, 0).contiguous(), colours.sum()


class Source(nn.Module):
    """What is made of the picture once."""

    def __init__(self, kp_detector: KPDetector, generator: OcclusionAwareGenerator) -> None:
        super().__init__()
        self.kp_detector = kp_detector
        self.generator = generator

    def forward(self, picture: Tensor) -> tuple[Tensor, ...]:
        """The picture, its alpha, what the generator knows of it, and its keypoints."""
        image, alpha = taken(picture, self.generator)
        return image, alpha, *self.generator.encode(image)[1:], *self.kp_detector(image)


class Frame(nn.Module):
    """The keypoints of a frame."""

    def __init__(self, kp_detector: KPDetector) -> None:
        super().__init__()
        self.kp_detector = kp_detector

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        found: Keypoints = self.kp_detector(frame(pixels, self.kp_detector))
        return found.value, found.jacobian


class Picture(nn.Module):
    """The picture, moved."""

    def __init__(self, generator: OcclusionAwareGenerator) -> None:
        super().__init__()
        self.generator = generator

    def forward(
        self,
        image: Tensor,
        alpha: Tensor,
        small: Tensor,
        features: Tensor,
        source_value: Tensor,
        source_jacobian: Tensor,
        initial_value: Tensor,
        initial_jacobian: Tensor,
        value: Tensor,
        jacobian: Tensor,
        options: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Move it as the driver is (`options` 0), or as he moved since the initial frame, times `options` (1,)."""
        source, driving = Keypoints(source_value, source_jacobian), Keypoints(value, jacobian)
        moved = relative_keypoints(driving, Keypoints(initial_value, initial_jacobian), source, options)
        relative = options > 0
        driving = Keypoints(torch.where(relative, moved.value, value), torch.where(relative, moved.jacobian, jacobian))
        generated, motion = self.generator.animate(Encoded(image, small, features), source, driving)
        return shown(generated, self.generator.deformed(alpha, motion))
