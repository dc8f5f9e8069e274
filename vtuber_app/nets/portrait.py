"""The network that finds landmarks and parts in a drawn portrait. Ours; made for one core."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

WIDTHS = (16, 32, 64, 96, 112)
FINE, COARSE = 24, 48
"""Widths of the way up, at half the picture's size and below."""
SIZE = 256
"""Of the picture it takes, px."""


def _conv(into: int, out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True))


class Block(nn.Module):
    """Two convolutions around which the signal also passes."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _conv(width, width), nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.body(x))


class Portrait(nn.Module):
    """A U-Net with two heads: masks of parts, and landmarks as the middle of a heat map.

    A third tells coarsely of which kind a part is, where it comes in kinds.
    """

    def __init__(self, n_landmarks: int, kinds: Sequence[Sequence[int]]) -> None:
        """`kinds` has for every mask the places of its kinds among those that are given, most having one."""
        super().__init__()
        self.down = nn.ModuleList(
            nn.Sequential(_conv(into, out, 2), *(Block(out) for _ in range(depth)))
            for into, out, depth in zip((3, *WIDTHS[:-1]), WIDTHS, (0, 1, 1, 2, 2), strict=True)
        )
        self.lateral = nn.ModuleList(nn.Conv2d(width, COARSE, 1) for width in WIDTHS)
        self.up = nn.ModuleList(_conv(COARSE, COARSE if i else FINE) for i in range(len(WIDTHS) - 1))
        self.masks = nn.Sequential(nn.Conv2d(FINE, 4 * len(kinds), 3, 1, 1), nn.PixelShuffle(2))
        self._kinds = tuple(tuple(of) for of in kinds)
        several = sum(len(of) for of in kinds if len(of) > 1)
        self.kinds = nn.Sequential(_conv(COARSE, COARSE), _conv(COARSE, COARSE), nn.Conv2d(COARSE, several, 1))
        self.heat = nn.Sequential(_conv(COARSE, COARSE), nn.Conv2d(COARSE, n_landmarks, 1))

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Find.

        Args:
            picture: (B, 3, SIZE, SIZE) RGB, -1…1.

        Returns:
            (B, n_landmarks, 2) x and y, 0…1 of the picture; (B, n_landmarks) how sure, 0…1;
            (B, kinds of masks, SIZE, SIZE) logits.
        """
        points, sure, masks, _ = self.seen(picture)
        return points, sure, masks

    def seen(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """As `forward`, and (B, n_landmarks, SIZE / 4, SIZE / 4) heat maps, each summing to 1."""
        levels: list[Tensor] = []
        x = picture
        for stage in self.down:
            x = stage(x)
            levels.append(x)
        x = self.lateral[-1](levels[-1])
        fine = x
        for i in range(len(levels) - 2, -1, -1):
            x = nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")
            x = self.up[i](x + self.lateral[i](levels[i]))
            if i == 1:
                fine = x  # (B, COARSE, SIZE / 4, SIZE / 4)
        maps = self.heat(fine)
        side = maps.shape[-1]
        share = torch.softmax(maps.flatten(2), dim=2).reshape(maps.shape)
        at = (torch.arange(side, dtype=share.dtype, device=share.device) + 0.5) / side
        points = torch.stack([(share.sum(2) * at).sum(2), (share.sum(3) * at).sum(2)], dim=2)
        near = nn.functional.avg_pool2d(share, 5, 1, 2) * 25
        return points, near.amax((2, 3)), self._divided(self.masks(x), self.kinds(fine)), share

    def _divided(self, masks: Tensor, kinds: Tensor) -> Tensor:
        """The masks with those that come in kinds divided among them, (B, kinds of masks, SIZE, SIZE)."""
        kinds = nn.functional.interpolate(kinds, size=masks.shape[2:], mode="bilinear")
        parts: dict[int, Tensor] = {}
        first = 0
        for mask, of in enumerate(self._kinds):
            one = masks[:, mask : mask + 1]
            if len(of) > 1:
                one = one + torch.log_softmax(kinds[:, first : first + len(of)], dim=1)
                first += len(of)
            parts |= {place: one[:, i : i + 1] for i, place in enumerate(of)}
        return torch.cat([parts[place] for place in sorted(parts)], dim=1)
