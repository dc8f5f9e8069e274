"""ResNet, under torchvision's parameter names.

Source: He et al., Deep Residual Learning for Image Recognition, CVPR 2016.
"""

from typing import ClassVar

from torch import Tensor, nn
from torch.nn.functional import max_pool2d, relu

WIDTHS = (64, 128, 256, 512)


class Basic(nn.Module):
    """Two 3x3 convolutions."""

    expansion: ClassVar[int] = 1

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = downsample(inputs, width, stride)

    def forward(self, x: Tensor) -> Tensor:
        path = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        return relu(path + self.downsample(x))


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1, a quarter as wide as the result."""

    expansion: ClassVar[int] = 4

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = width * self.expansion
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = downsample(inputs, outputs, stride)

    def forward(self, x: Tensor) -> Tensor:
        path = relu(self.bn1(self.conv1(x)))
        path = relu(self.bn2(self.conv2(path)))
        return relu(self.bn3(self.conv3(path)) + self.downsample(x))


def downsample(inputs: int, outputs: int, stride: int) -> nn.Module:
    """What a block's input goes through where its shape changes."""
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))


LAYERS: dict[int, tuple[type[Basic] | type[Bottleneck], tuple[int, ...]]] = {
    18: (Basic, (2, 2, 2, 2)),
    50: (Bottleneck, (3, 4, 6, 3)),
}
"""The blocks of each size of picture, by how many layers there are in all."""


class ResNet(nn.Module):
    """(B, channels, H, W) to (B, outputs), or to features of five sizes."""

    def __init__(self, layers: int, outputs: int, channels: int = 3) -> None:
        super().__init__()
        kind, depths = LAYERS[layers]
        self.conv1 = nn.Conv2d(channels, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        inputs = 64
        for i, (width, depth) in enumerate(zip(WIDTHS, depths, strict=True)):
            blocks = []
            for j in range(depth):
                blocks.append(kind(inputs, width, stride=2 if i and not j else 1))
                inputs = width * kind.expansion
            self.add_module(f"layer{i + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(inputs, outputs)

    def features(self, x: Tensor) -> list[Tensor]:
        """At a half, a quarter, an eighth, a sixteenth and a thirty-second of the size."""
        features = [relu(self.bn1(self.conv1(x)))]
        x = max_pool2d(features[0], 3, 2, 1)
        for i in range(len(WIDTHS)):
            x = self.get_submodule(f"layer{i + 1}")(x)
            features.append(x)
        return features

    def pooled(self, x: Tensor) -> Tensor:
        """The mean of the last features, (B, C)."""
        return self.features(x)[-1].mean(dim=(2, 3))

    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = self.fc(self.pooled(x))
        return answer
