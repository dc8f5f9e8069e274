"""Changes by lot, the same for all frames of a sample, as the papers of image animation make them."""

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vtuber_app.core.settings import Settings

Frames = NDArray[np.float32]
"""(N, H, W, 3) RGB in 0…1."""


class Augmentation(Settings):
    """What may be changed, and how much; 0 and False leave it out."""

    time_flip: bool = True
    horizontal_flip: bool = True
    rotation_deg: float = Field(0, ge=0, le=180)
    resize: tuple[float, float] = (1.0, 1.0)
    brightness: float = Field(0, ge=0)
    contrast: float = Field(0, ge=0)
    saturation: float = Field(0, ge=0)
    hue: float = Field(0, ge=0, le=0.5)


def augment(frames: NDArray[np.uint8], how: Augmentation, rng: np.random.Generator) -> Frames:
    """Change a sample by lot.

    Time runs backward half of the time; if it doesn't, left and right are exchanged half of the time, never both.
    Then turning, scaling with a crop back to the frame's size, and colours in an order by lot.

    Args:
        frames: (N, H, W, 3).
        how: What may be changed.
        rng: Draws the lots.

    Returns:
        (N, H, W, 3) in 0…1.

    Source: Siarohin et al., Animating Arbitrary Objects via Deep Motion Transfer, CVPR 2019, and its successors.
    """
    if how.time_flip and rng.random() < 0.5:
        frames = frames[::-1]
    elif how.horizontal_flip and rng.random() < 0.5:
        frames = frames[:, :, ::-1]
    result = np.ascontiguousarray(frames, np.float32) / np.float32(255)
    if how.rotation_deg or how.resize != (1.0, 1.0):
        result = _placed(result, how, rng)
    for change in rng.permutation(4):
        result = _recoloured(result, int(change), how, rng)
    return result


def _placed(frames: Frames, how: Augmentation, rng: np.random.Generator) -> Frames:
    """Turn about the centre, scale, and cut the frame's size out of it at a place by lot; edges are continued."""
    height, width = frames.shape[1:3]
    angle, scale = rng.uniform(-how.rotation_deg, how.rotation_deg), rng.uniform(*how.resize)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, scale)
    spare = abs(scale - 1) / 2
    shift = np.c_[np.zeros((2, 2)), rng.uniform(-spare, spare, 2) * (width, height)]
    moved = [
        cv2.warpAffine(frame, matrix + shift, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for frame in frames
    ]
    return np.asarray(moved, np.float32)


def _recoloured(frames: Frames, change: int, how: Augmentation, rng: np.random.Generator) -> Frames:
    spread = (how.brightness, how.contrast, how.saturation, how.hue)[change]
    if not spread:
        return frames
    if change == 3:
        return _turned(frames, rng.uniform(-spread, spread))
    factor = np.float32(rng.uniform(max(0.0, 1 - spread), 1 + spread))
    grey = frames @ np.array([0.299, 0.587, 0.114], np.float32)
    toward = (np.float32(0), grey.mean(axis=(1, 2))[:, None, None, None], grey[..., None])[change]
    return np.asarray(np.clip(toward + factor * (frames - toward), 0, 1), np.float32)


def _turned(frames: Frames, turn: float) -> Frames:
    """Turn the hue by a share of its circle."""
    flat = frames.reshape(-1, frames.shape[2], 3)
    colours = cv2.cvtColor(flat, cv2.COLOR_RGB2HSV)
    colours[..., 0] = (colours[..., 0] + 360 * turn) % 360
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_HSV2RGB), np.float32).reshape(frames.shape)
