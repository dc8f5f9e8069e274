"""InceptionV3 as Frechet distances of pictures take it: TensorFlow's network of 2015, up to its 2048 pooled features.

Source: Szegedy et al., Rethinking the Inception Architecture for Computer Vision, CVPR 2016; parameter names and the
four departures from torchvision's network are those of the published port `pt_inception-2015-12-05`.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, max_pool2d, relu

SIDE = 299
CLASSES = 1008

Sizes = int | tuple[int, int]


class Conv(nn.Module):
    """Convolution, batch norm, ReLU."""

    def __init__(self, given: int, made: int, kernel: Sizes, stride: int = 1, padding: Sizes = 0) -> None:
        super().__init__()
        self.conv = nn.Conv2d(given, made, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(made, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return relu(self.bn(self.conv(x)))


def pooled(x: Tensor) -> Tensor:
    """The mean of each 3x3, of what lies inside the picture."""
    return avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)


class BlockA(nn.Module):
    """At 35x35."""

    def __init__(self, given: int, pool: int) -> None:
        super().__init__()
        self.branch1x1 = Conv(given, 64, 1)
        self.branch5x5_1, self.branch5x5_2 = Conv(given, 48, 1), Conv(48, 64, 5, padding=2)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Conv(given, 64, 1), Conv(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = Conv(96, 96, 3, padding=1)
        self.branch_pool = Conv(given, pool, 1)

    def forward(self, x: Tensor) -> Tensor:
        five = self.branch5x5_2(self.branch5x5_1(x))
        three = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch1x1(x), five, three, self.branch_pool(pooled(x))], 1)


class BlockB(nn.Module):
    """From 35x35 to 17x17."""

    def __init__(self, given: int) -> None:
        super().__init__()
        self.branch3x3 = Conv(given, 384, 3, 2)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Conv(given, 64, 1), Conv(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = Conv(96, 96, 3, 2)

    def forward(self, x: Tensor) -> Tensor:
        three = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch3x3(x), three, max_pool2d(x, 3, 2)], 1)


class BlockC(nn.Module):
    """At 17x17."""

    def __init__(self, given: int, mid: int) -> None:
        super().__init__()
        across, down = (1, 7), (7, 1)
        flat, high = (0, 3), (3, 0)
        self.branch1x1 = Conv(given, 192, 1)
        self.branch7x7_1, self.branch7x7_2 = Conv(given, mid, 1), Conv(mid, mid, across, padding=flat)
        self.branch7x7_3 = Conv(mid, 192, down, padding=high)
        self.branch7x7dbl_1, self.branch7x7dbl_2 = Conv(given, mid, 1), Conv(mid, mid, down, padding=high)
        self.branch7x7dbl_3, self.branch7x7dbl_4 = (
            Conv(mid, mid, across, padding=flat),
            Conv(mid, mid, down, padding=high),
        )
        self.branch7x7dbl_5 = Conv(mid, 192, across, padding=flat)
        self.branch_pool = Conv(given, 192, 1)

    def forward(self, x: Tensor) -> Tensor:
        seven = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        twice = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        twice = self.branch7x7dbl_5(self.branch7x7dbl_4(twice))
        return torch.cat([self.branch1x1(x), seven, twice, self.branch_pool(pooled(x))], 1)


class BlockD(nn.Module):
    """From 17x17 to 8x8."""

    def __init__(self, given: int) -> None:
        super().__init__()
        self.branch3x3_1, self.branch3x3_2 = Conv(given, 192, 1), Conv(192, 320, 3, 2)
        self.branch7x7x3_1, self.branch7x7x3_2 = Conv(given, 192, 1), Conv(192, 192, (1, 7), padding=(0, 3))
        self.branch7x7x3_3, self.branch7x7x3_4 = Conv(192, 192, (7, 1), padding=(3, 0)), Conv(192, 192, 3, 2)

    def forward(self, x: Tensor) -> Tensor:
        seven = self.branch7x7x3_4(self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x))))
        return torch.cat([self.branch3x3_2(self.branch3x3_1(x)), seven, max_pool2d(x, 3, 2)], 1)


class BlockE(nn.Module):
    """At 8x8; the last one pools by the largest value, as TensorFlow's network did."""

    def __init__(self, given: int, largest: bool) -> None:
        super().__init__()
        self.largest = largest
        self.branch1x1 = Conv(given, 320, 1)
        self.branch3x3_1 = Conv(given, 384, 1)
        self.branch3x3_2a = Conv(384, 384, (1, 3), padding=(0, 1))
        self.branch3x3_2b = Conv(384, 384, (3, 1), padding=(1, 0))
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Conv(given, 448, 1), Conv(448, 384, 3, padding=1)
        self.branch3x3dbl_3a = Conv(384, 384, (1, 3), padding=(0, 1))
        self.branch3x3dbl_3b = Conv(384, 384, (3, 1), padding=(1, 0))
        self.branch_pool = Conv(given, 192, 1)

    def forward(self, x: Tensor) -> Tensor:
        three = self.branch3x3_1(x)
        twice = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        pool = max_pool2d(x, 3, 1, 1) if self.largest else pooled(x)
        branches = [self.branch1x1(x), self.branch3x3_2a(three), self.branch3x3_2b(three)]
        branches += [self.branch3x3dbl_3a(twice), self.branch3x3dbl_3b(twice), self.branch_pool(pool)]
        return torch.cat(branches, 1)


class Inception(nn.Module):
    """Pictures (B, 3, H, W) in 0…1 to features (B, 2048)."""

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Conv(3, 32, 3, 2)
        self.Conv2d_2a_3x3 = Conv(32, 32, 3)
        self.Conv2d_2b_3x3 = Conv(32, 64, 3, padding=1)
        self.Conv2d_3b_1x1 = Conv(64, 80, 1)
        self.Conv2d_4a_3x3 = Conv(80, 192, 3)
        self.Mixed_5b, self.Mixed_5c, self.Mixed_5d = BlockA(192, 32), BlockA(256, 64), BlockA(288, 64)
        self.Mixed_6a = BlockB(288)
        self.Mixed_6b, self.Mixed_6c = BlockC(768, 128), BlockC(768, 160)
        self.Mixed_6d, self.Mixed_6e = BlockC(768, 160), BlockC(768, 192)
        self.Mixed_7a = BlockD(768)
        self.Mixed_7b, self.Mixed_7c = BlockE(1280, largest=False), BlockE(2048, largest=True)
        self.fc = nn.Linear(2048, CLASSES)  # in the published file, and not used

    def forward(self, image: Tensor) -> Tensor:
        x = 2 * interpolate(image, size=(SIDE, SIDE), mode="bilinear", align_corners=False) - 1
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))  # (B, 64, 147, 147)
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(max_pool2d(x, 3, 2)))  # (B, 192, 71, 71)
        x = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(max_pool2d(x, 3, 2))))  # (B, 288, 35, 35)
        x = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(self.Mixed_6a(x)))))  # (B, 768, 17, 17)
        x = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x)))  # (B, 2048, 8, 8)
        return Tensor(x.mean(dim=(2, 3)))
