"""Networks that make pictures of pictures: any upscaler or interpolator in an ONNX file."""

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vtuber_app.core.errors import DependencyError, EngineError, WeightsError
from vtuber_app.finish.models import Task
from vtuber_app.finish.signature import HALFWAY, Signature, signature
from vtuber_app.runtime.onnx_engine import PROVIDERS

if TYPE_CHECKING:
    import onnxruntime

MULTIPLES = (1, 2, 4, 8, 16, 32, 64)
"""What a network may want a picture's sides to be multiples of, px."""
SLOW_TO_START = frozenset({"tensorrt"})
"""Devices that take minutes to prepare a network."""
FAILURES = ("Fail", "RuntimeException", "EPFail", "EngineError", "DeviceReset", "InvalidArgument", "InvalidGraph",
            "InvalidProtobuf", "ModelRequiresCompilation", "NoModel", "NoSuchFile", "NotImplemented")  # fmt: skip
"""ONNX Runtime's errors, which share no base."""
MOST_THREADS = 4
ALIKE = 0.15
"""How far the picture made of a test picture may be from it, as a mean share of the range."""
TIE = 0.02
"""By less than this, one range of numbers is no better than another."""


class NotNumbers(EngineError):
    """What came out for one picture holds values that are no numbers."""


class PictureModel:
    """An ONNX file, tried out with a small picture when it is opened.

    It may take float32, float16 or uint8 in 0…1 or 0…255, channels first or last, of a fixed or any size; sizes that
    it can't take are padded, and the result is cut. Two pictures may be two inputs or one of 6 channels, and the
    moment between them an input, or a seventh channel.

    Args:
        path: The file.

    Attributes:
        task: Whether it enlarges one picture, or makes the one between two.
        factor: By which it enlarges; 1 for an interpolator.
        notice: A sentence for the user, if it runs on the processor though there is something faster.

    Raises:
        WeightsError: It can't be read or used, and why; DependencyError without ONNX Runtime.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.notice: str | None = None
        self._session = self._opened(path)
        declared: Signature = signature(self.name, self._session.get_inputs(), self._session.get_outputs())
        self.task: Task = declared.task
        self._pictures, self._moment = declared.pictures, declared.moment
        self._ranges = (255.0, 255.0) if self._pictures[0].type is np.uint8 else (1.0, 1.0)
        self.factor, self._multiple = self._sized()
        self._ranges = self._ranged()

    def __call__(self, *pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Give one picture for one or two.

        Args:
            pictures: (H, W, 3) RGB, all of one size.

        Returns:
            (H * factor, W * factor, 3) RGB.

        Raises:
            NotNumbers: This one failed, others may not.
            EngineError: It can't be run, or not with pictures of this size.
        """
        import cv2

        height, width = pictures[0].shape[:2]
        bottom, right = (self._padded(side, axis) - side for axis, side in enumerate((height, width)))
        wide = [cv2.copyMakeBorder(each, 0, bottom, 0, right, cv2.BORDER_REPLICATE) for each in pictures]
        planes = self._run(np.asarray(cv2.dnn.blobFromImages(wide, self._ranges[0] / 255), np.float32))
        planes = planes[:, : height * self.factor, : width * self.factor]
        if not math.isfinite(planes.sum()):
            raise NotNumbers(f"{self.name} made no picture: what came out are no numbers.")
        scale = 255 / self._ranges[1]
        channels = [cv2.convertScaleAbs(np.clip(plane, 0, self._ranges[1]), alpha=scale) for plane in planes]
        return np.asarray(cv2.merge(channels), np.uint8)

    def _opened(self, path: Path) -> "onnxruntime.InferenceSession":
        try:
            import onnxruntime
        except ImportError as error:
            raise DependencyError(
                f"{path.name} needs a package that is not installed. Type: pip install onnxruntime"
            ) from error
        state = onnxruntime.capi.onnxruntime_pybind11_state
        self._failures: tuple[type[Exception], ...] = (RuntimeError, MemoryError, ValueError)
        self._failures += tuple(getattr(state, name) for name in FAILURES if hasattr(state, name))
        there = onnxruntime.get_available_providers()
        fast = [kind for device, kind in PROVIDERS.items() if kind in there and device not in (*SLOW_TO_START, "cpu")]
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = max(1, min(MOST_THREADS, (os.cpu_count() or 2) // 2))
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the other stages need the cores too
        options.enable_mem_pattern = "DmlExecutionProvider" not in fast
        processor = [PROVIDERS["cpu"]]
        for providers in ([*fast, *processor], processor) if fast else (processor,):
            try:
                session = onnxruntime.InferenceSession(str(path), options, providers=providers)
            except self._failures as error:
                reason: Exception = error
                continue
            if fast and session.get_providers()[0] not in fast:
                self.notice = f"{path.name} runs on the processor: {fast[0]} can't be used here."
            return session
        raise WeightsError(
            f"{path.name} can't be opened; it is damaged, no ONNX file, or newer than ONNX Runtime "
            f"{onnxruntime.__version__}. Get it again, or choose another. ({_first_line(reason)})"
        ) from reason

    def _run(self, blob: NDArray[np.float32]) -> NDArray[np.float32]:
        """Feed (N, 3, H, W) pictures in the network's range; give (3, H, W) in its own."""
        _, _, height, width = blob.shape
        first = self._pictures[0]
        if len(self._pictures) == len(blob):
            feeds = {to.name: to.laid(blob[index : index + 1]) for index, to in enumerate(self._pictures)}
        else:
            stacked = [blob.reshape(1, -1, height, width)]
            if first.n_channels == 7:
                stacked.append(np.full((1, 1, height, width), HALFWAY, np.float32))
            feeds = {first.name: first.laid(np.concatenate(stacked, axis=1))}
        if self._moment:
            feeds[self._moment.name] = self._moment.value(height, width)
        try:
            made: Any = self._session.run(None, feeds)[0]
        except self._failures as error:
            raise EngineError(
                f"{self.name} can't be run with pictures of {width}x{height} ({_first_line(error)})."
            ) from error
        if first.channels_last and made.ndim == 4:
            made = made.transpose(0, 3, 1, 2)
        if made.ndim != 4 or made.shape[:2] != (1, 3):
            raise EngineError(f"{self.name} gives {made.shape} instead of one RGB picture.")
        return np.asarray(made[0], np.float32)

    def _padded(self, side: int, axis: int) -> int:
        """The length that the network is given for a side of that length, px."""
        fixed = self._pictures[0].size[axis]
        if fixed is None:
            return math.ceil(side / self._multiple) * self._multiple
        if side > fixed:
            height, width = (size or "any" for size in self._pictures[0].size)
            raise EngineError(
                f"{self.name} takes pictures of at most {width}x{height}. Choose a model for any size, or let the "
                "avatar be rendered smaller."
            )
        return fixed

    def _sized(self) -> tuple[int, int]:
        """Find the factor and the multiple by trying small pictures, the least regular first."""
        fixed = self._pictures[0].size
        reason = ""
        for multiple in (1,) if all(fixed) else MULTIPLES:
            height, width = fixed[0] or 64 + multiple, fixed[1] or 128 + multiple
            try:
                made = self._run(_ramps(_n_pictures(self.task), height, width) * self._ranges[0])
            except EngineError as error:
                reason = str(error)
                continue
            factor, rest = divmod(made.shape[1], height)
            if factor and not rest and made.shape[1:] == (height * factor, width * factor):
                if self.task == "interpolate" and factor != 1:
                    raise WeightsError(f"{self.name} makes the pictures in between larger, which can't be used.")
                if self.task == "upscale" and factor < 2:
                    raise WeightsError(f"{self.name} leaves pictures as small as they are. Choose an upscaler.")
                return factor, multiple
            reason = f"{width}x{height} became {made.shape[2]}x{made.shape[1]}"
        raise WeightsError(f"{self.name} was tried with a small picture and failed. Choose another model. ({reason})")

    def _ranged(self) -> tuple[float, float]:
        """Find the ranges of numbers in which it gives back what it is given."""
        fixed = self._pictures[0].size
        blob = _ramps(_n_pictures(self.task), fixed[0] or 128, fixed[1] or 192)
        whole = self._pictures[0].type is np.uint8
        off: dict[tuple[float, float], float] = {}
        for taken in (255.0,) if whole else (1.0, 255.0):
            made = self._run(blob * taken)
            factor = self.factor
            small = made.reshape(3, made.shape[1] // factor, factor, made.shape[2] // factor, factor).mean((2, 4))
            for given in (1.0, 255.0):
                error = float(np.abs(np.clip(small / given, -1, 2) - blob[0]).mean())
                off[taken, given] = error if math.isfinite(error) else math.inf
        best = min(off.values())
        if best > ALIKE:
            raise WeightsError(
                f"What {self.name} makes of a test picture does not look like it. Choose a model that takes and gives "
                "RGB in 0 to 1 or 0 to 255."
            )
        return next(ranges for ranges, error in off.items() if error <= best + TIE)


def _n_pictures(task: Task) -> int:
    """How many pictures it takes."""
    return 1 if task == "upscale" else 2


def _ramps(count: int, height: int, width: int) -> NDArray[np.float32]:
    """(count, 3, H, W) in 0…1: a picture of three slow waves, as often as asked."""
    y, x = np.mgrid[:height, :width] / max(height, width)
    picture = [0.5 + 0.45 * np.sin(2 * np.pi * wave) for wave in (2 * x, 2 * y + 0.3, x + y + 0.6)]
    return np.repeat(np.array([picture], np.float32), count, axis=0)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
