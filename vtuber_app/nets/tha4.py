"""Talking Head Anime 4's full networks: the face as THA3, the body by two U-Nets as diffusion models have them.

Source: Khungurn, Talking Head Anime from a Single Image 4, 2024; Dhariwal and Nichol, Diffusion Models Beat GANs on
Image Synthesis, NeurIPS 2021.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate

from vtuber_app.nets.tha3 import enlarged, halved
from vtuber_app.nets.tha_blocks import blend, warp
from vtuber_app.nets.tha_face import FacePoser

EYEBROWS, FACE, ROTATION = slice(0, 12), slice(12, 39), slice(39, 45)
"""Of the pose."""
POSE = 6
CONDITION = 256
"""Length of what the pose, and the time of a diffusion model, are embedded in."""
HEADS = 8


def norm(channels: int) -> nn.GroupNorm:
    """In 32 groups."""
    return nn.GroupNorm(32, channels)


def same(x: Tensor) -> Tensor:
    """No change of size."""
    return x


def doubled(x: Tensor) -> Tensor:
    """Each pixel as 2x2."""
    return interpolate(x, scale_factor=2.0)


def pooled(x: Tensor) -> Tensor:
    """The mean of each 2x2 pixels."""
    return avg_pool2d(x, 2)


class ResBlock(nn.Module):
    """A residual block whose middle is scaled and shifted, first by the time, then by the pose.

    Args:
        inputs: Channels that come in.
        outputs: Channels that go out.
        resize: `same`, `doubled` or `pooled`.
    """

    def __init__(self, inputs: int, outputs: int, resize: Callable[[Tensor], Tensor] = same) -> None:
        super().__init__()
        self.resize = resize
        self.norm0 = norm(inputs)
        self.conv0 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.cond0_layers = nn.Sequential(nn.SiLU(), nn.Linear(CONDITION, 2 * outputs))
        self.cond1_layers = nn.Sequential(nn.SiLU(), nn.Linear(CONDITION, 2 * outputs))
        self.norm1 = norm(outputs)
        self.conv1 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)
        self.activation = nn.SiLU()

    def forward(self, x: Tensor, time: Tensor, pose: Tensor) -> Tensor:
        h = self.norm1(self.conv0(self.resize(self.activation(self.norm0(x)))))
        for condition in (self.cond0_layers(time), self.cond1_layers(pose)):
            scale, shift = condition[:, :, None, None].chunk(2, dim=1)
            h = h * (1 + scale) + shift
        changed: Tensor = self.skip(self.resize(x)) + self.conv1(self.activation(h))
        return changed


class Attention(nn.Module):
    """Lets each place look at all others, with 8 heads."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = norm(channels)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.conv = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, height, width = x.shape
        qkv = self.qkv(self.norm(x)).reshape(batch, 3, HEADS, channels // HEADS, height * width)
        query, key, value = qkv.transpose(3, 4).unbind(dim=1)  # (B, 8, H W, C / 8) each
        seen = nn.functional.scaled_dot_product_attention(query, key, value)
        path: Tensor = self.conv(seen.transpose(2, 3).reshape(batch, channels, height, width))
        return x + path


class Down(nn.Module):
    """One size on the way down: a residual block, attention if there is, and what halves the size."""

    def __init__(self, inputs: int, outputs: int, last: bool) -> None:
        super().__init__()
        self.res_blocks = nn.ModuleList([ResBlock(inputs, outputs)])
        self.attention_blocks = nn.ModuleList([Attention(outputs)] if last else [])
        self.downsample = None if last else ResBlock(outputs, outputs, pooled)

    def forward(self, x: Tensor, time: Tensor, pose: Tensor) -> list[Tensor]:
        x = self.res_blocks[0](x, time, pose)
        for attention in self.attention_blocks:
            x = attention(x)
        return [x] if self.downsample is None else [x, self.downsample(x, time, pose)]


class Up(nn.Module):
    """One size on the way up: two residual blocks that join what was seen on the way down, and what doubles it."""

    def __init__(self, inputs: int, outputs: int, skips: list[int], first: bool, last: bool) -> None:
        super().__init__()
        joined = zip((inputs, outputs), skips, strict=True)
        self.resnet_blocks = nn.ModuleList(ResBlock(before + skip, outputs) for before, skip in joined)
        self.attention_blocks = nn.ModuleList(Attention(outputs) for _ in range(2 if first else 0))
        self.upsample = None if last else ResBlock(outputs, outputs, doubled)

    def forward(self, x: Tensor, skips: list[Tensor], time: Tensor, pose: Tensor) -> Tensor:
        """Takes its two skips from the end of the list."""
        for index, block in enumerate(self.resnet_blocks):
            x = block(torch.cat([x, skips.pop()], dim=1), time, pose)
            if self.attention_blocks:
                x = self.attention_blocks[index](x)
        return x if self.upsample is None else self.upsample(x, time, pose)


class UNet(nn.Module):
    """(B, 4, H, W) and a pose (B, 6) to 7 channels: picture 4, grid change 2, alpha 1.

    Args:
        levels: Channels of each size, the largest size first; the smallest has attention.
    """

    def __init__(self, levels: tuple[int, ...]) -> None:
        super().__init__()
        first = levels[0]
        self.time_embed = nn.Sequential(
            nn.Identity(), nn.Linear(first, CONDITION), nn.SiLU(), nn.Linear(CONDITION, CONDITION)
        )
        self.cond_embed = nn.Sequential(nn.Linear(POSE, CONDITION), nn.SiLU(), nn.Linear(CONDITION, CONDITION))
        self.first_conv = nn.Conv2d(4, first, 3, padding=1)

        last = len(levels) - 1
        current, skips = first, [first]
        self.down_blocks = nn.ModuleList()
        for level, channels in enumerate(levels):
            self.down_blocks.append(Down(current, channels, level == last))
            skips += [channels] if level == last else [channels, channels]
            current = channels

        middle: list[nn.Module] = [ResBlock(current, current)]
        for _ in range(3):
            middle += [nn.ModuleDict({"module": Attention(current)}), ResBlock(current, current)]
        self.middle_blocks = nn.ModuleList(middle)

        self.up_blocks = nn.ModuleList()
        for level in range(last, -1, -1):
            joined = [skips.pop(), skips.pop()]
            self.up_blocks.append(Up(current, levels[level], joined, level == last, level == 0))
            current = levels[level]
        self.last = nn.Sequential(norm(current), nn.SiLU(), nn.Conv2d(current, 7, 3, padding=1))

    def forward(self, image: Tensor, pose: Tensor, addition: Tensor | None = None) -> Tensor:
        """As the class says; the addition (B, levels[0], H, W) goes to the first features."""
        # The time of a diffusion model, here always 0: its cosines are 1, its sines 0.
        half = self.first_conv.out_channels // 2
        instant = torch.cat([image.new_ones(len(image), half), image.new_zeros(len(image), half)], dim=1)
        time, pose = self.time_embed(instant), self.cond_embed(pose)

        x = self.first_conv(image)
        skips = [x if addition is None else x + addition]
        for down in self.down_blocks:
            skips += down(skips[-1], time, pose)
        x = skips[-1]
        for middle in self.middle_blocks:
            x = middle["module"](x) if isinstance(middle, nn.ModuleDict) else middle(x, time, pose)
        for up in self.up_blocks:
            x = up(x, skips, time, pose)
        outputs: Tensor = self.last(x)
        return outputs


class Moved(NamedTuple):
    """A body moved, pictures (B, 4, H, W), alpha (B, 1, H, W), grid change (B, 2, H, W)."""

    merged: Tensor
    alpha: Tensor
    warped: Tensor
    grid_change: Tensor
    direct: Tensor


def moved(image: Tensor, outputs: Tensor) -> Moved:
    """The picture as a U-Net's outputs say."""
    direct, grid_change, alpha = torch.split(outputs, [4, 2, 1], dim=1)
    alpha = torch.sigmoid(alpha)
    warped = warp(image, grid_change)
    return Moved(blend(alpha, direct, warped), alpha, warped, grid_change, direct)


class BodyMorpher(nn.Module):
    """Turns head and body, at half size."""

    def __init__(self) -> None:
        super().__init__()
        self.body = UNet((64, 128, 256, 256, 256))

    def forward(self, image: Tensor, pose: Tensor) -> Moved:
        return moved(image, self.body(image, pose))


class Upscaler(nn.Module):
    """Does it again at full size, with what the body morpher did in view."""

    def __init__(self) -> None:
        super().__init__()
        self.body = UNet((32, 64, 128, 256, 256, 256))
        self.coarse_image_conv = nn.Conv2d(4 + 4 + 2, 32, 3, padding=1)

    def forward(self, image: Tensor, coarse: Tensor, grid_change: Tensor, pose: Tensor) -> Moved:
        seen = torch.cat([coarse, warp(image, grid_change), grid_change], dim=1)
        return moved(image, self.body(image, pose, self.coarse_image_conv(seen)))


class Poser(FacePoser):
    """The five networks together; each is named as its published file."""

    left = 192

    def __init__(self) -> None:
        super().__init__()
        self.body_morpher = BodyMorpher()
        self.upscaler = Upscaler()

    def rotate(self, image: Tensor, half: Tensor, pose: Tensor) -> tuple[Moved, Moved]:
        """Once for each pose of head and body (B, 6): at full and at half size.

        Args:
            image: With the face moved.
            half: The same, `halved`.
            pose: Of head and body.
        """
        body: Moved = self.body_morpher(half, pose)
        upscaled: Moved = self.upscaler(image, enlarged(body.merged), enlarged(body.grid_change), pose)
        return upscaled, body

    def forward(self, image: Tensor, pose: Tensor) -> Tensor:
        """The picture (B, 4, 512, 512) in that pose (B, 45)."""
        eyebrows = self.move_eyebrows(self.decompose(image), pose[:, EYEBROWS])
        full = self.paste(image, self.move_face(image, eyebrows, pose[:, FACE]))
        return self.rotate(full, halved(full), pose[:, ROTATION])[0].merged
