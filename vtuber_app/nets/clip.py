"""CLIP ViT-B/32: pictures and sentences as directions in one space.

Source: Radford et al., Learning Transferable Visual Models From Natural Language Supervision, ICML 2021, with the
published parameter names.
"""

import torch
from torch import Tensor, nn

MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
SIDE, PATCH = 224, 32
WIDTH, LAYERS, HEADS, EMBEDDED = 768, 12, 12, 512


class Block(nn.Module):
    """Attention and two layers, each added to what came."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attn = nn.MultiheadAttention(width, heads, batch_first=True)
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.ModuleDict({"c_fc": nn.Linear(width, 4 * width), "c_proj": nn.Linear(4 * width, width)})

    def forward(self, x: Tensor) -> Tensor:
        given = self.ln_1(x)
        x = x + self.attn(given, given, given, need_weights=False)[0]
        hidden = self.mlp["c_fc"](self.ln_2(x))
        x = x + self.mlp["c_proj"](hidden * torch.sigmoid(1.702 * hidden))
        return x


class Transformer(nn.Module):
    """Blocks one after the other."""

    def __init__(self, width: int, layers: int, heads: int) -> None:
        super().__init__()
        self.resblocks = nn.Sequential(*(Block(width, heads) for _ in range(layers)))

    def forward(self, x: Tensor) -> Tensor:
        return Tensor(self.resblocks(x))


class Vision(nn.Module):
    """Pictures (B, 3, 224, 224) in 0…1 to embeddings (B, 512), of any length."""

    def __init__(self, width: int = WIDTH, layers: int = LAYERS, heads: int = HEADS, embedded: int = EMBEDDED) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, PATCH, PATCH, bias=False)
        self.class_embedding = nn.Parameter(torch.zeros(width))
        self.positional_embedding = nn.Parameter(torch.zeros((SIDE // PATCH) ** 2 + 1, width))
        self.ln_pre, self.ln_post = nn.LayerNorm(width), nn.LayerNorm(width)
        self.transformer = Transformer(width, layers, heads)
        self.proj = nn.Parameter(torch.zeros(width, embedded))

    def forward(self, image: Tensor) -> Tensor:
        mean, std = (image.new_tensor(each)[:, None, None] for each in (MEAN, STD))
        x = self.conv1((image - mean) / std).flatten(2).transpose(1, 2)  # (B, 49, width)
        x = torch.cat([self.class_embedding.expand(len(x), 1, -1), x], dim=1) + self.positional_embedding
        x = self.transformer(self.ln_pre(x))
        return Tensor(self.ln_post(x[:, 0]) @ self.proj)


def vision_parameters(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Those of the network of pictures, of the published whole."""
    start = "visual."
    return {name.removeprefix(start): value.float() for name, value in state.items() if name.startswith(start)}
