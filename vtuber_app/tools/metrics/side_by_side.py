"""A video of the generated frames, the real ones, and where they differ."""

from pathlib import Path
from typing import Self

import cv2
import numpy as np

from vtuber_app.core.types import Frame
from vtuber_app.outputs.recorder import Recorder, RecorderSettings
from vtuber_app.tools.metrics.clips import Pixels

SIDE = 512
"""The longer side of a panel is at most so long, px."""
BAND, GAP = 36, 8
GAIN = 4
"""How much stronger differences are shown."""
GROUND, INK = (20, 22, 31), (238, 240, 248)
TITLES = ("Generated", "Reference", f"Difference, {GAIN} times")
FPS = 25
"""Of pictures that have no times."""


class SideBySide:
    """Writes the video.

    Args:
        file: An .mp4.
        fps: Frames a second.
    """

    def __init__(self, file: Path, fps: float) -> None:
        self._recorder = Recorder(RecorderSettings(file=file, fps=min(max(round(fps), 1), 120)))
        self._head: Pixels | None = None

    def __enter__(self) -> Self:
        self._recorder.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._recorder.__exit__(*exc)

    def add(self, generated: Pixels, reference: Pixels, time: float) -> None:
        """Append a frame (H, W, 3) of each, at that moment, s."""
        panels = [fitted(one, SIDE) for one in (generated, reference)]
        height, width = panels[0].shape[:2]
        panels.append(difference(*panels))
        if self._head is None or self._head.shape[1] != 3 * width + 2 * GAP:
            self._head = _titles(width)
        gap = np.full((height, GAP, 3), GROUND, np.uint8)
        row = np.hstack([panels[0], gap, panels[1], gap, panels[2]])
        self._recorder.send(Frame(np.vstack([self._head, row]), time))


def fitted(pixels: Pixels, side: int) -> Pixels:
    """Smaller, if it is larger than that."""
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(round(pixels.shape[1] * scale), 1), max(round(pixels.shape[0] * scale), 1))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def difference(one: Pixels, other: Pixels) -> Pixels:
    """Where two pictures (H, W, 3) differ: dark where they don't, bright where they do most."""
    away = cv2.absdiff(one, other).mean(axis=2) * GAIN
    heat = cv2.applyColorMap(np.clip(away, 0, 255).astype(np.uint8), cv2.COLORMAP_INFERNO)
    return np.asarray(cv2.cvtColor(heat, cv2.COLOR_BGR2RGB), np.uint8)


def _titles(width: int) -> Pixels:
    """The band above three panels of that width."""
    from PIL import Image, ImageDraw, ImageFont

    band = Image.new("RGB", (3 * width + 2 * GAP, BAND), GROUND)
    draw = ImageDraw.Draw(band)
    size = min(18, max(10, width // 12))
    for place, title in enumerate(TITLES):
        middle = (place * (width + GAP) + width / 2, BAND / 2)
        draw.text(middle, title, INK, ImageFont.load_default(size), anchor="mm")
    return np.asarray(band, np.uint8)
