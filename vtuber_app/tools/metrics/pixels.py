"""Differences of pixels, and of what a network makes of them."""

from typing import TYPE_CHECKING

import cv2
import numpy as np

from vtuber_app.tools import quality
from vtuber_app.tools.metrics.files import ALEXNET, LPIPS
from vtuber_app.tools.metrics.kit import Kit, Look, Pair
from vtuber_app.tools.metrics.registry import per_frame

if TYPE_CHECKING:
    from torch import nn

WANG = "Wang et al. 2004: 11x11 Gaussian of 1.5 px, k 0.01 and 0.03"


@per_frame("L1", "lower", "Mean absolute difference of all pixels and channels, 0…1; mean over frames")
def l1(pair: Pair, kit: Kit) -> float:
    """As the name says."""
    return float(np.abs(pair.generated.numbers - pair.reference.numbers).mean() / quality.MOST)


@per_frame("PSNR", "higher", "10 log10(1 / MSE) of each frame, at most 108; mean over frames", "dB")
def psnr(pair: Pair, kit: Kit) -> float:
    """As the name says."""
    return quality.psnr(pair.generated.numbers, pair.reference.numbers)


@per_frame("SSIM", "higher", f"{WANG}, each channel, continued by reflection, as torchmetrics; mean over frames")
def ssim(pair: Pair, kit: Kit) -> float:
    """As the name says."""
    return quality.ssim(pair.generated.numbers, pair.reference.numbers)


@per_frame("SSIM-inner", "higher", f"{WANG}, each channel, windows inside the picture only", standard=False)
def ssim_inner(pair: Pair, kit: Kit) -> float:
    """As scikit-image with gaussian_weights."""
    return quality.ssim(pair.generated.numbers, pair.reference.numbers, inner=True)


@per_frame("SSIM-uniform", "higher", "Windows of 7x7 px, each channel, as scikit-image's defaults", standard=False)
def ssim_uniform(pair: Pair, kit: Kit) -> float:
    """As scikit-image by itself."""
    return quality.ssim(pair.generated.numbers, pair.reference.numbers, uniform=True, inner=True)


@per_frame("SSIM-grey", "higher", f"{WANG}, of Rec. 601 grey, windows inside the picture only", standard=False)
def ssim_grey(pair: Pair, kit: Kit) -> float:
    """As many repositories have it."""
    return quality.ssim(grey(pair.generated), grey(pair.reference), inner=True)


@per_frame("MS_SSIM", "higher", "Wang et al. 2003, five sizes, each channel, as torchmetrics", standard=False)
def ms_ssim(pair: Pair, kit: Kit) -> float | None:
    """Pictures that are too small for it have none."""
    if min(pair.generated.pixels.shape[:2]) < 16 * (quality.WINDOW - 1) + 1:
        return None
    return quality.ms_ssim(pair.generated.numbers, pair.reference.numbers)


@per_frame(
    "LPIPS",
    "lower",
    "Zhang et al. 2018, version 0.1, AlexNet, pictures at their own size; mean over frames",
    files=(ALEXNET, LPIPS),
    packages=("torch",),
)
def lpips(pair: Pair, kit: Kit) -> float:
    """Also known as perceptual distance."""
    import torch

    net = kit.once("lpips", lambda: _lpips(kit))
    with torch.inference_mode():
        return float(net(kit.tensor(pair.generated), kit.tensor(pair.reference)))


def grey(look: Look) -> quality.Plane:
    """(H, W), 0…255."""
    return np.asarray(cv2.cvtColor(look.numbers.astype(np.float32), cv2.COLOR_RGB2GRAY), np.float64)


def _lpips(kit: Kit) -> "nn.Module":
    from vtuber_app.core import weights
    from vtuber_app.nets.lpips import Lpips, joined

    alexnet, heads = kit.file(ALEXNET), kit.file(LPIPS)
    assert alexnet
    assert heads
    state = joined(weights.load(alexnet.path), weights.load(heads.path))
    return kit.network(Lpips, state, alexnet.path.name)
