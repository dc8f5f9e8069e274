"""S3FD: where faces are in a picture, at six sizes.

Source: Zhang et al., S3FD: Single Shot Scale-invariant Face Detector, ICCV 2017, with the parameter names under which
face-alignment publishes it.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import max_pool2d, relu

MEAN = (104.0, 117.0, 123.0)
"""Of blue, green, red, 0…255."""
STAGES = ((1, 2, 3, 64), (2, 2, 64, 128), (3, 3, 128, 256), (4, 3, 256, 512), (5, 3, 512, 512))
"""Number, layers, channels given and made."""
HEADS = {"conv3_3_norm": 256, "conv4_3_norm": 512, "conv5_3_norm": 512, "fc7": 1024, "conv6_2": 512, "conv7_2": 256}
"""Where faces are looked for, each at half the size of the one before, and channels."""


class Scaled(nn.Module):
    """Each pixel's channels as a unit vector, times a weight each."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        return x / (x.square().sum(dim=1, keepdim=True).sqrt() + 1e-10) * self.weight[:, None, None]


class S3fd(nn.Module):
    """Pictures (B, 3, H, W), BGR less `MEAN`, to scores (B, 2, h, w) and boxes (B, 4, h, w), the finest first."""

    def __init__(self) -> None:
        super().__init__()
        for stage, layers, given, made in STAGES:
            for layer in range(1, layers + 1):
                channels = given if layer == 1 else made
                self.add_module(f"conv{stage}_{layer}", nn.Conv2d(channels, made, 3, padding=1))
        self.fc6, self.fc7 = nn.Conv2d(512, 1024, 3, padding=3), nn.Conv2d(1024, 1024, 1)
        self.conv6_1, self.conv6_2 = nn.Conv2d(1024, 256, 1), nn.Conv2d(256, 512, 3, 2, 1)
        self.conv7_1, self.conv7_2 = nn.Conv2d(512, 128, 1), nn.Conv2d(128, 256, 3, 2, 1)
        self.conv3_3_norm, self.conv4_3_norm, self.conv5_3_norm = Scaled(256), Scaled(512), Scaled(512)
        for place, (name, channels) in enumerate(HEADS.items()):
            self.add_module(f"{name}_mbox_conf", nn.Conv2d(channels, 2 if place else 4, 3, padding=1))
            self.add_module(f"{name}_mbox_loc", nn.Conv2d(channels, 4, 3, padding=1))

    def forward(self, x: Tensor) -> list[tuple[Tensor, Tensor]]:
        seen = []
        for stage, layers, _, _ in STAGES:
            for layer in range(1, layers + 1):
                x = relu(self.get_submodule(f"conv{stage}_{layer}")(x))
            if stage >= 3:
                seen.append(self.get_submodule(f"conv{stage}_{layers}_norm")(x))
            x = max_pool2d(x, 2)
        for names in (("fc6", "fc7"), ("conv6_1", "conv6_2"), ("conv7_1", "conv7_2")):
            for name in names:
                x = relu(self.get_submodule(name)(x))
            seen.append(x)
        return [
            self._found(name, features, place) for place, (name, features) in enumerate(zip(HEADS, seen, strict=True))
        ]

    def _found(self, name: str, features: Tensor, place: int) -> tuple[Tensor, Tensor]:
        scores = self.get_submodule(f"{name}_mbox_conf")(features)
        if place == 0:  # three ways to be no face, of which the surest counts
            scores = torch.cat([scores[:, :3].amax(dim=1, keepdim=True), scores[:, 3:]], dim=1)
        return scores, self.get_submodule(f"{name}_mbox_loc")(features)
