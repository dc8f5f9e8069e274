"""vid2vid, edges to face: a video of one person, drawn frame after frame from face edges.

Pictures are (B, 3, H, W) in [-1, 1], label maps (B, 15, H, W) in [0, 1], see `face_edges`. All networks stay in
training mode: the published ones normalise each frame by its own statistics when they draw too; kept statistics give
other pictures.

Source: Wang et al., Video-to-Video Synthesis, NeurIPS 2018.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from vtuber_app.nets.warping import deform

LABELS, FRAMES = 15, 3
"""Channels of a label map, and how many of them a frame is drawn from; of frames drawn before, one fewer."""
FLOW_PX = 20
"""What 1 of a flow head means at the coarsest size."""
Norm = Callable[[int], nn.Module]


def instance(channels: int) -> nn.Module:
    """What the networks of single pictures have; its kept statistics are published, but not used."""
    return nn.InstanceNorm2d(channels, track_running_stats=True)


def opening(inputs: int, width: int, norm: Norm) -> list[nn.Module]:
    """To features, over a mirrored border."""
    return [nn.ReflectionPad2d(3), nn.Conv2d(inputs, width, 7), norm(width), nn.ReLU()]


def down(width: int, norm: Norm) -> list[nn.Module]:
    """Half the size, twice the channels."""
    return [nn.Conv2d(width, 2 * width, 3, 2, 1), norm(2 * width), nn.ReLU()]


def up(inputs: int, outputs: int, norm: Norm) -> list[nn.Module]:
    """Twice the size."""
    return [nn.ConvTranspose2d(inputs, outputs, 3, 2, 1, output_padding=1), norm(outputs), nn.ReLU()]


def ups(width: int, count: int, norm: Norm) -> list[nn.Module]:
    """`count` doublings, each of half the channels of the last."""
    return [layer for i in range(count) for layer in up(width >> i, width >> (i + 1), norm)]


def head(width: int, outputs: int, *activation: nn.Module) -> nn.Sequential:
    """From features."""
    return nn.Sequential(nn.ReflectionPad2d(3), nn.Conv2d(width, outputs, 7), *activation)


class ResnetBlock(nn.Module):
    """x + norm(conv(relu(norm(conv(x))))), over mirrored borders."""

    def __init__(self, width: int, norm: Norm) -> None:
        super().__init__()
        first = [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), norm(width), nn.ReLU()]
        second = [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), norm(width)]
        self.conv_block = nn.Sequential(*first, *second)

    def forward(self, x: Tensor) -> Tensor:
        path: Tensor = self.conv_block(x)
        return x + path


def blocks(count: int, width: int, norm: Norm) -> list[nn.Module]:
    """So many in a row."""
    return [ResnetBlock(width, norm) for _ in range(count)]


def halved(x: Tensor) -> Tensor:
    """Half the size: means of 3x3, fewer at the border."""
    return avg_pool2d(x, 3, 2, 1, count_include_pad=False)


def resampled(image: Tensor, flow: Tensor) -> Tensor:
    """Each pixel from where the flow (B, 2, H, W), px, says, the border going on for ever."""
    height, width = image.shape[2:]
    half = flow.new_tensor([(width - 1) / 2, (height - 1) / 2])
    # In single precision whatever the flow is, as published: a sequence makes much of little.
    x, y = (torch.linspace(-1, 1, n, device=flow.device) for n in (width, height))
    still = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
    grid = still + flow.movedim(1, -1) / half
    return deform(image, grid, align_corners=True, padding="border")


class Drawn(NamedTuple):
    """A frame.

    Attributes:
        img_final: (B, 3, H, W) in [-1, 1].
        flow: (B, 2, H, W), px, where the frame before shows each pixel.
        weight: (B, 1, H, W), 1 where the frame is drawn anew, 0 where it is the one before, moved.
        img_raw: (B, 3, H, W), the frame drawn anew.
        img_feat: (B, C, H, W), what it is drawn of.
        flow_feat: (B, C, H, W), what the flow is made of.
    """

    img_final: Tensor
    flow: Tensor
    weight: Tensor
    img_raw: Tensor
    img_feat: Tensor
    flow_feat: Tensor


class Composer(nn.Module):
    """What the generators of all sizes end with: the frame drawn anew, and the one before, moved."""

    def __init__(self, ngf: int, flow_px: float) -> None:
        super().__init__()
        self.model_final_img = head(ngf, 3, nn.Tanh())
        self.model_final_flow = head(ngf, 2)
        self.model_final_w = head(ngf, 1, nn.Sigmoid())
        self.flow_px = flow_px

    def composed(self, img_feat: Tensor, flow_feat: Tensor, previous: Tensor) -> Drawn:
        """`previous` are the frames before, (B, 6, H, W), the last one last."""
        raw: Tensor = self.model_final_img(img_feat)
        flow: Tensor = self.model_final_flow(flow_feat) * self.flow_px
        weight: Tensor = self.model_final_w(flow_feat)
        moved = resampled(previous[:, -3:], flow)
        return Drawn(raw * weight + moved * (1 - weight), flow, weight, raw, img_feat, flow_feat)


class CompositeGenerator(Composer):
    """The only generator, or that of the coarse size."""

    def __init__(self, ngf: int = 128, n_downsample_G: int = 3, n_blocks: int = 9) -> None:
        super().__init__(ngf, FLOW_PX)
        norm, width = nn.BatchNorm2d, ngf << n_downsample_G
        after = n_blocks // 2

        def encoder(inputs: int) -> nn.Sequential:
            downs = [layer for i in range(n_downsample_G) for layer in down(ngf << i, norm)]
            return nn.Sequential(*opening(inputs, ngf, norm), *downs, *blocks(n_blocks - after, width, norm))

        self.model_down_seg = encoder(LABELS * FRAMES)
        self.model_down_img = encoder(3 * (FRAMES - 1))
        for kind in ("img", "flow"):
            self.add_module(f"model_res_{kind}", nn.Sequential(*blocks(after, width, norm)))
            self.add_module(f"model_up_{kind}", nn.Sequential(*ups(width, n_downsample_G, norm)))

    def forward(self, labels: Tensor, previous: Tensor) -> Drawn:
        """Draw a frame from its and the two label maps before (B, 45, H, W), and the two frames before (B, 6, H, W)."""
        both = self.model_down_seg(labels) + self.model_down_img(previous)
        features = [
            self.get_submodule(f"model_up_{kind}")(self.get_submodule(f"model_res_{kind}")(both))
            for kind in ("img", "flow")
        ]
        return self.composed(features[0], features[1], previous)


class CompositeLocalGenerator(Composer):
    """Adds detail at twice the size of a coarser generator."""

    def __init__(self, ngf: int = 32, n_blocks_local: int = 3, scale: int = 1) -> None:
        """`scale` counts the sizes from the coarsest, 0."""
        super().__init__(ngf, FLOW_PX << scale)
        norm = nn.BatchNorm2d
        self.model_down_seg = nn.Sequential(*opening(LABELS * FRAMES, ngf, norm), *down(ngf, norm))
        self.model_down_img = nn.Sequential(*opening(3 * (FRAMES - 1), ngf, norm), *down(ngf, norm))
        self.model_up_img = nn.Sequential(*blocks(n_blocks_local, 2 * ngf, norm), *up(2 * ngf, ngf, norm))
        self.model_up_flow = nn.Sequential(*blocks(n_blocks_local, 2 * ngf, norm), *up(2 * ngf, ngf, norm))

    def forward(self, labels: Tensor, previous: Tensor, coarse: Drawn) -> Drawn:
        """As `CompositeGenerator`, with what the coarser one drew at half the size."""
        both = self.model_down_seg(labels) + self.model_down_img(previous)
        img_feat = self.model_up_img(both + coarse.img_feat)
        return self.composed(img_feat, self.model_up_flow(both + coarse.flow_feat), previous)


def drawn_by(generators: Sequence[nn.Module], labels: Tensor, previous: Tensor) -> list[Drawn]:
    """What generators of all sizes draw, the coarsest first; `labels` and `previous` are of the full size."""
    sizes = [(labels, previous)]
    for _ in generators[1:]:
        sizes.append((halved(sizes[-1][0]), halved(sizes[-1][1])))
    frames: list[Drawn] = [generators[0](*sizes[-1])]
    for generator, size in zip(generators[1:], reversed(sizes[:-1]), strict=True):
        frames.append(generator(*size, frames[-1]))
    return frames


def sequence(generators: Sequence[nn.Module], labels: Sequence[Tensor], first: Sequence[Tensor]) -> Iterator[Tensor]:
    """Frames (B, 3, H, W) one after another, from the label maps of all and the first two frames."""
    before = list(first)
    for i in range(FRAMES - 1, len(labels)):
        seen = torch.cat(list(labels[i - FRAMES + 1 : i + 1]), dim=1)
        frame = drawn_by(generators, seen, torch.cat(before, dim=1))[-1].img_final
        before = [*before[1:], frame]
        yield frame


class GlobalWithZ(nn.Module):
    """Draws the first frames alone, from a label map and features of how each part of the face looks."""

    def __init__(self, features: int = 16, ngf: int = 64, n_downsample: int = 3, n_blocks: int = 9) -> None:
        super().__init__()
        width = (ngf << n_downsample) + features
        downs = [layer for i in range(n_downsample) for layer in down(ngf << i, instance)]
        self.model_downsample = nn.Sequential(*opening(LABELS + features, ngf, instance), *downs)
        self.model_resnet = nn.Sequential(*blocks(n_blocks, width, instance))
        narrow = ngf << n_downsample
        first = up(width + features, narrow // 2, instance)
        self.model_upsample = nn.Sequential(*first, *ups(narrow // 2, n_downsample - 1, instance))
        self.model_upsample_conv = head(ngf + features, 3, nn.Tanh())
        self.n_downsample = n_downsample

    def forward(self, labels: Tensor, features: Tensor) -> Tensor:
        small = features
        for _ in range(self.n_downsample):
            small = halved(small)
        x = self.model_downsample(torch.cat([labels, features], dim=1))
        x = self.model_resnet(torch.cat([x, small], dim=1))
        x = self.model_upsample(torch.cat([x, small], dim=1))
        picture: Tensor = self.model_upsample_conv(torch.cat([x, features], dim=1))
        return picture


class Encoder(nn.Module):
    """How each part of a face looks: features (B, 16, H, W), alike within a part."""

    def __init__(self, features: int = 16, ngf: int = 16, n_downsample: int = 4) -> None:
        super().__init__()
        downs = [layer for i in range(n_downsample) for layer in down(ngf << i, instance)]
        layers = [*opening(3, ngf, instance), *downs, *ups(ngf << n_downsample, n_downsample, instance)]
        self.model = nn.Sequential(*layers, *head(ngf, features, nn.Tanh()))

    def forward(self, image: Tensor, parts: Tensor) -> Tensor:
        """Of a picture, and which part each pixel is of (B, 1, H, W), whole numbers."""
        features: Tensor = self.model(image)
        alike = torch.zeros_like(features)
        for part in torch.unique(parts):
            inside = (parts == part).to(features.dtype)
            mean = (features * inside).sum(dim=(2, 3), keepdim=True) / inside.sum(dim=(2, 3), keepdim=True).clamp(min=1)
            alike = alike + mean * inside
        return alike
