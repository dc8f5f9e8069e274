"""Figures cut out of any background, by an ONNX network such as isnet-anime that the user has."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtuber_app.avatars import cutout
from vtuber_app.core.errors import SettingsError, WeightsError

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]

SIDE = 1024
"""Of what the network looks at, px, where it doesn't say."""
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
"""Of red, green and blue, taken away in training."""
SEEN = 0.005
"""A smaller share of the picture is no figure."""


class Matting:
    """The network, loaded once; one caller at a time.

    It takes one picture (1, 3, side, side), RGB / its maximum - `MEAN`, and gives (1, 1, side, side), more where the
    figure is. OpenCV runs it where ONNX Runtime isn't installed.
    """

    def __init__(self, path: Path) -> None:
        """Load it; WeightsError if that is no network of this kind."""
        try:
            self._run, self._side = _opened(path)
        except Exception as error:  # each engine has exceptions of its own
            raise WeightsError(
                f"{path.name} can't be run to cut figures out: {error}. Remove it and install it again."
            ) from error

    def cut(self, pixels: Pixels) -> Pixels:
        """Cut the figure out.

        Args:
            pixels: (H, W, 4) RGBA, opaque.

        Returns:
            (H, W, 4) RGBA, straight alpha, as `cutout.clean` leaves it; the background's colour is taken out of edges.

        Raises:
            SettingsError: It sees no figure.
            WeightsError: It gives no matte.
        """
        height, width = pixels.shape[:2]
        scale = self._side / max(height, width)
        small = (max(round(width * scale), 1), max(round(height * scale), 1))
        left, top = (self._side - small[0]) // 2, (self._side - small[1]) // 2
        shown = np.zeros((self._side, self._side, 3), np.float32)
        window = np.s_[top : top + small[1], left : left + small[0]]
        shrinks = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        shown[window] = cv2.resize(pixels[..., :3], small, interpolation=shrinks)
        batch = shown / max(float(shown.max()), 1.0) - MEAN
        try:
            given = np.asarray(self._run(batch.transpose(2, 0, 1)[None]), np.float32).reshape(self._side, self._side)
        except Exception as error:
            raise WeightsError(f"The network that cuts figures out failed: {error}. Install it again.") from error
        matte = given[window]
        if not np.isfinite(matte).all():
            raise WeightsError("The network that cuts figures out gave no numbers. Install it again.")
        low, high = float(matte.min()), float(matte.max())
        if high - low < 0.1 or ((matte - low) / (high - low) > 0.5).mean() < SEEN:
            raise SettingsError("No figure could be told from the background. Choose a picture with a plain one.")
        alpha = np.clip(cv2.resize((matte - low) / (high - low), (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)
        cut_out = pixels.copy()
        cut_out[..., 3] = np.rint(alpha * 255)
        return cutout.clean(_without_fringe(cut_out))


def _without_fringe(cut_out: Pixels) -> Pixels:
    """The colour of the nearest pixel that is surely the figure's, where the background shines through."""
    sure = cut_out[..., 3] >= 240
    part = (cut_out[..., 3] > 0) & ~sure
    if not sure.any() or not part.any():
        return cut_out
    cut_out[part, :3] = cutout.nearest(cut_out[..., :3], sure)[part]
    return cut_out


def _opened(path: Path) -> tuple[Callable[[Plane], Any], int]:
    """What runs the network, and the side of what it looks at, px."""
    try:
        import onnxruntime
    except ImportError:
        network = cv2.dnn.readNetFromONNX(np.fromfile(path, np.uint8))

        def by_opencv(batch: Plane) -> Any:
            network.setInput(batch)
            return network.forward()

        return by_opencv, SIDE
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    taken = session.get_inputs()[0]
    side = taken.shape[-1] if isinstance(taken.shape[-1], int) else SIDE
    return lambda batch: session.run(None, {taken.name: batch})[0], side
