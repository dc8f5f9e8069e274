"""How different two pictures look, by AlexNet's features: LPIPS 0.1.

Source: Zhang et al., The Unreasonable Effectiveness of Deep Features as a Perceptual Metric, CVPR 2018. AlexNet has
torchvision's parameter names, the weights of its layers those of the published `alex.pth`.
"""

from torch import Tensor, nn

SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
TAPS = (1, 4, 7, 9, 11)
"""The layers that are compared: every ReLU."""
WIDTHS = (64, 192, 384, 256, 256)


class Lpips(nn.Module):
    """Pictures (B, 3, H, W) in 0…1, twice, to their distances (B,)."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
            nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(),
        )  # fmt: skip
        self.lin = nn.ModuleList(nn.Conv2d(width, 1, 1, bias=False) for width in WIDTHS)

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        total = one.new_zeros(len(one))
        for weight, a, b in zip(self.lin, self._layers(one), self._layers(other), strict=True):
            total = total + weight((a - b) ** 2).mean(dim=(1, 2, 3))
        return total

    def _layers(self, image: Tensor) -> list[Tensor]:
        shift, scale = (image.new_tensor(each)[:, None, None] for each in (SHIFT, SCALE))
        x = (2 * image - 1 - shift) / scale
        layers = []
        for i, layer in enumerate(self.features):
            x = layer(x)
            if i in TAPS:
                layers.append(x / (x.square().sum(dim=1, keepdim=True).sqrt() + 1e-10))
        return layers


def joined(alexnet: dict[str, Tensor], heads: dict[str, Tensor]) -> dict[str, Tensor]:
    """One state dict of AlexNet's and of the published heads', whose names are `lin0.model.1.weight` and so on."""
    features = {name: value for name, value in alexnet.items() if name.startswith("features.")}
    return features | {name.replace("lin", "lin.", 1).replace(".model.1", ""): value for name, value in heads.items()}
