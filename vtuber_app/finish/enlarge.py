"""Pictures made larger: by a network where one is chosen, else by Lanczos."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import EngineError
from vtuber_app.core.types import Frame
from vtuber_app.finish import alpha, lanczos
from vtuber_app.finish.onnx_picture import NotNumbers, PictureModel
from vtuber_app.finish.settings import FinishSettings


class Enlarger:
    """Gives pictures the size that the settings say.

    Args:
        model: An upscaler. Lanczos takes its place for a picture that it fails on, and for good if it can't be run.
        keeps_on: Otherwise that failure is raised.

    Attributes:
        notice: What the user should know of the model.
    """

    def __init__(self, settings: FinishSettings, model: PictureModel | None, keeps_on: bool = True) -> None:
        self.settings = settings
        self.notice = model.notice if model else None
        self._model = model
        self._keeps_on = keeps_on
        self._n_failed = 0
        self._last: tuple[NDArray[np.uint8], NDArray[np.uint8]] | None = None

    def __call__(self, picture: Frame) -> Frame:
        """Enlarge a picture; a size that is reached already leaves it as it is."""
        pixels = picture.pixels
        height, width = pixels.shape[:2]
        size = self.settings.size(width, height)
        if size == (width, height):
            return picture
        if not self._last or self._last[0] is not pixels:  # an animator at rest gives the same picture again
            large = self._by_model(pixels, size)
            large = lanczos.resized(pixels, size) if large is None else large
            large.setflags(write=False)
            self._last = pixels, large
        return Frame(self._last[1], picture.time)

    def _by_model(self, pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8] | None:
        """What the model makes, brought to the exact size; None if it can't."""
        if not self._model:
            return None
        try:
            large = self._model(alpha.filled(pixels))
        except NotNumbers as error:
            if not self._keeps_on:
                raise
            self._n_failed += 1
            self.notice = f"{error} That happened to {self._n_failed} pictures; Lanczos enlarged those."
            return None
        except EngineError as error:
            if not self._keeps_on:
                raise
            self._model, self.notice = None, f"{error} Lanczos enlarges the picture instead."
            return None
        large = lanczos.scaled(large, size)
        return large if pixels.shape[2] == 3 else _with_alpha(large, lanczos.scaled(pixels[..., 3].copy(), size))


def _with_alpha(rgb: NDArray[np.uint8], opacity: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import cv2

    rgba: Any = cv2.cvtColor(rgb, cv2.COLOR_RGB2RGBA)
    cv2.insertChannel(opacity, rgba, 3)
    return np.asarray(rgba, np.uint8)
